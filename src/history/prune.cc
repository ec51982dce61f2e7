#include "history/prune.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <memory>
#include <span>
#include <system_error>
#include <utility>

#include "history/backup.h"
#include "history/copies.h"
#include "history/copy_file.h"
#include "history/migrations.h"
#include "history/sqlite_connection.h"
#include "history/sqlite_rows.h"

namespace nearer::history {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPatience{5000};
// What a transaction can undo is held in memory.
constexpr std::size_t kAtOnce = 100;

constexpr char kPrune[] = "take what was erased out of a copy";
constexpr char kRestore[] = "restore a copy";

std::string Absolute(const std::string& path) {
  std::error_code failed;
  return fs::absolute(path, failed).string();
}

// The keys of the conversations that must go, in order.
HistoryResult<std::vector<std::int64_t>> FindUnwanted(Connection& db,
                                                      const ErasedIds& erased,
                                                      UnixSeconds before) {
  std::vector<std::int64_t> keys;
  if (erased.size() > 0) {
    Query ids(db, "SELECT key, id FROM conversations");
    while (ids.Row()) {
      if (erased.Contains(ids.Text(1))) keys.push_back(ids.Integer(0));
    }
    if (!ids.ok()) return db.Failed("read a copy", ids.rc());
  }
  if (before != kNever) {
    Query old(db,
              "SELECT c.key FROM conversations AS c JOIN turns AS t "
              "ON " NEARER_LAST_TURN " WHERE t.at < ?",
              before);
    while (old.Row()) keys.push_back(old.Integer(0));
    if (!old.ok()) return db.Failed("read a copy", old.rc());
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

// Erases `keys` in one transaction. Their last turns.
HistoryResult<std::vector<Turn>> EraseAll(Connection& db,
                                          std::span<const std::int64_t> keys) {
  if (const int rc = db.Run("BEGIN"); rc != SQLITE_OK) {
    return db.Failed("prune a copy", rc);
  }
  std::vector<Turn> last;
  for (const std::int64_t key : keys) {
    {
      Query turn(db,
                 "SELECT " NEARER_TURN_COLUMNS
                 " FROM conversations AS c JOIN turns AS t "
                 "ON " NEARER_LAST_TURN " WHERE c.key = ?",
                 key);
      if (turn.Row()) last.push_back(TurnFrom(turn, 0));
      if (!turn.ok()) return db.Failed("prune a copy", turn.rc());
    }
    Query rows(db, "DELETE FROM conversations WHERE key = ?", key);
    if (!rows.Finish()) return db.Failed("prune a copy", rows.rc());
  }
  if (const int rc = db.Run("COMMIT"); rc != SQLITE_OK) {
    return db.Failed("prune a copy", rc);
  }
  return last;
}

HistoryResult<Done> NoteAll(Connection& db, const ErasedIds& erased) {
  if (const int rc = db.Run("BEGIN"); rc != SQLITE_OK) {
    return db.Failed("note erasures", rc);
  }
  if (const auto noted = erased.NoteIn(db); !noted) return noted;
  if (const int rc = db.Run("COMMIT"); rc != SQLITE_OK) {
    return db.Failed("note erasures", rc);
  }
  return Done{};
}

// Writes `copy` into `part` without the conversations in `keys`, up to date and
// knowing of all that is in `erased`. Their last turns.
HistoryResult<std::vector<Turn>> WriteWithout(
    Connection& copy, Part& part, const std::vector<std::int64_t>& keys,
    const ErasedIds& erased) {
  {
    const auto to = part.Open();
    if (!to) return to.error();
    if (const auto copied = CopyPages(copy, **to); !copied) {
      return copied.error();
    }
  }
  // Anew: the pages that were copied say that there is a log, which this
  // opening ends.
  const auto to = part.Open();
  if (!to) return to.error();
  if (const auto migrated = Migrate(**to); !migrated) return migrated.error();
  std::vector<Turn> last;
  for (std::size_t at = 0; at < keys.size(); at += kAtOnce) {
    auto gone = EraseAll(
        **to, std::span(keys).subspan(at, std::min(kAtOnce, keys.size() - at)));
    if (!gone) return gone.error();
    std::move(gone->begin(), gone->end(), std::back_inserter(last));
  }
  if (const auto noted = NoteAll(**to, erased); !noted) return noted.error();
  return last;
}

// What stands in a file that must be sound.
HistoryResult<Contents> VerifySound(const std::string& path,
                                    const std::string& named,
                                    const std::string& do_what,
                                    const Digest& digest) {
  const auto findings = Verify(path, digest);
  if (!findings) return findings.error();
  if (findings->wrong.empty()) return findings->contents;
  return Cannot(do_what, named,
                findings->wrong.front() +
                    "; it stays as it was: use another copy, and remove this");
}

HistoryResult<std::int64_t> CountConversations(Connection& db) {
  return db.Ask("SELECT count(*) FROM conversations");
}

// Takes in a log that a crash has left beside a copy.
HistoryResult<Done> TakeInLog(const std::string& path) {
  std::error_code failed;
  if (!fs::exists(path + "-wal", failed)) return Done{};
  const auto db = Connection::Open(path, kPatience);
  if (!db) return db.error();
  const auto read = CountConversations(**db);
  if (!read) return read.error();
  return Done{};  // who closes it last removes the log
}

// Takes the record at `path` for itself, without a log beside it.
HistoryResult<std::unique_ptr<Connection>> TakeForItself(
    const std::string& path) {
  auto opened = Connection::Open(path, std::chrono::milliseconds(1000));
  if (!opened) return opened;
  if (const auto version = Inspect(**opened); !version) return version.error();
  (*opened)->Run("PRAGMA locking_mode = EXCLUSIVE");
  Query mode(**opened, "PRAGMA journal_mode = DELETE");
  if (mode.Row() && mode.Text(0) == "delete") {
    mode.Finish();
    return opened;
  }
  return Cannot(kRestore, path,
                "somebody uses the record; stop nearer serve first");
}

// A name beside `path` that is free.
std::string FormerName(const std::string& path, UnixSeconds now) {
  std::error_code failed;
  std::string name = path + ".before-" + CopyName(now);
  for (int i = 2; fs::exists(name, failed); ++i) {
    name = path + ".before-" + std::to_string(i) + "-" + CopyName(now);
  }
  return name;
}

}  // namespace

HistoryResult<Done> AddErasedIn(const std::string& record, ErasedIds& erased) {
  const auto db = Connection::Open(Absolute(record), kPatience);
  if (!db) return db.error();
  return erased.AddFrom(**db);
}

HistoryResult<Done> AddErasedInCopy(const std::string& copy,
                                    ErasedIds& erased) {
  const std::string path = Absolute(copy);
  if (const auto taken = TakeInLog(path); !taken) return taken;
  const auto db = OpenCopy(path, "read a copy");
  if (!db) return db.error();
  return erased.AddFrom(**db);
}

HistoryResult<Done> PruneCopy(
    const std::string& path, const ErasedIds& erased, UnixSeconds before,
    const Digest& digest,
    const std::function<void(const Turn& last)>& removed) {
  const std::string file = Absolute(path);
  if (const auto taken = TakeInLog(file); !taken) return taken;
  const auto copy = OpenCopy(file, kPrune);
  if (!copy) return copy.error();
  const auto version = Inspect(**copy);
  if (!version) return version.error();
  if (*version == 0) return Done{};
  const auto keys = FindUnwanted(**copy, erased, before);
  if (!keys) return keys.error();
  if (keys->empty()) return Done{};
  const auto all = CountConversations(**copy);
  if (!all) return all.error();

  const auto part = Part::Create(file);
  if (!part) return part.error();
  const auto last = WriteWithout(**copy, **part, *keys, erased);
  if (!last) return last.error();
  const auto contents = VerifySound((*part)->path(), file, kPrune, digest);
  if (!contents) return contents.error();
  const auto expected = *all - static_cast<std::int64_t>(keys->size());
  if (contents->conversations != expected) {
    return Cannot(kPrune, file,
                  "the new copy has another number of conversations; the old "
                  "one stays as it was");
  }
  if (const auto replaced = (*part)->Replace(); !replaced) return replaced;
  for (const Turn& turn : *last) removed(turn);
  return Done{};
}

HistoryResult<Restored> Restore(const std::string& from, const std::string& to,
                                const ErasedIds& erased, UnixSeconds now,
                                const Digest& digest) {
  const std::string source = Absolute(from), target = Absolute(to);
  if (source == target) {
    return Cannot(kRestore, source, "it is the record itself");
  }
  if (const auto taken = TakeInLog(source); !taken) return taken.error();
  const auto sound = VerifySound(source, source, kRestore, digest);
  if (!sound) return sound.error();
  const auto copy = OpenCopy(source, kRestore);
  if (!copy) return copy.error();

  ErasedIds known = erased;
  if (const auto added = known.AddFrom(**copy); !added) return added.error();
  std::error_code failed;
  std::unique_ptr<Connection> present;  // held until it is replaced
  if (fs::exists(target, failed)) {
    auto taken = TakeForItself(target);
    if (!taken) return taken.error();
    present = std::move(*taken);
    if (const auto added = known.AddFrom(*present); !added) {
      return added.error();
    }
  }
  const auto keys = FindUnwanted(**copy, known, kNever);
  if (!keys) return keys.error();
  const auto part = Part::Create(target);
  if (!part) return part.error();
  const auto last = WriteWithout(**copy, **part, *keys, known);
  if (!last) return last.error();
  const auto contents = VerifySound((*part)->path(), source, kRestore, digest);
  if (!contents) return contents.error();

  Restored restored{.conversations = contents->conversations,
                    .erased = static_cast<std::int64_t>(keys->size()),
                    .former = {}};
  if (present == nullptr) {
    if (const auto named = (*part)->TakeName(); !named) return named.error();
    return restored;
  }
  restored.former = FormerName(target, now);
  if (link(target.c_str(), restored.former.c_str()) != 0) {
    return Cannot(kRestore, restored.former,
                  std::system_category().message(errno));
  }
  if (const auto replaced = (*part)->Replace(); !replaced) {
    return replaced.error();
  }
  return restored;
}

}  // namespace nearer::history
