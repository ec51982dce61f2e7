#ifndef NEARER_CHAT_LIMITER_H_
#define NEARER_CHAT_LIMITER_H_

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

#include "core/lru.h"

namespace nearer::chat {

// A token bucket for each key: so many at once, then so many a second. Holds
// the keys used last, at most kKeys; a forgotten key begins with a full bucket.
// Safe from many threads.
class Limiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Rate {
    double burst = 0;       // 0: no limit
    double per_second = 0;  // refill
  };
  static constexpr std::size_t kKeys = 65'536;

  explicit Limiter(Rate rate) : rate_(rate), buckets_(kKeys) {}

  // Zero when `key` may; else the seconds, at least 1, until it may.
  int SecondsToWait(const std::string& key, Time now);

 private:
  struct Bucket {
    double level;
    Time at;
  };

  const Rate rate_;
  std::mutex mutex_;
  Lru<std::string, Bucket> buckets_;
};

// What an address counts as: an IPv6 client has a whole /64 to itself.
std::string NetworkOf(const std::string& address);

}  // namespace nearer::chat

#endif  // NEARER_CHAT_LIMITER_H_
