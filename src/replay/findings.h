#ifndef NEARER_REPLAY_FINDINGS_H_
#define NEARER_REPLAY_FINDINGS_H_

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "replay/progress_file.h"
#include "replay/replay.h"
#include "replay/spill.h"

namespace nearer::replay {

// What a replay has found, on disk, sorted by how grave it is. One thread at a
// time.
class Findings final : public Listener {
 public:
  // In files that go with the object. Of each outcome at most `most_bytes` of
  // lines are kept; those left out are counted.
  static Result<std::unique_ptr<Findings>> Temporary(
      std::int64_t most_bytes = std::numeric_limits<std::int64_t>::max());

  // In files beside `path`, where the progress of the replay is kept, at least
  // once a second. When there is such a file, goes on from there; fails when it
  // is of another question.
  static Result<std::unique_ptr<Findings>> Resumable(
      const std::string& path, const std::string& question);

  Result<Done> Changed(Outcome outcome, std::string_view line) override;
  Result<Done> Reached(const Progress& progress) override;

  // How far the replay has come; where to go on from.
  const Progress& progress() const { return mark_.progress; }
  std::int64_t left_out() const { return left_out_; }

  // Keeps the progress now. Does nothing to temporary files.
  Result<Done> Save();
  // Removes the files beside the progress, and that itself.
  void Remove();

  // A place among all lines, the gravest outcomes first.
  struct Place {
    Outcome outcome = Outcome::kRiskLost;
    std::int64_t begin = 0;
  };

  // Calls `each(line, place)` with all lines until it gives false.
  template <typename Each>
  Result<Done> ForEach(const Each& each) {
    for (std::size_t i = 0; i < spills_.size(); ++i) {
      bool more = true;
      const auto read =
          spills_[i].ForEach(0, [&](std::string_view line, std::int64_t begin) {
            return more = each(line, Place{static_cast<Outcome>(i), begin});
          });
      if (!read) return read;
      if (!more) break;
    }
    return Done{};
  }

  Result<std::string> ReadLine(const Place& place);

  // All lines as they are on disk, through `write(bytes)`, which may fail.
  template <typename Write>
  Result<Done> Copy(const Write& write);

  // At most `limit` lines from `from` on, and where the next one begins, which
  // is negative after the last. `from` is 0 or what an earlier call gave.
  struct Page {
    std::vector<std::string> lines;
    std::int64_t next = -1;
  };
  Result<Page> ReadPage(std::int64_t from, int limit);

 private:
  Findings(std::vector<Spill> spills, std::string path, Mark mark,
           std::int64_t most_bytes)
      : spills_(std::move(spills)),
        path_(std::move(path)),
        mark_(std::move(mark)),
        most_bytes_(most_bytes) {}

  std::vector<Spill> spills_;  // by outcome, those of kSame not
  const std::string path_;     // of the progress; empty: temporary
  Mark mark_;
  const std::int64_t most_bytes_;
  std::int64_t left_out_ = 0;
  std::chrono::steady_clock::time_point saved_{};
};

template <typename Write>
Result<Done> Findings::Copy(const Write& write) {
  constexpr std::int64_t kAtOnce = 1 << 18;
  for (Spill& spill : spills_) {
    for (std::int64_t at = 0; at < spill.size(); at += kAtOnce) {
      const auto bytes = spill.Read(at, kAtOnce);
      if (!bytes) return bytes.error();
      if (const auto wrote = write(*bytes); !wrote) return wrote;
    }
  }
  return Done{};
}

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_FINDINGS_H_
