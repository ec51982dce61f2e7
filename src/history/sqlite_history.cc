#include "history/sqlite_history.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "history/clean_vfs.h"
#include "history/erased_ids.h"
#include "history/erasures.h"
#include "history/migrations.h"
#include "history/sqlite_connection.h"
#include "history/sqlite_deliveries.h"
#include "history/sqlite_readers.h"
#include "history/sqlite_rows.h"
#include "history/sqlite_turns.h"
#include "history/sqlite_writer.h"

namespace nearer::history {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// ---- Leases.

HistoryResult<bool> DoHoldLease(Connection& db, std::string_view name,
                                std::string_view owner, UnixSeconds now,
                                UnixSeconds until) {
  Query query(db,
              "INSERT INTO leases (name, owner, until) VALUES (?1, ?2, ?4) "
              "ON CONFLICT (name) DO UPDATE SET owner = ?2, until = ?4 "
              "WHERE owner = ?2 OR until <= ?3",
              name, owner, now, until);
  if (!query.Finish()) return db.Failed("take a lease", query.rc());
  return sqlite3_changes(db.raw()) > 0;
}

HistoryResult<Done> DoReleaseLease(Connection& db, std::string_view name,
                                   std::string_view owner) {
  Query query(db, "DELETE FROM leases WHERE name = ? AND owner = ?", name,
              owner);
  if (!query.Finish()) return db.Failed("give up a lease", query.rc());
  return Done{};
}

// ---- The contract.

class SqliteHistory final : public History {
 public:
  SqliteHistory(std::unique_ptr<Connection> writer,
                std::vector<std::unique_ptr<Connection>> readers,
                std::int64_t unfinished_erasures, const SqliteOptions& options)
      : readers_(std::move(readers)),
        writer_(std::move(writer), unfinished_erasures, options) {}

  HistoryResult<Done> Begin(const Conversation& conversation,
                            const Turn& opening,
                            const Delivery* delivery) override {
    return Do<Done>([&](Connection& db) {
      return RecordBeginning(db, conversation, opening, delivery);
    });
  }

  HistoryResult<Conversation> Find(std::string_view id) const override {
    return readers_.With([&](Connection& db) -> HistoryResult<Conversation> {
      Query query(db,
                  "SELECT " NEARER_CONVERSATION_COLUMNS
                  " FROM conversations AS c WHERE c.id = ?",
                  id);
      if (query.Row()) return ConversationFrom(query);
      if (!query.ok()) return db.Failed("find a conversation", query.rc());
      return NoSuch("conversation");
    });
  }

  HistoryResult<Appended> Append(std::string_view id, const Turn& turn,
                                 const Delivery* delivery) override {
    return Do<Appended>(
        [&](Connection& db) { return RecordTurn(db, id, turn, delivery); });
  }

  HistoryResult<Turn> FindByClientTurnId(
      std::string_view id, std::string_view client_turn_id) const override {
    return readers_.With(
        [&](Connection& db) { return FindTurn(db, id, client_turn_id); });
  }

  HistoryResult<Turn> ReadTurn(std::string_view id,
                               std::int64_t n) const override {
    return readers_.With([&](Connection& db) -> HistoryResult<Turn> {
      constexpr char kByNumber[] =
          "SELECT t.n IS NULL, " NEARER_TURN_COLUMNS
          " FROM conversations AS c LEFT JOIN turns AS t"
          "   ON t.conversation = c.key AND t.n = ?2 "
          "WHERE c.id = ?1";
      constexpr char kLast[] =
          "SELECT 0, " NEARER_TURN_COLUMNS
          " FROM conversations AS c JOIN turns AS t ON t.conversation = c.key "
          "WHERE c.id = ?1 AND ?2 = -1 ORDER BY t.n DESC LIMIT 1";
      Query query(db, n == kLatest ? std::string_view(kLast) : kByNumber, id,
                  n);
      if (!query.Row()) {
        if (query.ok()) return NoSuch("conversation");
        return db.Failed("read a turn", query.rc());
      }
      if (query.Integer(0) != 0) return NoSuch("turn");
      return TurnFrom(query, 1);
    });
  }

  HistoryResult<std::vector<Turn>> ReadTurns(std::string_view id,
                                             std::int64_t after,
                                             int limit) const override {
    return readers_.With(
        [&](Connection& db) -> HistoryResult<std::vector<Turn>> {
          // A row without a turn: the conversation exists and has none to give.
          Query query(db,
                      "SELECT t.n IS NULL, " NEARER_TURN_COLUMNS
                      " FROM conversations AS c LEFT JOIN turns AS t"
                      "   ON t.conversation = c.key AND t.n > ?2 "
                      "WHERE c.id = ?1 ORDER BY t.n LIMIT ?3",
                      id, after, std::max(limit, 1));
          std::vector<Turn> turns;
          bool exists = false;
          while (query.Row()) {
            exists = true;
            if (limit <= 0 || query.Integer(0) != 0) break;
            turns.push_back(TurnFrom(query, 1));
          }
          if (!query.ok()) return db.Failed("read the turns", query.rc());
          if (!exists) return NoSuch("conversation");
          return turns;
        });
  }

  HistoryResult<Done> Erase(std::string_view id, UnixSeconds now,
                            const Delivery* delivery) override {
    Erasure erasure(id, now, delivery);
    writer_.Do(erasure);
    return erasure.result();
  }

  HistoryResult<Done> ForgetErased(UnixSeconds before) override {
    return Do<Done>(
        [&](Connection& db) { return history::ForgetErased(db, before); });
  }

  HistoryResult<Done> ArchivePack(std::string_view hash,
                                  std::string_view archive) override {
    return Do<Done>(
        [&](Connection& db) { return InsertPack(db, hash, archive); });
  }

  HistoryResult<bool> HasPack(std::string_view hash) const override {
    return readers_.With([&](Connection& db) -> HistoryResult<bool> {
      Query query(db,
                  "SELECT 1 FROM packs WHERE hash = ? AND archive IS NOT NULL",
                  hash);
      if (query.Row()) return true;
      if (!query.ok()) return db.Failed("look for a pack", query.rc());
      return false;
    });
  }

  HistoryResult<std::string> ReadPack(std::string_view hash) const override {
    return readers_.With([&](Connection& db) -> HistoryResult<std::string> {
      Query query(db,
                  "SELECT archive FROM packs "
                  "WHERE hash = ? AND archive IS NOT NULL",
                  hash);
      if (query.Row()) return query.Text(0);
      if (!query.ok()) return db.Failed("read a pack", query.rc());
      return NoSuch("pack");
    });
  }

  HistoryResult<std::vector<Conversation>> List(std::string_view after,
                                                int limit) const override {
    return readers_.With(
        [&](Connection& db) -> HistoryResult<std::vector<Conversation>> {
          Query query(db,
                      "SELECT " NEARER_CONVERSATION_COLUMNS
                      " FROM conversations AS c WHERE c.id > ? "
                      "ORDER BY c.id LIMIT ?",
                      after, std::max(limit, 0));
          std::vector<Conversation> listed;
          while (query.Row()) listed.push_back(ConversationFrom(query));
          if (!query.ok()) return db.Failed("list conversations", query.rc());
          return listed;
        });
  }

  HistoryResult<std::vector<Placed>> ListLatest(std::int64_t before,
                                                int limit) const override {
    return readers_.With(
        [&](Connection& db) -> HistoryResult<std::vector<Placed>> {
          Query query(db,
                      "SELECT c.key, " NEARER_CONVERSATION_COLUMNS
                      " FROM conversations AS c WHERE c.key < ? "
                      "ORDER BY c.key DESC LIMIT ?",
                      before == kLatest
                          ? std::numeric_limits<std::int64_t>::max()
                          : before,
                      std::max(limit, 0));
          std::vector<Placed> listed;
          while (query.Row())
            listed.push_back({query.Integer(0), ConversationFrom(query, 1)});
          if (!query.ok()) return db.Failed("list conversations", query.rc());
          return listed;
        });
  }

  HistoryResult<Done> Deliver(const Delivery& delivery) override {
    return Do<Done>(
        [&](Connection& db) { return RecordDelivery(db, delivery); });
  }

  HistoryResult<bool> WasReceived(std::string_view channel,
                                  std::string_view inbound_id) const override {
    return readers_.With(
        [&](Connection& db) { return WasRecorded(db, channel, inbound_id); });
  }

  HistoryResult<Done> ForgetReceived(UnixSeconds before) override {
    return Do<Done>(
        [&](Connection& db) { return ForgetDeliveries(db, before); });
  }

  HistoryResult<Contact> FindContact(const Address& address) const override {
    return readers_.With([&](Connection& db) -> HistoryResult<Contact> {
      Query query(db,
                  "SELECT (SELECT c.id FROM conversations AS c"
                  "        WHERE c.key = conversation), notes "
                  "FROM contacts WHERE channel = ? AND chat = ?",
                  std::string_view(address.channel),
                  std::string_view(address.chat));
      if (query.Row()) {
        return Contact{.address = address,
                       .conversation = query.Text(0),
                       .notes = query.Text(1)};
      }
      if (!query.ok()) return db.Failed("find a contact", query.rc());
      return NoSuch("contact");
    });
  }

  HistoryResult<std::vector<Outbound>> ReadOutbox(std::int64_t after,
                                                  int limit) const override {
    return ReadMessages("SELECT " NEARER_OUTBOUND_COLUMNS
                        " FROM outbox WHERE id > ? AND failure IS NULL "
                        "ORDER BY id LIMIT ?",
                        after, limit);
  }

  HistoryResult<Done> RemoveOutbound(std::int64_t id) override {
    return Do<Done>([&](Connection& db) { return RemoveMessage(db, id); });
  }

  HistoryResult<Done> RemoveAllOutbound(const Address& to) override {
    return Do<Done>([&](Connection& db) { return RemoveMessages(db, to); });
  }

  HistoryResult<Done> GiveUp(std::int64_t id,
                             std::string_view failure) override {
    return Do<Done>(
        [&](Connection& db) { return GiveUpMessage(db, id, failure); });
  }

  HistoryResult<std::vector<Outbound>> ReadDeadLetters(
      std::int64_t after, int limit) const override {
    return ReadMessages("SELECT " NEARER_OUTBOUND_COLUMNS
                        " FROM outbox WHERE id > ? AND failure IS NOT NULL "
                        "ORDER BY id LIMIT ?",
                        after, limit);
  }

  HistoryResult<Done> PostAgain(std::int64_t id, UnixSeconds at) override {
    return Do<Done>(
        [&](Connection& db) { return PostMessageAgain(db, id, at); });
  }

  HistoryResult<std::vector<Reminder>> ReadReminders(int limit) const override {
    return readers_.With(
        [&](Connection& db) -> HistoryResult<std::vector<Reminder>> {
          Query query(db,
                      "SELECT c.id, r.at, r.until, k.channel, k.chat, k.notes "
                      "FROM reminders AS r"
                      "  JOIN conversations AS c ON c.key = r.conversation"
                      "  LEFT JOIN contacts AS k"
                      "    ON k.conversation = r.conversation "
                      "ORDER BY r.at, r.conversation LIMIT ?",
                      std::max(limit, 0));
          std::vector<Reminder> reminders;
          while (query.Row()) {
            Reminder& reminder = reminders.emplace_back();
            reminder.conversation = query.Text(0);
            reminder.due = {.at = query.Integer(1), .until = query.Integer(2)};
            if (query.IsNull(3)) continue;
            reminder.contact = {.address = {query.Text(3), query.Text(4)},
                                .conversation = query.Text(0),
                                .notes = query.Text(5)};
          }
          if (!query.ok()) return db.Failed("read check-ins", query.rc());
          return reminders;
        });
  }

  HistoryResult<Done> FinishReminder(const Reminder& reminder,
                                     const std::vector<std::string>& outbound,
                                     UnixSeconds now) override {
    return Do<Done>([&](Connection& db) {
      return FinishCheckIn(db, reminder, outbound, now);
    });
  }

  HistoryResult<Done> GiveCode(std::string_view id, const Code& code) override {
    return Do<Done>([&](Connection& db) { return RecordCode(db, id, code); });
  }

  HistoryResult<Conversation> FindByCode(Purpose purpose, std::string_view hash,
                                         UnixSeconds now) const override {
    return readers_.With(
        [&](Connection& db) { return FindByCodeHash(db, purpose, hash, now); });
  }

  HistoryResult<Conversation> Move(std::string_view code_hash, UnixSeconds now,
                                   std::string_view token_hash,
                                   const Delivery* delivery) override {
    return Do<Conversation>([&](Connection& db) {
      return MoveConversation(db, code_hash, now, token_hash, delivery);
    });
  }

  HistoryResult<bool> HoldLease(std::string_view name, std::string_view owner,
                                UnixSeconds now, UnixSeconds until) override {
    return Do<bool>([&](Connection& db) {
      return DoHoldLease(db, name, owner, now, until);
    });
  }

  HistoryResult<Done> ReleaseLease(std::string_view name,
                                   std::string_view owner) override {
    return Do<Done>(
        [&](Connection& db) { return DoReleaseLease(db, name, owner); });
  }

 private:
  HistoryResult<std::vector<Outbound>> ReadMessages(std::string_view sql,
                                                    std::int64_t after,
                                                    int limit) const {
    return readers_.With(
        [&](Connection& db) -> HistoryResult<std::vector<Outbound>> {
          Query query(db, sql, after, std::max(limit, 0));
          std::vector<Outbound> messages;
          while (query.Row()) messages.push_back(OutboundFrom(query));
          if (!query.ok()) return db.Failed("read the outbox", query.rc());
          return messages;
        });
  }

  template <typename T, typename Work>
  HistoryResult<T> Do(Work work) {
    WriteOf<T, Work> write(std::move(work));
    writer_.Do(write);
    return std::move(write.result());
  }

  mutable Readers readers_;
  Writer writer_;
};

// ---- Opening.

HistoryError CannotOpen(const std::string& path, const std::string& why) {
  return {HistoryErrorCode::kBroken,
          "could not open the record, " + path + ": " + why};
}

// Creates the file when there is none, for this user only. SQLite gives its
// log the same mode. O_EXCL: to close a file that is in use as a database would
// drop the locks that this process holds on it.
HistoryResult<Done> CreateFile(const std::string& path) {
  const int file =
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) {
    close(file);
    return Done{};
  }
  switch (errno) {
    case EEXIST:
      return Done{};
    case ENOENT:
      return CannotOpen(path, "its folder does not exist; create it");
    case EACCES:
    case EPERM:
    case EROFS:
      return CannotOpen(path,
                        "its folder may not be written; give this user write "
                        "permission, or name another file");
    default:
      return CannotOpen(path, std::system_category().message(errno));
  }
}

// Needs the file for itself for a moment and is refused, without a wait, when
// another process does the same just then.
HistoryResult<Done> TurnLogOn(Connection& db, milliseconds patience) {
  const auto until = steady_clock::now() + patience;
  for (;;) {
    int rc = SQLITE_OK;
    {
      Query mode(db, "PRAGMA journal_mode = WAL");
      if (mode.Row() && mode.Text(0) == "wal") return Done{};
      rc = mode.ok() ? SQLITE_CANTOPEN : mode.rc();
    }
    if ((rc & 0xff) != SQLITE_BUSY || steady_clock::now() >= until) {
      return db.Failed("turn the write-ahead log on", rc);
    }
    std::this_thread::sleep_for(milliseconds(1));
  }
}

}  // namespace

HistoryResult<std::unique_ptr<History>> OpenSqlite(
    const std::string& path, const SqliteOptions& options) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    return CannotOpen(path, "that is no file name; name one");
  }
  // Absolute, so that no name has a meaning of its own to SQLite (":memory:")
  // and the folder the process works in may change.
  std::error_code failed;
  const std::string file = std::filesystem::absolute(path, failed).string();
  if (failed) return CannotOpen(path, failed.message());
  if (std::filesystem::is_directory(file, failed)) {
    return CannotOpen(file, "it is a folder; name a file");
  }
  if (const auto created = CreateFile(file); !created) return created.error();

  auto opened = Connection::Open(file, options.patience);
  if (!opened) return opened.error();
  std::unique_ptr<Connection> writer = std::move(*opened);

  const auto version = Inspect(*writer);
  if (!version) return version.error();
  // The first two matter to a new file only. The limit is what CleanVfs needs;
  // a checkpoint every 16 MiB writes pages that change often less often.
  const std::string settings =
      "PRAGMA page_size = 4096;"
      "PRAGMA auto_vacuum = NONE;"
      "PRAGMA wal_autocheckpoint = 4096;"
      "PRAGMA max_page_count = " +
      std::to_string(kMaxPageCount);
  if (const int rc = writer->Run(settings.c_str()); rc != SQLITE_OK) {
    return writer->Failed("open the record", rc);
  }
  if (const auto on = TurnLogOn(*writer, options.patience); !on) {
    return on.error();
  }
  if (const auto migrated = Migrate(*writer); !migrated) {
    return migrated.error();
  }
  const auto unfinished = FinishErasures(*writer);
  if (!unfinished) return unfinished.error();

  std::vector<std::unique_ptr<Connection>> readers;
  for (int i = 0; i < std::max(options.readers, 1); ++i) {
    auto reader = Connection::Open(file, options.patience);
    if (!reader) return reader.error();
    readers.push_back(std::move(*reader));
  }
  return std::unique_ptr<History>(std::make_unique<SqliteHistory>(
      std::move(writer), std::move(readers), *unfinished, options));
}

}  // namespace nearer::history
