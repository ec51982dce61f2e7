#ifndef NEARER_HISTORY_SQLITE_TURNS_H_
#define NEARER_HISTORY_SQLITE_TURNS_H_

#include <string_view>

#include "history/history.h"
#include "history/sqlite_connection.h"

// How conversations begin, go on and move elsewhere in a record. Each call
// belongs to a transaction of the caller's; what they do stands with the
// members of History that they serve.
namespace nearer::history {

HistoryResult<Done> RecordBeginning(Connection& db,
                                    const Conversation& conversation,
                                    const Turn& opening,
                                    const Delivery* delivery);
HistoryResult<Turn> FindTurn(Connection& db, std::string_view id,
                             std::string_view client_turn_id);
HistoryResult<Appended> RecordTurn(Connection& db, std::string_view id,
                                   const Turn& turn, const Delivery* delivery);

HistoryResult<Done> RecordCode(Connection& db, std::string_view id,
                               const Code& code);
HistoryResult<Conversation> FindByCodeHash(Connection& db, Purpose purpose,
                                           std::string_view hash,
                                           UnixSeconds now);
HistoryResult<Conversation> MoveConversation(Connection& db,
                                             std::string_view code_hash,
                                             UnixSeconds now,
                                             std::string_view token_hash,
                                             const Delivery* delivery);

}  // namespace nearer::history

#endif  // NEARER_HISTORY_SQLITE_TURNS_H_
