#include "authoring/record_walk.h"

#include <string>

#include "insights/insights.h"

namespace nearer::authoring {

history::HistoryResult<Done> ForEachTurn(
    const history::History& history,
    const std::function<GoOn(const history::Conversation&,
                             const history::Turn&)>& take) {
  constexpr int kInAPage = 1000;
  std::string after;
  bool enough = false;
  for (;;) {
    const auto listed = history.List(after, kInAPage);
    if (!listed) return listed.error();
    if (listed->empty()) return Done{};
    for (const history::Conversation& conversation : *listed) {
      const auto read = insights::ForEachTurn(
          history, conversation.id,
          [&](const history::Turn& turn) -> Result<Done> {
            enough = take(conversation, turn) == GoOn::kNo;
            if (enough) return Error{};
            return Done{};
          });
      if (enough) return Done{};
      if (!read && read.error().code != history::HistoryErrorCode::kNotFound)
        return read.error();
    }
    after = listed->back().id;
  }
}

}  // namespace nearer::authoring
