#ifndef NEARER_REPLAY_GROUPS_H_
#define NEARER_REPLAY_GROUPS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "replay/findings.h"

namespace nearer::replay {

// Turns that changed alike: from one rule to another, or within one.
struct Group {
  Outcome outcome;
  std::string from, to;  // rules, or themes where no rule heard
  std::int64_t turns = 0;
  std::vector<Findings::Place> examples;  // the first ones
};

// Gathers what was found: the gravest outcome first, the larger group before
// the smaller. Every turn of kRiskLost is an example of its group, up to
// kMostExamples in all; of others the first `examples`.
inline constexpr std::size_t kMostExamples = 2000;
Result<std::vector<Group>> GroupsOf(Findings& findings, std::size_t examples);

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_GROUPS_H_
