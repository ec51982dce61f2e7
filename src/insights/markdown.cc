#include "insights/markdown.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace nearer::insights {
namespace {

constexpr std::string_view kNoBreakSpace = "\u00a0";

// Nothing but spaces and what becomes a space.
bool IsBlank(std::string_view line) {
  return std::ranges::all_of(
      line, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

// Whether `head` makes a list of a line when '.' or ')' follows: "12", for
// Pandoc also "a" and "iv".
bool NumbersAList(std::string_view head) {
  return head.find_first_not_of("0123456789") == std::string_view::npos ||
         head.find_first_not_of("ivxlcdmIVXLCDM") == std::string_view::npos ||
         (head.size() == 1 &&
          std::isalpha(static_cast<unsigned char>(head[0])));
}

// A backslash before any of ASCII's punctuation is taken away by every reader
// and leaves the sign alone. Where a sign cannot mean anything it stays as it
// is, so that the file can be read without one.
bool MayMeanSomething(std::string_view line, std::size_t at) {
  constexpr std::string_view kAnywhere = "\\`*_[]<>|~&$^@{}";
  constexpr std::string_view kAtTheBeginning = "#+-=:(%";
  const char c = line[at];
  if (kAnywhere.find(c) != std::string_view::npos) return true;
  if (at == 0 && kAtTheBeginning.find(c) != std::string_view::npos) return true;
  switch (c) {
    case '!':
      return line.substr(at).starts_with("![");
    case ':':  // "https://…" would become a link
      return line.substr(at).starts_with("://");
    case '.':  // as would "www.…"
    case ')':
      return NumbersAList(line.substr(0, at)) ||
             (at >= 3 && (line[at - 1] | 0x20) == 'w');
    default:
      return false;
  }
}

// One line without its end; `breaks` when the next one belongs to it.
void AppendLine(std::string& out, std::string_view written, bool breaks) {
  std::string line(written);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  line.resize(line.find_last_not_of(' ') + 1);
  // Leading spaces would make code of it.
  const std::size_t begin = line.find_first_not_of(' ');
  for (std::size_t i = 0; i < begin; ++i) out += kNoBreakSpace;
  line.erase(0, begin);
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (MayMeanSomething(line, at)) out += '\\';
    out += line[at];
  }
  if (breaks) out += '\\';
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const auto end = text.find_first_of("\r\n");
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
}

}  // namespace

std::string MarkdownOf(std::string_view text, std::string_view prefix) {
  std::string out;
  const auto lines = Lines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += '\n';
    out += prefix;
    if (IsBlank(lines[i])) continue;
    const bool breaks = i + 1 < lines.size() && !IsBlank(lines[i + 1]);
    AppendLine(out, lines[i], breaks);
  }
  return out;
}

}  // namespace nearer::insights
