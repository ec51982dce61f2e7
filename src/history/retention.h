#ifndef NEARER_HISTORY_RETENTION_H_
#define NEARER_HISTORY_RETENTION_H_

#include <chrono>
#include <functional>
#include <string>

#include "history/history.h"

namespace nearer::history {

// Erases, from the record in the SQLite file at `path`, every conversation
// whose last turn was before `before`, as History::Erase does at `now`: with
// all that belongs to it, so that when this returns their bytes stand in no
// file of the record. Other processes may go on using it; a conversation that
// goes on in that very moment is kept. Work that takes long is committed piece
// by piece.
//
// `erased` hears the last turn of each, once it is gone. Fails as Erase does:
// after kBusy the conversations that `erased` heard of are gone but not all
// their bytes are, and the same call again finishes the work. The file must
// exist; it is brought up to date. `patience` is how long it waits for those
// who read the write-ahead log.
HistoryResult<Done> EraseOlder(
    const std::string& path, UnixSeconds before, UnixSeconds now,
    const std::function<void(const Turn& last)>& erased,
    std::chrono::milliseconds patience = std::chrono::milliseconds(5000));

}  // namespace nearer::history

#endif  // NEARER_HISTORY_RETENTION_H_
