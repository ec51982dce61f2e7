#include "insights/json_members.h"

namespace nearer::insights {
namespace {

// Reads from the left; `text` is what is left to read.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  // Takes `sign` and the white space before it.
  bool Take(char sign) {
    SkipSpace();
    if (at_ == text_.size() || text_[at_] != sign) return false;
    ++at_;
    return true;
  }

  bool AtEnd() {
    SkipSpace();
    return at_ == text_.size();
  }

  // A string's inside; nothing when there is none, or it does not end.
  std::optional<std::string_view> TakeString() {
    if (!Take('"')) return std::nullopt;
    const std::size_t begin = at_;
    if (!SkipString()) return std::nullopt;
    return text_.substr(begin, at_ - 1 - begin);
  }

  // Anything up to a comma or bracket that is not its own, with its strings
  // and brackets matched.
  std::optional<std::string_view> TakeValue() {
    SkipSpace();
    const std::size_t begin = at_;
    std::size_t depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        if (!SkipString()) return std::nullopt;
        --at_;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (depth > 0) {
        if (c == '}' || c == ']') --depth;
      } else if (c == ',' || c == '}' || c == ']') {
        break;
      }
    }
    std::string_view value = text_.substr(begin, at_ - begin);
    value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
    if (depth > 0 || value.empty()) return std::nullopt;
    return value;
  }

 private:
  void SkipSpace() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                  text_[at_] == '\r' || text_[at_] == '\n'))
      ++at_;
  }

  // From behind the opening quote to behind the closing one.
  bool SkipString() {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      if (text_[at_] == '\\') ++at_;  // and what it escapes
    }
    at_ = text_.size();
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::vector<JsonMember>> MembersOf(std::string_view object) {
  Scanner scanner(object);
  std::vector<JsonMember> members;
  if (!scanner.Take('{')) return std::nullopt;
  if (!scanner.Take('}')) {
    do {
      const auto name = scanner.TakeString();
      if (!name || !scanner.Take(':')) return std::nullopt;
      const auto value = scanner.TakeValue();
      if (!value) return std::nullopt;
      members.emplace_back(*name, *value);
    } while (scanner.Take(','));
    if (!scanner.Take('}')) return std::nullopt;
  }
  if (!scanner.AtEnd()) return std::nullopt;
  return members;
}

}  // namespace nearer::insights
