#ifndef NEARER_HISTORY_ERASURES_H_
#define NEARER_HISTORY_ERASURES_H_

#include <cstdint>

#include "history/history.h"
#include "history/sqlite_connection.h"

// Erasing has two halves: the rows go in a transaction, and then their bytes
// have to go from the write-ahead log, for which the log must be free of
// readers. The table `erasures` counts both, so that what one process leaves
// unfinished another finishes.
namespace nearer::history {

// Makes sure that no byte of what was erased is left in the files: moves the
// write-ahead log into the database, where CleanVfs has the last word, cuts the
// log to nothing, and forgets the pages in memory, which would else bring old
// bytes into the new log. False when somebody reads the log just now.
HistoryResult<bool> EmptyLog(Connection& db);

// Counts `count` more erasures, in the transaction that erased the rows. The
// number of all that were asked for so far.
HistoryResult<std::int64_t> NoteAsked(Connection& db, std::int64_t count);

// The log was emptied after `asked` erasures had been committed.
HistoryResult<Done> NoteFinished(Connection& db, std::int64_t asked);

// Finishes what is left unfinished, if that is possible now. Gives the count
// of erasures that stay unfinished, 0 for none.
HistoryResult<std::int64_t> FinishErasures(Connection& db);

// What to say when somebody reads the log for too long.
HistoryError Unfinished(const Connection& db);

}  // namespace nearer::history

#endif  // NEARER_HISTORY_ERASURES_H_
