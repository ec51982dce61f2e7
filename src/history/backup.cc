#include "history/backup.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "history/clean_vfs.h"
#include "history/migrations.h"
#include "history/sqlite_connection.h"

namespace nearer::history {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPatience{5000};
constexpr int kPagesInAStep = 1024;  // 4 MiB
constexpr char kPart[] = ".part";

HistoryError Cannot(const std::string& do_what, const std::string& path,
                    const std::string& why) {
  return {HistoryErrorCode::kBroken,
          "could not " + do_what + ", " + path + ": " + why};
}

std::string LastError() { return std::system_category().message(errno); }

// A file that is being written. It is locked as long as this lives, so that
// others can tell it from what a crash has left, and is removed unless it got
// its name.
//
// The descriptor is closed only after SQLite has closed its own: to close any
// drops the locks that SQLite holds on the file.
class Part {
 public:
  static HistoryResult<std::unique_ptr<Part>> Create(const std::string& path) {
    auto made = std::unique_ptr<Part>(new Part(path));
    made->file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (made->file_ < 0) return Cannot("make a backup", path, LastError());
    if (flock(made->file_, LOCK_EX | LOCK_NB) != 0) {
      close(std::exchange(made->file_, -1));
      return Cannot("make a backup", path,
                    "another backup is writing it; wait for that");
    }
    // Of an earlier one that crashed.
    if (ftruncate(made->file_, 0) != 0) {
      return Cannot("make a backup", path, LastError());
    }
    return made;
  }
  ~Part() {
    if (file_ < 0) return;
    if (!named_) unlink(path_.c_str());
    close(file_);
  }

  // Gives it its name, on the disk. Fails when that is taken.
  HistoryResult<Done> Name(const std::string& name) {
    if (fsync(file_) != 0) return Cannot("make a backup", name, LastError());
    // Unlike rename, link never replaces a file.
    if (link(path_.c_str(), name.c_str()) != 0) {
      return Cannot(
          "make a backup", name,
          errno == EEXIST ? "it exists; name a new file" : LastError());
    }
    unlink(path_.c_str());
    named_ = true;
    const int folder = open(fs::path(name).parent_path().c_str(),
                            O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && fsync(folder) == 0;
    if (folder >= 0) close(folder);
    if (!synced) return Cannot("make a backup", name, LastError());
    return Done{};
  }

 private:
  explicit Part(std::string path) : path_(std::move(path)) {}

  const std::string path_;
  int file_ = -1;
  bool named_ = false;
};

// Copies page by page. The source is read in one transaction: with a
// write-ahead log that holds up nobody, and without it the copy would begin
// anew whenever somebody writes, which is always.
HistoryResult<Done> CopyPages(Connection& from, Connection& to) {
  if (const int rc = from.Run("BEGIN; SELECT count(*) FROM sqlite_schema");
      rc != SQLITE_OK) {
    return from.Failed("make a backup", rc);
  }
  sqlite3_backup* backup =
      sqlite3_backup_init(to.raw(), "main", from.raw(), "main");
  if (backup == nullptr) {
    return to.Failed("make a backup", sqlite3_extended_errcode(to.raw()));
  }
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK) rc = sqlite3_backup_step(backup, kPagesInAStep);
  const int finished = sqlite3_backup_finish(backup);
  from.Rollback();
  if (rc != SQLITE_DONE || finished != SQLITE_OK) {
    return to.Failed("make a backup", rc == SQLITE_DONE ? finished : rc);
  }
  return Done{};
}

// ---- Verifying.

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};

// A file's name as a URI that says that nobody writes to it, so that SQLite
// makes no log beside it.
std::string AsUnchanging(const std::string& path) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string uri = "file:";
  for (const unsigned char c : path) {
    if (std::isalnum(c) != 0 || c == '/' || c == '.' || c == '-' || c == '_') {
      uri += static_cast<char>(c);
    } else {
      uri += '%';
      uri += kDigits[c >> 4];
      uri += kDigits[c & 0xF];
    }
  }
  return uri + "?immutable=1";
}

class Verifier {
 public:
  Verifier(Connection& db, Findings& findings) : db_(db), findings_(findings) {}

  HistoryResult<Done> Verify(
      const std::function<std::string(std::string_view)>& digest) {
    const auto version = Inspect(db_);
    if (!version) return version.error();
    findings_.contents.version = *version;
    if (*version == 0) {
      Wrong("it is empty");
      return Done{};
    }
    Tell("PRAGMA integrity_check(20)", [&](const Query& row) {
      if (row.Text(0) != "ok") Wrong(row.Text(0));
    });
    Tell("PRAGMA foreign_key_check", [&](const Query& row) {
      Wrong("a row of " + row.Text(0) + " refers to one of " + row.Text(2) +
            " that is not there");
    });
    Tell("SELECT count(*) FROM conversations", [&](const Query& row) {
      findings_.contents.conversations = row.Integer(0);
    });
    Tell("SELECT count(*) FROM turns",
         [&](const Query& row) { findings_.contents.turns = row.Integer(0); });
    // A conversation without turns has none, so that they are counted, too.
    Tell(
        "SELECT count(*) FROM (SELECT c.key FROM conversations AS c "
        "LEFT JOIN turns AS t ON t.conversation = c.key GROUP BY c.key "
        "HAVING min(t.n) IS NOT 0 OR count(t.n) != max(t.n) + 1)",
        [&](const Query& row) {
          if (row.Integer(0) > 0) {
            Wrong("turns are missing in " + std::to_string(row.Integer(0)) +
                  " conversations");
          }
        });
    Tell("SELECT hash, archive FROM packs WHERE archive IS NOT NULL",
         [&](const Query& row) {
           ++findings_.contents.packs;
           if (digest(row.Text(1)) != row.Text(0)) {
             Wrong("the archive of the pack " + row.Text(0).substr(0, 12) +
                   " is not the one its hash names");
           }
         });
    return Done{};
  }

 private:
  // Gives each row to `take`. What cannot be read is a finding.
  template <typename Take>
  void Tell(std::string_view sql, const Take& take) {
    Query query(db_, sql);
    while (query.Row()) take(query);
    if (!query.ok()) Wrong(db_.Failed("read on", query.rc()).message);
  }

  void Wrong(std::string what) {
    if (findings_.wrong.size() < kMostFindings) {
      findings_.wrong.push_back(std::move(what));
    }
  }

  Connection& db_;
  Findings& findings_;
};

}  // namespace

HistoryResult<Done> BackUp(const std::string& from, const std::string& to) {
  std::error_code failed;
  const std::string source = fs::absolute(from, failed).string();
  const std::string target = fs::absolute(to, failed).string();
  if (fs::exists(target, failed)) {
    return Cannot("make a backup", target, "it exists; name a new file");
  }
  auto record = Connection::Open(source, kPatience);
  if (!record) return record.error();
  const auto version = Inspect(**record);
  if (!version) return version.error();

  const auto part = Part::Create(target + kPart);
  if (!part) return part.error();
  {
    auto copy = Connection::Open(target + kPart, kPatience);
    if (!copy) return copy.error();
    // Nothing is to be undone in a new file, and it is synced at the end.
    const int rc =
        (*copy)->Run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
    if (rc != SQLITE_OK) return (*copy)->Failed("make a backup", rc);
    const auto copied = CopyPages(**record, **copy);
    if (!copied) return copied;
  }
  return (*part)->Name(target);
}

HistoryResult<Findings> Verify(
    const std::string& path,
    const std::function<std::string(std::string_view)>& digest) {
  std::error_code failed;
  const std::string file = fs::absolute(path, failed).string();
  Findings findings;
  const auto bytes = fs::file_size(file, failed);
  if (failed) return Cannot("verify a copy", file, failed.message());
  findings.contents.bytes = static_cast<std::int64_t>(bytes);
  if (fs::exists(file + "-wal", failed) &&
      fs::file_size(file + "-wal", failed) > 0) {
    return Cannot("verify a copy", file,
                  "it has a write-ahead log beside it, so it is in use, or no "
                  "copy; make one with nearer backup");
  }
  auto db = Connection::OpenUnchanging(AsUnchanging(file), file);
  if (!db) return db.error();
  const auto verified = Verifier(**db, findings).Verify(digest);
  if (!verified) return verified.error();
  return findings;
}

std::vector<std::string> RemoveAbandoned(const std::string& folder) {
  std::vector<std::string> removed;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() != kPart || !entry.is_regular_file(failed)) {
      continue;
    }
    const int file = open(entry.path().c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) continue;
    if (flock(file, LOCK_EX | LOCK_NB) == 0 &&
        unlink(entry.path().c_str()) == 0) {
      removed.push_back(entry.path().filename().string());
    }
    close(file);
  }
  return removed;
}

}  // namespace nearer::history
