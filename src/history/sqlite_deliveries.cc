#include "history/sqlite_deliveries.h"

#include "history/sqlite_rows.h"

namespace nearer::history {
namespace {

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

}  // namespace

Outbound OutboundFrom(const Query& row) {
  return {.id = row.Integer(0),
          .to = {.channel = row.Text(1), .chat = row.Text(2)},
          .at = row.Integer(3),
          .request = row.Text(4),
          .failure = row.Text(5)};
}

HistoryResult<bool> WasRecorded(Connection& db, std::string_view channel,
                                std::string_view inbound_id) {
  Query query(db, "SELECT 1 FROM received WHERE channel = ? AND id = ?",
              channel, inbound_id);
  const bool found = query.Row();
  if (!query.ok()) return db.Failed("find a delivery", query.rc());
  return found;
}

HistoryResult<Done> IsNew(Connection& db, const Delivery* delivery) {
  if (delivery == nullptr || delivery->inbound_id.empty()) return Done{};
  const auto received =
      WasRecorded(db, delivery->from.channel, delivery->inbound_id);
  if (!received) return received.error();
  if (*received) {
    return HistoryError{HistoryErrorCode::kSeen, "that was delivered before"};
  }
  return Done{};
}

HistoryResult<Done> BindContact(Connection& db, const Address& address,
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

HistoryResult<Done> RecordWith(Connection& db, const Delivery& delivery,
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

HistoryResult<Done> RecordDelivery(Connection& db, const Delivery& delivery) {
  if (const auto fresh = IsNew(db, &delivery); !fresh) return fresh;
  const auto conversation = ConversationOf(db, delivery.from);
  if (!conversation) return conversation.error();
  return RecordWith(db, delivery, *conversation);
}

HistoryResult<Done> ForgetDeliveries(Connection& db, UnixSeconds before) {
  Query query(db, "DELETE FROM received WHERE at < ?", before);
  if (!query.Finish()) return db.Failed("forget deliveries", query.rc());
  return Done{};
}

HistoryResult<Done> RemoveMessage(Connection& db, std::int64_t id) {
  Query query(db, "DELETE FROM outbox WHERE id = ?", id);
  if (!query.Finish()) return db.Failed("remove a message", query.rc());
  if (sqlite3_changes(db.raw()) == 0) return NoSuch("message");
  return Done{};
}

HistoryResult<Done> RemoveMessages(Connection& db, const Address& to) {
  Query query(db,
              "DELETE FROM outbox "
              "WHERE channel = ? AND chat = ? AND failure IS NULL",
              std::string_view(to.channel), std::string_view(to.chat));
  if (!query.Finish()) return db.Failed("remove messages", query.rc());
  return Done{};
}

HistoryResult<Done> GiveUpMessage(Connection& db, std::int64_t id,
                                  std::string_view failure) {
  Query query(db,
              "UPDATE outbox SET failure = ?2 "
              "WHERE id = ?1 AND failure IS NULL",
              id, failure);
  if (!query.Finish()) return db.Failed("give up a message", query.rc());
  if (sqlite3_changes(db.raw()) == 0) return NoSuch("message");
  return Done{};
}

HistoryResult<Done> PostMessageAgain(Connection& db, std::int64_t id,
                                     UnixSeconds at) {
  Query copy(db,
             "INSERT INTO outbox (channel, chat, conversation, at, request) "
             "SELECT channel, chat, conversation, ?2, request FROM outbox "
             "WHERE id = ?1 AND failure IS NOT NULL",
             id, at);
  if (!copy.Finish()) return db.Failed("post a message again", copy.rc());
  if (sqlite3_changes(db.raw()) == 0) return NoSuch("message");
  return RemoveMessage(db, id);
}

HistoryResult<Done> FinishCheckIn(Connection& db, const Reminder& reminder,
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

}  // namespace nearer::history
