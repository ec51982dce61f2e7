#include "history/copy_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

namespace nearer::history {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPatience{5000};
constexpr int kPagesInAStep = 1024;  // 4 MiB

std::string LastError() { return std::system_category().message(errno); }

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

// Whether the file that is open is the one that has this name now.
bool IsNamed(int file, const std::string& path) {
  struct stat open_one {};
  struct stat named {};
  return fstat(file, &open_one) == 0 && stat(path.c_str(), &named) == 0 &&
         open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev;
}

}  // namespace

HistoryError Cannot(const std::string& do_what, const std::string& path,
                    const std::string& why) {
  return {HistoryErrorCode::kBroken,
          "could not " + do_what + ", " + path + ": " + why};
}

// ---- Writing.

Part::Part(const std::string& name) : name_(name), path_(name + kPart) {}

HistoryResult<std::unique_ptr<Part>> Part::Create(const std::string& name) {
  auto made = std::unique_ptr<Part>(new Part(name));
  do {
    if (made->file_ >= 0) close(made->file_);
    made->file_ = open(made->path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (made->file_ < 0) return Cannot("make a backup", name, LastError());
    if (flock(made->file_, LOCK_EX | LOCK_NB) != 0) {
      close(std::exchange(made->file_, -1));
      return Cannot("make a backup", name,
                    "another backup is writing it; wait for that");
    }
    // Between the opening and the lock whoever wrote it may have given it its
    // name: then it is a copy, and not to be touched.
  } while (!IsNamed(made->file_, made->path_));
  // Of an earlier one that crashed.
  if (ftruncate(made->file_, 0) != 0) {
    return Cannot("make a backup", name, LastError());
  }
  return made;
}

Part::~Part() {
  if (file_ < 0) return;
  if (!named_) unlink(path_.c_str());
  close(file_);
}

HistoryResult<std::unique_ptr<Connection>> Part::Open() {
  auto opened = Connection::Open(path_, kPatience);
  if (!opened) return opened;
  const int rc =
      (*opened)->Run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
  if (rc != SQLITE_OK) return (*opened)->Failed("make a backup", rc);
  return opened;
}

HistoryResult<Done> Part::Sync() {
  if (fsync(file_) != 0) return Cannot("make a backup", name_, LastError());
  return Done{};
}

HistoryResult<Done> Part::SyncFolder() {
  const int folder = open(fs::path(name_).parent_path().c_str(),
                          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && fsync(folder) == 0;
  if (folder >= 0) close(folder);
  if (!synced) return Cannot("make a backup", name_, LastError());
  return Done{};
}

HistoryResult<Done> Part::TakeName() {
  if (const auto synced = Sync(); !synced) return synced;
  // Unlike rename, link never replaces a file.
  if (link(path_.c_str(), name_.c_str()) != 0) {
    return Cannot("make a backup", name_,
                  errno == EEXIST ? "it exists; name a new file" : LastError());
  }
  unlink(path_.c_str());
  named_ = true;
  return SyncFolder();
}

HistoryResult<Done> Part::Replace() {
  if (const auto synced = Sync(); !synced) return synced;
  if (rename(path_.c_str(), name_.c_str()) != 0) {
    return Cannot("replace a copy", name_, LastError());
  }
  named_ = true;
  return SyncFolder();
}

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

// ---- Reading.

HistoryResult<std::unique_ptr<Connection>> OpenCopy(
    const std::string& path, const std::string& do_what) {
  std::error_code failed;
  if (fs::exists(path + "-wal", failed) &&
      fs::file_size(path + "-wal", failed) > 0) {
    return Cannot(do_what, path,
                  "it has a write-ahead log beside it, so it is in use, or no "
                  "copy; make one with nearer backup");
  }
  return Connection::OpenUnchanging(AsUnchanging(path), path);
}

}  // namespace nearer::history
