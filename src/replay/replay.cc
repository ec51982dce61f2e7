#include "replay/replay.h"

#include <algorithm>
#include <condition_variable>
#include <ctime>
#include <map>
#include <mutex>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

#include "replay/stepper.h"

namespace nearer::replay {
namespace {

constexpr int kConversationsAtOnce = 16;
constexpr int kTurnsAtOnce = 128;
// What a thread has found waits for its turn to be told; more than this waits
// with it.
constexpr std::size_t kMostWaiting = 1 << 20;  // bytes
// Batches that may be begun before the first of them is told, for each thread.
constexpr std::int64_t kBatchesAhead = 4;
// Kept by all threads together: 3 MiB.
constexpr std::size_t kHearingsKept = 256;

struct Changed {
  Outcome outcome;
  std::string line;
};

// Some conversations, and what came of them so far.
struct Batch {
  std::int64_t number = 0;
  std::vector<history::Conversation> conversations;
  std::vector<Changed> changed;
  std::size_t waiting = 0;  // bytes in `changed`
  std::int64_t read = 0;    // turns
  Counts counts;
};

// Deals batches to threads and tells the listener of them in order.
class Run {
 public:
  Run(const history::History& history, Packs& archived, const Options& options,
      Progress from, Listener& listener, const std::atomic<bool>& stop)
      : history_(history),
        archived_(archived),
        options_(options),
        listener_(listener),
        stop_(stop),
        threads_(options.threads > 0
                     ? options.threads
                     : std::max(1, static_cast<int>(
                                       std::thread::hardware_concurrency()))),
        listed_(from.after),
        progress_(std::move(from)) {}

  Result<Progress> Finish() {
    std::vector<std::jthread> threads;
    for (int i = 1; i < threads_; ++i) threads.emplace_back([this] { Work(); });
    Work();
    threads.clear();  // joins
    if (error_) return *error_;
    if (stop_) return progress_;
    progress_.done = true;
    if (const auto told = listener_.Reached(progress_); !told)
      return told.error();
    return progress_;
  }

 private:
  void Work() {
    Stepper stepper(
        options_, archived_,
        std::max<std::size_t>(
            kHearingsKept / static_cast<std::size_t>(threads_), 16));
    while (auto batch = Deal()) {
      const bool whole = std::ranges::all_of(
          batch->conversations,
          [&](const auto& each) { return Take(each, stepper, *batch); });
      if (!whole) break;
      HandIn(*std::move(batch));
    }
    // Whoever waits for a batch that will not be handed in must hear of it.
    const std::lock_guard lock(mutex_);
    told_.notify_all();
  }

  bool Ended() const { return stop_ || failed_; }

  // The next batch; nothing when there is none, or the replay ended.
  std::optional<Batch> Deal() {
    const std::lock_guard dealing(dealing_);
    {
      std::unique_lock lock(mutex_);
      told_.wait(lock, [&] {
        return Ended() || dealt_ < telling_ + kBatchesAhead * threads_;
      });
    }
    if (Ended() || all_dealt_) return std::nullopt;
    auto conversations = Next();
    if (!conversations) {
      Fail(Error{conversations.error().message});
      return std::nullopt;
    }
    if (conversations->empty()) return std::nullopt;
    Batch batch;
    batch.number = dealt_++;
    batch.conversations = *std::move(conversations);
    listed_ = batch.conversations.back().id;
    return batch;
  }

  history::HistoryResult<std::vector<history::Conversation>> Next() {
    const std::string& only = options_.filter.conversation;
    if (only.empty()) return history_.List(listed_, kConversationsAtOnce);
    all_dealt_ = true;
    if (listed_ >= only) return std::vector<history::Conversation>();
    auto found = history_.Find(only);
    if (!found) {
      history::HistoryError error = found.error();
      if (error.code == history::HistoryErrorCode::kNotFound)
        error.message = "there is no conversation with that id";
      return error;
    }
    return std::vector{*std::move(found)};
  }

  // False when the replay ended on the way.
  bool Take(const history::Conversation& conversation, Stepper& stepper,
            Batch& batch) {
    const std::string& channel = options_.filter.channel;
    if (!channel.empty() && conversation.channel != channel) return !Ended();
    stepper.Begin(conversation);
    bool compared = false;
    for (std::int64_t after = -1;;) {
      if (Ended()) return false;
      auto turns = history_.ReadTurns(conversation.id, after, kTurnsAtOnce);
      if (!turns) {
        // It was erased since it was listed.
        if (turns.error().code == history::HistoryErrorCode::kNotFound) break;
        Fail(Error{turns.error().message});
        return false;
      }
      batch.read += static_cast<std::int64_t>(turns->size());
      for (history::Turn& turn : *turns) {
        after = turn.n;
        auto step = stepper.Take(std::move(turn));
        if (!step) continue;
        compared = true;
        ++batch.counts.turns[static_cast<std::size_t>(step->outcome)];
        if (step->line.empty()) continue;
        batch.waiting += step->line.size();
        batch.changed.push_back({step->outcome, std::move(step->line)});
        if (batch.waiting > kMostWaiting && !TellEarly(batch)) return false;
      }
      if (turns->size() < kTurnsAtOnce) break;
    }
    if (compared) ++batch.counts.conversations;
    return true;
  }

  // Tells what a batch has found before it is through, as soon as it is the
  // first of all. That one is never waited for by itself: it is at work, or
  // handed in already. False when the replay ended.
  bool TellEarly(Batch& batch) {
    std::unique_lock lock(mutex_);
    told_.wait(lock, [&] { return Ended() || batch.number == telling_; });
    return !Ended() && Tell(batch);
  }

  void HandIn(Batch batch) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(batch.number, std::move(batch));
    while (!waiting_.empty() && waiting_.begin()->first == telling_) {
      Batch& first = waiting_.begin()->second;
      if (failed_ || !Tell(first)) break;
      progress_.counts += first.counts;
      progress_.read += first.read;
      progress_.after = first.conversations.back().id;
      if (const auto told = listener_.Reached(progress_); !told) {
        FailLocked(told.error());
        break;
      }
      waiting_.erase(waiting_.begin());
      ++telling_;
    }
    told_.notify_all();
  }

  // With `mutex_` held.
  bool Tell(Batch& batch) {
    for (const Changed& changed : batch.changed) {
      const auto told = listener_.Changed(changed.outcome, changed.line);
      if (told) continue;
      FailLocked(told.error());
      return false;
    }
    batch.changed.clear();
    batch.waiting = 0;
    return true;
  }

  void Fail(Error error) {
    const std::lock_guard lock(mutex_);
    FailLocked(std::move(error));
  }
  void FailLocked(Error error) {
    if (!error_) error_ = std::move(error);
    failed_ = true;
    told_.notify_all();
  }

  const history::History& history_;
  Packs& archived_;
  const Options& options_;
  Listener& listener_;
  const std::atomic<bool>& stop_;
  const int threads_;
  std::atomic<bool> failed_ = false;

  std::mutex dealing_;  // one thread deals; taken before `mutex_`
  std::string listed_;
  bool all_dealt_ = false;
  std::int64_t dealt_ = 0;

  std::mutex mutex_;  // guards what follows
  std::condition_variable told_;
  std::int64_t telling_ = 0;  // the batch that is told next
  std::map<std::int64_t, Batch> waiting_;
  Progress progress_;
  std::optional<Error> error_;
};

}  // namespace

std::string_view Name(Mode mode) {
  return mode == Mode::kInPlace ? "in_place" : "onward";
}

std::optional<history::UnixSeconds> ParseDate(const std::string& text) {
  for (const char* form : {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S",
                           "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ"}) {
    std::tm utc{};
    const char* end = strptime(text.c_str(), form, &utc);
    if (end == nullptr || *end != '\0') continue;
    const int day = utc.tm_mday;
    const std::time_t at = timegm(&utc);
    if (utc.tm_mday != day) return std::nullopt;  // the 31st of April
    return at;
  }
  return std::nullopt;
}

std::int64_t Counts::compared() const {
  return std::accumulate(turns.begin(), turns.end(), std::int64_t{0});
}

Counts& Counts::operator+=(const Counts& other) {
  for (std::size_t i = 0; i < turns.size(); ++i) turns[i] += other.turns[i];
  conversations += other.conversations;
  return *this;
}

Result<Progress> Replay(const history::History& history, Packs& archived,
                        const Options& options, Progress from,
                        Listener& listener, const std::atomic<bool>& stop) {
  if (from.done) return from;
  return Run(history, archived, options, std::move(from), listener, stop)
      .Finish();
}

}  // namespace nearer::replay
