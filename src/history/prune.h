#ifndef NEARER_HISTORY_PRUNE_H_
#define NEARER_HISTORY_PRUNE_H_

#include <functional>
#include <limits>
#include <string>
#include <string_view>

#include "history/erased_ids.h"
#include "history/history.h"

// What was erased goes from copies, too, and no copy brings it back.
namespace nearer::history {

// SHA-256 of a pack's archive, as Verify wants it.
using Digest = std::function<std::string(std::string_view)>;

// Before every moment.
inline constexpr UnixSeconds kNever = std::numeric_limits<UnixSeconds>::min();

// Adds what a record knows to be erased, which may be in use; or a copy, to
// which nobody writes.
HistoryResult<Done> AddErasedIn(const std::string& record, ErasedIds& erased);
HistoryResult<Done> AddErasedInCopy(const std::string& copy, ErasedIds& erased);

// Removes from the copy at `path` each conversation that is in `erased`, and
// each whose last turn was before `before`. `removed` hears their last turns,
// once they are gone.
//
// A copy with none of them is only read. Another one is written anew beside
// itself, up to date and knowing of all that `erased` has, verified, and put in
// its own place at once: after a crash the old one stands, or the new one, and
// in the new one no byte of the conversations. The blocks that the old one had
// are the file system's.
//
// Nobody may be writing to the copy. Fails, and leaves it as it is, when it is
// in use or not sound.
HistoryResult<Done> PruneCopy(
    const std::string& path, const ErasedIds& erased, UnixSeconds before,
    const Digest& digest, const std::function<void(const Turn& last)>& removed);

struct Restored {
  std::int64_t conversations = 0;  // in the record now
  std::int64_t erased = 0;         // that the copy had and the record has not
  std::string former;  // where the record is that stood there; empty: none did
};

// Makes the copy at `from` the record at `to`, without what is in `erased`, in
// the copy's own list or in that of the record at `to`, if there is one. That
// one is kept, beside itself, with `now` in its name. The new record is
// verified before it gets its name, and then has it at once.
//
// Fails, and changes nothing, when the copy is not sound, or when somebody uses
// the record at `to` or it cannot be read.
HistoryResult<Restored> Restore(const std::string& from, const std::string& to,
                                const ErasedIds& erased, UnixSeconds now,
                                const Digest& digest);

}  // namespace nearer::history

#endif  // NEARER_HISTORY_PRUNE_H_
