#include "channels/split.h"

#include <utf8proc.h>

#include <algorithm>
#include <utility>

#include "channels/phrases.h"
#include "chat/choices.h"

namespace nearer::channels {
namespace {

constexpr std::string_view kBetween = "\n\n";
constexpr std::string_view kBlanks = " \t\r\n";

struct Character {
  utf8proc_int32_t point = 0;
  std::size_t bytes = 1;
};

Character First(std::string_view text) {
  Character first;
  const auto taken = utf8proc_iterate(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &first.point);
  if (taken <= 0) return {.point = 0xFFFD, .bytes = 1};
  first.bytes = static_cast<std::size_t>(taken);
  return first;
}

std::size_t LengthOf(utf8proc_int32_t point, Unit unit) {
  return unit == Unit::kUtf16 && point > 0xFFFF ? 2 : 1;
}

bool EndsSentence(utf8proc_int32_t point) {
  return point == '.' || point == '?' || point == '!' || point == 0x2026;
}

bool MayFollowEnd(utf8proc_int32_t point) {
  return point == '"' || point == '\'' || point == ')' || point == 0x201D ||
         point == 0x2019;
}

std::string_view Trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

// How many bytes of `text`, which is longer than `limit`, go into a message.
std::size_t PartingOf(std::string_view text, std::size_t limit, Unit unit) {
  std::size_t at = 0, length = 0;
  std::size_t sentence = 0, word = 0, grapheme = 0;  // last places to part
  bool ended = false;                                // a sentence, just before
  utf8proc_int32_t before = 0, state = 0;
  while (at < text.size()) {
    const Character next = First(text.substr(at));
    if (at > 0 && utf8proc_grapheme_break_stateful(before, next.point, &state))
      grapheme = at;
    const bool blank =
        kBlanks.find(static_cast<char>(next.point)) != kBlanks.npos &&
        next.point < 0x80;
    if (blank && at > 0) {
      if (ended || next.point == '\n') sentence = at;
      word = at;
    }
    length += LengthOf(next.point, unit);
    if (length > limit) break;
    ended = EndsSentence(next.point) || (ended && MayFollowEnd(next.point));
    before = next.point;
    at += next.bytes;
  }
  for (const std::size_t place : {sentence, word, grapheme, at})
    if (place > 0) return place;
  return First(text).bytes;  // one character is longer than the limit
}

}  // namespace

std::size_t Length(std::string_view text, Unit unit) {
  std::size_t length = 0;
  while (!text.empty()) {
    const Character first = First(text);
    length += LengthOf(first.point, unit);
    text.remove_prefix(first.bytes);
  }
  return length;
}

std::vector<std::string> Split(const std::vector<std::string>& paragraphs,
                               std::size_t limit, Unit unit) {
  std::vector<std::string> messages;
  std::size_t last_length = 0;
  const auto add = [&](std::string_view piece) {
    const std::size_t length = Length(piece, unit);
    if (!messages.empty() && last_length + kBetween.size() + length <= limit) {
      messages.back().append(kBetween).append(piece);
      last_length += kBetween.size() + length;
    } else {
      messages.emplace_back(piece);
      last_length = length;
    }
  };
  for (const std::string& paragraph : paragraphs) {
    std::string_view rest = Trimmed(paragraph);
    std::size_t left = Length(rest, unit);
    while (left > limit) {
      const std::string_view piece =
          rest.substr(0, PartingOf(rest, limit, unit));
      left -= Length(piece, unit);
      rest.remove_prefix(piece.size());
      const std::string_view trimmed = Trimmed(rest);
      left -= rest.size() - trimmed.size();  // blanks are one byte each
      rest = trimmed;
      add(Trimmed(piece));
    }
    if (!rest.empty()) add(rest);
  }
  return messages;
}

std::string NumberedLines(const std::vector<Choice>& choices) {
  std::vector<std::string> labels;
  for (const Choice& choice : choices) labels.push_back(choice.label);
  const bool numbered = chat::PickedByNumber(labels);
  std::string lines;
  int number = 0;
  for (const std::string& label : labels) {
    ++number;
    if (numbered) lines.append(std::to_string(number)).append("  ");
    lines.append(label).append("\n");
  }
  if (numbered && !lines.empty()) lines.append(phrases::kByNumber);
  return lines;
}

std::vector<std::string> Paragraphs(const Reply& reply) {
  std::vector<std::string> paragraphs = reply.messages;
  std::string help;
  for (const std::string& line : reply.help) {
    if (!help.empty()) help += '\n';
    help += line;
  }
  if (!help.empty()) paragraphs.push_back(std::move(help));
  return paragraphs;
}

}  // namespace nearer::channels
