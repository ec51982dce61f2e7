#include "http/metrics.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace nearer::http {

void Metrics::Count(RouteName route, int status,
                    std::chrono::nanoseconds took) {
  Series& series = series_[static_cast<std::size_t>(route)];
  const std::int64_t us =
      std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  const auto bucket = static_cast<std::size_t>(
      std::ranges::lower_bound(kBounds, us) - kBounds.begin());
  constexpr auto relaxed = std::memory_order_relaxed;
  series
      .by_status[static_cast<std::size_t>(std::clamp(status, 0, kStatuses - 1))]
      .fetch_add(1, relaxed);
  series.by_time[bucket].fetch_add(1, relaxed);
  series.microseconds.fetch_add(static_cast<std::uint64_t>(us), relaxed);
}

std::string Metrics::Text(std::size_t connections, std::size_t threads) const {
  std::string text =
      "# HELP nearer_http_requests_total Requests answered.\n"
      "# TYPE nearer_http_requests_total counter\n";
  for (std::size_t i = 0; i < kRouteNames; ++i) {
    for (std::size_t status = 0; status < kStatuses; ++status) {
      const std::uint64_t count = series_[i].by_status[status];
      if (count > 0)
        text += fmt::format(
            "nearer_http_requests_total{{route=\"{}\",status=\"{}\"}} {}\n",
            TemplateOf(static_cast<RouteName>(i)), status, count);
    }
  }
  text +=
      "# HELP nearer_http_request_seconds Time from a whole request to its "
      "answer.\n"
      "# TYPE nearer_http_request_seconds histogram\n";
  for (std::size_t i = 0; i < kRouteNames; ++i) {
    const std::string_view route = TemplateOf(static_cast<RouteName>(i));
    std::uint64_t below = 0;
    std::string lines;
    for (std::size_t b = 0; b < kBounds.size(); ++b) {
      below += series_[i].by_time[b];
      lines += fmt::format(
          "nearer_http_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n",
          route, static_cast<double>(kBounds[b]) / 1e6, below);
    }
    below += series_[i].by_time[kBounds.size()];
    if (below == 0) continue;
    text += lines;
    text += fmt::format(
        "nearer_http_request_seconds_bucket{{route=\"{0}\",le=\"+Inf\"}} {1}\n"
        "nearer_http_request_seconds_sum{{route=\"{0}\"}} {2}\n"
        "nearer_http_request_seconds_count{{route=\"{0}\"}} {1}\n",
        route, below, static_cast<double>(series_[i].microseconds) / 1e6);
  }
  text += fmt::format(
      "# HELP nearer_http_connections Connections open now.\n"
      "# TYPE nearer_http_connections gauge\n"
      "nearer_http_connections {}\n"
      "# HELP nearer_http_threads Threads that answer requests.\n"
      "# TYPE nearer_http_threads gauge\n"
      "nearer_http_threads {}\n",
      connections, threads);
  return text;
}

}  // namespace nearer::http
