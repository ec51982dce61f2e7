#include <charconv>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/world.h"
#include "history/sqlite_history.h"

namespace nearer::app {
namespace {

constexpr int kReadAtOnce = 1000;

history::HistoryResult<std::vector<history::Outbound>> ReadAll(
    const history::History& history) {
  std::vector<history::Outbound> all;
  for (;;) {
    auto more =
        history.ReadDeadLetters(all.empty() ? 0 : all.back().id, kReadAtOnce);
    if (!more) return more.error();
    if (more->empty()) return all;
    all.insert(all.end(), more->begin(), more->end());
  }
}

// Neither the text nor to whom: the operator need not know them.
void Print(const history::Outbound& message) {
  const std::time_t at = message.at;
  std::tm utc{};
  gmtime_r(&at, &utc);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%d %H:%M:%SZ", &utc);
  std::printf("%lld\t%s\t%s\t%s\n", static_cast<long long>(message.id),
              message.to.channel.c_str(), date, message.failure.c_str());
}

using Each =
    std::function<history::HistoryResult<Done>(const history::Outbound&)>;

// Does `each` to those that `which` names: an id, or "all".
int DoTo(const std::string& which,
         const std::vector<history::Outbound>& messages, const Each& each,
         const char* what) {
  std::int64_t id = 0;
  const auto [end, wrong] =
      std::from_chars(which.data(), which.data() + which.size(), id);
  const bool all = which == "all";
  if (!all && (wrong != std::errc() || end != which.data() + which.size()))
    return Fail("'" + which + "': expected the ID of a message, or all",
                kWrongUse);
  int count = 0;
  for (const history::Outbound& message : messages) {
    if (!all && message.id != id) continue;
    const auto done = each(message);
    if (!done) return Fail(done.error().message);
    ++count;
  }
  if (!all && count == 0)
    return Fail("there is no message " + which +
                " that could not be sent; nearer outbox lists them");
  std::printf("%d %s\n", count, what);
  return kDone;
}

}  // namespace

int Outbox(const OutboxOptions& options) {
  if (!std::filesystem::exists(options.db))
    return Fail(options.db + " does not exist; name the record with --db");
  const auto opened = history::OpenSqlite(options.db);
  if (!opened) return Fail(opened.error().message);
  history::History& history = **opened;
  const auto messages = ReadAll(history);
  if (!messages) return Fail(messages.error().message);
  if (!options.retry.empty())
    return DoTo(
        options.retry, *messages,
        [&](const history::Outbound& message) {
          return history.PostAgain(message.id, RealWorld().now());
        },
        "to be sent again");
  if (!options.drop.empty())
    return DoTo(
        options.drop, *messages,
        [&](const history::Outbound& message) {
          return history.RemoveOutbound(message.id);
        },
        "forgotten");
  for (const history::Outbound& message : *messages) Print(message);
  return kDone;
}

}  // namespace nearer::app
