#ifndef NEARER_HTTP_METRICS_H_
#define NEARER_HTTP_METRICS_H_

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "http/routes.h"

namespace nearer::http {

// How many requests each route had, how they ended and how long they took.
// Counts only: nothing of what anybody wrote, no id. Safe from many threads.
class Metrics {
 public:
  void Count(RouteName route, int status, std::chrono::nanoseconds took);

  // In the Prometheus text format; those never counted are left out.
  std::string Text(std::size_t connections, std::size_t threads) const;

 private:
  // Upper bounds, in microseconds; a last one has none.
  static constexpr std::array<std::int64_t, 10> kBounds = {
      100,    250,    1'000,   2'500,   5'000,
      10'000, 25'000, 100'000, 500'000, 2'500'000};
  static constexpr int kStatuses = 600;

  struct Series {
    std::array<std::atomic<std::uint64_t>, kStatuses> by_status{};
    std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> by_time{};
    std::atomic<std::uint64_t> microseconds = 0;
  };
  std::array<Series, kRouteNames> series_{};
};

}  // namespace nearer::http

#endif  // NEARER_HTTP_METRICS_H_
