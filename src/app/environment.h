#ifndef NEARER_APP_ENVIRONMENT_H_
#define NEARER_APP_ENVIRONMENT_H_

#include <functional>
#include <string>

#include "core/result.h"

namespace nearer::app {

// The variables of the environment, by name; null for those that are not set.
using Environment = std::function<const char*(const char* name)>;

// The value of a variable; empty when it is not set.
std::string Get(const Environment& environment, const std::string& name);

// The value of the variable `name`, or what stands in the file that `name`_FILE
// names; empty when neither is set. Errors name variables and files and never
// tell what is in them.
Result<std::string> Secret(const Environment& environment,
                           const std::string& name);

}  // namespace nearer::app

#endif  // NEARER_APP_ENVIRONMENT_H_
