#ifndef NEARER_APP_RETENTION_H_
#define NEARER_APP_RETENTION_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/result.h"

// How long the record, and its copies, keep what was said.
namespace nearer::app {

struct Retention {
  std::string db;
  std::int64_t seconds = 0;  // after a conversation's last turn; 0: for ever
  std::string backups;       // a folder of copies; may be empty
};

// "180d", "26w"; a day or more.
Result<std::int64_t> ParseRetention(const std::string& text);

// Gets one line for the operator: how much was erased, and where. It names no
// conversation.
using Say = std::function<void(const std::string& line)>;

// Erases every conversation that is older at the moment `now`, from the record
// and from the copies; removes copies that are older themselves, and what
// crashed backups have left. What was erased from the record at any time goes
// from the copies, too. So nothing that is older or erased stands in any of
// them. Says nothing when there was nothing to do.
//
// The record remembers which conversations were erased as long as a copy can
// exist that was made before: for `seconds`, when the copies are kept in
// `backups` alone. Whatever an older export has of them is then older than
// `seconds` itself.
//
// After an error the same call again does what is left.
Result<Done> Retain(const Retention& retention, std::int64_t now,
                    const Say& say);

// Retains at once, and then every day, in a thread of its own. What could not
// be finished is tried again after a minute, and complained of once until it
// works again.
class DailyRetention {
 public:
  DailyRetention(Retention retention, std::function<std::int64_t()> now,
                 Say say, Say complain);
  ~DailyRetention();  // after the erasure that is under way

 private:
  void Work();

  const Retention retention_;
  const std::function<std::int64_t()> now_;
  const Say say_, complain_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace nearer::app

#endif  // NEARER_APP_RETENTION_H_
