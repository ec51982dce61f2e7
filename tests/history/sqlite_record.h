#ifndef NEARER_TESTS_HISTORY_SQLITE_RECORD_H_
#define NEARER_TESTS_HISTORY_SQLITE_RECORD_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "history/sqlite_history.h"
#include "record.h"

namespace nearer::history {

// The record at `path`; null, and the test fails, when it cannot be opened.
inline std::unique_ptr<History> Open(const std::string& path,
                                     const SqliteOptions& options = {}) {
  auto opened = OpenSqlite(path, options);
  EXPECT_THAT(opened, Succeeds());
  return opened.ok() ? std::move(*opened) : nullptr;
}

// Stands for a hash: whoever reads a failing test sees what was hashed.
inline std::string DigestOf(std::string_view bytes) {
  return "digest of " + std::string(bytes);
}

}  // namespace nearer::history

#endif  // NEARER_TESTS_HISTORY_SQLITE_RECORD_H_
