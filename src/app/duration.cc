#include "app/duration.h"

#include <charconv>

namespace nearer::app {

std::optional<std::int64_t> ParseDuration(std::string_view text) {
  std::int64_t number = 0;
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr + 1 != text.data() + text.size() ||
      number < 0 || number > 100000)
    return std::nullopt;
  switch (*parsed.ptr) {
    case 's':
      return number;
    case 'm':
      return number * 60;
    case 'h':
      return number * 3600;
    case 'd':
      return number * 86400;
    case 'w':
      return number * 7 * 86400;
    default:
      return std::nullopt;
  }
}

}  // namespace nearer::app
