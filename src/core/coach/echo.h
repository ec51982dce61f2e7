#ifndef NEARER_CORE_COACH_ECHO_H_
#define NEARER_CORE_COACH_ECHO_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/coach/hearing.h"
#include "core/coach/pack.h"
#include "core/coach/statements.h"

namespace nearer::coach {

// What shows in a message without being its theme, the more telling first: each
// with a concept "shows_…", near which the heart of the message is, and careful
// guesses "coach.guess.…".
inline constexpr std::array<std::string_view, 6> kShown = {
    "fear", "shame", "sorrow", "anger", "weariness", "wish"};

// What the person said, as it can be said back to them inside a sentence: "my
// boss rang and I let it ring" -> "you let it ring". Each begins with its
// subject and ends where a clause does.
struct Echo {
  std::string said;  // empty: nothing may be said back
  std::string also;  // a second statement that stood behind it; may be empty
  bool two_sided = false;  // something like "but" stood between the two
  // Tokens [first, last] of both; the second as the first where it is empty.
  std::array<std::pair<std::size_t, std::size_t>, 2> tokens{};

  bool Holds(std::size_t token) const {
    return std::any_of(tokens.begin(), tokens.end(), [&](const auto& one) {
      return one.first <= token && token <= one.second;
    });
  }
};

// Of all statements those likeliest to be found apt: near the heart of the
// message, grammatical once turned to "you", no aside and no circumstance.
// `answers` tells that the coach asked something before.
// Empty where nothing may be said back (statements.h). Pure; linear in the
// utterance.
Echo EchoOf(const Pack& pack, const Hearing& hearing, bool answers);

// What tells how apt a statement is to be said back: one of `Subject` in its
// order, where it stands, what leads into it and what it holds. 0 or 1, or a
// share where it says so.
enum class Sign : std::uint8_t {
  kOfI,
  kOfUs,
  kOfTheirs,   // "my sister"
  kOfAnother,  // he, she, they
  kOfIt,
  kOfThat,
  kOfSomebody,
  kOfNamed,
  kOfThing,
  kLate,  // share of the message ahead of it
  kInLastSentence,
  kInFirstSentence,
  kInOnlySentence,
  kMayAnswer,  // in the first sentence, when the coach asked
  kFeeling,
  kState,
  kOfTheTalk,     // "I ask", "I mean"
  kAfterTurn,     // behind "but", "the point is"
  kCircumstance,  // behind "when", further ahead
  kBeforeBut,
  kJoined,  // behind "and"
  kReason,
  kWords,   // share of a usual number
  kFew,     // no more than a statement needs
  kCutOff,  // in the middle of its clause
  kGoesOn,
  kBeginsSentence,
  kNegated,
  kNamesPerson,
  kReports,     // "she says"
  kSaidBefore,  // "I asked about Joan"
  kVague,       // share of "it", "that", "thing"
  kLongWords,   // share of them
  kHedge,
  kExclaimed,
  kToBe,
  kAhead,         // "will", "hope"
  kOfThem,        // another does it to the person
  kPlainFeeling,  // "I am lonely", and little more
};
inline constexpr std::size_t kSigns = 39;
static_assert(static_cast<std::size_t>(Sign::kPlainFeeling) + 1 == kSigns &&
              static_cast<std::size_t>(Sign::kOfThing) ==
                  static_cast<std::size_t>(Subject::kThing));
using EchoSigns = std::array<float, kSigns>;

// A statement, with the log-odds that readers would find it apt; for tests and
// for fitting the weights.
struct EchoCandidate {
  Statement statement;
  EchoSigns signs{};
  float odds = 0;
};
std::vector<EchoCandidate> EchoCandidatesOf(const Pack& pack,
                                            const Hearing& hearing,
                                            bool answers);

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_ECHO_H_
