#include "core/json_text.h"

#include <array>
#include <charconv>
#include <cstddef>

namespace nearer {
namespace {

// Bytes that do not stand in JSON text as they are, or need a second look.
constexpr std::array<bool, 256> kSpecial = [] {
  std::array<bool, 256> special{};
  for (std::size_t c = 0; c < 0x20; ++c) special[c] = true;
  for (std::size_t c = 0x80; c < 256; ++c) special[c] = true;
  special['"'] = special['\\'] = true;
  return special;
}();

struct Sequence {
  std::size_t length;
  bool valid;
};

// The UTF-8 sequence at the beginning of `text`, which is not empty; or how
// much of it one U+FFFD stands for: all bytes that could have begun one.
Sequence NextSequence(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const unsigned char first = byte(0);
  if (first < 0x80) return {1, true};
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xbf;  // of the second byte
  if (first >= 0xc2 && first <= 0xdf) {
    length = 2;
  } else if (first >= 0xe0 && first <= 0xef) {
    length = 3;
    if (first == 0xe0) low = 0xa0;   // overlong
    if (first == 0xed) high = 0x9f;  // surrogates
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    if (first == 0xf0) low = 0x90;   // overlong
    if (first == 0xf4) high = 0x8f;  // beyond U+10FFFF
  } else {
    return {1, false};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (i == text.size() || byte(i) < low || byte(i) > high) return {i, false};
    low = 0x80;
    high = 0xbf;
  }
  return {length, true};
}

void AppendEscaped(unsigned char c, std::string& json) {
  constexpr char kDigits[] = "0123456789abcdef";
  switch (c) {
    case '"':
      json += "\\\"";
      return;
    case '\\':
      json += "\\\\";
      return;
    case '\b':
      json += "\\b";
      return;
    case '\t':
      json += "\\t";
      return;
    case '\n':
      json += "\\n";
      return;
    case '\f':
      json += "\\f";
      return;
    case '\r':
      json += "\\r";
      return;
    default:
      json += "\\u00";
      json += kDigits[c >> 4];
      json += kDigits[c & 15];
  }
}

}  // namespace

void AppendJson(std::string_view text, std::string& json) {
  json += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() &&
           !kSpecial[static_cast<unsigned char>(text[plain])])
      ++plain;
    json.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto c = static_cast<unsigned char>(text.front());
    if (c < 0x80) {
      AppendEscaped(c, json);
      text.remove_prefix(1);
      continue;
    }
    const Sequence next = NextSequence(text);
    if (next.valid) {
      json.append(text.substr(0, next.length));
    } else {
      json += "\xEF\xBF\xBD";
    }
    text.remove_prefix(next.length);
  }
  json += '"';
}

void AppendJson(std::int64_t number, std::string& json) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number);
  json.append(digits, end.ptr);
}

void AppendJson(const std::vector<std::string>& texts, std::string& json) {
  json += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) json += ',';
    AppendJson(std::string_view(texts[i]), json);
  }
  json += ']';
}

void AppendJson(const std::map<std::string, std::string>& texts,
                std::string& json) {
  json += '{';
  bool first = true;
  for (const auto& [name, text] : texts) {
    if (!first) json += ',';
    first = false;
    AppendJson(std::string_view(name), json);
    json += ':';
    AppendJson(std::string_view(text), json);
  }
  json += '}';
}

}  // namespace nearer
