#include "history/sqlite_turns.h"

#include "history/erased_ids.h"
#include "history/sqlite_deliveries.h"
#include "history/sqlite_rows.h"

namespace nearer::history {
namespace {

// Runs `sql`, which has `key` for its one parameter.
HistoryResult<Done> RunFor(Connection& db, std::string_view sql,
                           std::int64_t key) {
  Query query(db, sql, key);
  if (!query.Finish()) return db.Failed("move a conversation", query.rc());
  return Done{};
}

}  // namespace

HistoryResult<Done> RecordBeginning(Connection& db,
                                    const Conversation& conversation,
                                    const Turn& opening,
                                    const Delivery* delivery) {
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
  if (const auto bound = BindContact(db, delivery->from, *key); !bound)
    return bound;
  return RecordWith(db, *delivery, *key);
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

HistoryResult<Appended> RecordTurn(Connection& db, std::string_view id,
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
    const auto recorded = RecordWith(db, *delivery, *key);
    if (!recorded) return recorded.error();
  }
  return Appended{.turn = turn, .repeated = false};
}

// ---- Codes.

HistoryResult<Done> RecordCode(Connection& db, std::string_view id,
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

HistoryResult<Conversation> FindByCodeHash(Connection& db, Purpose purpose,
                                           std::string_view hash,
                                           UnixSeconds now) {
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

HistoryResult<Conversation> MoveConversation(Connection& db,
                                             std::string_view code_hash,
                                             UnixSeconds now,
                                             std::string_view token_hash,
                                             const Delivery* delivery) {
  if (const auto fresh = IsNew(db, delivery); !fresh) return fresh.error();
  auto moved = FindByCodeHash(db, Purpose::kMove, code_hash, now);
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
  if (const auto bound = BindContact(db, delivery->from, *key); !bound)
    return bound.error();
  const auto recorded = RecordWith(db, *delivery, *key);
  if (!recorded) return recorded.error();
  return moved;
}

}  // namespace nearer::history
