#include <array>
#include <string>
#include <string_view>

#include "core/coach/turn.h"

// Rules that know English only hear nothing in another language, danger
// neither: whoever writes in one is told so, in that language, with where help
// is found.
namespace nearer::coach {
namespace {

// Each with a concept "speaks_…" and a moment "coach.speaks.…".
constexpr std::array<std::string_view, 7> kLanguages = {
    "german", "french", "spanish", "italian", "portuguese", "dutch", "polish"};
// As many words of a language show it, and such a part of all words: a name or
// a quoted line does not.
constexpr std::size_t kFewestWords = 3;
constexpr double kFewestOfAll = 0.3;

std::size_t WordsOf(const Turn& turn, std::string_view language) {
  const match::Heard& heard = turn.hearing.heard();
  const auto words = heard.concepts().Find("speaks_" + std::string(language));
  std::size_t count = 0;
  for (std::size_t i = 0; words && i < turn.hearing.reading().tokens.size();
       ++i)
    if (heard.IsTagged(i, *words)) ++count;
  return count;
}

}  // namespace

bool AnswerOtherLanguage(Turn& turn) {
  std::string_view spoken;
  std::size_t most = kFewestWords - 1;
  for (const std::string_view language : kLanguages)
    if (const std::size_t words = WordsOf(turn, language); words > most) {
      most = words;
      spoken = language;
    }
  const auto all = static_cast<double>(turn.hearing.reading().tokens.size());
  if (spoken.empty() || static_cast<double>(most) < kFewestOfAll * all)
    return false;
  if (!turn.speaker.Say("coach.speaks." + std::string(spoken), PromptKind::kSay,
                        Speaker::Repeat::kLeastRecent))
    return false;
  turn.trace.note = "another language";
  return true;
}

}  // namespace nearer::coach
