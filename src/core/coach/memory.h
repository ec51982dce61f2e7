#ifndef NEARER_CORE_COACH_MEMORY_H_
#define NEARER_CORE_COACH_MEMORY_H_

#include <string>
#include <string_view>

#include "core/coach/hearing.h"
#include "core/coach/pack.h"
#include "core/coach/state.h"

namespace nearer::coach {

// Whom the utterance speaks of, by role ("my sister") and name ("my sister
// Anna", later "Anna"), goes into `state.people`. Returns the last one
// mentioned; null when it is nobody.
const Person* RememberPeople(const Pack& pack, const Hearing& hearing,
                             State& state);

// Whom the talk is about: mentioned within the last few turns; null if nobody.
const Person* PersonInTalk(const State& state);

// Whether nobody else was mentioned within those turns.
bool OnlyOneInTalk(const State& state);

// "Anna", else "your sister".
std::string Called(const Person& person);

// What the person said, turned to "you", for a reply to carry; empty where the
// grammar would not hold.
std::string Turned(std::string_view said, int max_words = 12);

// As many words of a step are said back.
inline constexpr int kStepWords = 20;

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_MEMORY_H_
