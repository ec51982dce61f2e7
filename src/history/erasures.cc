#include "history/erasures.h"

#include <string>

namespace nearer::history {

HistoryResult<bool> EmptyLog(Connection& db) {
  Query checkpoint(db, "PRAGMA wal_checkpoint(TRUNCATE)");
  const bool row = checkpoint.Row();
  const bool busy = !row || checkpoint.Integer(0) != 0;
  if (!row && (checkpoint.rc() & 0xff) != SQLITE_BUSY &&
      (checkpoint.rc() & 0xff) != SQLITE_LOCKED) {
    return db.Failed("empty the write-ahead log", checkpoint.rc());
  }
  if (busy) return false;
  checkpoint.Finish();
  db.DropCache();
  return true;
}

HistoryResult<std::int64_t> NoteAsked(Connection& db, std::int64_t count) {
  Query query(db, "UPDATE erasures SET asked = asked + ? RETURNING asked",
              count);
  if (!query.Row()) return db.Failed("erase a conversation", query.rc());
  const std::int64_t asked = query.Integer(0);
  if (!query.Finish()) return db.Failed("erase a conversation", query.rc());
  return asked;
}

HistoryResult<Done> NoteFinished(Connection& db, std::int64_t asked) {
  Query query(db, "UPDATE erasures SET finished = ?1 WHERE finished < ?1",
              asked);
  if (!query.Finish()) return db.Failed("finish an erasure", query.rc());
  return Done{};
}

HistoryResult<std::int64_t> FinishErasures(Connection& db) {
  const auto asked =
      db.Ask("SELECT asked FROM erasures WHERE asked > finished");
  if (!asked) return asked.error();
  if (*asked == 0) return std::int64_t{0};
  const auto emptied = EmptyLog(db);
  if (!emptied) return emptied.error();
  if (!*emptied) return *asked;
  const auto noted = NoteFinished(db, *asked);
  if (!noted) return noted.error();
  return std::int64_t{0};
}

HistoryError Unfinished(const Connection& db) {
  return {HistoryErrorCode::kBusy,
          "could not finish an erasure, " + db.path() +
              ": the conversation is gone but its bytes are still in the "
              "write-ahead log, because another program reads the file; end "
              "that, or erase it again later"};
}

}  // namespace nearer::history
