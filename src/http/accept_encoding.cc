#include "http/accept_encoding.h"

#include <strings.h>

#include <algorithm>

namespace nearer::http {
namespace {

constexpr std::string_view kBlanks = " \t";

// What stands before the next `end`, which is taken off too, without blanks.
std::string_view Take(std::string_view& text, char end) {
  std::string_view taken = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), taken.size() + 1));
  taken.remove_prefix(std::min(taken.find_first_not_of(kBlanks), taken.size()));
  return taken.substr(0, taken.find_last_not_of(kBlanks) + 1);
}

bool Is(std::string_view text, std::string_view word) {
  return text.size() == word.size() &&
         strncasecmp(text.data(), word.data(), word.size()) == 0;
}

// Of "gzip;q=0.5" what stands after "gzip;": whether its weight is above zero.
bool HasWeight(std::string_view parameters) {
  if (parameters.empty()) return true;
  const std::string_view name = Take(parameters, '=');
  const std::string_view weight = Take(parameters, ';');
  return Is(name, "q") &&
         weight.find_first_not_of(".0123456789") == std::string_view::npos &&
         weight.find_first_of("123456789") != std::string_view::npos;
}

}  // namespace

bool AcceptsGzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    std::string_view parameters = Take(accept_encoding, ',');
    const std::string_view coding = Take(parameters, ';');
    if (Is(coding, "gzip")) return HasWeight(parameters);
    if (coding == "*") any = HasWeight(parameters);
  }
  return any;
}

}  // namespace nearer::http
