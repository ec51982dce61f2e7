#include "chat/limiter.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cmath>

namespace nearer::chat {

int Limiter::SecondsToWait(const std::string& key, Time now) {
  if (rate_.burst <= 0) return 0;
  const std::lock_guard lock(mutex_);
  Bucket* bucket = buckets_.Find(key);
  if (bucket == nullptr) bucket = &buckets_.Put(key, {rate_.burst, now});
  const std::chrono::duration<double> passed = now - bucket->at;
  bucket->level =
      std::min(rate_.burst, bucket->level + std::max(0.0, passed.count()) *
                                                rate_.per_second);
  bucket->at = now;
  if (bucket->level >= 1) {
    bucket->level -= 1;
    return 0;
  }
  constexpr double kLongest = 3600;
  const double seconds = (1 - bucket->level) / rate_.per_second;
  return static_cast<int>(std::ceil(std::clamp(seconds, 1.0, kLongest)));
}

std::string NetworkOf(const std::string& address) {
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) != 1 ||
      IN6_IS_ADDR_V4MAPPED(&v6))
    return address;
  std::fill(v6.s6_addr + 8, v6.s6_addr + 16, std::uint8_t{0});
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(AF_INET6, &v6, text, sizeof text);
  return text;
}

}  // namespace nearer::chat
