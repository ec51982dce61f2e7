#include "channels/commands.h"

#include <algorithm>

namespace nearer::channels {

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

std::optional<Command> ReadCommand(std::string_view text, char sign) {
  if (!text.starts_with(sign)) return std::nullopt;
  text.remove_prefix(1);
  std::string_view word = text.substr(0, text.find_first_of(" \t\r\n"));
  const auto at = word.find('@');
  const std::string_view bot =
      at == word.npos ? std::string_view() : word.substr(at + 1);
  std::string name = Lower(word.substr(0, at));
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  if (name.empty() || name.find_first_not_of(kLetters) != name.npos)
    return std::nullopt;
  std::string_view rest = text.substr(word.size());
  constexpr std::string_view kBlanks = " \t\r\n";
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(kBlanks)));
  rest = rest.substr(0, rest.find_last_not_of(kBlanks) + 1);
  return Command{.name = std::move(name),
                 .bot = Lower(bot),
                 .argument = std::string(rest)};
}

}  // namespace nearer::channels
