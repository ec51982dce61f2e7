#ifndef NEARER_APP_JSON_LINES_H_
#define NEARER_APP_JSON_LINES_H_

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "core/result.h"

namespace nearer::app {

// Calls `each` with every line of stdin as a JSON object whose "text" is a
// string; blank lines are passed over. Stops at the first line that is not
// such, or for which `each` fails, and says which line it was. Returns an exit
// code.
int ForEachLine(
    const std::function<Result<Done>(const nlohmann::json& line)>& each);

}  // namespace nearer::app

#endif  // NEARER_APP_JSON_LINES_H_
