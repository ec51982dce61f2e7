#ifndef NEARER_CHANNELS_DISPATCH_H_
#define NEARER_CHANNELS_DISPATCH_H_

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "channels/channel.h"
#include "history/history.h"

namespace nearer::channels {

// Decides which message of one channel is sent next, and when. Every chat has a
// line of its own: its messages go one after the other, and one that must wait
// holds up its own chat only. Pure: time comes in. Not safe for several threads
// at once. Logarithmic in the number of chats.
//
// What a platform answers with decides what happens:
//   limited        the chat waits as long as it was told; when several chats in
//                  a row are told so, the whole channel waits
//   later          the chat waits 1 s, 2 s, 4 s, … up to 5 minutes; when eight
//                  requests in a row fail, the platform is down: one request at
//                  a time is tried, at growing distances up to a minute
//   unauthorized   the channel waits a minute
class Dispatch {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  explicit Dispatch(Pace pace) : pace_(pace) {}

  // To the end of its chat's line.
  void Add(history::Outbound message);

  // A message that may go at `now`. Its chat's others wait until it is settled.
  std::optional<history::Outbound> Next(Time now);

  // When Next may give one; nothing when not before something is added or
  // settled.
  std::optional<Time> NextAt() const;

  // What became of the message that is under way to `chat`. Unless it is to be
  // tried again, it is done with.
  void Settle(const std::string& chat, Outcome::Kind kind, Duration wait,
              Time now);

  std::size_t size() const { return size_; }  // waiting or under way

 private:
  // So many at once, then so many a second.
  struct Bucket {
    double level = 0;
    Time at;

    void Refill(double burst, double per_second, Time now);
    Time FullAt(double wanted, double per_second) const;
  };
  struct Line {
    std::deque<history::Outbound> waiting;  // the first may be under way
    bool under_way = false;
    int failures = 0;  // in a row
    Time not_before;
    Bucket bucket;
  };
  using Lines = std::map<std::string, Line>;

  bool Down() const;
  void Queue(Lines::iterator line, Time now);
  void PauseUntil(Time until);
  void Sweep(Time now);

  Pace pace_;
  Lines lines_;
  std::set<std::pair<Time, std::string>>
      ready_;  // lines that may go, from when
  std::size_t size_ = 0;
  std::size_t under_way_ = 0;
  std::size_t swept_ = 0;  // lines that were left when last swept
  int failures_ = 0;       // in a row, of the whole channel
  int limits_ = 0;
  Time paused_until_;
  Bucket bucket_;
  bool fresh_ = true;  // nothing was sent yet: the bucket is full
};

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_DISPATCH_H_
