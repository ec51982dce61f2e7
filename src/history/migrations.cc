#include "history/migrations.h"

#include <array>
#include <string>

#include "history/clean_vfs.h"

namespace nearer::history {
namespace {

// "near", in ASCII.
#define NEARER_APPLICATION_ID "0x6e656172"
constexpr std::int64_t kApplicationId = 0x6e656172;

// The version of a conversation is the number of its last turn, so it is not
// stored: an append writes nothing but the turn. Turns lie in the order in
// which they came: appends then fill one page after the other, which takes 1.8
// times as many a second as keeping each conversation together (WITHOUT ROWID).
// `pack` is a small number because every turn has one.
// A pack without an archive has spoken but was not archived yet.
constexpr char kConversations[] = R"sql(
PRAGMA application_id = )sql" NEARER_APPLICATION_ID R"sql(;

CREATE TABLE migrations (
  number  INTEGER PRIMARY KEY,
  name    TEXT NOT NULL,
  applied INTEGER NOT NULL
) STRICT;

CREATE TABLE packs (
  key     INTEGER PRIMARY KEY,
  hash    TEXT NOT NULL UNIQUE,
  archive BLOB
) STRICT;

CREATE TABLE conversations (
  key        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  token_hash BLOB NOT NULL,
  channel    TEXT NOT NULL,
  began      INTEGER NOT NULL
) STRICT;

CREATE TABLE turns (
  conversation   INTEGER NOT NULL
                 REFERENCES conversations (key) ON DELETE CASCADE,
  n              INTEGER NOT NULL,
  client_turn_id TEXT,
  at             INTEGER NOT NULL,
  utterance      TEXT NOT NULL,
  reply          TEXT NOT NULL,
  state          TEXT NOT NULL,
  trace          TEXT NOT NULL,
  pack           INTEGER NOT NULL REFERENCES packs (key),
  PRIMARY KEY (conversation, n)
) STRICT;

CREATE UNIQUE INDEX turns_by_client_turn_id
  ON turns (conversation, client_turn_id) WHERE client_turn_id IS NOT NULL;
)sql";

// How many erasures there were, and how many of them, counted from the first,
// have left no byte in the files. It tells nothing of whom they concerned.
constexpr char kErasures[] = R"sql(
CREATE TABLE erasures (
  asked    INTEGER NOT NULL,
  finished INTEGER NOT NULL
) STRICT;

INSERT INTO erasures (asked, finished) VALUES (0, 0);
)sql";

// A contact without a conversation has notes only. Ids of the outbox are never
// used twice (AUTOINCREMENT), so that whoever has read up to one misses none.
constexpr char kChannels[] = R"sql(
CREATE TABLE contacts (
  channel      TEXT NOT NULL,
  chat         TEXT NOT NULL,
  conversation INTEGER REFERENCES conversations (key) ON DELETE CASCADE,
  notes        TEXT NOT NULL,
  PRIMARY KEY (channel, chat)
) STRICT;

CREATE INDEX contacts_by_conversation
  ON contacts (conversation) WHERE conversation IS NOT NULL;

CREATE TABLE received (
  channel TEXT NOT NULL,
  id      TEXT NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (channel, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX received_by_time ON received (at);

CREATE TABLE outbox (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  channel      TEXT NOT NULL,
  chat         TEXT NOT NULL,
  conversation INTEGER REFERENCES conversations (key) ON DELETE CASCADE,
  at           INTEGER NOT NULL,
  request      TEXT NOT NULL,
  failure      TEXT
) STRICT;

CREATE INDEX outbox_by_conversation
  ON outbox (conversation) WHERE conversation IS NOT NULL;

CREATE INDEX outbox_by_address ON outbox (channel, chat);

CREATE INDEX dead_letters ON outbox (id) WHERE failure IS NOT NULL;
)sql";

// A reminder goes to the contact that its conversation has when it is due. Of
// codes only hashes are kept.
constexpr char kReminders[] = R"sql(
CREATE TABLE reminders (
  conversation INTEGER PRIMARY KEY
               REFERENCES conversations (key) ON DELETE CASCADE,
  at           INTEGER NOT NULL,
  until        INTEGER NOT NULL
) STRICT;

CREATE INDEX reminders_by_time ON reminders (at);

CREATE TABLE codes (
  conversation INTEGER NOT NULL
               REFERENCES conversations (key) ON DELETE CASCADE,
  purpose      INTEGER NOT NULL,
  hash         BLOB NOT NULL UNIQUE,
  until        INTEGER NOT NULL,
  PRIMARY KEY (conversation, purpose)
) STRICT;

CREATE TABLE leases (
  name  TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT;
)sql";

// Which conversations were erased, by a hash of their ids (erased_ids.h): it
// tells nothing of whom, or of what was said.
constexpr char kErased[] = R"sql(
CREATE TABLE erased (
  name TEXT PRIMARY KEY,
  at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array kMigrations = {
    Migration{1, "conversations, turns and packs", kConversations},
    Migration{2, "erasures to be finished", kErasures},
    Migration{3, "contacts, deliveries and the outbox", kChannels},
    Migration{4, "check-ins, codes and leases", kReminders},
    Migration{5, "ids of erased conversations", kErased},
};

HistoryError Refused(const Connection& connection, const std::string& why) {
  return {HistoryErrorCode::kBroken,
          "could not open the record, " + connection.path() + ": " + why};
}

// The version of the database, 0 when it is empty.
HistoryResult<std::int64_t> VersionOf(Connection& connection) {
  const auto version = connection.Ask("PRAGMA user_version");
  if (!version) return version.error();
  const auto owner = connection.Ask("PRAGMA application_id");
  if (!owner) return owner.error();
  const auto tables = connection.Ask("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const auto vacuum = connection.Ask("PRAGMA auto_vacuum");
  if (!vacuum) return vacuum.error();
  const auto pages = connection.Ask("PRAGMA page_count");
  if (!pages) return pages.error();

  const bool empty = *version == 0 && *owner == 0 && *tables == 0;
  if (!empty && *owner != kApplicationId) {
    return Refused(connection,
                   "it is the database of another program; name another file");
  }
  if (!empty && *vacuum != 0) {
    return Refused(connection,
                   "its auto_vacuum is on, which this program does not "
                   "support; run PRAGMA auto_vacuum = NONE; VACUUM on it");
  }
  if (*pages > kMaxPageCount) {
    return Refused(connection, "it is larger than this program supports");
  }
  const int newest = kMigrations.back().number;
  if (*version > newest) {
    return Refused(connection, "a newer nearer wrote it (version " +
                                   std::to_string(*version) +
                                   " of the tables, this program knows up to " +
                                   std::to_string(newest) +
                                   "); use that nearer, or name another file");
  }
  return *version;
}

HistoryResult<Done> Apply(Connection& connection, const Migration& migration) {
  std::string sql = migration.sql;
  // PRAGMA takes no parameters.
  sql += "PRAGMA user_version = " + std::to_string(migration.number);
  if (const int rc = connection.Run(sql.c_str()); rc != SQLITE_OK) {
    return connection.Failed("bring the record up to date", rc);
  }
  Query note(connection,
             "INSERT INTO migrations (number, name, applied) "
             "VALUES (?, ?, unixepoch())",
             migration.number, std::string_view(migration.name));
  if (!note.Finish()) {
    return connection.Failed("bring the record up to date", note.rc());
  }
  return Done{};
}

// Applies the migration after `version`, in the present transaction.
HistoryResult<Done> ApplyNext(Connection& connection, std::int64_t version) {
  for (const Migration& migration : kMigrations) {
    if (migration.number == version + 1) return Apply(connection, migration);
  }
  return Done{};
}

}  // namespace

std::span<const Migration> Migrations() { return kMigrations; }

HistoryResult<std::int64_t> Inspect(Connection& connection) {
  if (const int rc = connection.Run("BEGIN"); rc != SQLITE_OK) {
    return connection.Failed("open the record", rc);
  }
  auto version = VersionOf(connection);
  connection.Rollback();
  return version;
}

HistoryResult<Done> Migrate(Connection& connection, int last) {
  for (;;) {
    // A file that is up to date is only read.
    const auto seen = Inspect(connection);
    if (!seen) return seen.error();
    if (*seen >= last) return Done{};

    if (const int rc = connection.Run("BEGIN IMMEDIATE"); rc != SQLITE_OK) {
      return connection.Failed("bring the record up to date", rc);
    }
    // Another process may have been faster; only now is the version certain.
    const auto version = VersionOf(connection);
    if (!version) {
      connection.Rollback();
      return version.error();
    }
    if (*version < last) {
      const auto applied = ApplyNext(connection, *version);
      if (!applied) {
        connection.Rollback();
        return applied.error();
      }
    }
    if (const int rc = connection.Run("COMMIT"); rc != SQLITE_OK) {
      connection.Rollback();
      return connection.Failed("bring the record up to date", rc);
    }
  }
}

}  // namespace nearer::history
