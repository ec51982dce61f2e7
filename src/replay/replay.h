#ifndef NEARER_REPLAY_REPLAY_H_
#define NEARER_REPLAY_REPLAY_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/coach/pack.h"
#include "core/result.h"
#include "history/history.h"
#include "replay/outcome.h"
#include "replay/packs.h"

// Says the past again and compares. The record is only read, a page at a time,
// so it may be served meanwhile; what is written during a replay may or may not
// be seen by it.
namespace nearer::replay {

enum class Mode : std::uint8_t {
  kInPlace,  // each turn from the state it had
  kOnward,   // the state flows on: each turn from what the one before left
};
std::string_view Name(Mode mode);  // "in_place", "onward"

// "2026-01-31" or "2026-01-31T18:00", with ":30" and a "Z" if one likes; UTC.
std::optional<history::UnixSeconds> ParseDate(const std::string& text);

// Which turns are compared; those left out are not counted. Empty members let
// everything through. A theme or a rule may be the one that was heard or the
// one that is heard now. Onward, the state flows from the first turn that is
// not before `since`.
struct Filter {
  std::optional<history::UnixSeconds> since, until;  // [since, until)
  std::string theme, rule, channel, conversation;
};

struct Options {
  Mode mode = Mode::kInPlace;
  // What answers; null: each turn is answered by the pack that spoke, out of
  // the archive.
  std::shared_ptr<const coach::Pack> pack;
  Filter filter;
  int threads = 0;  // 0: one a core
  // As the record was made with; null: nothing could be arranged.
  const when::Zones* zones = nullptr;
};

struct Counts {
  std::array<std::int64_t, kOutcomes> turns{};  // by outcome
  std::int64_t conversations = 0;               // with a turn that was compared

  std::int64_t of(Outcome outcome) const {
    return turns[static_cast<std::size_t>(outcome)];
  }
  std::int64_t compared() const;
  Counts& operator+=(const Counts& other);
  friend bool operator==(const Counts&, const Counts&) = default;
};

// How far a replay has come: through every conversation with id <= `after`.
struct Progress {
  std::string after;
  std::int64_t read = 0;  // turns, compared or not
  Counts counts;
  bool done = false;
};

// Hears of what a replay finds, from several threads but one call at a time:
// turns in the order of their conversations' ids and their numbers, whatever
// the number of threads. A call that fails ends the replay.
class Listener {
 public:
  virtual ~Listener() = default;

  // A turn that is not the same. `line` is a JSON object without a line end:
  //   {"outcome","from","to","conversation","channel","n","at","text","pack",
  //    "differs_since","state","before","after","why_before","why_after"}
  // `from` and `to` name the rules that were and are heard, or else the themes;
  // `before` and `after` are replies as the API shows them; `state` names the
  // members of the state that differ, and `differs_since` the first turn after
  // which it did (onward). Of a turn that cannot be read the last six are
  // missing and "reason" says why.
  virtual Result<Done> Changed(Outcome outcome, std::string_view line) = 0;

  // Everything up to `progress` has been told. Should the replay end before the
  // next such call, what was told in between will be told again.
  virtual Result<Done> Reached(const Progress& progress) = 0;
};

// Goes on from `from` until the end, or until `stop` becomes true: then what is
// returned is not `done`, and another call goes on from there as if there had
// been one. Memory does not grow with the record. Fails when the record cannot
// be read, or with what the listener said.
Result<Progress> Replay(const history::History& history, Packs& archived,
                        const Options& options, Progress from,
                        Listener& listener, const std::atomic<bool>& stop);

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_REPLAY_H_
