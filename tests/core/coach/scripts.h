#ifndef NEARER_TESTS_CORE_COACH_SCRIPTS_H_
#define NEARER_TESTS_CORE_COACH_SCRIPTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/coach/coach.h"

namespace nearer::coach {

struct Utterance {
  std::string text;
  std::int64_t pause = 0;  // seconds since the turn before
};

// What somebody says, whatever is answered.
struct Script {
  std::string name;  // the file's, without its folder and ending
  std::vector<Utterance> utterances;
};

// "7d" -> 604800; s, m, h and d.
std::int64_t Seconds(const std::string& pause);

// tests/people: whole conversations of people who are not alike, one utterance
// a line below a line that says who it is; 45 s between two.
std::vector<Script> People();

// What is said in tests/conversations; see conversations_test.cc.
std::vector<Script> Transcripts();

// What is sent for `text` after `reply`: "{2}" taps the second choice.
std::string Sent(const std::string& text, const Reply& reply);

}  // namespace nearer::coach

#endif  // NEARER_TESTS_CORE_COACH_SCRIPTS_H_
