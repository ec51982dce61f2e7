#ifndef NEARER_AUTHORING_RECORD_WALK_H_
#define NEARER_AUTHORING_RECORD_WALK_H_

#include <functional>

#include "core/result.h"
#include "history/history.h"

namespace nearer::authoring {

// Gives every turn of every conversation to `take`, conversations by id, turns
// in order; a page at a time. A conversation that is erased meanwhile is passed
// over.
history::HistoryResult<Done> ForEachTurn(
    const history::History& history,
    const std::function<void(const history::Conversation&,
                             const history::Turn&)>& take);

}  // namespace nearer::authoring

#endif  // NEARER_AUTHORING_RECORD_WALK_H_
