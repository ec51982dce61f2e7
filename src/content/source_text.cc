#include "content/source_text.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <tuple>
#include <utility>

namespace nearer::content {
namespace {

// Length of the well-formed UTF-8 character at the start of `rest`; 0 if there
// is none (Unicode 15, table 3-7).
std::size_t CharacterLength(std::string_view rest) {
  const auto byte = [&](std::size_t i) {
    return i < rest.size() ? static_cast<std::uint8_t>(rest[i]) : 0;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return follows(1) ? 2 : 0;
  if (first < 0xF0) {
    if (first == 0xE0 && second < 0xA0) return 0;   // overlong
    if (first == 0xED && second >= 0xA0) return 0;  // surrogate
    return follows(1) && follows(2) ? 3 : 0;
  }
  if (first == 0xF0 && second < 0x90) return 0;   // overlong
  if (first == 0xF4 && second >= 0x90) return 0;  // beyond U+10FFFF
  if (first > 0xF4) return 0;
  return follows(1) && follows(2) && follows(3) ? 4 : 0;
}

std::string Hex(unsigned char byte) {
  char text[8];
  std::snprintf(text, sizeof text, "0x%02X", byte);
  return text;
}

}  // namespace

Problem ErrorAt(Place at, std::string message) {
  Problem problem;
  problem.at = std::move(at);
  problem.message = std::move(message);
  return problem;
}

void SortByPlace(std::vector<Problem>& problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) {
                     return std::tie(a.at.file, a.at.line, a.at.column) <
                            std::tie(b.at.file, b.at.line, b.at.column);
                   });
}

std::size_t CountCharacters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

SourceText::SourceText(std::string file, std::string_view bytes,
                       std::vector<Problem>& problems)
    : file_(std::move(file)) {
  starts_.push_back(0);
  if (bytes.size() > kLargestFile) {
    problems.push_back(ErrorAt(Place{file_},
                               "the file is larger than 4 MiB; split it "
                               "into several"));
    return;
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  text_.reserve(bytes.size());
  bool reported_on_line = false;
  const auto report = [&](std::string message) {
    if (reported_on_line) return;
    reported_on_line = true;
    problems.push_back(ErrorAt(At(lines(), text_.size() - starts_.back()),
                               std::move(message)));
  };
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = CharacterLength(bytes.substr(i));
    const auto first = static_cast<unsigned char>(bytes[i]);
    if (length == 0) {
      reported_on_line = false;
      report("the byte " + Hex(first) +
             " is not UTF-8; save the file as UTF-8 and write this character "
             "again");
      return;
    }
    if (first == '\r' && bytes.substr(i + 1, 1) == "\n") {
      ++i;
      continue;
    }
    if (first == '\n') {
      text_ += '\n';
      starts_.push_back(text_.size());
      reported_on_line = false;
    } else if (first == '\t') {
      report("a tab stands here; use spaces");
      text_ += ' ';
    } else if (first < 0x20 || first == 0x7F) {
      report("the control character " + Hex(first) + " stands here; delete it");
      text_ += ' ';
    } else {
      text_.append(bytes.substr(i, length));
    }
    i += length;
  }
  usable_ = true;
}

std::string_view SourceText::line(int number) const {
  if (number < 1 || number > lines()) return {};
  const auto i = static_cast<std::size_t>(number) - 1;
  const std::size_t end =
      i + 1 < starts_.size() ? starts_[i + 1] - 1 : text_.size();
  return std::string_view(text_).substr(starts_[i], end - starts_[i]);
}

Place SourceText::At(int number, std::size_t byte) const {
  const std::string_view before =
      line(number).substr(0, std::min(byte, line(number).size()));
  return {.file = file_,
          .line = number,
          .column = static_cast<int>(CountCharacters(before)) + 1};
}

}  // namespace nearer::content
