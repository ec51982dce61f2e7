#include "history/sqlite_connection.h"
#include "history/sqlite_history.h"
#include "history/sqlite_rows.h"
#include "history/whole_record.h"

namespace nearer::history {
namespace {

constexpr std::chrono::milliseconds kPatience{5000};

HistoryResult<Done> As(const Result<Done>& taken) {
  if (taken) return Done{};
  return HistoryError{HistoryErrorCode::kBroken, taken.error().message};
}

// One walk, inside a transaction that only reads.
class Walker {
 public:
  Walker(Connection& db, Receiver& receiver) : db_(db), receiver_(receiver) {}

  HistoryResult<Done> Walk() {
    for (const auto part : {&Walker::AllPacks, &Walker::ReceivedDeliveries,
                            &Walker::LooseContacts, &Walker::LooseMessages,
                            &Walker::Conversations}) {
      if (const auto walked = (this->*part)(); !walked) return walked;
    }
    return As(receiver_.TakeEnd());
  }

  HistoryResult<Done> WalkOnly(const std::string& id) {
    const auto key = KeyOf(db_, id);
    if (!key) return key.error();
    Query packs(db_,
                "SELECT hash, archive FROM packs WHERE length(archive) > 0 AND "
                "key IN (SELECT pack FROM turns WHERE conversation = ?) "
                "ORDER BY hash",
                *key);
    if (const auto walked = Packs(packs); !walked) return walked;
    Query conversation(db_,
                       "SELECT " NEARER_CONVERSATION_COLUMNS
                       " FROM conversations AS c WHERE c.key = ?",
                       *key);
    if (!conversation.Row()) {
      return db_.Failed("read the record", conversation.rc());
    }
    const auto walked = OneConversation(*key, ConversationFrom(conversation));
    if (!walked) return walked;
    return As(receiver_.TakeEnd());
  }

 private:
  // Gives each row of `query` to `take`.
  template <typename Take>
  HistoryResult<Done> Each(Query& query, const Take& take) {
    while (query.Row()) {
      if (const auto taken = As(take()); !taken) return taken;
    }
    if (!query.ok()) return db_.Failed("read the record", query.rc());
    return Done{};
  }

  HistoryResult<Done> AllPacks() {
    Query packs(db_,
                "SELECT hash, archive FROM packs WHERE length(archive) > 0 "
                "ORDER BY hash");
    return Packs(packs);
  }
  HistoryResult<Done> Packs(Query& packs) {
    return Each(packs, [&] {
      return receiver_.TakePack(packs.Text(0), packs.Text(1));
    });
  }

  HistoryResult<Done> ReceivedDeliveries() {
    Query received(db_,
                   "SELECT channel, id, at FROM received ORDER BY channel, id");
    return Each(received, [&] {
      return receiver_.TakeReceived({.channel = received.Text(0),
                                     .id = received.Text(1),
                                     .at = received.Integer(2)});
    });
  }

  HistoryResult<Done> Contacts(Query& contacts, const std::string& of) {
    return Each(contacts, [&] {
      return receiver_.TakeContact(
          {.address = {.channel = contacts.Text(0), .chat = contacts.Text(1)},
           .conversation = of,
           .notes = contacts.Text(2)});
    });
  }
  HistoryResult<Done> LooseContacts() {
    Query contacts(db_,
                   "SELECT channel, chat, notes FROM contacts "
                   "WHERE conversation IS NULL ORDER BY channel, chat");
    return Contacts(contacts, "");
  }

  HistoryResult<Done> Messages(Query& messages) {
    return Each(messages, [&] {
      return receiver_.TakeMessage(
          {.to = {.channel = messages.Text(0), .chat = messages.Text(1)},
           .at = messages.Integer(2),
           .request = messages.Text(3),
           .failure = messages.Text(4)});
    });
  }
  HistoryResult<Done> LooseMessages() {
    Query messages(db_,
                   "SELECT channel, chat, at, request, failure FROM outbox "
                   "WHERE conversation IS NULL ORDER BY id");
    return Messages(messages);
  }

  HistoryResult<Done> Conversations() {
    Query query(db_, "SELECT c.key, " NEARER_CONVERSATION_COLUMNS
                     " FROM conversations AS c ORDER BY c.id");
    while (query.Row()) {
      const auto taken =
          OneConversation(query.Integer(0), ConversationFrom(query, 1));
      if (!taken) return taken;
    }
    if (!query.ok()) return db_.Failed("read the record", query.rc());
    return Done{};
  }

  HistoryResult<Done> OneConversation(std::int64_t key,
                                      const Conversation& conversation) {
    if (const auto taken = As(receiver_.TakeConversation(conversation));
        !taken) {
      return taken;
    }
    Query turns(db_,
                "SELECT " NEARER_TURN_COLUMNS
                " FROM turns AS t WHERE t.conversation = ? ORDER BY t.n",
                key);
    const auto given =
        Each(turns, [&] { return receiver_.TakeTurn(TurnFrom(turns, 0)); });
    if (!given) return given;
    Query contacts(db_,
                   "SELECT channel, chat, notes FROM contacts "
                   "WHERE conversation = ? ORDER BY channel, chat",
                   key);
    const auto known = Contacts(contacts, conversation.id);
    if (!known) return known;
    Query messages(db_,
                   "SELECT channel, chat, at, request, failure FROM outbox "
                   "WHERE conversation = ? ORDER BY id",
                   key);
    const auto waiting = Messages(messages);
    if (!waiting) return waiting;
    Query reminders(
        db_, "SELECT at, until FROM reminders WHERE conversation = ?", key);
    return Each(reminders, [&] {
      return receiver_.TakeReminder(
          {.at = reminders.Integer(0), .until = reminders.Integer(1)});
    });
  }

  Connection& db_;
  Receiver& receiver_;
};

}  // namespace

HistoryResult<Done> Walk(const std::string& path, Receiver& receiver,
                         const std::string& only) {
  // Brings the tables up to date.
  if (const auto current = OpenSqlite(path, {.readers = 1}); !current) {
    return current.error();
  }
  const auto db = Connection::Open(path, kPatience);
  if (!db) return db.error();
  if (const int rc = (*db)->Run("BEGIN"); rc != SQLITE_OK) {
    return (*db)->Failed("read the record", rc);
  }
  Walker walker(**db, receiver);
  auto walked = only.empty() ? walker.Walk() : walker.WalkOnly(only);
  (*db)->Rollback();
  return walked;
}

}  // namespace nearer::history
