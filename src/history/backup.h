#ifndef NEARER_HISTORY_BACKUP_H_
#define NEARER_HISTORY_BACKUP_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "history/history.h"

// Copies of a record, as files.
namespace nearer::history {

// What stands in a record.
struct Contents {
  std::int64_t version = 0;  // of the tables
  std::int64_t conversations = 0, turns = 0, packs = 0;
  std::int64_t bytes = 0;  // of the file
};

// Copies the record at `from`, as it stands at one moment, to the new file
// `to`, while other processes go on writing. The copy is a record by itself:
// to restore it, put it in the place of the record while nothing serves.
//
// Writers and readers of `from` are not held up, but while this runs its log
// grows, and erasures are not finished. What was erased before stands nowhere
// in the copy.
//
// The copy is made beside `to`, under that name with ".part" behind it, and has
// its own name only once it is whole and on the disk; then it outlives a loss
// of power. It is for this user alone. Fails, with kBroken, when `to` exists
// or when another backup to it is under way; what a crash left of an earlier
// one is removed.
HistoryResult<Done> BackUp(const std::string& from, const std::string& to);

// What is wrong in the record at `path`: nothing, when it is sound.
struct Findings {
  Contents contents;
  std::vector<std::string> wrong;  // what, where; at most kMostFindings
};
inline constexpr std::size_t kMostFindings = 20;

// Reads the whole of a copy that nobody writes to: that it is a record, of a
// version this program knows; every page and index (SQLite's integrity_check);
// that nothing refers to what is not there; that turns are numbered without
// gaps; and that every archived pack is the one its hash names, as `digest`
// tells. Changes nothing, and leaves no file beside it. Fails when the file
// cannot be read at all.
HistoryResult<Findings> Verify(
    const std::string& path,
    const std::function<std::string(std::string_view)>& digest);

// Removes what crashed backups have left in `folder`: files whose name ends
// with ".part" and that no backup is writing. Their names.
std::vector<std::string> RemoveAbandoned(const std::string& folder);

}  // namespace nearer::history

#endif  // NEARER_HISTORY_BACKUP_H_
