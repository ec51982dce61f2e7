#ifndef NEARER_CHANNELS_CHECK_INS_H_
#define NEARER_CHANNELS_CHECK_INS_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "channels/channel.h"
#include "channels/desk.h"
#include "chat/chat.h"
#include "history/history.h"

namespace nearer::channels {

// Writes first, to those who asked for it and when they asked for it. A
// check-in leaves the record in the transaction that puts its message into the
// outbox, so it goes once, whichever process does it. One that is late is sent
// while it is of use, else dropped; so is that of somebody who blocked us.
//
// While none is due it sleeps; how many wait costs nothing.
class CheckIns {
 public:
  // All must outlive it. `posted` is called after something was put into the
  // outbox.
  CheckIns(std::vector<const Channel*> channels, chat::Chat& chat,
           history::History& history, Desk::Now now,
           std::function<void()> posted);
  ~CheckIns();  // Stop()s

  // Sends what is due. Gives when the next one is; nothing when none waits.
  std::optional<history::UnixSeconds> SendDue();

  // Does so from now on, on a thread of its own.
  void Start();
  // One may have been arranged. (What another process arranged is found within
  // a minute.)
  void Wake();
  void Stop();  // Idempotent.

  // How many were sent and dropped, in the Prometheus text format.
  std::string MetricsText() const;

 private:
  void Work();
  bool Finish(const history::Reminder& reminder, history::UnixSeconds now);
  std::vector<std::string> Render(const history::Reminder& reminder) const;

  const std::vector<const Channel*> channels_;
  chat::Chat& chat_;
  history::History& history_;
  const Desk::Now now_;
  const std::function<void()> posted_;
  std::atomic<std::uint64_t> sent_ = 0, dropped_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false, stopping_ = false;
  std::thread thread_;
};

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_CHECK_INS_H_
