#include "channels/form.h"

#include <algorithm>
#include <optional>

namespace nearer::channels {
namespace {

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::string Decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto high = HexDigit(text[i + 1]), low = HexDigit(text[i + 2]);
      if (high && low) {
        decoded += static_cast<char>(*high << 4 | *low);
        i += 2;
        continue;
      }
    }
    decoded += text[i] == '+' ? ' ' : text[i];
  }
  return decoded;
}

void Encode(std::string_view text, std::string& to) {
  constexpr char kHex[] = "0123456789ABCDEF";
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._*";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != kPlain.npos)
      to += c;
    else if (c == ' ')
      to += '+';
    else
      ((to += '%') += kHex[byte >> 4]) += kHex[byte & 15];
  }
}

}  // namespace

Form ParseForm(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    form.emplace_back(
        Decode(pair.substr(0, equals)),
        equals == pair.npos ? "" : Decode(pair.substr(equals + 1)));
  }
  return form;
}

std::string_view FieldOf(const Form& form, std::string_view name) {
  for (const auto& [each, value] : form)
    if (each == name) return value;
  return {};
}

std::string WriteForm(const Form& form) {
  std::string text;
  for (const auto& [name, value] : form) {
    if (!text.empty()) text += '&';
    Encode(name, text);
    text += '=';
    Encode(value, text);
  }
  return text;
}

}  // namespace nearer::channels
