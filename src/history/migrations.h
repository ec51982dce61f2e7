#ifndef NEARER_HISTORY_MIGRATIONS_H_
#define NEARER_HISTORY_MIGRATIONS_H_

#include <span>

#include "history/history.h"
#include "history/sqlite_connection.h"

namespace nearer::history {

// One step from a version of the tables to the next.
struct Migration {
  int number;        // 1, 2, 3, …; the version it leads to
  const char* name;  // for the operator
  const char* sql;
};

// All of them, in order. A migration that was ever released is never changed;
// what it got wrong, a later one mends.
std::span<const Migration> Migrations();

// The version of the tables, 0 for an empty file. kBroken for what this program
// must not touch: the database of another program, one that a newer nearer
// wrote, one that CleanVfs cannot serve. Changes nothing.
//
// The version is kept in `PRAGMA user_version`, the owner in
// `PRAGMA application_id`, and what was applied when in the table `migrations`.
HistoryResult<std::int64_t> Inspect(Connection& connection);

// Brings the database to the version `last`, each migration in a transaction of
// its own. Fails as Inspect does. Several processes may do this to one file at
// the same time.
HistoryResult<Done> Migrate(Connection& connection,
                            int last = Migrations().back().number);

}  // namespace nearer::history

#endif  // NEARER_HISTORY_MIGRATIONS_H_
