#ifndef NEARER_TESTS_LOAD_UTTERANCES_H_
#define NEARER_TESTS_LOAD_UTTERANCES_H_

#include <array>
#include <string_view>

namespace nearer::load {

// Of the length and kind people write.
inline constexpr std::array<std::string_view, 12> kUtterances = {
    "I'll figure this out on my own, just like I always have.",
    "When my girlfriend asks how I feel I go quiet and want to leave the room",
    "honestly it was a normal week, work and the gym and a bit of tv",
    "My sister says I never call her back and she is probably right about that",
    "dont know really, it just feels like too much when they come that close",
    "He wanted to talk about moving in together and I picked a fight over "
    "dishes",
    "yes",
    "I think I learned very early that asking for help only gets you laughed "
    "at",
    "Maybe. What would I even say to her, I have never done anything like that",
    "We had a good evening yesterday and this morning I felt like I had to run",
    "no, not that",
    "My partner never tells me anything and I am tired of guessing all the "
    "time",
};

}  // namespace nearer::load

#endif  // NEARER_TESTS_LOAD_UTTERANCES_H_
