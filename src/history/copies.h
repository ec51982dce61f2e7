#ifndef NEARER_HISTORY_COPIES_H_
#define NEARER_HISTORY_COPIES_H_

#include <string>
#include <vector>

#include "history/history.h"

// A folder of copies of a record. It is its own catalogue: a copy's name tells
// when it was made, and everything else stands in the copy, where nothing can
// go out of date.
namespace nearer::history {

struct Copy {
  std::string path;
  UnixSeconds made = 0;
};

// "nearer-20261122T105112Z.db".
std::string CopyName(UnixSeconds made);

// The copies in `folder`, the oldest first; other files are not touched. Fails
// when the folder cannot be read.
HistoryResult<std::vector<Copy>> CopiesIn(const std::string& folder);

}  // namespace nearer::history

#endif  // NEARER_HISTORY_COPIES_H_
