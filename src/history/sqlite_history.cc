#include "history/sqlite_history.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <future>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "history/clean_vfs.h"
#include "history/erased_ids.h"
#include "history/erasures.h"
#include "history/migrations.h"
#include "history/sqlite_connection.h"
#include "history/sqlite_rows.h"

namespace nearer::history {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// While an erasure waits for a reader, other writes get their turn this often;
// and so often it is tried again when nobody waits for it any more.
constexpr milliseconds kErasureNap{10};
constexpr milliseconds kLaterNap{1000};

// ---- Deliveries of messaging channels.

#define NEARER_OUTBOUND_COLUMNS "id, channel, chat, at, request, failure"

Outbound OutboundFrom(const Query& row) {
  return {.id = row.Integer(0),
          .to = {.channel = row.Text(1), .chat = row.Text(2)},
          .at = row.Integer(3),
          .request = row.Text(4),
          .failure = row.Text(5)};
}

HistoryResult<bool> Received(Connection& db, std::string_view channel,
                             std::string_view inbound_id) {
  Query query(db, "SELECT 1 FROM received WHERE channel = ? AND id = ?",
              channel, inbound_id);
  const bool found = query.Row();
  if (!query.ok()) return db.Failed("find a delivery", query.rc());
  return found;
}

// Fails when `delivery`, which may be null, was recorded before.
HistoryResult<Done> IsNew(Connection& db, const Delivery* delivery) {
  if (delivery == nullptr || delivery->inbound_id.empty()) return Done{};
  const auto received =
      Received(db, delivery->from.channel, delivery->inbound_id);
  if (!received) return received.error();
  if (*received) {
    return HistoryError{HistoryErrorCode::kSeen, "that was delivered before"};
  }
  return Done{};
}

// The key of a contact's conversation; nothing when it has none.
HistoryResult<std::optional<std::int64_t>> ConversationOf(
    Connection& db, const Address& address) {
  Query query(db,
              "SELECT conversation FROM contacts "
              "WHERE channel = ? AND chat = ?",
              std::string_view(address.channel),
              std::string_view(address.chat));
  std::optional<std::int64_t> key;
  if (query.Row() && !query.IsNull(0)) key = query.Integer(0);
  if (!query.ok()) return db.Failed("find a contact", query.rc());
  return key;
}

HistoryResult<Done> Bind(Connection& db, const Address& address,
                         std::int64_t conversation) {
  const auto present = ConversationOf(db, address);
  if (!present) return present.error();
  if (*present) {
    return HistoryError{HistoryErrorCode::kConflict,
                        "the contact has a conversation"};
  }
  Query query(db,
              "INSERT INTO contacts (channel, chat, conversation, notes) "
              "VALUES (?1, ?2, ?3, '') ON CONFLICT (channel, chat) "
              "DO UPDATE SET conversation = excluded.conversation",
              std::string_view(address.channel), std::string_view(address.chat),
              conversation);
  if (!query.Finish()) return db.Failed("record a contact", query.rc());
  return Done{};
}

HistoryResult<Done> Post(Connection& db, const Delivery& delivery,
                         std::optional<std::int64_t> conversation) {
  for (const std::string& request : delivery.outbound) {
    const auto insert = [&](const auto& key) -> HistoryResult<Done> {
      Query query(db,
                  "INSERT INTO outbox (channel, chat, conversation, at, "
                  "request) VALUES (?, ?, ?, ?, ?)",
                  std::string_view(delivery.from.channel),
                  std::string_view(delivery.from.chat), key, delivery.at,
                  std::string_view(request));
      if (!query.Finish()) return db.Failed("post a message", query.rc());
      return Done{};
    };
    const auto inserted = conversation ? insert(*conversation) : insert(Null{});
    if (!inserted) return inserted;
  }
  return Done{};
}

HistoryResult<Done> SetDue(Connection& db, std::int64_t conversation,
                           const Due& due) {
  if (due.at == 0) {
    Query remove(db, "DELETE FROM reminders WHERE conversation = ?",
                 conversation);
    if (!remove.Finish()) return db.Failed("forget a check-in", remove.rc());
    return Done{};
  }
  Query set(db,
            "INSERT OR REPLACE INTO reminders (conversation, at, until) "
            "VALUES (?, ?, ?)",
            conversation, due.at, due.until);
  if (!set.Finish()) return db.Failed("record a check-in", set.rc());
  return Done{};
}

// Records `delivery`, which IsNew, for the conversation with that key.
HistoryResult<Done> Record(Connection& db, const Delivery& delivery,
                           std::optional<std::int64_t> conversation) {
  if (!delivery.inbound_id.empty()) {
    Query query(db, "INSERT INTO received (channel, id, at) VALUES (?, ?, ?)",
                std::string_view(delivery.from.channel),
                std::string_view(delivery.inbound_id), delivery.at);
    if (!query.Finish()) return db.Failed("record a delivery", query.rc());
  }
  if (delivery.notes) {
    Query query(db,
                "INSERT INTO contacts (channel, chat, notes) VALUES (?, ?, ?) "
                "ON CONFLICT (channel, chat) "
                "DO UPDATE SET notes = excluded.notes",
                std::string_view(delivery.from.channel),
                std::string_view(delivery.from.chat),
                std::string_view(*delivery.notes));
    if (!query.Finish()) return db.Failed("record a contact", query.rc());
  }
  if (delivery.due && conversation) {
    const auto set = SetDue(db, *conversation, *delivery.due);
    if (!set) return set;
  }
  return Post(db, delivery, conversation);
}

HistoryResult<Done> DoDeliver(Connection& db, const Delivery& delivery) {
  if (const auto fresh = IsNew(db, &delivery); !fresh) return fresh;
  const auto conversation = ConversationOf(db, delivery.from);
  if (!conversation) return conversation.error();
  return Record(db, delivery, *conversation);
}

HistoryResult<Done> DoForgetReceived(Connection& db, UnixSeconds before) {
  Query query(db, "DELETE FROM received WHERE at < ?", before);
  if (!query.Finish()) return db.Failed("forget deliveries", query.rc());
  return Done{};
}

HistoryResult<Done> DoRemoveOutbound(Connection& db, std::int64_t id) {
  Query query(db, "DELETE FROM outbox WHERE id = ?", id);
  if (!query.Finish()) return db.Failed("remove a message", query.rc());
  if (sqlite3_changes(db.raw()) == 0) return NoSuch("message");
  return Done{};
}

HistoryResult<Done> DoRemoveAllOutbound(Connection& db, const Address& to) {
  Query query(db,
              "DELETE FROM outbox "
              "WHERE channel = ? AND chat = ? AND failure IS NULL",
              std::string_view(to.channel), std::string_view(to.chat));
  if (!query.Finish()) return db.Failed("remove messages", query.rc());
  return Done{};
}

HistoryResult<Done> DoGiveUp(Connection& db, std::int64_t id,
                             std::string_view failure) {
  Query query(db,
              "UPDATE outbox SET failure = ?2 "
              "WHERE id = ?1 AND failure IS NULL",
              id, failure);
  if (!query.Finish()) return db.Failed("give up a message", query.rc());
  if (sqlite3_changes(db.raw()) == 0) return NoSuch("message");
  return Done{};
}

HistoryResult<Done> DoPostAgain(Connection& db, std::int64_t id,
                                UnixSeconds at) {
  Query copy(db,
             "INSERT INTO outbox (channel, chat, conversation, at, request) "
             "SELECT channel, chat, conversation, ?2, request FROM outbox "
             "WHERE id = ?1 AND failure IS NOT NULL",
             id, at);
  if (!copy.Finish()) return db.Failed("post a message again", copy.rc());
  if (sqlite3_changes(db.raw()) == 0) return NoSuch("message");
  return DoRemoveOutbound(db, id);
}

// ---- Conversations and turns.

HistoryResult<Done> DoBegin(Connection& db, const Conversation& conversation,
                            const Turn& opening, const Delivery* delivery) {
  if (const auto fresh = IsNew(db, delivery); !fresh) return fresh;
  if (opening.n != 0) {
    return HistoryError{HistoryErrorCode::kConflict, "an opening is turn 0"};
  }
  const auto taken = KeyOf(db, conversation.id);
  if (taken.ok()) {
    return HistoryError{HistoryErrorCode::kConflict,
                        "a conversation of that id exists"};
  }
  if (taken.error().code != HistoryErrorCode::kNotFound) return taken.error();
  const auto erased = WasErased(db, conversation.id);
  if (!erased) return erased.error();
  if (*erased) {
    return HistoryError{HistoryErrorCode::kConflict,
                        "a conversation of that id was erased"};
  }
  const auto key = InsertConversation(db, conversation);
  if (!key) return key.error();
  const auto opened = InsertTurn(db, *key, opening);
  if (!opened || delivery == nullptr) return opened;
  if (const auto bound = Bind(db, delivery->from, *key); !bound) return bound;
  return Record(db, *delivery, *key);
}

HistoryResult<Turn> FindTurn(Connection& db, std::string_view id,
                             std::string_view client_turn_id) {
  Query query(db,
              "SELECT t.n IS NULL, " NEARER_TURN_COLUMNS
              " FROM conversations AS c LEFT JOIN turns AS t"
              "   ON t.conversation = c.key AND t.client_turn_id = ?2 "
              "WHERE c.id = ?1",
              id, client_turn_id);
  if (!query.Row()) {
    if (query.ok()) return NoSuch("conversation");
    return db.Failed("find a turn", query.rc());
  }
  if (query.Integer(0) != 0) return NoSuch("turn");
  return TurnFrom(query, 1);
}

HistoryResult<Appended> DoAppend(Connection& db, std::string_view id,
                                 const Turn& turn, const Delivery* delivery) {
  if (const auto fresh = IsNew(db, delivery); !fresh) return fresh.error();
  const auto key = KeyOf(db, id);
  if (!key) return key.error();
  if (!turn.client_turn_id.empty()) {
    Query earlier(db,
                  "SELECT " NEARER_TURN_COLUMNS
                  " FROM turns AS t "
                  "WHERE t.conversation = ? AND t.client_turn_id = ?",
                  *key, std::string_view(turn.client_turn_id));
    if (earlier.Row()) {
      return Appended{.turn = TurnFrom(earlier, 0), .repeated = true};
    }
    if (!earlier.ok()) return db.Failed("append a turn", earlier.rc());
  }
  {
    Query version(db, "SELECT max(n) FROM turns WHERE conversation = ?", *key);
    if (!version.Row()) return db.Failed("append a turn", version.rc());
    if (turn.n != version.Integer(0) + 1) {
      return HistoryError{HistoryErrorCode::kConflict,
                          "the conversation is at another version"};
    }
  }
  if (const auto inserted = InsertTurn(db, *key, turn); !inserted) {
    return inserted.error();
  }
  if (delivery != nullptr) {
    const auto recorded = Record(db, *delivery, *key);
    if (!recorded) return recorded.error();
  }
  return Appended{.turn = turn, .repeated = false};
}

HistoryResult<Done> DoFinishReminder(Connection& db, const Reminder& reminder,
                                     const std::vector<std::string>& outbound,
                                     UnixSeconds now) {
  const auto key = KeyOf(db, reminder.conversation);
  if (!key) return key.error();
  Query remove(db,
               "DELETE FROM reminders "
               "WHERE conversation = ? AND at = ? AND until = ?",
               *key, reminder.due.at, reminder.due.until);
  if (!remove.Finish()) return db.Failed("finish a check-in", remove.rc());
  if (sqlite3_changes(db.raw()) == 0) return NoSuch("check-in");
  Delivery delivery{.at = now, .outbound = outbound};
  {
    Query contact(
        db, "SELECT channel, chat FROM contacts WHERE conversation = ?", *key);
    if (!contact.Row()) {
      if (contact.ok()) return Done{};
      return db.Failed("finish a check-in", contact.rc());
    }
    delivery.from = {contact.Text(0), contact.Text(1)};
  }
  return Post(db, delivery, *key);
}

// ---- Codes.

HistoryResult<Done> DoGiveCode(Connection& db, std::string_view id,
                               const Code& code) {
  const auto key = KeyOf(db, id);
  if (!key) return key.error();
  Query give(db,
             "INSERT INTO codes (conversation, purpose, hash, until) "
             "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (conversation, purpose) "
             "DO UPDATE SET hash = ?3, until = ?4",
             *key, static_cast<int>(code.purpose), Blob{code.hash}, code.until);
  if (!give.Finish()) return db.Failed("give a code out", give.rc());
  return Done{};
}

HistoryResult<Conversation> ByCode(Connection& db, Purpose purpose,
                                   std::string_view hash, UnixSeconds now) {
  Query query(db,
              "SELECT " NEARER_CONVERSATION_COLUMNS
              " FROM codes AS k JOIN conversations AS c"
              "   ON c.key = k.conversation "
              "WHERE k.hash = ? AND k.purpose = ? AND k.until > ?",
              Blob{hash}, static_cast<int>(purpose), now);
  if (query.Row()) return ConversationFrom(query);
  if (!query.ok()) return db.Failed("find a code", query.rc());
  return NoSuch("code");
}

// Runs `sql`, which has `key` for its one parameter.
HistoryResult<Done> RunFor(Connection& db, std::string_view sql,
                           std::int64_t key) {
  Query query(db, sql, key);
  if (!query.Finish()) return db.Failed("move a conversation", query.rc());
  return Done{};
}

HistoryResult<Conversation> DoMove(Connection& db, std::string_view code_hash,
                                   UnixSeconds now, std::string_view token_hash,
                                   const Delivery* delivery) {
  if (const auto fresh = IsNew(db, delivery); !fresh) return fresh.error();
  auto moved = ByCode(db, Purpose::kMove, code_hash, now);
  if (!moved) return moved.error();
  const auto key = KeyOf(db, moved->id);
  if (!key) return key.error();
  for (const std::string_view sql :
       {"DELETE FROM codes WHERE conversation = ?",
        "DELETE FROM reminders WHERE conversation = ?",
        "DELETE FROM outbox WHERE conversation = ?",
        "DELETE FROM contacts WHERE conversation = ?"})
    if (const auto done = RunFor(db, sql, *key); !done) return done.error();
  {
    Query token(db, "UPDATE conversations SET token_hash = ? WHERE key = ?",
                Blob{token_hash}, *key);
    if (!token.Finish()) return db.Failed("move a conversation", token.rc());
  }
  moved->token_hash = token_hash;
  if (delivery == nullptr) return moved;
  if (const auto bound = Bind(db, delivery->from, *key); !bound)
    return bound.error();
  const auto recorded = Record(db, *delivery, *key);
  if (!recorded) return recorded.error();
  return moved;
}

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

// What a call to Erase has found and has yet to do.
struct Erased {
  bool existed = false;
  // The count of erasures to be finished before the caller hears of it; nothing
  // when all are.
  std::optional<std::int64_t> unfinished;
};

// Erases the rows, whose bytes are then still in the files. When there are no
// such rows, they may have been erased before and their bytes be left.
HistoryResult<Erased> DoErase(Connection& db, std::string_view id,
                              UnixSeconds now, const Delivery* delivery) {
  if (const auto fresh = IsNew(db, delivery); !fresh) return fresh.error();
  Query rows(db, "DELETE FROM conversations WHERE id = ?", id);
  if (!rows.Finish()) return db.Failed("erase a conversation", rows.rc());
  if (sqlite3_changes(db.raw()) > 0) {
    const auto asked = NoteAsked(db, 1);
    if (!asked) return asked.error();
    if (const auto noted = NoteErased(db, id, now); !noted) {
      return noted.error();
    }
    if (delivery != nullptr) {
      const auto recorded = Record(db, *delivery, std::nullopt);
      if (!recorded) return recorded.error();
    }
    return Erased{.existed = true, .unfinished = *asked};
  }
  Query count(db, "SELECT asked FROM erasures WHERE asked > finished");
  if (count.Row()) {
    return Erased{.existed = false, .unfinished = count.Integer(0)};
  }
  if (!count.ok()) return db.Failed("erase a conversation", count.rc());
  return NoSuch("conversation");
}

// ---- Reading: a few connections, lent to one thread at a time.

class Readers {
 public:
  explicit Readers(std::vector<std::unique_ptr<Connection>> connections)
      : idle_(std::move(connections)) {}

  template <typename Read>
  auto With(Read read) -> decltype(read(std::declval<Connection&>())) {
    const Loan loan(*this);
    return read(*loan.connection);
  }

 private:
  struct Loan {
    explicit Loan(Readers& readers) : from(readers) {
      std::unique_lock lock(from.mutex_);
      from.returned_.wait(lock, [&] { return !from.idle_.empty(); });
      connection = std::move(from.idle_.back());
      from.idle_.pop_back();
    }
    ~Loan() {
      {
        std::lock_guard lock(from.mutex_);
        from.idle_.push_back(std::move(connection));
      }
      from.returned_.notify_one();
    }
    Readers& from;
    std::unique_ptr<Connection> connection;
  };

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

// ---- Writing: one thread, which commits whatever waits in one transaction.

// A write that waits. Its caller owns it and blocks until it is settled.
class Write {
 public:
  virtual ~Write() = default;

  // Does the work, inside a savepoint. False when nothing must remain of it.
  virtual bool Apply(Connection& db) = 0;
  // Sets the result aside, for `error`.
  virtual void Fail(const HistoryError& error) = 0;
  // The count of erasures to be finished before the write is settled.
  virtual std::optional<std::int64_t> Unfinished() const {
    return std::nullopt;
  }

  // The caller waits for this, and may destroy the write as soon as it comes.
  std::future<void> Settled() { return settled_.get_future(); }
  void Settle() { std::promise<void>(std::move(settled_)).set_value(); }

 private:
  std::promise<void> settled_;
};

template <typename T, typename Work>
class WriteOf : public Write {
 public:
  explicit WriteOf(Work work) : work_(std::move(work)) {}

  bool Apply(Connection& db) override {
    result_.emplace(work_(db));
    return result_->ok();
  }
  void Fail(const HistoryError& error) override { result_.emplace(error); }

  HistoryResult<T>& result() { return *result_; }

 private:
  Work work_;
  std::optional<HistoryResult<T>> result_;
};

class Erasure final : public Write {
 public:
  Erasure(std::string_view id, UnixSeconds now, const Delivery* delivery)
      : id_(id), now_(now), delivery_(delivery) {}

  bool Apply(Connection& db) override {
    erased_.emplace(DoErase(db, id_, now_, delivery_));
    return erased_->ok();
  }
  void Fail(const HistoryError& error) override { erased_.emplace(error); }
  std::optional<std::int64_t> Unfinished() const override {
    if (!erased_->ok()) return std::nullopt;
    return erased_->value().unfinished;
  }

  HistoryResult<Done> result() const {
    if (!erased_->ok()) return erased_->error();
    if (!erased_->value().existed) return NoSuch("conversation");
    return Done{};
  }

 private:
  const std::string_view id_;
  const UnixSeconds now_;
  const Delivery* const delivery_;
  std::optional<HistoryResult<Erased>> erased_;
};

class Writer {
 public:
  // `unfinished`: the count of erasures that an earlier process has left.
  Writer(std::unique_ptr<Connection> connection, std::int64_t unfinished,
         const SqliteOptions& options)
      : db_(std::move(connection)),
        room_(options.waiting_writes),
        patience_(options.patience),
        unfinished_(unfinished),
        thread_([this] { Work(); }) {}

  ~Writer() {
    {
      std::lock_guard lock(mutex_);
      closing_ = true;
    }
    arrived_.notify_one();
    thread_.join();
  }

  // Blocks until `write` is settled.
  void Do(Write& write) {
    const std::future<void> settled = write.Settled();
    {
      std::lock_guard lock(mutex_);
      if (unsettled_ >= room_) {
        write.Fail(
            {HistoryErrorCode::kBusy, "could not write, " + db_->path() + ": " +
                                          std::to_string(unsettled_) +
                                          " writes wait already; try again"});
        return;
      }
      ++unsettled_;
      waiting_.push_back(&write);
      // Under the lock: from now on the destructor waits for this write, but
      // not for this call.
      arrived_.notify_one();
    }
    settled.wait();
  }

 private:
  using Writes = std::deque<Write*>;

  // A caller who waits for an erasure to be finished.
  struct Owed {
    Write* write;
    steady_clock::time_point until;
  };

  void Work() {
    for (;;) {
      Writes batch;
      bool closing = false;
      {
        std::unique_lock lock(mutex_);
        const auto something = [&] { return closing_ || !waiting_.empty(); };
        if (unfinished_ == 0) {
          arrived_.wait(lock, something);
        } else {
          arrived_.wait_for(lock, owed_.empty() ? kLaterNap : kErasureNap,
                            something);
        }
        batch.swap(waiting_);
        closing = closing_ && batch.empty();
      }
      while (!batch.empty()) Commit(batch);
      if (unfinished_ != 0) FinishErasing();
      if (closing && owed_.empty()) return;
    }
  }

  // Commits the writes of `batch` in one transaction and settles them. When
  // SQLite gives the transaction up on the way, the writes after that point
  // stay in `batch`.
  void Commit(Writes& batch) {
    if (const int rc = db_->Run("BEGIN IMMEDIATE"); rc != SQLITE_OK) {
      FailAll(batch, db_->Failed("begin to write", rc));
      batch.clear();
      return;
    }
    Writes applied;
    std::optional<HistoryError> lost;
    while (!batch.empty() && !lost) {
      Write* write = batch.front();
      batch.pop_front();
      applied.push_back(write);
      lost = Apply(*write);
    }
    if (!lost) {
      if (const int rc = db_->Run("COMMIT"); rc != SQLITE_OK) {
        lost = db_->Failed("commit", rc);
      }
    }
    if (lost) {
      db_->Rollback();
      // Even a conflict may have been one with a turn that is now undone.
      FailAll(applied, *lost);
      return;
    }
    const auto until = steady_clock::now() + patience_;
    Writes settled;
    for (Write* write : applied) {
      if (const auto unfinished = write->Unfinished()) {
        unfinished_ = std::max(unfinished_, *unfinished);
        owed_.push_back({write, until});
      } else {
        settled.push_back(write);
      }
    }
    SettleAll(settled);
  }

  // Applies one write in a savepoint, so that its failure leaves no trace among
  // the others. An error when the whole transaction was lost with it.
  std::optional<HistoryError> Apply(Write& write) {
    int rc = Step("SAVEPOINT write");
    if (rc != SQLITE_OK) return db_->Failed("begin to write", rc);
    const bool keep = write.Apply(*db_);
    if (!db_->InTransaction()) {
      return db_->Failed("write", sqlite3_extended_errcode(db_->raw()));
    }
    if (!keep) rc = Step("ROLLBACK TO write");
    if (rc == SQLITE_OK) rc = Step("RELEASE write");
    if (rc != SQLITE_OK) return db_->Failed("write", rc);
    return std::nullopt;
  }

  int Step(std::string_view sql) {
    Query query(*db_, sql);
    query.Finish();
    return query.rc();
  }

  // Tries once to empty the log. On success every erasure is finished; else
  // those whose patience is over are told so, and it is tried again later.
  void FinishErasing() {
    db_->SetPatience(kErasureNap);
    const auto emptied = EmptyLog(*db_);
    db_->SetPatience(patience_);
    if (emptied.ok() && *emptied) {
      // The bytes are gone. Should the note of it fail, the next opening
      // empties the log once more.
      (void)NoteFinished(*db_, unfinished_);
      unfinished_ = 0;
      Writes settled;
      for (const Owed& owed : owed_) settled.push_back(owed.write);
      owed_.clear();
      SettleAll(settled);
      return;
    }
    Writes late;
    const auto now = steady_clock::now();
    std::erase_if(owed_, [&](const Owed& owed) {
      if (emptied.ok() && now < owed.until) return false;
      late.push_back(owed.write);
      return true;
    });
    if (late.empty()) return;
    FailAll(late, emptied.ok() ? Unfinished(*db_) : emptied.error());
  }

  void FailAll(const Writes& writes, const HistoryError& error) {
    for (Write* write : writes) write->Fail(error);
    SettleAll(writes);
  }

  void SettleAll(const Writes& writes) {
    {
      std::lock_guard lock(mutex_);
      unsettled_ -= writes.size();
    }
    for (Write* write : writes) write->Settle();
  }

  const std::unique_ptr<Connection> db_;
  const std::size_t room_;
  const milliseconds patience_;

  // The thread's own: how many erasures there were when not all are finished,
  // 0 when they are; and who waits for them.
  std::int64_t unfinished_;
  std::vector<Owed> owed_;

  std::mutex mutex_;
  std::condition_variable arrived_;
  Writes waiting_;
  std::size_t unsettled_ = 0;  // waiting, being committed, or owed
  bool closing_ = false;

  std::thread thread_;  // last: it uses all of the above
};

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
      return DoBegin(db, conversation, opening, delivery);
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
        [&](Connection& db) { return DoAppend(db, id, turn, delivery); });
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

  HistoryResult<Done> Deliver(const Delivery& delivery) override {
    return Do<Done>([&](Connection& db) { return DoDeliver(db, delivery); });
  }

  HistoryResult<bool> WasReceived(std::string_view channel,
                                  std::string_view inbound_id) const override {
    return readers_.With(
        [&](Connection& db) { return Received(db, channel, inbound_id); });
  }

  HistoryResult<Done> ForgetReceived(UnixSeconds before) override {
    return Do<Done>(
        [&](Connection& db) { return DoForgetReceived(db, before); });
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
    return Do<Done>([&](Connection& db) { return DoRemoveOutbound(db, id); });
  }

  HistoryResult<Done> RemoveAllOutbound(const Address& to) override {
    return Do<Done>(
        [&](Connection& db) { return DoRemoveAllOutbound(db, to); });
  }

  HistoryResult<Done> GiveUp(std::int64_t id,
                             std::string_view failure) override {
    return Do<Done>([&](Connection& db) { return DoGiveUp(db, id, failure); });
  }

  HistoryResult<std::vector<Outbound>> ReadDeadLetters(
      std::int64_t after, int limit) const override {
    return ReadMessages("SELECT " NEARER_OUTBOUND_COLUMNS
                        " FROM outbox WHERE id > ? AND failure IS NOT NULL "
                        "ORDER BY id LIMIT ?",
                        after, limit);
  }

  HistoryResult<Done> PostAgain(std::int64_t id, UnixSeconds at) override {
    return Do<Done>([&](Connection& db) { return DoPostAgain(db, id, at); });
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
      return DoFinishReminder(db, reminder, outbound, now);
    });
  }

  HistoryResult<Done> GiveCode(std::string_view id, const Code& code) override {
    return Do<Done>([&](Connection& db) { return DoGiveCode(db, id, code); });
  }

  HistoryResult<Conversation> FindByCode(Purpose purpose, std::string_view hash,
                                         UnixSeconds now) const override {
    return readers_.With(
        [&](Connection& db) { return ByCode(db, purpose, hash, now); });
  }

  HistoryResult<Conversation> Move(std::string_view code_hash, UnixSeconds now,
                                   std::string_view token_hash,
                                   const Delivery* delivery) override {
    return Do<Conversation>([&](Connection& db) {
      return DoMove(db, code_hash, now, token_hash, delivery);
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
