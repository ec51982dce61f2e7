#include "chat/choices.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>

namespace nearer::chat {
namespace {

std::optional<std::size_t> Number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, wrong] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

}  // namespace

bool PickedByNumber(std::span<const std::string> choices) {
  return std::ranges::none_of(choices, [](const std::string& choice) {
    return Number(choice).has_value();
  });
}

std::string Chosen(std::string_view line,
                   std::span<const std::string> choices) {
  constexpr std::string_view kBlanks = " \t\r\n";
  std::string_view picked = line;
  picked.remove_prefix(
      std::min(picked.find_first_not_of(kBlanks), picked.size()));
  picked = picked.substr(0, picked.find_last_not_of(kBlanks) + 1);
  if (picked.ends_with('.') || picked.ends_with(')')) picked.remove_suffix(1);
  const auto number = Number(picked);
  if (number && *number >= 1 && *number <= choices.size() &&
      PickedByNumber(choices))
    return choices[*number - 1];
  return std::string(line);
}

}  // namespace nearer::chat
