#include <optional>
#include <utility>

#include "history/erased_ids.h"
#include "history/sqlite_connection.h"
#include "history/sqlite_history.h"
#include "history/sqlite_rows.h"
#include "history/whole_record.h"

namespace nearer::history {
namespace {

// Who serves the same record waits for its turn no longer than this takes to
// write.
constexpr std::int64_t kBytesInACommit = 8 << 20;
constexpr std::chrono::milliseconds kPatience{30'000};

template <typename T>
Result<Done> As(const HistoryResult<T>& result) {
  if (result) return Done{};
  return Error{result.error().message};
}

bool SameTurn(const Turn& a, const Turn& b) {
  return a.n == b.n && a.client_turn_id == b.client_turn_id && a.at == b.at &&
         a.utterance == b.utterance && a.reply == b.reply &&
         a.state == b.state && a.trace == b.trace && a.pack == b.pack;
}

bool SameBeginning(const Conversation& a, const Conversation& b) {
  return a.id == b.id && a.token_hash == b.token_hash &&
         a.channel == b.channel && a.began == b.began && a.version == b.version;
}

}  // namespace

struct Intake::Work {
  // What becomes of the conversation that is being taken.
  enum class Fate : std::uint8_t { kNone, kRecord, kCompare, kPassOver };

  std::unique_ptr<Connection> db;
  TakenIn uncommitted;
  std::int64_t last_message = 0;  // in the outbox, before anything was taken
  std::int64_t bytes = 0;         // written in this transaction
  Fate fate = Fate::kNone;
  Conversation present;
  std::int64_t key = 0;         // of the present conversation
  std::int64_t turns_left = 0;  // of it
  bool different = false, erased = false;

  HistoryResult<Done> Run(const char* sql) {
    if (const int rc = db->Run(sql); rc != SQLITE_OK) {
      return db->Failed("take in a record", rc);
    }
    return Done{};
  }

  HistoryResult<Done> BeginIfNeeded() {
    return db->InTransaction() ? HistoryResult<Done>(Done{})
                               : Run("BEGIN IMMEDIATE");
  }

  // Ends the conversation that is being taken, if one is.
  HistoryResult<Done> EndConversation() {
    switch (std::exchange(fate, Fate::kNone)) {
      case Fate::kNone:
        return Done{};
      case Fate::kRecord:
        ++uncommitted.conversations;
        uncommitted.turns += present.version + 1;
        return Run("RELEASE conversation");
      case Fate::kCompare:
      case Fate::kPassOver:
        if (different) {
          NoteDifferent();
        } else if (erased) {
          ++uncommitted.erased;
        } else {
          ++uncommitted.equal;
        }
        return Done{};
    }
    return Done{};
  }

  void NoteDifferent() {
    ++uncommitted.different_count;
    if (uncommitted.different.size() < kDifferentNamed) {
      uncommitted.different.push_back(present.id);
    }
  }

  // Leaves the present conversation out after all: the record has something
  // that it must not change.
  HistoryResult<Done> GiveUpAsDifferent() {
    fate = Fate::kPassOver;
    different = true;
    return Run("ROLLBACK TO conversation; RELEASE conversation");
  }

  HistoryResult<Done> StartConversation(const Conversation& conversation) {
    present = conversation;
    turns_left = conversation.version + 1;
    different = false;
    erased = false;
    Query known(*db,
                "SELECT c.key, " NEARER_CONVERSATION_COLUMNS
                " FROM conversations AS c WHERE c.id = ?",
                std::string_view(conversation.id));
    if (known.Row()) {
      key = known.Integer(0);
      different = !SameBeginning(ConversationFrom(known, 1), conversation);
      fate = different ? Fate::kPassOver : Fate::kCompare;
      return Done{};
    }
    if (!known.ok()) return db->Failed("find a conversation", known.rc());
    const auto was_erased = WasErased(*db, conversation.id);
    if (!was_erased) return was_erased.error();
    if (*was_erased) {
      erased = true;
      fate = Fate::kPassOver;
      return Done{};
    }
    if (const auto begun = BeginIfNeeded(); !begun) return begun;
    if (const auto saved = Run("SAVEPOINT conversation"); !saved) return saved;
    fate = Fate::kRecord;
    const auto inserted = InsertConversation(*db, conversation);
    if (!inserted) return inserted.error();
    key = *inserted;
    return Done{};
  }

  HistoryResult<Done> AddTurn(const Turn& turn) {
    --turns_left;
    switch (fate) {
      case Fate::kRecord:
        bytes += static_cast<std::int64_t>(
            turn.utterance.size() + turn.reply.size() + turn.state.size() +
            turn.trace.size());
        return InsertTurn(*db, key, turn);
      case Fate::kCompare: {
        Query query(*db,
                    "SELECT " NEARER_TURN_COLUMNS
                    " FROM turns AS t WHERE t.conversation = ? AND t.n = ?",
                    key, turn.n);
        if (!query.Row() && !query.ok()) {
          return db->Failed("read a turn", query.rc());
        }
        if (!SameTurn(TurnFrom(query, 0), turn)) {
          different = true;
          fate = Fate::kPassOver;
        }
        return Done{};
      }
      case Fate::kPassOver:
      case Fate::kNone:
        return Done{};
    }
    return Done{};
  }

  // Makes sure of a contact. False when it is another conversation's.
  template <typename Key>
  HistoryResult<bool> AddContact(const Contact& contact, const Key& of) {
    {
      Query query(*db,
                  "SELECT conversation FROM contacts "
                  "WHERE channel = ? AND chat = ?",
                  std::string_view(contact.address.channel),
                  std::string_view(contact.address.chat));
      if (query.Row() && !query.IsNull(0)) return false;
      if (!query.ok()) return db->Failed("find a contact", query.rc());
    }
    Query query(*db,
                "INSERT INTO contacts (channel, chat, conversation, notes) "
                "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (channel, chat) "
                "DO UPDATE SET conversation = excluded.conversation, "
                "notes = iif(notes = '', excluded.notes, notes)",
                std::string_view(contact.address.channel),
                std::string_view(contact.address.chat), of,
                std::string_view(contact.notes));
    if (!query.Finish()) return db->Failed("record a contact", query.rc());
    return true;
  }

  template <typename Key, typename Failure>
  HistoryResult<Done> AddMessage(const Outbound& message, const Key& of,
                                 const Failure& failure) {
    Query query(*db,
                "INSERT INTO outbox (channel, chat, conversation, at, request, "
                "failure) VALUES (?, ?, ?, ?, ?, ?)",
                std::string_view(message.to.channel),
                std::string_view(message.to.chat), of, message.at,
                std::string_view(message.request), failure);
    if (!query.Finish()) return db->Failed("post a message", query.rc());
    return Done{};
  }
  template <typename Key>
  HistoryResult<Done> AddMessage(const Outbound& message, const Key& of) {
    if (message.failure.empty()) return AddMessage(message, of, Null{});
    return AddMessage(message, of, std::string_view(message.failure));
  }

  HistoryResult<Done> AddLooseMessage(const Outbound& message) {
    {
      Query query(*db,
                  "SELECT 1 FROM outbox WHERE channel = ? AND chat = ? "
                  "AND at = ? AND request = ? AND conversation IS NULL "
                  "AND id <= ?",
                  std::string_view(message.to.channel),
                  std::string_view(message.to.chat), message.at,
                  std::string_view(message.request), last_message);
      if (query.Row()) return Done{};
      if (!query.ok()) return db->Failed("find a message", query.rc());
    }
    return AddMessage(message, Null{});
  }
};

HistoryResult<std::unique_ptr<Intake>> Intake::Open(const std::string& path) {
  // Creates the file, or brings it up to date.
  if (const auto current = OpenSqlite(path, {.readers = 1}); !current) {
    return current.error();
  }
  auto db = Connection::Open(path, kPatience);
  if (!db) return db.error();
  auto work = std::make_unique<Work>();
  work->db = std::move(*db);
  const auto last = work->db->Ask("SELECT max(id) FROM outbox");
  if (!last) return last.error();
  work->last_message = *last;
  return std::unique_ptr<Intake>(new Intake(std::move(work)));
}

Intake::Intake(std::unique_ptr<Work> work) : work_(std::move(work)) {}

Intake::~Intake() { work_->db->Rollback(); }

Result<Done> Intake::TakePack(std::string_view hash, std::string_view archive) {
  if (const auto begun = work_->BeginIfNeeded(); !begun) return As(begun);
  const auto inserted = InsertPack(*work_->db, hash, archive);
  if (!inserted) return As(inserted);
  return As(work_->Run("COMMIT"));
}

Result<Done> Intake::TakeReceived(const Received& received) {
  if (const auto begun = work_->BeginIfNeeded(); !begun) return As(begun);
  Query query(*work_->db,
              "INSERT INTO received (channel, id, at) VALUES (?, ?, ?) "
              "ON CONFLICT DO NOTHING",
              std::string_view(received.channel), std::string_view(received.id),
              received.at);
  if (query.Finish()) return Done{};
  return Error{work_->db->Failed("record a delivery", query.rc()).message};
}

Result<Done> Intake::TakeConversation(const Conversation& conversation) {
  if (const auto ended = work_->EndConversation(); !ended) return As(ended);
  if (work_->bytes >= kBytesInACommit) {
    if (const auto committed = Stop(); !committed) return committed;
  }
  return As(work_->StartConversation(conversation));
}

Result<Done> Intake::TakeTurn(const Turn& turn) {
  return As(work_->AddTurn(turn));
}

Result<Done> Intake::TakeContact(const Contact& contact) {
  using Fate = Work::Fate;
  if (work_->fate == Fate::kNone) {
    if (const auto begun = work_->BeginIfNeeded(); !begun) return As(begun);
    return As(work_->AddContact(contact, Null{}));
  }
  if (work_->fate != Fate::kRecord) return Done{};
  const auto added = work_->AddContact(contact, work_->key);
  if (!added) return As(added);
  if (*added) return Done{};
  return As(work_->GiveUpAsDifferent());
}

Result<Done> Intake::TakeMessage(const Outbound& message) {
  using Fate = Work::Fate;
  if (work_->fate == Fate::kNone) {
    if (const auto begun = work_->BeginIfNeeded(); !begun) return As(begun);
    return As(work_->AddLooseMessage(message));
  }
  if (work_->fate != Fate::kRecord) return Done{};
  return As(work_->AddMessage(message, work_->key));
}

Result<Done> Intake::TakeReminder(const Due& due) {
  if (work_->fate != Work::Fate::kRecord) return Done{};
  Query query(
      *work_->db,
      "INSERT INTO reminders (conversation, at, until) VALUES (?, ?, ?)",
      work_->key, due.at, due.until);
  if (query.Finish()) return Done{};
  return Error{work_->db->Failed("record a check-in", query.rc()).message};
}

Result<Done> Intake::TakeEnd() {
  if (const auto ended = work_->EndConversation(); !ended) return As(ended);
  return Stop();
}

Result<Done> Intake::Stop() {
  if (work_->fate == Work::Fate::kRecord) {
    const auto undone =
        work_->Run("ROLLBACK TO conversation; RELEASE conversation");
    if (!undone) return As(undone);
  }
  work_->fate = Work::Fate::kNone;
  if (work_->db->InTransaction()) {
    if (const auto committed = work_->Run("COMMIT"); !committed) {
      return As(committed);
    }
  }
  work_->bytes = 0;
  committed_ = work_->uncommitted;
  return Done{};
}

}  // namespace nearer::history
