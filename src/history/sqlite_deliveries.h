#ifndef NEARER_HISTORY_SQLITE_DELIVERIES_H_
#define NEARER_HISTORY_SQLITE_DELIVERIES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history/history.h"
#include "history/sqlite_connection.h"

// What messaging channels leave in a record: deliveries, contacts, the outbox
// and check-ins. Each call belongs to a transaction of the caller's; what they
// do stands with the members of History that they serve.
namespace nearer::history {

#define NEARER_OUTBOUND_COLUMNS "id, channel, chat, at, request, failure"

// From the present row, of NEARER_OUTBOUND_COLUMNS.
Outbound OutboundFrom(const Query& row);

HistoryResult<bool> WasRecorded(Connection& db, std::string_view channel,
                                std::string_view inbound_id);

// Fails when `delivery`, which may be null, was recorded before.
HistoryResult<Done> IsNew(Connection& db, const Delivery* delivery);

// Makes the one at `address` the contact of a conversation; kConflict when they
// have one.
HistoryResult<Done> BindContact(Connection& db, const Address& address,
                                std::int64_t conversation);

// Records `delivery`, which IsNew, for the conversation with that key.
HistoryResult<Done> RecordWith(Connection& db, const Delivery& delivery,
                               std::optional<std::int64_t> conversation);

HistoryResult<Done> RecordDelivery(Connection& db, const Delivery& delivery);
HistoryResult<Done> ForgetDeliveries(Connection& db, UnixSeconds before);
HistoryResult<Done> RemoveMessage(Connection& db, std::int64_t id);
HistoryResult<Done> RemoveMessages(Connection& db, const Address& to);
HistoryResult<Done> GiveUpMessage(Connection& db, std::int64_t id,
                                  std::string_view failure);
HistoryResult<Done> PostMessageAgain(Connection& db, std::int64_t id,
                                     UnixSeconds at);
HistoryResult<Done> FinishCheckIn(Connection& db, const Reminder& reminder,
                                  const std::vector<std::string>& outbound,
                                  UnixSeconds now);

}  // namespace nearer::history

#endif  // NEARER_HISTORY_SQLITE_DELIVERIES_H_
