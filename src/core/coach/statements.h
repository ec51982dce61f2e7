#ifndef NEARER_CORE_COACH_STATEMENTS_H_
#define NEARER_CORE_COACH_STATEMENTS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/coach/hearing.h"
#include "core/coach/pack.h"

namespace nearer::coach {

// The concept of words that are never said back.
inline constexpr std::string_view kUnsaid = "unsaid";

// A statement has as many words at least.
inline constexpr std::size_t kFewestStated = 3;

// What makes a statement the circumstance of another one: right ahead of its
// subject always, further ahead perhaps.
inline constexpr std::array<std::string_view, 16> kCircumstances = {
    "if",    "when",   "while", "until", "since",    "unless", "as",   "where",
    "after", "before", "what",  "how",   "whenever", "time",   "once", "why"};

// Of whom or what a statement is made.
enum class Subject : std::uint8_t {
  kI,
  kWe,
  kMine,  // "my sister"
  kThey,  // he, she, they
  kIt,
  kThat,   // that, this, there
  kSome,   // nobody, everyone, nothing
  kNamed,  // "Anna"
  kThing,  // "the house", "his hands"
};

// A stretch of a message that states something and may be said back.
struct Statement {
  std::string said;  // turned to "you", to stand inside a sentence
  // Tokens of the reading: the stretch is [first, last], and the verb is at
  // `verb` or soon after.
  std::size_t first = 0, verb = 0, last = 0;
  Subject subject = Subject::kI;
};

// Whether a token may be said back at all; `unsaid` is the concept `kUnsaid`,
// if the pack has it. Not what is quoted, and no mended typo.
bool MaySay(const Hearing& hearing, std::optional<std::uint32_t> unsaid,
            std::size_t token);

// All of them, in order; of each place the longest. Each begins with its
// subject and ends where a clause does.
//
// Passed over is whatever might go wrong: questions and quotations, a mended
// typo, "you" that would need to be understood, what is only the circumstance
// of something else, and a word of the concept `kUnsaid` (death, insults,
// verdicts on oneself): a broken or a cruel echo is worse than none. Pure;
// linear in the utterance.
std::vector<Statement> StatementsOf(const Pack& pack, const Hearing& hearing);

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_STATEMENTS_H_
