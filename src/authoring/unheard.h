#ifndef NEARER_AUTHORING_UNHEARD_H_
#define NEARER_AUTHORING_UNHEARD_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/coach/pack.h"
#include "history/history.h"

// What people said that no rule heard, so that an author sees what to write
// next. It holds people's words: for operators, and not for a log.
namespace nearer::authoring {

// Where something was said.
struct Place {
  std::string conversation;  // its id
  std::int64_t n = 0;        // of the turn
  history::UnixSeconds at = 0;
};

// Things said that share most of their words.
struct UnheardGroup {
  std::string text;                 // said most often
  std::vector<std::string> others;  // the next ones, at most kOthers
  // Where `text`, and each of `others`, was said last.
  std::vector<Place> places;
  std::int64_t wordings = 0;  // how many different texts
  std::int64_t times = 0;
  std::int64_t conversations = 0;  // in which one of them was said
  history::UnixSeconds last = 0;
  // How often in each week in which it was said, by its Monday, in order (UTC).
  std::vector<std::pair<std::chrono::sys_days, std::int64_t>> weeks;
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

struct UnheardQuestion {
  // Turns at `since` or later, and before `until`.
  std::optional<history::UnixSeconds> since, until;
  std::int64_t least = 1;
  int threads = 0;  // to hear with; 0: one a core
};

// Hears how many turns were read so far, often; says whether to go on.
using UnheardProgress = std::function<bool(std::int64_t turns)>;

// Goes through the record for turns in which neither a rule nor the model heard
// anything and that answered no dialog or choice. Turns in which danger was
// heard, or that fell into a pause for it, are left out, and so is whatever
// `pack` hears danger in now. What `pack` hears otherwise is left out as done,
// and counted. Groups as GroupByWords does, by the words as `pack` reads them;
// those with fewer than `least` turns are dropped from `groups`. Equal records
// and packs give equal results. kBusy when `progress` ended it.
history::HistoryResult<Unheard> FindUnheard(
    const history::History& history, const coach::Pack& pack,
    const UnheardQuestion& question,
    const UnheardProgress& progress = [](std::int64_t) { return true; });

nlohmann::ordered_json ToJson(const UnheardGroup& group);
std::string ToText(const Unheard& unheard);
std::string ToHtml(const Unheard& unheard);  // a page by itself

}  // namespace nearer::authoring

#endif  // NEARER_AUTHORING_UNHEARD_H_
