#ifndef NEARER_HISTORY_ERASED_IDS_H_
#define NEARER_HISTORY_ERASED_IDS_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "history/history.h"

// Which conversations were erased. A copy that was made before still has them,
// and so has an export; whoever restores the one or imports the other asks
// here, so that they stay erased.
//
// Of an id only a hash is kept, and when it was erased. Ids that this program
// makes are random, so the hash tells nothing; where an id was chosen by
// somebody (plain lines), who guesses it can tell that it was erased.
namespace nearer::history {

class Connection;

// What is kept of an id: 64 hexadecimal digits.
std::string NameOfErased(std::string_view id);

// Each of these is part of a transaction of the caller's.
HistoryResult<Done> NoteErased(Connection& db, std::string_view id,
                               UnixSeconds now);
HistoryResult<bool> WasErased(Connection& db, std::string_view id);
HistoryResult<Done> ForgetErased(Connection& db, UnixSeconds before);

// Those of one record or of several, in memory: about 150 bytes each.
class ErasedIds {
 public:
  // Adds those that a record or a copy knows of; one of an earlier version
  // knows of none.
  HistoryResult<Done> AddFrom(Connection& db);
  // Adds one.
  void Add(std::string_view id, UnixSeconds at);

  bool Contains(std::string_view id) const;
  std::size_t size() const { return at_.size(); }

  // Makes all of them known to a record, in the present transaction.
  HistoryResult<Done> NoteIn(Connection& db) const;

 private:
  std::map<std::string, UnixSeconds> at_;  // by name
};

}  // namespace nearer::history

#endif  // NEARER_HISTORY_ERASED_IDS_H_
