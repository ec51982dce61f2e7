#include "channels/sender.h"

#include <spdlog/spdlog.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include "channels/courier.h"

namespace nearer::channels {
namespace {

using std::chrono::steady_clock;

// What another process puts into the outbox is looked for so often.
constexpr std::chrono::seconds kLook{1};
// For what is under way when we stop.
constexpr std::chrono::seconds kLast{3};
// Ids of what was delivered are kept longer than any platform delivers again;
// Meta does for seven days.
constexpr history::UnixSeconds kInboundKept = 8 * 24 * 3600;
constexpr history::UnixSeconds kForgetEvery = 3600;
constexpr int kReadAtOnce = 1000;
// So many messages of a channel are held in memory; the rest wait in the
// record.
constexpr std::size_t kHeld = 100'000;

constexpr char kLease[] = "sending";

// The right to send, as this process last heard of it.
class Lease {
 public:
  Lease(history::History& history, const Desk::Now& wall,
        const Sender::Options& options)
      : history_(history), wall_(wall), options_(options) {}

  bool Held() const { return wall_() < until_.load(); }

  // Takes or renews it when that is due. Gives whether it was taken just now.
  bool Keep() {
    const history::UnixSeconds now = wall_();
    const bool held = Held();
    // Twice in a term, so that one failure loses nothing.
    if (held && until_ - now > options_.term / 2) return false;
    const auto taken =
        history_.HoldLease(kLease, options_.owner, now, now + options_.term);
    if (!taken) {
      spdlog::warn("the right to send: {}", taken.error().message);
      return false;
    }
    if (*taken) {
      until_ = now + options_.term;
    } else if (!std::exchange(said_so_, true)) {
      spdlog::warn(
          "another nearer sends the messages of this record; this one sends "
          "none until that one has ended");
    }
    if (*taken) said_so_ = false;
    return *taken && !held;
  }

  void GiveUp() {
    until_ = 0;
    (void)history_.ReleaseLease(kLease, options_.owner);
  }

 private:
  history::History& history_;
  const Desk::Now& wall_;
  const Sender::Options options_;
  std::atomic<history::UnixSeconds> until_ = 0;
  bool said_so_ = false;  // the keeper's own
};

// The threads of one channel.
class Lane {
 public:
  Lane(const Channel& channel, history::History& history, Transport& transport,
       const Desk::Now& wall, const Sender::Options& options,
       const Lease& lease)
      : courier_(channel, history),
        transport_(transport),
        wall_(wall),
        options_(options),
        lease_(lease) {
    const std::lock_guard lock(mutex_);
    AddThread();
  }

  Courier& courier() { return courier_; }
  const Courier& courier() const { return courier_; }

  void Wake() {
    {
      const std::lock_guard lock(mutex_);
      ++news_;
    }
    changed_.notify_one();
  }

  void AskToStop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
  }

  // Until nothing is under way, at most until `deadline`.
  void WaitForLast(steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    last_ended_.wait_until(lock, deadline, [&] { return under_way_ == 0; });
  }

  void Join() {
    // No thread is added once they are asked to stop.
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void AddThread() {
    threads_.emplace_back([this] { Work(); });
  }

  void Work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      const std::uint64_t news = news_;
      if (!lease_.Held()) {
        // Whoever takes the lease wakes us.
        changed_.wait(lock, [&] { return stopping_ || news_ != news; });
        continue;
      }
      lock.unlock();
      const auto errand = courier_.Take(steady_clock::now());
      lock.lock();
      if (stopping_) return;
      if (!errand) {
        Wait(lock, news);
        continue;
      }
      ++under_way_;
      // Somebody must be free for what can be sent meanwhile.
      if (under_way_ == static_cast<int>(threads_.size()) &&
          under_way_ < options_.threads)
        AddThread();
      // Whoever is woken wakes the next, until there is nothing to take.
      ++news_;
      changed_.notify_one();
      lock.unlock();
      const HttpResponse response =
          transport_.Send(errand->request, options_.patience);
      // What was cut off by stopping is neither sent nor failed.
      if (response.status != 0 || !Stopping())
        courier_.Settle(*errand, response, steady_clock::now(), wall_());
      lock.lock();
      ++news_;  // the chat's next message may go
      if (--under_way_ == 0) last_ended_.notify_all();
    }
  }

  bool Stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  // Until there may be something to take that was not there at `news`.
  void Wait(std::unique_lock<std::mutex>& lock, std::uint64_t news) {
    const auto woken = [&] { return stopping_ || news_ != news; };
    if (const auto at = courier_.NextAt())
      changed_.wait_until(lock, *at, woken);
    else
      changed_.wait(lock, woken);
  }

  Courier courier_;
  Transport& transport_;
  const Desk::Now& wall_;
  const Sender::Options options_;
  const Lease& lease_;

  std::mutex mutex_;
  std::condition_variable changed_, last_ended_;
  std::uint64_t news_ = 0;
  bool stopping_ = false;
  int under_way_ = 0;  // requests
  std::vector<std::thread> threads_;
};

}  // namespace

class Sender::Office {
 public:
  Office(const std::vector<const Channel*>& channels, history::History& history,
         Transport& transport, Desk::Now wall, const Options& options)
      : history_(history),
        transport_(transport),
        wall_(std::move(wall)),
        lease_(history, wall_, options) {
    for (const Channel* channel : channels)
      lanes_.push_back(std::make_unique<Lane>(*channel, history, transport,
                                              wall_, options, lease_));
    feeder_ = std::thread([this] { Feed(); });
  }

  void Wake() {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_one();
  }

  void Aside(const Channel& channel, const Call& call) {
    if (Lane* lane = LaneOf(channel.name())) {
      lane->courier().AddAside(call, steady_clock::now());
      lane->Wake();
    }
  }

  void Stop() {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      stopping_ = true;
    }
    changed_.notify_one();
    feeder_.join();
    for (const auto& lane : lanes_) lane->AskToStop();
    const auto deadline = steady_clock::now() + kLast;
    for (const auto& lane : lanes_) lane->WaitForLast(deadline);
    transport_.Close();
    for (const auto& lane : lanes_) lane->Join();
    lease_.GiveUp();
  }

  std::string MetricsText() const {
    std::string text =
        "# HELP nearer_messages_total Messages to platforms, by what became "
        "of them.\n"
        "# TYPE nearer_messages_total counter\n";
    const auto line = [&](std::string_view channel, std::string_view end,
                          std::uint64_t count) {
      text.append("nearer_messages_total{channel=\"")
          .append(channel)
          .append("\",end=\"")
          .append(end)
          .append("\"} ")
          .append(std::to_string(count))
          .append("\n");
    };
    std::string waiting =
        "# HELP nearer_messages_waiting Messages that wait to be sent.\n"
        "# TYPE nearer_messages_waiting gauge\n";
    for (const auto& lane : lanes_) {
      const std::string_view name = lane->courier().channel().name();
      const Courier::Counts counts = lane->courier().counts();
      line(name, "sent", counts.sent);
      line(name, "again", counts.again);
      line(name, "given_up", counts.given_up);
      line(name, "unreachable", counts.unreachable);
      waiting.append("nearer_messages_waiting{channel=\"")
          .append(name)
          .append("\"} ")
          .append(std::to_string(counts.waiting))
          .append("\n");
    }
    return text + waiting +
           "# HELP nearer_sending Whether this process is the one that sends.\n"
           "# TYPE nearer_sending gauge\n"
           "nearer_sending " +
           (lease_.Held() ? "1\n" : "0\n");
  }

 private:
  Lane* LaneOf(std::string_view channel) {
    for (const auto& lane : lanes_)
      if (lane->courier().channel().name() == channel) return lane.get();
    return nullptr;
  }

  // Hands what waits in the outbox to the lanes.
  void Feed() {
    std::int64_t read_up_to = 0;
    for (;;) {
      if (lease_.Keep())
        for (const auto& lane : lanes_) lane->Wake();
      bool all = true;
      if (lease_.Held()) {
        all = ReadSome(read_up_to);
        for (const auto& lane : lanes_) lane->courier().Tidy();
        Forget();
      }
      std::unique_lock lock(mutex_);
      if (all)
        changed_.wait_for(lock, kLook, [&] { return woken_ || stopping_; });
      if (stopping_) return;
      woken_ = false;
    }
  }

  void Forget() {
    const history::UnixSeconds now = wall_();
    if (now - forgot_at_ < kForgetEvery) return;
    forgot_at_ = now;
    const auto forgotten = history_.ForgetReceived(now - kInboundKept);
    if (!forgotten) spdlog::warn("{}", forgotten.error().message);
  }

  // Whether that was all there is just now.
  bool ReadSome(std::int64_t& read_up_to) {
    for (const auto& lane : lanes_)
      if (lane->courier().counts().waiting > kHeld) return true;
    auto messages = history_.ReadOutbox(read_up_to, kReadAtOnce);
    if (!messages) {
      spdlog::error("the outbox cannot be read: {}", messages.error().message);
      return true;
    }
    if (messages->empty()) return true;
    const bool all = messages->size() < static_cast<std::size_t>(kReadAtOnce);
    read_up_to = messages->back().id;
    for (history::Outbound& message : *messages)
      if (Lane* lane = LaneOf(message.to.channel))
        lane->courier().Add(std::move(message));
    for (const auto& lane : lanes_) lane->Wake();
    return all;
  }

  history::History& history_;
  Transport& transport_;
  const Desk::Now wall_;
  Lease lease_;
  std::vector<std::unique_ptr<Lane>> lanes_;

  history::UnixSeconds forgot_at_ = 0;  // the feeder's own

  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread feeder_;
};

Sender::Sender(const std::vector<const Channel*>& channels,
               history::History& history, Transport& transport, Desk::Now wall,
               Options options)
    : office_(std::make_unique<Office>(channels, history, transport,
                                       std::move(wall), options)) {}

Sender::~Sender() { Stop(); }

void Sender::Wake() { office_->Wake(); }

void Sender::Aside(const Channel& channel, const Call& call) {
  office_->Aside(channel, call);
}

void Sender::Stop() { office_->Stop(); }

std::string Sender::MetricsText() const { return office_->MetricsText(); }

}  // namespace nearer::channels
