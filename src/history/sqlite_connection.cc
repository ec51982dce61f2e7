#include "history/sqlite_connection.h"

#include <algorithm>
#include <thread>

#include "history/clean_vfs.h"

namespace nearer::history {
namespace {

// Every failure an operator can mend says how.
const char* WhatToDo(int rc) {
  switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program holds it locked; try again, or end that program";
    case SQLITE_FULL:
      return "the disk is full; free some space, what was recorded is safe";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "it may not be written; give this user write permission on the "
             "file and its folder";
    case SQLITE_CANTOPEN:
      return "it cannot be opened; check that the folder exists and that this "
             "user may write there";
    case SQLITE_NOTADB:
      return "it is no SQLite database; name another file or restore a backup";
    case SQLITE_CORRUPT:
      return "it is damaged; restore a backup";
    case SQLITE_IOERR:
      return "the disk could not be read or written; check the disk, its free "
             "space and its quotas";
    case SQLITE_NOMEM:
      return "memory ran out; try again, or give the program more";
    case SQLITE_TOOBIG:
      return "a text is longer than the database can hold; send a shorter one";
    default:
      return "the database refused; keep the file and report this message";
  }
}

HistoryErrorCode CodeOf(int rc) {
  switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
      return HistoryErrorCode::kBusy;
    default:
      return HistoryErrorCode::kBroken;
  }
}

}  // namespace

HistoryResult<std::unique_ptr<Connection>> Connection::Open(
    const std::string& path, std::chrono::milliseconds patience) {
  std::unique_ptr<Connection> connection(new Connection(path, patience));
  sqlite3* db = nullptr;
  int rc = sqlite3_open_v2(path.c_str(), &db,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                               SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
                           CleanVfs());
  connection->db_.reset(db);  // to be closed even when it did not open
  if (rc != SQLITE_OK) return connection->Failed("open the record", rc);
  if (sqlite3_db_readonly(db, "main") == 1) {
    return connection->Failed("open the record", SQLITE_READONLY);
  }
  sqlite3_busy_handler(db, Wait, connection.get());
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // FULL: a commit has reached the disk when it returns, also in WAL mode.
  // temp_store: what a savepoint may have to undo never goes to a file.
  rc = connection->Run(
      "PRAGMA synchronous = FULL;"
      "PRAGMA foreign_keys = ON;"
      "PRAGMA secure_delete = ON;"
      "PRAGMA trusted_schema = OFF;"
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA cache_size = -16384");
  if (rc != SQLITE_OK) return connection->Failed("open the record", rc);
  return connection;
}

HistoryResult<std::unique_ptr<Connection>> Connection::OpenUnchanging(
    const std::string& uri, const std::string& path) {
  std::unique_ptr<Connection> connection(new Connection(path, {}));
  sqlite3* db = nullptr;
  const int rc = sqlite3_open_v2(
      uri.c_str(), &db,
      SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
          SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
      CleanVfs());
  connection->db_.reset(db);  // to be closed even when it did not open
  if (rc != SQLITE_OK) return connection->Failed("open the copy", rc);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  connection->Run("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY");
  return connection;
}

int Connection::Run(const char* sql) {
  return sqlite3_exec(raw(), sql, nullptr, nullptr, nullptr);
}

HistoryResult<std::int64_t> Connection::Ask(std::string_view sql) {
  Query query(*this, sql);
  if (query.Row()) return query.Integer(0);
  if (!query.ok()) return Failed("read the record", query.rc());
  return std::int64_t{0};
}

void Connection::Rollback() {
  if (InTransaction()) Run("ROLLBACK");
}

bool Connection::InTransaction() const {
  return sqlite3_get_autocommit(raw()) == 0;
}

void Connection::DropCache() { sqlite3_db_release_memory(raw()); }

HistoryError Connection::Failed(std::string_view do_what, int rc) const {
  return {CodeOf(rc), "could not " + std::string(do_what) + ", " + path_ +
                          ": " + WhatToDo(rc) + " (SQLite " +
                          std::to_string(rc) + ": " + sqlite3_errstr(rc) + ")"};
}

int Connection::Wait(void* connection, int tries) {
  auto& self = *static_cast<Connection*>(connection);
  const auto now = std::chrono::steady_clock::now();
  if (tries == 0) self.waiting_since_ = now;
  if (now - self.waiting_since_ >= self.patience_) return 0;
  // Short naps: a commit takes well under a millisecond, and whoever naps
  // longer than the others starves.
  std::this_thread::sleep_for(
      std::chrono::microseconds(std::min(100 << std::min(tries, 5), 2000)));
  return 1;
}

Query::Query(Prepare, Connection& connection, std::string_view sql) {
  auto& prepared = connection.prepared_;
  if (const auto known = prepared.find(sql); known != prepared.end()) {
    statement_ = known->second.get();
    return;
  }
  Note(sqlite3_prepare_v3(connection.raw(), sql.data(),
                          static_cast<int>(sql.size()),
                          SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
  if (ok()) prepared.emplace(sql, Connection::Statement(statement_));
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Query::Row() {
  if (!ok()) return false;
  const int rc = sqlite3_step(statement_);
  if (rc == SQLITE_ROW) return true;
  if (rc != SQLITE_DONE) rc_ = rc;
  return false;
}

bool Query::Finish() {
  while (Row()) {
  }
  return ok();
}

bool Query::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Query::Integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Query::Text(int column) const {
  const auto* bytes =
      static_cast<const char*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes,
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

// A null pointer would bind NULL, but an empty text is a text.
void Query::Bind(int position, std::string_view text) {
  if (!ok()) return;
  Note(sqlite3_bind_text64(statement_, position,
                           text.data() == nullptr ? "" : text.data(),
                           text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Query::Bind(int position, Blob blob) {
  if (!ok()) return;
  Note(
      sqlite3_bind_blob64(statement_, position,
                          blob.bytes.data() == nullptr ? "" : blob.bytes.data(),
                          blob.bytes.size(), SQLITE_STATIC));
}

void Query::Bind(int position, Null) {
  if (!ok()) return;
  Note(sqlite3_bind_null(statement_, position));
}

void Query::BindInteger(int position, std::int64_t number) {
  if (!ok()) return;
  Note(sqlite3_bind_int64(statement_, position, number));
}

void Query::Note(int rc) {
  if (ok()) rc_ = rc;
}

}  // namespace nearer::history
