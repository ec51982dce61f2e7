#ifndef NEARER_INSIGHTS_INSIGHTS_H_
#define NEARER_INSIGHTS_INSIGHTS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/coach/state.h"
#include "core/result.h"
#include "history/history.h"
#include "insights/calendar.h"

// What a conversation's record tells when one looks back. The record holds
// turns and the coach's state after each; this folder alone reads the one by
// what the other means, so that history knows no states and the core no past.
namespace nearer::insights {

// One day or one week in which the person wrote something.
struct Period {
  std::chrono::sys_days begins;
  std::int64_t messages = 0;               // the person's
  std::map<std::string, int> theme_times;  // id -> messages heard as about it
};

// A time when the urge to pull away came up: told in the talk, or written down
// as a journal entry.
struct Moment {
  std::int64_t n = 0;   // the turn that told it; of an entry, that ended it
  std::int64_t at = 0;  // Unix seconds
  std::string theme;    // what was heard; empty for an entry
  std::string text;     // what the person wrote; empty for an entry
  // trigger, urge, did, guarded, in their words; empty unless an entry.
  std::map<std::string, std::string> entry;
  std::optional<coach::Person> about;  // spoken of in that turn
};

// A step the person chose, and what became of it.
struct ChosenStep {
  std::int64_t n = 0;         // the turn that chose it
  coach::Step step;           // as it stands, or stood when another replaced it
  std::int64_t state_at = 0;  // when its state was told; 0 while "chosen"
};

struct Insights {
  std::int64_t messages = 0;               // the person's
  int sessions = 0;                        // in which they wrote something
  std::int64_t first_at = 0, last_at = 0;  // Unix seconds; 0 without messages
  std::vector<Period> periods;             // those with messages, in order
  std::vector<Moment> moments;             // in order
  std::vector<ChosenStep> steps;           // in order
};

enum class Length : std::uint8_t { kDay, kWeek };

// Looks back over the turns of one conversation, given one by one from the
// opening on.
//
// A message counts for one theme, the one it was answered as. It counts for
// none when it was a quick reply (the words were the coach's), a request, an
// act of conversation, or when the person corrected what had been heard. Danger
// is in no count: a picture would make a score of it.
class Retrospect {
 public:
  Retrospect(Calendar calendar, Length length);

  // Fails when what was recorded cannot be read; then nothing was added. Takes
  // time linear in the turn's state, most of which is passed over.
  Result<Done> Add(const history::Turn& turn);

  Insights Take() &&;

 private:
  struct Counted {
    std::int64_t at = 0, n = 0;
  };
  Period& PeriodOf(std::int64_t at);
  void Count(const history::Turn& turn, const std::string& theme,
             const coach::State& state);
  void TakeBackWhatWasCorrected(const coach::State& state);
  void NoteEntry(const history::Turn& turn, const coach::State& state);
  void NoteStep(const history::Turn& turn, const coach::State& state);

  Calendar calendar_;
  Length length_;
  Insights insights_;
  coach::State before_;       // after the turn before, as far as needed
  std::string journal_text_;  // the journal then, as the record has it
  std::size_t entries_ = 0;   // in it
  std::map<std::string, Counted> last_counted_;  // by theme
};

// Reads the turns of conversation `id` in pages, in order, and gives each to
// `take`. Stops at the first error; kBroken carries what `take` says.
history::HistoryResult<Done> ForEachTurn(
    const history::History& history, std::string_view id,
    const std::function<Result<Done>(const history::Turn&)>& take);

// Reads every turn of the conversation, in pages of bounded memory. Linear in
// their number: 5,000 of 10 KiB each take about a quarter of a second.
history::HistoryResult<Insights> LookBack(const history::History& history,
                                          std::string_view id,
                                          Calendar calendar, Length length);

// As GET /v1/conversations/{id}/insights shows them.
nlohmann::ordered_json ToJson(const Insights& insights, Calendar calendar,
                              Length length);
nlohmann::ordered_json ToJson(const Moment& moment);
nlohmann::ordered_json ToJson(const ChosenStep& step);

}  // namespace nearer::insights

#endif  // NEARER_INSIGHTS_INSIGHTS_H_
