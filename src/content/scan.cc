#include "content/scan.h"

#include "content/source_text.h"

namespace nearer::content {
namespace {

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '.';
}

// The name at the start of `text`; empty if there is none.
std::string_view NameAt(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && IsNameCharacter(text[length])) ++length;
  return text.substr(0, length);
}

std::string_view WithoutSpace(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first);
}

}  // namespace

std::vector<Named> ConceptsIn(std::string_view pattern) {
  std::vector<Named> found;
  for (std::size_t i = pattern.find('@'); i != std::string_view::npos;
       i = pattern.find('@', i + 1)) {
    const std::string_view name = NameAt(pattern.substr(i + 1));
    if (!name.empty()) found.push_back({name, i});
  }
  return found;
}

std::vector<Named> CapturesIn(std::string_view pattern) {
  std::vector<Named> found;
  for (std::size_t i = pattern.find('{'); i != std::string_view::npos;
       i = pattern.find('{', i + 1)) {
    const std::string_view rest = WithoutSpace(pattern.substr(i + 1));
    const std::string_view name = NameAt(rest);
    if (!name.empty() &&
        WithoutSpace(rest.substr(name.size())).starts_with(':'))
      found.push_back({name, i});
  }
  return found;
}

std::vector<Named> SlotsIn(std::string_view text) {
  std::vector<Named> found;
  for (std::size_t i = text.find_first_of("{}"); i != std::string_view::npos;
       i = text.find_first_of("{}", i)) {
    const std::string_view name =
        text[i] == '{' ? NameAt(text.substr(i + 1)) : std::string_view();
    std::size_t end = i + 1 + name.size();
    if (end < text.size() && text[end] == '|') {
      end = text.find_first_of("{}", end);
      if (end == std::string_view::npos) end = text.size();
    }
    if (!name.empty() && end < text.size() && text[end] == '}') {
      found.push_back({name, i});
      i = end + 1;
    } else {
      found.push_back({{}, i});
      ++i;
    }
  }
  return found;
}

Place PlaceIn(const Line& line, std::size_t byte) {
  Place at = line.at;
  at.column += static_cast<int>(
      CountCharacters(std::string_view(line.text).substr(0, byte)));
  return at;
}

}  // namespace nearer::content
