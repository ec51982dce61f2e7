#ifndef NEARER_APP_DURATION_H_
#define NEARER_APP_DURATION_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace nearer::app {

// "90s", "5m", "3h", "7d", "2w" in seconds; numbers up to 100,000.
std::optional<std::int64_t> ParseDuration(std::string_view text);

}  // namespace nearer::app

#endif  // NEARER_APP_DURATION_H_
