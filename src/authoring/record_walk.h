#ifndef NEARER_AUTHORING_RECORD_WALK_H_
#define NEARER_AUTHORING_RECORD_WALK_H_

#include <cstdint>
#include <functional>

#include "core/result.h"
#include "history/history.h"

namespace nearer::authoring {

// Gives every turn of every conversation to `take`, conversations by id, turns
// in order; a page at a time, until `take` says that it was enough. A
// conversation that is erased meanwhile is passed over.
enum class GoOn : std::uint8_t { kYes, kNo };
history::HistoryResult<Done> ForEachTurn(
    const history::History& history,
    const std::function<GoOn(const history::Conversation&,
                             const history::Turn&)>& take);

}  // namespace nearer::authoring

#endif  // NEARER_AUTHORING_RECORD_WALK_H_
