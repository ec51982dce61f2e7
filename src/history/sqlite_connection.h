#ifndef NEARER_HISTORY_SQLITE_CONNECTION_H_
#define NEARER_HISTORY_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "history/history.h"

namespace nearer::history {

// One connection to a database file with the statements it has prepared. For
// one thread at a time.
class Connection {
 public:
  // Opens the existing file at `path` for reading and writing, with the
  // settings every connection needs. Waits at most `patience` whenever another
  // connection holds a lock.
  static HistoryResult<std::unique_ptr<Connection>> Open(
      const std::string& path, std::chrono::milliseconds patience);

  // Opens a file that nobody writes to, for reading alone; `uri` says so, and
  // `path` names it in errors. No file is made beside it.
  static HistoryResult<std::unique_ptr<Connection>> OpenUnchanging(
      const std::string& uri, const std::string& path);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs SQL without parameters and throws its rows away. An SQLite code.
  int Run(const char* sql);

  // The first column of the first row; 0 when there is none or it failed.
  HistoryResult<std::int64_t> Ask(std::string_view sql);

  // Gives up a transaction, if one is open.
  void Rollback();
  bool InTransaction() const;

  void SetPatience(std::chrono::milliseconds patience) { patience_ = patience; }

  // Forgets every page read or written; for between transactions.
  void DropCache();

  // The error for the SQLite code `rc`, which came of trying to `do_what`
  // ("append a turn"): what, where, what to do. Built from this program's own
  // words only, so that no utterance can be in it.
  HistoryError Failed(std::string_view do_what, int rc) const;

  sqlite3* raw() const { return db_.get(); }
  const std::string& path() const { return path_; }

 private:
  friend class Query;
  struct CloseDatabase {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };

  Connection(std::string path, std::chrono::milliseconds patience)
      : path_(std::move(path)), patience_(patience) {}

  // SQLite's busy handler: waits a little and says whether to try again.
  static int Wait(void* connection, int tries);

  const std::string path_;
  std::chrono::milliseconds patience_;
  std::chrono::steady_clock::time_point waiting_since_;
  std::unique_ptr<sqlite3, CloseDatabase> db_;
  struct HashText {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;
  // By their SQL.
  std::unordered_map<std::string, Statement, HashText, std::equal_to<>>
      prepared_;
};

// Bytes that SQLite shall store as BLOB; a plain string is stored as TEXT.
struct Blob {
  std::string_view bytes;
};
struct Null {};

// One run of a prepared statement:
//
//   Query turns(connection, "SELECT n FROM turns WHERE conversation = ?", key);
//   while (turns.Row()) Use(turns.Integer(0));
//   if (!turns.ok()) return connection.Failed("read the turns", turns.rc());
//
// `sql` is prepared once for each connection and kept, so it should be one of
// a few constants. Text arguments must outlive the query. The first failure, be
// it preparing, binding or stepping, ends it. Two queries of the same SQL on
// one connection must not overlap.
class Query {
 public:
  template <typename... Arguments>
  Query(Connection& connection, std::string_view sql,
        const Arguments&... arguments)
      : Query(Prepare{}, connection, sql) {
    int position = 0;
    (Bind(++position, arguments), ...);
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Goes to the next row; false after the last and on failure.
  bool Row();

  // Goes through all rows; true when nothing failed.
  bool Finish();

  bool ok() const { return rc_ == SQLITE_OK; }
  int rc() const { return rc_; }

  // Columns of the present row, from 0.
  bool IsNull(int column) const;
  std::int64_t Integer(int column) const;
  std::string Text(int column) const;  // of TEXT and BLOB alike

 private:
  struct Prepare {};
  Query(Prepare, Connection& connection, std::string_view sql);

  void Bind(int position, std::string_view text);
  void Bind(int position, Blob blob);
  void Bind(int position, Null null);
  void Bind(int position, std::integral auto number) {
    BindInteger(position, static_cast<std::int64_t>(number));
  }
  void BindInteger(int position, std::int64_t number);
  void Note(int rc);

  sqlite3_stmt* statement_ = nullptr;
  int rc_ = SQLITE_OK;
};

}  // namespace nearer::history

#endif  // NEARER_HISTORY_SQLITE_CONNECTION_H_
