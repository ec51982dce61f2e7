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
#include "core/sha256.h"
#include "history/backup.h"
#include "history/copies.h"
#include "history/prune.h"
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
                        std::int64_t now, const Say& say) {
  Gone gone;
  const auto erased = history::EraseOlder(
      path, before, now, [&](const history::Turn& last) { gone.Add(last); });
  if (gone.conversations > 0) say(path + ": " + gone.Text());
  if (!erased) return Error{erased.error().message};
  return Done{};
}

Result<Done> Prune(const history::Copy& copy, const history::ErasedIds& erased,
                   std::int64_t before, const Say& say) {
  Gone gone;
  const auto pruned =
      history::PruneCopy(copy.path, erased, before, Sha256,
                         [&](const history::Turn& last) { gone.Add(last); });
  if (gone.conversations > 0) say(copy.path + ": " + gone.Text());
  if (!pruned) return Error{pruned.error().message};
  return Done{};
}

void Print(const std::string& line) { std::printf("%s\n", line.c_str()); }

// Prints what is said, and knows whether anything was.
class Printed {
 public:
  Say say() {
    return [this](const std::string& line) {
      any_ = true;
      Print(line);
    };
  }
  bool any() const { return any_; }

 private:
  bool any_ = false;
};

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

Result<Done> PruneCopies(const std::string& backups,
                         const history::ErasedIds& erased, std::int64_t before,
                         const Say& say) {
  const auto copies = history::CopiesIn(backups);
  if (!copies) return Error{copies.error().message};
  Result<Done> done = Done{};
  // One that fails does not save the others.
  for (const history::Copy& copy : *copies) {
    const bool old = copy.made < before;
    const auto kept =
        old ? Remove(copy.path) : Prune(copy, erased, before, say);
    if (old && kept) say(copy.path + ": removed, the copy was older");
    if (!kept && done) done = kept;
  }
  return done;
}

Result<Done> PruneCopies(const std::string& db, const std::string& backups,
                         std::int64_t before, const Say& say) {
  RemoveAbandoned(backups, say);
  history::ErasedIds erased;
  if (const auto added = history::AddErasedIn(db, erased); !added)
    return Error{added.error().message};
  return PruneCopies(backups, erased, before, say);
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
  const bool limited = retention.seconds > 0;
  const std::int64_t before =
      limited ? now - retention.seconds : history::kNever;
  const auto erased =
      limited ? EraseOlder(retention.db, before, now, say) : Done{};
  if (retention.backups.empty()) return erased;
  const auto pruned = PruneCopies(retention.db, retention.backups, before, say);
  if (!erased) return erased;
  if (!pruned || !limited) return pruned;
  const auto record = history::OpenSqlite(retention.db, {.readers = 1});
  if (!record) return Error{record.error().message};
  const auto forgotten = (*record)->ForgetErased(before);
  if (!forgotten) return Error{forgotten.error().message};
  return Done{};
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
  bool failing = false;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const auto retained = Retain(retention_, now_(), say_);
    if (!retained && !failing)
      complain_("retention: " + retained.error().message +
                "; it is tried again every minute");
    if (retained && failing) complain_("retention: it works again");
    failing = !retained;
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
  Printed printed;
  const auto retained = Retain(
      {.db = options.db, .seconds = *seconds, .backups = options.backups},
      RealWorld().now(), printed.say());
  if (!retained) return Fail(retained.error().message);
  if (!printed.any()) std::printf("there was nothing to erase\n");
  return kDone;
}

int Erase(const EraseOptions& options) {
  if (!std::filesystem::exists(options.db))
    return Fail(options.db + " does not exist; name the record with --db");
  const auto opened = history::OpenSqlite(options.db);
  if (!opened) return Fail(opened.error().message);
  const std::int64_t now = RealWorld().now();
  const auto erased = (*opened)->Erase(options.conversation, now);
  Printed printed;
  if (erased) {
    printed.say()(options.db + ": erased");
  } else if (erased.error().code != history::HistoryErrorCode::kNotFound) {
    return Fail(erased.error().message);
  }
  if (!options.backups.empty()) {
    RemoveAbandoned(options.backups, Print);
    history::ErasedIds ids;
    ids.Add(options.conversation, now);
    const auto pruned =
        PruneCopies(options.backups, ids, history::kNever, printed.say());
    if (!pruned) return Fail(pruned.error().message);
  }
  if (!printed.any())
    return Fail("there is no conversation " + options.conversation + " in " +
                options.db +
                (options.backups.empty()
                     ? ""
                     : ", nor in the copies in " + options.backups));
  if (options.backups.empty())
    std::printf(
        "copies of the record still have it; erase it there with --backups\n");
  return kDone;
}

int PruneCommand(const BackupOptions& options) {
  Printed printed;
  const auto pruned =
      PruneCopies(options.db, options.to, history::kNever, printed.say());
  if (!pruned) return Fail(pruned.error().message);
  if (!printed.any())
    std::printf("nothing that was erased is in the copies in %s\n",
                options.to.c_str());
  return kDone;
}

}  // namespace nearer::app
