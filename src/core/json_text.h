#ifndef NEARER_CORE_JSON_TEXT_H_
#define NEARER_CORE_JSON_TEXT_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// JSON text written straight to a string, for what is written on every turn:
// several times as fast as building a tree of values first. The bytes are those
// that nlohmann's dump() gives of the same values.
namespace nearer {

// `text` in quotes. Every byte that is no part of valid UTF-8 becomes U+FFFD.
void AppendJson(std::string_view text, std::string& json);
void AppendJson(std::int64_t number, std::string& json);
void AppendJson(const std::vector<std::string>& texts, std::string& json);
void AppendJson(const std::map<std::string, std::string>& texts,
                std::string& json);

}  // namespace nearer

#endif  // NEARER_CORE_JSON_TEXT_H_
