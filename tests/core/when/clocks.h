#ifndef NEARER_TESTS_CORE_WHEN_CLOCKS_H_
#define NEARER_TESTS_CORE_WHEN_CLOCKS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/when/zones.h"

namespace nearer::when {

// Two zones: UTC, and Berlin as it is in 2026, an hour ahead, two between the
// ends of March and October.
class Clocks final : public Zones {
 public:
  std::optional<std::string> Find(std::string_view words) const override {
    if (words.find("Berlin") == words.npos) return std::nullopt;
    return "Europe/Berlin";
  }
  std::chrono::seconds OffsetAt(std::string_view zone,
                                std::int64_t at) const override {
    if (zone != "Europe/Berlin") return {};
    const bool summer = at >= 1'774'746'000 && at < 1'792'890'000;
    return std::chrono::hours(summer ? 2 : 1);
  }
};

// Sunday, 22 November 2026, 12:00 in Berlin.
inline constexpr std::int64_t kNoon = 1'795'345'200;

}  // namespace nearer::when

#endif  // NEARER_TESTS_CORE_WHEN_CLOCKS_H_
