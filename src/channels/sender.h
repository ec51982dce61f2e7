#ifndef NEARER_CHANNELS_SENDER_H_
#define NEARER_CHANNELS_SENDER_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "channels/channel.h"
#include "channels/desk.h"
#include "channels/transport.h"
#include "history/history.h"

namespace nearer::channels {

// Sends what waits in the outbox, on threads of its own, from its construction
// until Stop. Once an hour it has the record forget inbound ids that no
// platform delivers any more.
//
// Of all senders of a record one sends: it holds a lease that it renews. When
// it ends or dies, another takes over, within Options::term. A sender that was
// frozen for longer and wakes sends nothing before it holds the lease again.
//
// Each channel has threads of its own, one while there is little to do, more
// when requests are slow, up to `threads`: so a platform that hangs takes none
// from another, and a chat that hangs none from others.
class Sender {
 public:
  struct Options {
    int threads = 128;                           // of a channel
    std::chrono::milliseconds patience{10'000};  // for one response
    history::UnixSeconds term = 5;               // of the lease
    std::string owner;  // of the lease; unlike that of any other sender
  };

  // All must outlive it; so must the channels.
  Sender(const std::vector<const Channel*>& channels, history::History& history,
         Transport& transport, Desk::Now wall, Options options);
  ~Sender();  // Stop()s

  // Something was put into the outbox. (What another process puts there is
  // found within a second.)
  void Wake();

  // A request that is made at once or never.
  void Aside(const Channel& channel, const Call& call);

  // Begins no request more, lets those under way end if they soon do, closes
  // the transport and returns when no thread is left. What was not sent stays
  // in the outbox. Idempotent.
  void Stop();

  // What was sent and what waits, in the Prometheus text format.
  std::string MetricsText() const;

 private:
  class Office;
  std::unique_ptr<Office> office_;
};

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_SENDER_H_
