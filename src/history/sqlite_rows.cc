#include "history/sqlite_rows.h"

#include <string>

namespace nearer::history {
namespace {

HistoryResult<std::int64_t> KeyOfPack(Connection& db, std::string_view hash) {
  {
    Query query(db, "SELECT key FROM packs WHERE hash = ?", hash);
    if (query.Row()) return query.Integer(0);
    if (!query.ok()) return db.Failed("find a pack", query.rc());
  }
  Query insert(db, "INSERT INTO packs (hash) VALUES (?)", hash);
  if (!insert.Finish()) return db.Failed("record a pack", insert.rc());
  return static_cast<std::int64_t>(sqlite3_last_insert_rowid(db.raw()));
}

}  // namespace

Turn TurnFrom(const Query& row, int column) {
  Turn turn;
  turn.n = row.Integer(column);
  turn.client_turn_id = row.Text(column + 1);
  turn.at = row.Integer(column + 2);
  turn.utterance = row.Text(column + 3);
  turn.reply = row.Text(column + 4);
  turn.state = row.Text(column + 5);
  turn.trace = row.Text(column + 6);
  turn.pack = row.Text(column + 7);
  return turn;
}

Conversation ConversationFrom(const Query& row, int column) {
  Conversation conversation;
  conversation.id = row.Text(column);
  conversation.token_hash = row.Text(column + 1);
  conversation.channel = row.Text(column + 2);
  conversation.began = row.Integer(column + 3);
  conversation.version = row.Integer(column + 4);
  return conversation;
}

HistoryError NoSuch(const char* what) {
  return {HistoryErrorCode::kNotFound, std::string("no such ") + what};
}

HistoryResult<std::int64_t> KeyOf(Connection& db, std::string_view id) {
  Query query(db, "SELECT key FROM conversations WHERE id = ?", id);
  if (query.Row()) return query.Integer(0);
  if (!query.ok()) return db.Failed("find a conversation", query.rc());
  return NoSuch("conversation");
}

HistoryResult<std::int64_t> InsertConversation(
    Connection& db, const Conversation& conversation) {
  Query insert(db,
               "INSERT INTO conversations (id, token_hash, channel, began) "
               "VALUES (?, ?, ?, ?)",
               std::string_view(conversation.id), Blob{conversation.token_hash},
               std::string_view(conversation.channel), conversation.began);
  if (!insert.Finish()) return db.Failed("begin a conversation", insert.rc());
  return static_cast<std::int64_t>(sqlite3_last_insert_rowid(db.raw()));
}

HistoryResult<Done> InsertTurn(Connection& db, std::int64_t conversation,
                               const Turn& turn) {
  const auto pack = KeyOfPack(db, turn.pack);
  if (!pack) return pack.error();
  const auto insert = [&](const auto& client_turn_id) -> HistoryResult<Done> {
    Query query(db,
                "INSERT INTO turns (conversation, n, client_turn_id, at, "
                "utterance, reply, state, trace, pack) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                conversation, turn.n, client_turn_id, turn.at,
                std::string_view(turn.utterance), std::string_view(turn.reply),
                std::string_view(turn.state), std::string_view(turn.trace),
                *pack);
    if (!query.Finish()) return db.Failed("append a turn", query.rc());
    return Done{};
  };
  if (turn.client_turn_id.empty()) return insert(Null{});
  return insert(std::string_view(turn.client_turn_id));
}

HistoryResult<Done> InsertPack(Connection& db, std::string_view hash,
                               std::string_view archive) {
  Query query(db,
              "INSERT INTO packs (hash, archive) VALUES (?, ?) "
              "ON CONFLICT (hash) DO UPDATE SET archive = excluded.archive "
              "WHERE archive IS NULL",
              hash, Blob{archive});
  if (!query.Finish()) return db.Failed("archive a pack", query.rc());
  return Done{};
}

}  // namespace nearer::history
