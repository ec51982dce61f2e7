#include "http/contract.h"

#include <algorithm>
#include <regex>
#include <utility>

namespace nearer::http {
namespace {

using nlohmann::json;

bool HasType(const json& value, const std::string& type) {
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return value.type_name() == type;
}

}  // namespace

Contract::Contract(json description) : description_(std::move(description)) {}

const json& Contract::Resolve(const json& node) const {
  const auto ref = node.find("$ref");
  if (ref == node.end()) return node;
  return description_.at(json::json_pointer(ref->get<std::string>().substr(1)));
}

std::string Contract::Violation(std::string_view method, std::string_view route,
                                const Response& response) const {
  const json& path = description_.at("paths").at(std::string(route));
  std::string verb(method);
  std::ranges::transform(verb, verb.begin(),
                         [](unsigned char c) { return std::tolower(c); });
  if (!path.contains(verb)) return "the method is not described";
  const json& responses = path[verb].at("responses");
  const std::string status = std::to_string(response.status);
  if (!responses.contains(status))
    return "the status " + status + " is not described";
  const json& described = Resolve(responses[status]);
  const json headers = described.value("headers", json::object());
  for (const auto& [name, header] : headers.items()) {
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return std::tolower(c); });
    if (response.header(lower).empty()) return "the header " + name + " lacks";
  }
  if (!described.contains("content"))
    return response.body.empty() ? "" : "there is a body";
  const std::string type = response.header("content-type");
  const std::string media = type.substr(0, type.find(';'));
  if (!described["content"].contains(media))
    return "the type " + media + " is not described";
  if (!media.ends_with("json")) return "";
  return Check(described["content"][media].at("schema"), response.json(), "");
}

std::string Contract::Check(const json& reference, const json& value,
                            const std::string& where) const {
  const json& schema = Resolve(reference);
  const auto wrong = [&](const std::string& what) {
    return where + ": " + what + " (" + value.dump() + ")";
  };
  if (schema.contains("oneOf")) {
    for (const json& one : schema["oneOf"])
      if (Check(one, value, where).empty()) return "";
    return wrong("is none of those described");
  }
  if (schema.contains("const") && value != schema["const"])
    return wrong("is not " + schema["const"].dump());
  if (schema.contains("enum") &&
      std::ranges::find(schema["enum"], value) == schema["enum"].end())
    return wrong("is not one of those described");
  if (schema.contains("type")) {
    const json types = schema["type"].is_array()
                           ? schema["type"]
                           : json::array({schema["type"]});
    if (std::ranges::none_of(types, [&](const json& type) {
          return HasType(value, type.get<std::string>());
        }))
      return wrong("is no " + schema["type"].dump());
  }
  if (value.is_string() && schema.contains("pattern") &&
      !std::regex_search(value.get<std::string>(),
                         std::regex(schema["pattern"].get<std::string>())))
    return wrong("does not match");
  if (value.is_array()) {
    if (value.size() < schema.value("minItems", 0u)) return wrong("is too few");
    for (std::size_t i = 0; i < value.size() && schema.contains("items"); ++i) {
      auto error =
          Check(schema["items"], value[i], where + "/" + std::to_string(i));
      if (!error.empty()) return error;
    }
  }
  if (value.is_object() && schema.contains("properties")) {
    const json required = schema.value("required", json::array());
    for (const json& name : required)
      if (!value.contains(name.get<std::string>()))
        return wrong("has no " + name.dump());
    for (const auto& [name, member] : value.items()) {
      if (!schema["properties"].contains(name))
        return wrong("has \"" + name + "\", which is not described");
      auto error =
          Check(schema["properties"][name], member, where + "/" + name);
      if (!error.empty()) return error;
    }
  }
  return "";
}

}  // namespace nearer::http
