#ifndef NEARER_HISTORY_SQLITE_WRITER_H_
#define NEARER_HISTORY_SQLITE_WRITER_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "history/history.h"
#include "history/sqlite_connection.h"
#include "history/sqlite_history.h"

// Writing to a record: one thread, which commits whatever waits in one
// transaction, and finishes erasures.
namespace nearer::history {

// A write that waits. Its caller owns it and blocks until it is settled.
class Write {
 public:
  virtual ~Write() = default;

  // Does the work, inside a savepoint. False when nothing must remain of it.
  virtual bool Apply(Connection& db) = 0;
  // Sets the result aside, for `error`.
  virtual void Fail(const HistoryError& error) = 0;
  // The count of erasures to be finished before the write is settled.
  virtual std::optional<std::int64_t> Unfinished() const {
    return std::nullopt;
  }

  // The caller waits for this, and may destroy the write as soon as it comes.
  std::future<void> Settled() { return settled_.get_future(); }
  void Settle() { std::promise<void>(std::move(settled_)).set_value(); }

 private:
  std::promise<void> settled_;
};

// A write that does what `work` says, a function from the connection to a
// HistoryResult<T>.
template <typename T, typename Work>
class WriteOf : public Write {
 public:
  explicit WriteOf(Work work) : work_(std::move(work)) {}

  bool Apply(Connection& db) override {
    result_.emplace(work_(db));
    return result_->ok();
  }
  void Fail(const HistoryError& error) override { result_.emplace(error); }

  HistoryResult<T>& result() { return *result_; }

 private:
  Work work_;
  std::optional<HistoryResult<T>> result_;
};

// What a call to Erase has found and has yet to do.
struct Erased {
  bool existed = false;
  // The count of erasures to be finished before the caller hears of it; nothing
  // when all are.
  std::optional<std::int64_t> unfinished;
};

// Erases a conversation. It is settled when its bytes are gone, too, or when
// the writer's patience with those who read the log is over.
class Erasure final : public Write {
 public:
  Erasure(std::string_view id, UnixSeconds now, const Delivery* delivery)
      : id_(id), now_(now), delivery_(delivery) {}

  bool Apply(Connection& db) override;
  void Fail(const HistoryError& error) override { erased_.emplace(error); }
  std::optional<std::int64_t> Unfinished() const override {
    if (!erased_->ok()) return std::nullopt;
    return erased_->value().unfinished;
  }

  HistoryResult<Done> result() const;

 private:
  const std::string_view id_;
  const UnixSeconds now_;
  const Delivery* const delivery_;
  std::optional<HistoryResult<Erased>> erased_;
};

// Its thread is the only one that uses the connection.
class Writer {
 public:
  // `unfinished`: the count of erasures that an earlier process has left.
  Writer(std::unique_ptr<Connection> connection, std::int64_t unfinished,
         const SqliteOptions& options)
      : db_(std::move(connection)),
        room_(options.waiting_writes),
        patience_(options.patience),
        unfinished_(unfinished),
        thread_([this] { Work(); }) {}

  ~Writer();  // after the writes that wait

  // Blocks until `write` is settled.
  void Do(Write& write);

 private:
  using Writes = std::deque<Write*>;

  // A caller who waits for an erasure to be finished.
  struct Owed {
    Write* write;
    std::chrono::steady_clock::time_point until;
  };

  void Work();

  // Commits the writes of `batch` in one transaction and settles them. When
  // SQLite gives the transaction up on the way, the writes after that point
  // stay in `batch`.
  void Commit(Writes& batch);

  // Applies one write in a savepoint, so that its failure leaves no trace among
  // the others. An error when the whole transaction was lost with it.
  std::optional<HistoryError> Apply(Write& write);

  int Step(std::string_view sql);

  // Tries once to empty the log. On success every erasure is finished; else
  // those whose patience is over are told so, and it is tried again later.
  void FinishErasing();

  void FailAll(const Writes& writes, const HistoryError& error);

  void SettleAll(const Writes& writes);

  const std::unique_ptr<Connection> db_;
  const std::size_t room_;
  const std::chrono::milliseconds patience_;

  // The thread's own: how many erasures there were when not all are finished,
  // 0 when they are; and who waits for them.
  std::int64_t unfinished_;
  std::vector<Owed> owed_;

  std::mutex mutex_;
  std::condition_variable arrived_;
  Writes waiting_;
  std::size_t unsettled_ = 0;  // waiting, being committed, or owed
  bool closing_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace nearer::history

#endif  // NEARER_HISTORY_SQLITE_WRITER_H_
