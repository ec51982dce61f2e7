#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/coach/turn.h"

// What the coach said comes back to it as a question: "A small version of
// what?"
namespace nearer::coach {
namespace {

// So many of the last wordings may be asked about.
constexpr std::size_t kLastSaid = 3;
constexpr std::size_t kLongestAskedBack = 10;  // tokens
// Who says more than this beside the coach's question has answered it.
constexpr std::size_t kMoreThanAsked = 6;  // tokens
constexpr std::size_t kTellingWord = 4;    // letters

// In questions of any kind.
constexpr std::array<std::string_view, 24> kOfAnyQuestion = {
    "what",  "that",  "this",  "there", "have",  "with",   "when", "where",
    "which", "would", "could", "like",  "about", "does",   "your", "think",
    "know",  "mean",  "from",  "will",  "going", "should", "them", "than"};

bool IsTelling(const text::Token& token) {
  return token.lemma.size() >= kTellingWord &&
         std::find(kOfAnyQuestion.begin(), kOfAnyQuestion.end(), token.lemma) ==
             kOfAnyQuestion.end();
}

bool Marked(const Turn& turn, const text::Token& last) {
  const std::string_view behind = turn.hearing.utterance().substr(last.end);
  return !behind.empty() && behind.front() == '?';
}

// Whether the wording holds a telling word of the sentence.
bool Shares(const Turn& turn, const Wording& wording,
            const std::vector<const text::Token*>& sentence) {
  const text::Reading said = turn.pack.lexicon().Read(wording.text);
  return std::any_of(
      sentence.begin(), sentence.end(), [&](const text::Token* asked) {
        return IsTelling(*asked) &&
               std::any_of(said.tokens.begin(), said.tokens.end(),
                           [&](const text::Token& token) {
                             return token.lemma == asked->lemma;
                           });
      });
}

bool AsksAbout(const Turn& turn, const Wording& wording) {
  const auto& tokens = turn.hearing.reading().tokens;
  const bool was_question = wording.text.find('?') != std::string_view::npos;
  for (std::size_t i = 0; i < tokens.size();) {
    std::vector<const text::Token*> sentence;
    const std::uint16_t number = tokens[i].sentence;
    for (; i < tokens.size() && tokens[i].sentence == number; ++i)
      sentence.push_back(&tokens[i]);
    if (sentence.size() > kLongestAskedBack ||
        (was_question && tokens.size() > sentence.size() + kMoreThanAsked) ||
        !Marked(turn, *sentence.back()))
      continue;
    if (Shares(turn, wording, sentence)) return true;
  }
  return false;
}

}  // namespace

bool AnswerAboutOwnWords(Turn& turn) {
  const auto& said = turn.state.said;
  const std::size_t last = std::min(said.size(), kLastSaid);
  const bool asks = std::any_of(said.end() - static_cast<std::ptrdiff_t>(last),
                                said.end(), [&](const std::string& id) {
                                  const Wording* wording =
                                      turn.pack.wordings().Find(id);
                                  return wording && AsksAbout(turn, *wording);
                                });
  if (!asks) return false;
  if (!SayWordsBack(turn, "coach.loose")) turn.speaker.SayMoment("coach.loose");
  turn.trace.note = "asked about its own words";
  return true;
}

}  // namespace nearer::coach
