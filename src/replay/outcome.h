#ifndef NEARER_REPLAY_OUTCOME_H_
#define NEARER_REPLAY_OUTCOME_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/coach/coach.h"
#include "core/result.h"

namespace nearer::replay {

// What became of a turn that was said again, the gravest first.
enum class Outcome : std::uint8_t {
  kRiskLost,       // danger was heard, and now none, a lesser one, or another
  kRiskHeard,      // danger is heard where none was, or a greater one
  kOtherRule,      // another rule, or another theme, was heard
  kOtherWords,     // the same was heard and something else was said
  kStateDiverged,  // the same was said; what is remembered differs
  kUnreadable,     // it cannot be said again: what is on record is damaged
  kSame,
};
inline constexpr std::size_t kOutcomes = 7;

// "risk_lost", …, as reports name it.
std::string_view Name(Outcome outcome);

// Reads a reply as it is recorded. Members that an older program did not write
// are empty.
Result<coach::Reply> ParseReply(std::string_view json);

// What the reply alone tells: never kStateDiverged.
Outcome Compare(const coach::Reply& before, const coach::Reply& after);

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_OUTCOME_H_
