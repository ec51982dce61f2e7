#ifndef NEARER_CHANNELS_UNTRUSTED_JSON_H_
#define NEARER_CHANNELS_UNTRUSTED_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

// Looks into JSON whose shape is not to be trusted. Nothing here throws.
namespace nearer::channels {

// The member of that name; null when there is none.
inline const nlohmann::json& At(const nlohmann::json& object,
                                const char* name) {
  static const nlohmann::json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(name);
  return found == object.end() ? kNull : *found;
}

// A string's text; empty for anything else.
inline std::string_view Text(const nlohmann::json& value) {
  const auto* text = value.get_ptr<const std::string*>();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

inline std::optional<std::int64_t> Integer(const nlohmann::json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  return value.get<std::int64_t>();
}

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_UNTRUSTED_JSON_H_
