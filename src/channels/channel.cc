#include "channels/channel.h"

#include <nlohmann/json.hpp>

namespace nearer::channels {

using nlohmann::json;

std::string Pack(const Call& call) {
  // What is no UTF-8 never gets here, but a reply must not fail on it.
  return json{{"path", call.path}, {"type", call.type}, {"body", call.body}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Call> Unpack(std::string_view packed) {
  const json call = json::parse(packed, nullptr, false);
  if (!call.is_object()) return std::nullopt;
  const auto text = [&](const char* name) -> const std::string* {
    const auto found = call.find(name);
    return found == call.end() ? nullptr : found->get_ptr<const std::string*>();
  };
  const std::string *path = text("path"), *type = text("type"),
                    *body = text("body");
  if (path == nullptr || type == nullptr || body == nullptr)
    return std::nullopt;
  return Call{.path = *path, .type = *type, .body = *body};
}

}  // namespace nearer::channels
