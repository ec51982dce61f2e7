#include "app/config_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>

namespace nearer::app {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kKey =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

// Takes what is before the first of `ends` off the front of `text`.
std::string_view TakeUntil(std::string_view& text, std::string_view ends) {
  const std::string_view taken = text.substr(0, text.find_first_of(ends));
  text.remove_prefix(taken.size());
  return taken;
}

void SkipBlanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
}

std::optional<std::string_view> TakeValue(std::string_view& text) {
  if (text.starts_with('"') || text.starts_with('\'')) {
    const std::string_view quote = text.substr(0, 1);
    text.remove_prefix(1);
    const std::string_view value = TakeUntil(text, quote);
    if (text.empty()) return std::nullopt;  // the quote is not closed
    text.remove_prefix(1);
    if (quote == "\"" && value.find('\\') != value.npos) return std::nullopt;
    return value;
  }
  const std::string_view value = TakeUntil(text, " \t\r#");
  const bool number =
      !value.empty() && value.find_first_not_of("0123456789") == value.npos;
  if (number || value == "true" || value == "false") return value;
  return std::nullopt;
}

// `key = value`, perhaps with a comment after it; nothing when it is not that.
std::optional<Setting> ParseLine(std::string_view line) {
  const std::size_t key_end =
      std::min(line.find_first_not_of(kKey), line.size());
  const std::string_view key = line.substr(0, key_end);
  line.remove_prefix(key_end);
  SkipBlanks(line);
  if (key.empty() || !line.starts_with('=')) return std::nullopt;
  line.remove_prefix(1);
  SkipBlanks(line);
  const auto value = TakeValue(line);
  SkipBlanks(line);
  if (!value || !(line.empty() || line.starts_with('#'))) return std::nullopt;
  return Setting{.key = std::string(key), .value = std::string(*value)};
}

}  // namespace

Result<std::vector<Setting>> ReadConfigFile(const std::string& file) {
  std::ifstream in(file);
  std::vector<Setting> settings;
  std::string text;
  for (int number = 1; std::getline(in, text); ++number) {
    std::string_view line = text;
    SkipBlanks(line);
    if (line.empty() || line.starts_with('#')) continue;
    const std::string place = file + ":" + std::to_string(number);
    auto setting = ParseLine(line);
    if (!setting)
      return Error{place + ": expected an option and its value, as in " +
                   "db = \"nearer.db\""};
    if (std::ranges::find(settings, setting->key, &Setting::key) !=
        settings.end())
      return Error{place + ": '" + setting->key +
                   "' stands there twice; remove one"};
    setting->place = place;
    settings.push_back(*std::move(setting));
  }
  // A folder opens, but does not read.
  if (!in.eof())
    return Error{file + ": cannot be read (" + std::strerror(errno) + ")"};
  return settings;
}

}  // namespace nearer::app
