#include "history/retention.h"

#include <chrono>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include "history/erased_ids.h"
#include "history/erasures.h"
#include "history/sqlite_connection.h"
#include "history/sqlite_history.h"
#include "history/sqlite_rows.h"

namespace nearer::history {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPatience{5000};
constexpr milliseconds kNap{10};
// So many are looked for, and erased, at once: whoever writes meanwhile waits
// no longer than that takes.
constexpr int kAtOnce = 100;

// Conversations with key > after, in order.
HistoryResult<std::vector<std::int64_t>> FindOlder(Connection& db,
                                                   std::int64_t after,
                                                   UnixSeconds before) {
  Query query(db,
              "SELECT c.key FROM conversations AS c JOIN turns AS t "
              "ON " NEARER_LAST_TURN
              " WHERE c.key > ? AND t.at < ? ORDER BY c.key LIMIT ?",
              after, before, kAtOnce);
  std::vector<std::int64_t> keys;
  while (query.Row()) keys.push_back(query.Integer(0));
  if (!query.ok()) return db.Failed("find old conversations", query.rc());
  return keys;
}

// Erases those of `keys` that are still old, in the present transaction.
HistoryResult<std::vector<Turn>> EraseRows(
    Connection& db, const std::vector<std::int64_t>& keys, UnixSeconds before,
    UnixSeconds now) {
  std::vector<Turn> last;
  for (const std::int64_t key : keys) {
    {
      Query turn(db,
                 "SELECT c.id, " NEARER_TURN_COLUMNS
                 " FROM conversations AS c JOIN turns AS t "
                 "ON " NEARER_LAST_TURN " WHERE c.key = ? AND t.at < ?",
                 key, before);
      if (!turn.Row()) {
        if (turn.ok()) continue;
        return db.Failed("erase old conversations", turn.rc());
      }
      const auto noted = NoteErased(db, turn.Text(0), now);
      if (!noted) return noted.error();
      last.push_back(TurnFrom(turn, 1));
    }
    Query rows(db, "DELETE FROM conversations WHERE key = ?", key);
    if (!rows.Finish()) {
      return db.Failed("erase old conversations", rows.rc());
    }
  }
  if (!last.empty()) {
    const auto asked = NoteAsked(db, static_cast<std::int64_t>(last.size()));
    if (!asked) return asked.error();
  }
  return last;
}

HistoryResult<std::vector<Turn>> EraseInOnePiece(
    Connection& db, const std::vector<std::int64_t>& keys, UnixSeconds before,
    UnixSeconds now) {
  if (const int rc = db.Run("BEGIN IMMEDIATE"); rc != SQLITE_OK) {
    return db.Failed("erase old conversations", rc);
  }
  auto last = EraseRows(db, keys, before, now);
  const int rc = last ? db.Run("COMMIT") : SQLITE_OK;
  if (!last || rc != SQLITE_OK) db.Rollback();
  if (rc != SQLITE_OK) return db.Failed("erase old conversations", rc);
  return last;
}

// Waits for whoever reads the log, as long as patience lasts.
HistoryResult<Done> Finish(Connection& db, milliseconds patience) {
  const auto until = steady_clock::now() + patience;
  db.SetPatience(kNap);
  for (;;) {
    const auto left = FinishErasures(db);
    if (!left) return left.error();
    if (*left == 0) return Done{};
    if (steady_clock::now() >= until) return Unfinished(db);
    std::this_thread::sleep_for(kNap);
  }
}

}  // namespace

HistoryResult<Done> EraseOlder(
    const std::string& path, UnixSeconds before, UnixSeconds now,
    const std::function<void(const Turn& last)>& erased,
    milliseconds patience) {
  // Brings the tables up to date.
  if (const auto current = OpenSqlite(path, {.readers = 1}); !current) {
    return current.error();
  }
  const auto db = Connection::Open(path, kPatience);
  if (!db) return db.error();
  std::int64_t after = 0;
  for (;;) {
    const auto keys = FindOlder(**db, after, before);
    if (!keys) return keys.error();
    if (keys->empty()) return Finish(**db, patience);
    after = keys->back();
    const auto last = EraseInOnePiece(**db, *keys, before, now);
    if (!last) return last.error();
    for (const Turn& turn : *last) erased(turn);
  }
}

}  // namespace nearer::history
