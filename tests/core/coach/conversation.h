#ifndef NEARER_TESTS_CORE_COACH_CONVERSATION_H_
#define NEARER_TESTS_CORE_COACH_CONVERSATION_H_

#include <memory>
#include <string>
#include <vector>

#include "content/content.h"
#include "core/coach/coach.h"

namespace nearer::coach {

// The pack that ships, loaded once for all tests of a program.
const Pack& ShippedPackForTests();

// A conversation under way, as the chat would lead it.
class Conversation {
 public:
  explicit Conversation(std::string id);

  const Reply& Say(std::string_view utterance, std::int64_t pause = 30);
  const Reply& reply() const { return answer_.reply; }
  const State& state() const { return answer_.state; }
  const Trace& trace() const { return answer_.trace; }
  const Moment& moment() const { return moment_; }
  // The last reply's messages as one text.
  std::string Said() const;

 private:
  std::string id_;
  Moment moment_;
  Answer answer_;
};

// Sentences of a text, each trimmed; a '?' or '.' at the end of a word ends
// one.
std::vector<std::string> SentencesOf(std::string_view text);
int QuestionsIn(std::string_view text);
int WordsIn(std::string_view text);

}  // namespace nearer::coach

#endif  // NEARER_TESTS_CORE_COACH_CONVERSATION_H_
