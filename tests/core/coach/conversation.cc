#include "tests/core/coach/conversation.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace nearer::coach {

const Pack& ShippedPackForTests() {
  static const std::shared_ptr<const Pack> pack = [] {
    auto loaded = content::ShippedPack();
    if (!loaded) {
      for (const Problem& problem : loaded.error())
        std::fprintf(stderr, "%s\n", Describe(problem).c_str());
      std::abort();
    }
    return *loaded;
  }();
  return *pack;
}

Conversation::Conversation(std::string id) : id_(std::move(id)) {
  moment_ = {.at = 1767603600, .conversation = id_};
  answer_ = Open(ShippedPackForTests(), moment_);
}

const Reply& Conversation::Say(std::string_view utterance, std::int64_t pause) {
  moment_.at += pause;
  ++moment_.n;
  answer_ = Respond(ShippedPackForTests(), answer_.state, utterance, moment_);
  return answer_.reply;
}

std::string Conversation::Said() const {
  std::string text;
  for (const std::string& message : answer_.reply.messages)
    text += (text.empty() ? "" : "\n") + message;
  return text;
}

std::vector<std::string> SentencesOf(std::string_view text) {
  std::vector<std::string> sentences;
  std::string sentence;
  const auto finish = [&] {
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
    sentence.clear();
  };
  bool ended = false;  // by a mark; closing quotes may follow
  for (const char c : text) {
    if (c == '\n' || (ended && c == ' ')) finish();
    const bool space = c == ' ' || c == '\n';
    if (!space || !sentence.empty()) sentence += c;
    ended = c == '.' || c == '?' || (ended && c == '"');
  }
  finish();
  return sentences;
}

int QuestionsIn(std::string_view text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '?'));
}

int WordsIn(std::string_view text) {
  std::istringstream words{std::string(text)};
  int count = 0;
  for (std::string word; words >> word;) ++count;
  return count;
}

}  // namespace nearer::coach
