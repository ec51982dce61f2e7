#ifndef NEARER_CORE_PROBLEM_H_
#define NEARER_CORE_PROBLEM_H_

#include <string>

#include "core/authored.h"

namespace nearer {

// Something wrong, or doubtful, in what an author wrote.
struct Problem {
  enum class Weight { kWarning, kError };
  Weight weight = Weight::kError;
  Place at;
  std::string message;  // what stands there, what was expected, what to do
};

// "rules/acts/x.yaml:12:9: error: …"
std::string Describe(const Problem& problem);

}  // namespace nearer

#endif  // NEARER_CORE_PROBLEM_H_
