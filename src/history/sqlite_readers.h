#ifndef NEARER_HISTORY_SQLITE_READERS_H_
#define NEARER_HISTORY_SQLITE_READERS_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "history/sqlite_connection.h"

namespace nearer::history {

// A few connections to read with, each lent to one thread at a time.
class Readers {
 public:
  explicit Readers(std::vector<std::unique_ptr<Connection>> connections)
      : idle_(std::move(connections)) {}

  template <typename Read>
  auto With(Read read) -> decltype(read(std::declval<Connection&>())) {
    const Loan loan(*this);
    return read(*loan.connection);
  }

 private:
  struct Loan {
    explicit Loan(Readers& readers) : from(readers) {
      std::unique_lock lock(from.mutex_);
      from.returned_.wait(lock, [&] { return !from.idle_.empty(); });
      connection = std::move(from.idle_.back());
      from.idle_.pop_back();
    }
    ~Loan() {
      {
        std::lock_guard lock(from.mutex_);
        from.idle_.push_back(std::move(connection));
      }
      from.returned_.notify_one();
    }
    Readers& from;
    std::unique_ptr<Connection> connection;
  };

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace nearer::history

#endif  // NEARER_HISTORY_SQLITE_READERS_H_
