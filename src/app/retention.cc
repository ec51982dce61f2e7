#include "app/retention.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/duration.h"
#include "app/world.h"
#include "core/coach/state.h"
#include "history/backup.h"
#include "history/copies.h"
#include "history/retention.h"
#include "history/sqlite_history.h"

namespace nearer::app {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::chrono::hours kBetween{24};
constexpr std::chrono::minutes kAgain{1};

struct Gone {
  std::int64_t conversations = 0, turns = 0, sessions = 0;

  void Add(const history::Turn& last) {
    ++conversations;
    turns += last.n + 1;
    const auto state = coach::ParseState(last.state);
    sessions += state ? state->session : 1;
  }
  std::string Text() const {
    return std::to_string(conversations) + " conversations with " +
           std::to_string(turns) + " turns in " + std::to_string(sessions) +
           " sessions erased";
  }
};

Result<Done> EraseOlder(const std::string& path, std::int64_t before,
                        const Say& say) {
  Gone gone;
  const auto erased = history::EraseOlder(
      path, before, [&](const history::Turn& last) { gone.Add(last); });
  say(path + ": " + gone.Text());
  if (!erased) return Error{erased.error().message};
  return Done{};
}

Result<Done> Remove(const std::string& path) {
  // A copy that was opened may have had a log.
  for (const char* suffix : {"-wal", "-shm", ""})
    if (unlink((path + suffix).c_str()) != 0 && errno != ENOENT)
      return Error{"could not remove " + path + ": " +
                   std::system_category().message(errno)};
  return Done{};
}

void RemoveAbandoned(const std::string& backups, const Say& say) {
  for (const std::string& name : history::RemoveAbandoned(backups))
    say(backups + "/" + name + ": removed, a backup that was never finished");
}

}  // namespace

Result<std::int64_t> ParseRetention(const std::string& text) {
  const auto seconds = ParseDuration(text);
  if (!seconds || *seconds < kDay)
    return Error{"'" + text +
                 "': expected how long to keep conversations, a day or more, "
                 "as in 180d or 26w"};
  return *seconds;
}

Result<Done> Retain(const Retention& retention, std::int64_t now,
                    const Say& say) {
  const std::int64_t before = now - retention.seconds;
  auto done = EraseOlder(retention.db, before, say);
  if (retention.backups.empty()) return done;
  RemoveAbandoned(retention.backups, say);
  const auto copies = history::CopiesIn(retention.backups);
  if (!copies) return Error{copies.error().message};
  // One that fails does not save the others.
  for (const history::Copy& copy : *copies) {
    const bool old = copy.made < before;
    const auto kept =
        old ? Remove(copy.path) : EraseOlder(copy.path, before, say);
    if (old && kept) say(copy.path + ": removed, the copy was older");
    if (!kept && done) done = kept;
  }
  return done;
}

DailyRetention::DailyRetention(Retention retention,
                               std::function<std::int64_t()> now, Say say,
                               Say complain)
    : retention_(std::move(retention)),
      now_(std::move(now)),
      say_(std::move(say)),
      complain_(std::move(complain)),
      thread_([this] { Work(); }) {}

DailyRetention::~DailyRetention() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_one();
  thread_.join();
}

void DailyRetention::Work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const auto retained = Retain(retention_, now_(), say_);
    if (!retained) complain_("retention: " + retained.error().message);
    lock.lock();
    const auto pause = retained ? std::chrono::minutes(kBetween) : kAgain;
    stopped_.wait_for(lock, pause, [this] { return stopping_; });
  }
}

// ---- The commands.

int RetainCommand(const RetainOptions& options) {
  const auto seconds = ParseRetention(options.retain);
  if (!seconds) return Fail(seconds.error().message, kWrongUse);
  if (!std::filesystem::exists(options.db))
    return Fail(options.db + " does not exist; name the record with --db");
  const auto retained = Retain(
      {.db = options.db, .seconds = *seconds, .backups = options.backups},
      RealWorld().now(),
      [](const std::string& line) { std::printf("%s\n", line.c_str()); });
  if (!retained) return Fail(retained.error().message);
  return kDone;
}

int Erase(const EraseOptions& options) {
  if (!std::filesystem::exists(options.db))
    return Fail(options.db + " does not exist; name the record with --db");
  std::vector<std::string> records = {options.db};
  if (!options.backups.empty()) {
    RemoveAbandoned(options.backups, [](const std::string& line) {
      std::printf("%s\n", line.c_str());
    });
    const auto copies = history::CopiesIn(options.backups);
    if (!copies) return Fail(copies.error().message);
    for (const history::Copy& copy : *copies) records.push_back(copy.path);
  }
  int found = 0, failed = 0;
  for (const std::string& record : records) {
    const auto opened = history::OpenSqlite(record);
    const auto erased = opened ? (*opened)->Erase(options.conversation)
                               : history::HistoryResult<Done>(opened.error());
    if (erased) {
      ++found;
      std::printf("%s: erased\n", record.c_str());
    } else if (erased.error().code != history::HistoryErrorCode::kNotFound) {
      ++failed;
      Fail(erased.error().message);
    }
  }
  if (found == 0 && failed == 0)
    return Fail("there is no conversation " + options.conversation + " in " +
                options.db +
                (options.backups.empty()
                     ? ""
                     : ", nor in the copies in " + options.backups));
  if (options.backups.empty())
    std::printf(
        "copies of the record still have it; erase it there with --backups\n");
  return failed > 0 ? kFoundWrong : kDone;
}

}  // namespace nearer::app
