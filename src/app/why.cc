#include "replay/why.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "app/commands.h"
#include "history/sqlite_history.h"
#include "replay/packs.h"

namespace nearer::app {

int Why(const WhyOptions& options) {
  const auto opened = history::OpenSqlite(options.db, {.readers = 1});
  if (!opened) return Fail(opened.error().message);
  const history::History& history = **opened;
  const auto turn = history.ReadTurn(options.conversation, options.n);
  if (!turn)
    return Fail(turn.error().code == history::HistoryErrorCode::kNotFound
                    ? options.db + " has no turn " + std::to_string(options.n) +
                          " of a conversation with that id"
                    : turn.error().message);
  replay::Packs packs(history);
  const auto pack = packs.Find(turn->pack);
  if (!pack && pack.error().code != history::HistoryErrorCode::kNotFound)
    return Fail(pack.error().message);
  const auto why = replay::Why(*turn, pack ? pack->get() : nullptr);
  if (options.json) {
    std::printf("%s\n", why.dump(-1, ' ', false,
                                 nlohmann::json::error_handler_t::replace)
                            .c_str());
  } else {
    replay::PrintWhy(stdout, why);
  }
  return kDone;
}

}  // namespace nearer::app
