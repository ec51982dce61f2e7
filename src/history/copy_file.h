#ifndef NEARER_HISTORY_COPY_FILE_H_
#define NEARER_HISTORY_COPY_FILE_H_

#include <memory>
#include <string>

#include "history/history.h"
#include "history/sqlite_connection.h"

// Copies of a record as files: how they are made, read and put into place.
namespace nearer::history {

inline constexpr char kPart[] = ".part";

// "could not make a backup, /var/nearer.db: it exists": kBroken.
HistoryError Cannot(const std::string& do_what, const std::string& path,
                    const std::string& why);

// A file that is being written. It is locked as long as this lives, so that
// others can tell it from what a crash has left, and is removed unless it got
// its name.
//
// The descriptor is closed only after SQLite has closed its own: to close any
// drops the locks that SQLite holds on the file.
class Part {
 public:
  // Its name is `name` with ".part" behind it; what a crash has left there
  // goes.
  static HistoryResult<std::unique_ptr<Part>> Create(const std::string& name);
  ~Part();
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;

  const std::string& path() const { return path_; }

  // Opens it for writing; an empty one is filled by CopyPages. It is synced
  // when it gets its name, and not before.
  HistoryResult<std::unique_ptr<Connection>> Open();

  // Gives it its name, on the disk: a new one, or in place of the file that has
  // it, at once. TakeName fails when there is such a file.
  HistoryResult<Done> TakeName();
  HistoryResult<Done> Replace();

 private:
  explicit Part(const std::string& name);
  HistoryResult<Done> Sync();
  HistoryResult<Done> SyncFolder();

  const std::string name_, path_;
  int file_ = -1;
  bool named_ = false;
};

// Copies page by page. The source is read in one transaction: with a
// write-ahead log that holds up nobody, and without it the copy would begin
// anew whenever somebody writes, which is always.
HistoryResult<Done> CopyPages(Connection& from, Connection& to);

// Opens a copy, to which nobody writes, to read it; no file is made beside it.
// Fails when there is a write-ahead log. `do_what` is for errors: "verify a
// copy".
HistoryResult<std::unique_ptr<Connection>> OpenCopy(const std::string& path,
                                                    const std::string& do_what);

}  // namespace nearer::history

#endif  // NEARER_HISTORY_COPY_FILE_H_
