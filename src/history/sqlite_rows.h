#ifndef NEARER_HISTORY_SQLITE_ROWS_H_
#define NEARER_HISTORY_SQLITE_ROWS_H_

#include <cstdint>
#include <string_view>

#include "history/history.h"
#include "history/sqlite_connection.h"

// Conversations, turns and packs as rows, for all who read and write them. Each
// call belongs to a transaction of the caller's.
namespace nearer::history {

// The columns of a turn, and of a conversation; the tables are called t and c.
#define NEARER_TURN_COLUMNS                                      \
  "t.n, t.client_turn_id, t.at, t.utterance, t.reply, t.state, " \
  "t.trace, (SELECT p.hash FROM packs AS p WHERE p.key = t.pack)"
#define NEARER_CONVERSATION_COLUMNS          \
  "c.id, c.token_hash, c.channel, c.began, " \
  "(SELECT max(t.n) FROM turns AS t WHERE t.conversation = c.key)"
// What holds of a conversation and its last turn.
#define NEARER_LAST_TURN              \
  "t.conversation = c.key AND t.n = " \
  "(SELECT max(n) FROM turns WHERE conversation = c.key)"

// From the present row, the columns beginning with `column`.
Turn TurnFrom(const Query& row, int column);
Conversation ConversationFrom(const Query& row, int column = 0);

// kNotFound, for what does not exist.
HistoryError NoSuch(const char* what);

HistoryResult<std::int64_t> KeyOf(Connection& db, std::string_view id);

// Whoever inserts has made sure that the id is free.
HistoryResult<std::int64_t> InsertConversation(
    Connection& db, const Conversation& conversation);
HistoryResult<Done> InsertTurn(Connection& db, std::int64_t conversation,
                               const Turn& turn);

HistoryResult<Done> InsertPack(Connection& db, std::string_view hash,
                               std::string_view archive);

}  // namespace nearer::history

#endif  // NEARER_HISTORY_SQLITE_ROWS_H_
