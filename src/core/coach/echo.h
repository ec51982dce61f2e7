#ifndef NEARER_CORE_COACH_ECHO_H_
#define NEARER_CORE_COACH_ECHO_H_

#include <array>
#include <string>
#include <string_view>

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

// A stretch of what the person said, as it can be said back to them inside a
// sentence: "my boss rang and I let it ring" -> "you let it ring". Begins with
// its subject and ends where a clause does. Of several the one nearest to the
// heart of the message is taken: what they said of themselves before what they
// said of others, a feeling before a deed, what follows "but" before what
// stands ahead of it, later words before earlier ones.
//
// Empty where saying back might go wrong: in questions and quotations, where a
// typo was mended, where "you" would need to be understood, and where a word of
// the concept "unsaid" stands (death, insults, verdicts on oneself): a
// broken or a cruel echo is worse than none. Pure; linear in the utterance.
std::string EchoOf(const Pack& pack, const Hearing& hearing);

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_ECHO_H_
