#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "core/coach/echo.h"
#include "core/coach/turn.h"
#include "core/text/among.h"

// Where no theme is sure: the person's own words, a careful guess, an open
// question.
namespace nearer::coach {
namespace {

// As many words may be said back between quotation marks.
constexpr std::size_t kQuotedWords = 7;
// One sentence of several has as many.
constexpr std::size_t kFewestOfMore = 4;

// In three turns of so many a guess stands alone, in two a question follows.
constexpr int kTurnsInAll = 5;

// When what is told takes place, each with a concept "shows_…" and open
// questions "coach.explore.…".
constexpr std::array<std::string_view, 3> kTimes = {"habit", "ahead", "told"};

// Whether clause `clause` speaks of the person: "she is afraid" shows nothing
// of theirs.
bool SpeaksOfThem(const Turn& turn, std::uint16_t clause) {
  static constexpr std::array<std::string_view, 5> kThem = {"i", "me", "my",
                                                            "myself", "we"};
  const auto& tokens = turn.hearing.reading().tokens;
  return std::any_of(
      tokens.begin(), tokens.end(), [&](const text::Token& token) {
        return token.clause == clause && text::Among(token.word, kThem);
      });
}

// Whether something of the concept "shows_<what>" stands unmarked where
// `counts(i)` of its token.
template <typename Counts>
bool Shows(const Turn& turn, std::string_view what, const Counts& counts) {
  const match::Heard& heard = turn.hearing.heard();
  const auto concept_id = heard.concepts().Find("shows_" + std::string(what));
  if (!concept_id) return false;
  const auto& tokens = turn.hearing.reading().tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (!tokens[i].marked && heard.IsTagged(i, *concept_id) && counts(i))
      return true;
  return false;
}

// A feeling, a need or the other side, as a possibility.
bool Guess(Turn& turn) {
  // In a few words it is theirs, even where they leave out "I". Of a long
  // message it belongs to what was said back, or to nothing they see.
  const auto& tokens = turn.hearing.reading().tokens;
  const bool brief = tokens.size() <= kQuotedWords;
  const auto theirs = [&](std::size_t i) {
    return brief || (SpeaksOfThem(turn, tokens[i].clause) &&
                     (!turn.echo || turn.echo->Holds(i)));
  };
  for (const std::string_view what : kShown)
    if (Shows(turn, what, theirs) &&
        turn.speaker.Say("coach.guess." + std::string(what),
                         PromptKind::kComplex)) {
      CountReflection(turn.state, PromptKind::kComplex);
      return true;
    }
  return false;
}

// One that fits whatever was told.
bool GuessAnyhow(Turn& turn) {
  if (!turn.speaker.Say("coach.guess.any", PromptKind::kComplex)) return false;
  CountReflection(turn.state, PromptKind::kComplex);
  return true;
}

// An open question that fits when it takes place, else one that fits anything.
bool AskWhatFits(Turn& turn) {
  const auto when =
      std::find_if(kTimes.begin(), kTimes.end(), [&](std::string_view time) {
        return Shows(turn, time, [](std::size_t) { return true; });
      });
  if (when != kTimes.end() &&
      turn.speaker.Say("coach.explore." + std::string(*when), PromptKind::kSay))
    return true;
  return turn.speaker.Say("coach.explore", PromptKind::kSay);
}

// Whether tokens [first, end) are fit to be quoted.
bool MayQuote(const Turn& turn, std::size_t first, std::size_t end) {
  const auto& tokens = turn.hearing.reading().tokens;
  const auto unsaid = turn.pack.matcher().concepts().Find(kUnsaid);
  for (std::size_t i = first; i < end; ++i)
    if (!MaySay(turn.hearing, unsaid, i)) return false;
  const std::size_t until =
      end < tokens.size() ? tokens[end].begin : turn.hearing.utterance().size();
  return turn.hearing.utterance()
             .substr(tokens[first].begin, until - tokens[first].begin)
             .find_first_of("?!\"\n") == std::string_view::npos;
}

// Whether a sentence among others is a fragment with a sense of its own: what
// speaks of "I" is turned to "you" or not said.
bool StandsAlone(const Turn& turn, std::size_t first, std::size_t end) {
  static constexpr std::array<std::string_view, 10> kLeaning = {
      "but", "and", "or", "so", "that", "it", "this", "then", "which", "no"};
  const auto& tokens = turn.hearing.reading().tokens;
  const auto begin = tokens.begin() + static_cast<std::ptrdiff_t>(first);
  return !text::Among(begin->word, kLeaning) &&
         std::none_of(begin, tokens.begin() + static_cast<std::ptrdiff_t>(end),
                      [](const text::Token& token) {
                        return token.word == "i" || token.word == "you" ||
                               token.word == "we";
                      });
}

// A few words as they stand, a whole sentence, the last one of its kind; empty
// where none is fit to be quoted.
std::string FewWords(const Turn& turn) {
  const auto& tokens = turn.hearing.reading().tokens;
  const bool only = turn.hearing.reading().sentences <= 1;
  if (turn.hearing.act()) return {};
  for (std::size_t end = tokens.size(); end > 0;) {
    std::size_t first = end - 1;
    while (first > 0 && text::InOneSentence(tokens[first - 1], tokens[first]))
      --first;
    const std::size_t count = end - first;
    if (count >= (only ? 2 : kFewestOfMore) && count <= kQuotedWords &&
        (only || StandsAlone(turn, first, end)) && MayQuote(turn, first, end))
      return std::string(turn.hearing.utterance().substr(
          tokens[first].begin, tokens[end - 1].end - tokens[first].begin));
    end = first;
  }
  return {};
}

}  // namespace

void AskOpenly(Turn& turn) {
  const State& state = turn.state;
  const bool may_ask = state.questions_in_row < kQuestionsInRow;
  const bool guessed = Guess(turn);
  const bool alone = state.session_turns % kTurnsInAll % 2 == 0;
  if (alone && (guessed || GuessAnyhow(turn))) return;
  if (may_ask && AskWhatFits(turn)) return;
  if (guessed || (state.session_turns % 6 != 0 && GuessAnyhow(turn))) return;
  turn.speaker.SayMoment("coach.offer_talk_on");
}

bool SayWordsBack(Turn& turn, std::string_view before) {
  auto& slots = turn.speaker.slots();
  std::string_view moment = "coach.echo";
  PromptKind kind = PromptKind::kSimple;
  Echo echo = EchoOf(turn.pack, turn.hearing, turn.was_question);
  if (!echo.said.empty()) {
    if (!echo.also.empty())
      moment = echo.two_sided ? "coach.echo_sides" : "coach.echo_both";
    if (echo.two_sided) kind = PromptKind::kComplex;
    slots["said"] = echo.said;
    slots["also"] = echo.also;
    turn.echo = std::move(echo);
  } else if (std::string words = FewWords(turn); !words.empty()) {
    slots["words"] = std::move(words);
    moment = "coach.echo_words";
  } else {
    return false;
  }
  if (!before.empty()) turn.speaker.SayStatement(before);
  turn.speaker.NewMessage();
  turn.speaker.Say(moment, kind, Speaker::Repeat::kLeastRecent);
  CountReflection(turn.state, kind);
  turn.trace.note = "said back";
  return true;
}

bool SayBack(Turn& turn) {
  if (!SayWordsBack(turn)) return false;
  AskOpenly(turn);
  return true;
}

}  // namespace nearer::coach
