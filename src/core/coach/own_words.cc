#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/coach/turn.h"
#include "core/text/among.h"

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
         !text::Among(token.lemma, kOfAnyQuestion);
}

using Sentence = std::vector<const text::Token*>;

// The short sentences with the mark of a question.
std::vector<Sentence> AskedIn(const Turn& turn) {
  std::vector<Sentence> asked;
  const auto& tokens = turn.hearing.reading().tokens;
  for (std::size_t i = 0; i < tokens.size();) {
    Sentence sentence;
    const std::size_t first = i;
    for (; i < tokens.size() && text::InOneSentence(tokens[first], tokens[i]);
         ++i)
      sentence.push_back(&tokens[i]);
    if (sentence.size() <= kLongestAskedBack &&
        turn.hearing.Behind(i - 1).starts_with('?'))
      asked.push_back(std::move(sentence));
  }
  return asked;
}

// Whether one of the sentences asks about the wording: it holds a telling word
// of it, and does not stand before the answer to it.
bool AskAbout(const Turn& turn, const std::vector<Sentence>& asked,
              const Wording& wording) {
  const text::Reading said = turn.pack.lexicon().Read(wording.text);
  const auto in_wording = [&](const text::Token* word) {
    return IsTelling(*word) &&
           std::any_of(said.tokens.begin(), said.tokens.end(),
                       [&](const text::Token& token) {
                         return token.lemma == word->lemma;
                       });
  };
  const std::size_t tokens = turn.hearing.reading().tokens.size();
  return std::any_of(asked.begin(), asked.end(), [&](const Sentence& sentence) {
    const bool answered =
        wording.question && tokens > sentence.size() + kMoreThanAsked;
    return !answered &&
           std::any_of(sentence.begin(), sentence.end(), in_wording);
  });
}

}  // namespace

bool AnswerAboutOwnWords(Turn& turn) {
  const std::vector<Sentence> asked = AskedIn(turn);
  if (asked.empty()) return false;
  const auto& said = turn.state.said;
  const std::size_t last = std::min(said.size(), kLastSaid);
  if (std::none_of(said.end() - static_cast<std::ptrdiff_t>(last), said.end(),
                   [&](const std::string& id) {
                     const Wording* wording = turn.pack.wordings().Find(id);
                     return wording && AskAbout(turn, asked, *wording);
                   }))
    return false;
  if (!SayWordsBack(turn, "coach.loose")) turn.speaker.SayMoment("coach.loose");
  turn.trace.note = "asked about its own words";
  return true;
}

}  // namespace nearer::coach
