#ifndef NEARER_AUTHORING_UNHEARD_H_
#define NEARER_AUTHORING_UNHEARD_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/coach/pack.h"
#include "history/history.h"

// What people said that no rule heard, so that an author sees what to write
// next. It holds people's words: for operators, and not for a log.
namespace nearer::authoring {

// Things said that share most of their words.
struct UnheardGroup {
  std::string text;                 // said most often
  std::vector<std::string> others;  // the next ones, at most kOthers
  std::int64_t wordings = 0;        // how many different texts
  std::int64_t times = 0;
  std::int64_t conversations = 0;  // in which one of them was said
  history::UnixSeconds last = 0;
};
inline constexpr std::size_t kOthers = 5;

struct Unheard {
  std::vector<UnheardGroup> groups;  // the most frequent first
  std::int64_t turns = 0;            // unheard, grouped
  std::int64_t heard_now = 0;  // unheard then; a rule of the pack hears them
  std::int64_t withheld = 0;   // the pack hears danger in them: never shown
  std::int64_t left_out = 0;   // beyond kMostTexts, not grouped
};

// Different texts that are held at a time, which bounds memory.
inline constexpr std::size_t kMostTexts = 400'000;

// Goes through the record for turns in which neither a rule nor the model heard
// anything and that answered no dialog or choice. Turns in which danger was
// heard, or that fell into a pause for it, are left out, and so is whatever
// `pack` hears danger in now. What `pack` hears otherwise is left out as done,
// and counted. Groups as GroupByWords does, by the words as `pack` reads them;
// those with fewer than `least` turns are dropped from `groups`. Equal records
// and packs give equal results. Uses all cores.
history::HistoryResult<Unheard> FindUnheard(const history::History& history,
                                            const coach::Pack& pack,
                                            std::int64_t least);

nlohmann::ordered_json ToJson(const UnheardGroup& group);
std::string ToText(const Unheard& unheard);
std::string ToHtml(const Unheard& unheard);  // a page by itself

}  // namespace nearer::authoring

#endif  // NEARER_AUTHORING_UNHEARD_H_
