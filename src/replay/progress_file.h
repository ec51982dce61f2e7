#ifndef NEARER_REPLAY_PROGRESS_FILE_H_
#define NEARER_REPLAY_PROGRESS_FILE_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"
#include "replay/replay.h"

namespace nearer::replay {

// How far a replay has come, so that another process can go on.
struct Mark {
  std::string question;  // what is replayed, against what: the asker's words
  Progress progress;
  std::array<std::int64_t, kOutcomes> sizes{};  // of what was found, in bytes

  friend bool operator==(const Mark& a, const Mark& b) {
    return a.question == b.question && a.sizes == b.sizes &&
           a.progress.after == b.progress.after &&
           a.progress.counts == b.progress.counts &&
           a.progress.read == b.progress.read &&
           a.progress.done == b.progress.done;
  }
};

std::string ToJson(const Mark& mark);
// Fails on anything that ToJson did not write; any bytes give an error, no
// crash.
Result<Mark> ParseMark(std::string_view json);

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_PROGRESS_FILE_H_
