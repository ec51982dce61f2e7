#ifndef NEARER_CHANNELS_POLLER_H_
#define NEARER_CHANNELS_POLLER_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "channels/desk.h"
#include "channels/telegram.h"
#include "channels/transport.h"

namespace nearer::channels {

// Fetches a Telegram bot's updates by long polling: no public address is
// needed. An update is confirmed to Telegram after it was recorded.
class Poller {
 public:
  // What is to be sent at once: "typing".
  using Aside = std::function<void(const Channel&, const Call&)>;

  // All must outlive it. `taken` is called after something was recorded.
  Poller(const Telegram& telegram, Transport& transport, Desk& desk,
         std::function<void()> taken, Aside aside);
  ~Poller();  // Stop()s

  // Asks once, waits for the answer and has it recorded. Gives how long to wait
  // before asking again.
  std::chrono::milliseconds Step();

  // Steps on a thread of its own until Stop, which calls `cut_off`, if there is
  // one, to end the request under way: Telegram may hold its answer back.
  void Start();
  void Stop(const std::function<void()>& cut_off = nullptr);

 private:
  std::chrono::milliseconds AfterFailure(const HttpResponse& response);

  const Telegram& telegram_;
  Transport& transport_;
  Desk& desk_;
  const std::function<void()> taken_;
  const Aside aside_;
  std::int64_t offset_ = 0;
  int failures_ = 0;  // in a row

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_POLLER_H_
