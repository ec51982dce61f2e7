#include "replay/progress_file.h"

#include <nlohmann/json.hpp>
#include <optional>

namespace nearer::replay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

// Ids are any bytes.
std::string Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::optional<std::string> FromHex(std::string_view hex) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
  };
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]), low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

// A count; throws what nlohmann does when there is none.
std::int64_t Count(const Json& json) {
  const auto count =
      json.is_number_integer() ? json.get<std::int64_t>() : std::int64_t{-1};
  if (count < 0) throw Json::other_error::create(501, "no count", &json);
  return count;
}

Error Damaged() {
  return Error{"it holds no progress of a replay that this program can read"};
}

}  // namespace

std::string ToJson(const Mark& mark) {
  Json json = {{"nearer.replay.progress", kVersion},
               {"question", mark.question},
               {"after", Hex(mark.progress.after)},
               {"done", mark.progress.done},
               {"read", mark.progress.read},
               {"conversations", mark.progress.counts.conversations}};
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const std::string name(Name(static_cast<Outcome>(i)));
    json["turns"][name] = mark.progress.counts.turns[i];
    json["sizes"][name] = mark.sizes[i];
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<Mark> ParseMark(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("nearer.replay.progress") != kVersion) return Damaged();
    Mark mark;
    json.at("question").get_to(mark.question);
    const auto after = FromHex(json.at("after").get_ref<const std::string&>());
    if (!after) return Damaged();
    mark.progress.after = *after;
    json.at("done").get_to(mark.progress.done);
    mark.progress.read = Count(json.at("read"));
    mark.progress.counts.conversations = Count(json.at("conversations"));
    for (std::size_t i = 0; i < kOutcomes; ++i) {
      const std::string name(Name(static_cast<Outcome>(i)));
      mark.progress.counts.turns[i] = Count(json.at("turns").at(name));
      mark.sizes[i] = Count(json.at("sizes").at(name));
    }
    return mark;
  } catch (const Json::exception&) {
    return Damaged();
  }
}

}  // namespace nearer::replay
