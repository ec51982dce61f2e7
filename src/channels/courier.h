#ifndef NEARER_CHANNELS_COURIER_H_
#define NEARER_CHANNELS_COURIER_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "channels/channel.h"
#include "channels/dispatch.h"
#include "history/history.h"

namespace nearer::channels {

// Takes the messages of one channel from the outbox to its platform: says which
// request is to be made next, and records what became of it. A message leaves
// the outbox after the platform has taken it, so a crash in between sends it a
// second time rather than never. No threads, no clock of its own; safe from
// many threads.
class Courier {
 public:
  using Time = Dispatch::Time;

  // Both must outlive it.
  Courier(const Channel& channel, history::History& history);

  // A message that waits in the outbox; in order of their ids.
  void Add(history::Outbound message);

  // To be sent once, soon or never.
  void AddAside(const Call& call, Time now);

  struct Errand {
    std::optional<history::Outbound> message;  // none: an aside
    HttpRequest request;
  };
  // A request to be made at `now`. To be settled.
  std::optional<Errand> Take(Time now);

  // What came of it. `wall` is the time as messages have it.
  void Settle(const Errand& errand, const HttpResponse& response, Time now,
              history::UnixSeconds wall);

  // When Take may give one; nothing when not before something is added or
  // settled.
  std::optional<Time> NextAt() const;

  // Tries again to record that messages were sent, where that failed.
  void Tidy();

  struct Counts {
    std::uint64_t sent = 0, again = 0, given_up = 0, unreachable = 0;
    std::size_t waiting = 0;
  };
  Counts counts() const;

  const Channel& channel() const { return channel_; }

 private:
  std::optional<Errand> Prepare(history::Outbound message, Time now);
  void Done(std::int64_t id);
  void NoteGone(const history::Address& address);

  const Channel& channel_;
  history::History& history_;
  mutable std::mutex mutex_;
  Dispatch dispatch_;
  std::deque<std::pair<Time, Call>> asides_;
  std::vector<std::int64_t> unrecorded_;  // sent, but still in the outbox
  std::atomic<std::uint64_t> sent_ = 0, again_ = 0, given_up_ = 0,
                             unreachable_ = 0;
};

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_COURIER_H_
