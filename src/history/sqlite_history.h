#ifndef NEARER_HISTORY_SQLITE_HISTORY_H_
#define NEARER_HISTORY_SQLITE_HISTORY_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "history/history.h"

namespace nearer::history {

struct SqliteOptions {
  // Connections for reading, each used by one thread at a time.
  int readers = 4;
  // Writes that may wait at once, those being committed included; one more gets
  // kBusy.
  std::size_t waiting_writes = 4096;
  // How long a call waits for a lock that another process holds before it gets
  // kBusy.
  std::chrono::milliseconds patience{5000};
};

// The record in the SQLite file at `path`, which is created, readable by this
// user only, when it does not exist; its folder must. Beside it live `path`-wal
// and `path`-shm. All three belong to local disks: write-ahead logs do not work
// over network file systems.
//
// Any number of processes may open one file; nothing is remembered from one
// transaction to the next. Within this object a single thread writes: all
// writes that wait are committed together, so that a hundred at a time cost
// about what one costs alone.
//
// Opening brings an older file up to date. It fails, and leaves the file as it
// was, when the file is no record of this program, is damaged, belongs to a
// newer version of this program or may not be written.
//
// When the disk is full, writes fail with kBroken and reads go on; once there
// is space, writes go on too. Damage is found when the damaged place is read,
// not when the file is opened.
//
// Erase empties the write-ahead log, which waits for whoever reads the file at
// that moment, in this process or another, and at most for
// SqliteOptions::patience: then kBusy, and the work is finished in the
// background, if need be by the next process that opens the file. Copies that
// others made of the file, and blocks that the file system has freed, are
// beyond its reach.
HistoryResult<std::unique_ptr<History>> OpenSqlite(
    const std::string& path, const SqliteOptions& options = {});

}  // namespace nearer::history

#endif  // NEARER_HISTORY_SQLITE_HISTORY_H_
