#ifndef NEARER_CORE_COACH_ECHO_H_
#define NEARER_CORE_COACH_ECHO_H_

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/coach/hearing.h"
#include "core/coach/pack.h"

namespace nearer::coach {

// The concept of words that are never said back.
inline constexpr std::string_view kUnsaid = "unsaid";

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
//
// Nothing where saying back might go wrong: in questions and quotations, where
// a typo was mended, where "you" would need to be understood, and where a word
// of the concept "unsaid" stands (death, insults, verdicts on oneself): a
// broken or a cruel echo is worse than none. Pure; linear in the utterance.
Echo EchoOf(const Pack& pack, const Hearing& hearing, bool answers);

// What tells how apt a statement is to be said back, each from 0 to about 1:
// whose it is, where it stands, what leads into it and what it holds.
inline constexpr std::size_t kEchoSigns = 38;
using EchoSigns = std::array<float, kEchoSigns>;

// A statement that may be said back, with the log-odds that it is apt; for
// tests and for fitting the weights. Tokens [first, last] of the reading.
struct EchoCandidate {
  std::string said;
  std::size_t first = 0, last = 0;
  EchoSigns signs{};
  float odds = 0;
};
std::vector<EchoCandidate> EchoCandidatesOf(const Pack& pack,
                                            const Hearing& hearing,
                                            bool answers);

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_ECHO_H_
