#include "core/dialog/dialog.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace nearer::dialog {
namespace {

constexpr std::array<std::string_view, 11> kNumbers = {
    "zero", "one",   "two",   "three", "four", "five",
    "six",  "seven", "eight", "nine",  "ten"};

// In digits, or as a word up to ten.
std::optional<int> NumberOf(const std::string& word) {
  const auto named = std::find(kNumbers.begin(), kNumbers.end(), word);
  if (named != kNumbers.end())
    return static_cast<int>(named - kNumbers.begin());
  int number = 0;
  const char* end = word.data() + word.size();
  const auto parsed = std::from_chars(word.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || number < 0 ||
      number > 100)
    return std::nullopt;
  return number;
}

// Whether the number at `i` counts what stands behind it: "two minutes".
bool Counts(const text::Reading& reading, std::size_t i) {
  static constexpr std::array<std::string_view, 22> kMayFollow = {
      "out",   "of",      "or",     "maybe",    "perhaps", "i",
      "but",   "because", "and",    "to",       "if",      "since",
      "so",    "it",      "though", "probably", "right",   "for",
      "today", "now",     "at",     "please"};
  if (i + 1 == reading.tokens.size()) return false;
  const text::Token& next = reading.tokens[i + 1];
  if (next.clause != reading.tokens[i].clause || next.is_filler) return false;
  return !NumberOf(next.word) && std::find(kMayFollow.begin(), kMayFollow.end(),
                                           next.word) == kMayFollow.end();
}

std::string_view Trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// Fills a `keep`: "{utterance}", a capture, or the template as it stands.
std::map<std::string, std::string> Keep(const DialogReply& reply,
                                        const match::Captures& captures,
                                        std::string_view utterance) {
  std::map<std::string, std::string> kept;
  for (const auto& [slot, form] : reply.keep) {
    if (form == "{utterance}") {
      kept[slot] = Trimmed(utterance);
    } else if (form.size() > 2 && form.front() == '{' && form.back() == '}') {
      const std::string_view name =
          std::string_view(form).substr(1, form.size() - 2);
      if (name == "number") {
        kept[slot] = form;
        continue;
      }
      for (const auto& [captured, span] : captures)
        if (captured == name)
          kept[slot] = utterance.substr(span.first, span.second - span.first);
    } else {
      kept[slot] = form;
    }
  }
  return kept;
}

}  // namespace

bool SameWords(std::string_view a, std::string_view b) {
  const auto next = [](std::string_view text, std::size_t& at) -> int {
    while (at < text.size()) {
      const auto c = static_cast<unsigned char>(text[at++]);
      if (c >= 'A' && c <= 'Z') return c - 'A' + 'a';
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80)
        return c;
    }
    return -1;
  };
  std::size_t i = 0, j = 0;
  bool any = false;
  while (true) {
    const int left = next(a, i);
    if (left != next(b, j)) return false;
    if (left < 0) return any;
    any = true;
  }
}

std::optional<int> NumberIn(const text::Reading& reading) {
  for (std::size_t i = 0; i < reading.tokens.size(); ++i)
    if (const auto number = NumberOf(reading.tokens[i].word);
        number && !Counts(reading, i))
      return number;
  return std::nullopt;
}

std::optional<Taken> TakeReply(std::span<const DialogReply> replies,
                               const std::vector<PatternRange>& patterns,
                               const match::Matcher& matcher,
                               const match::Heard& heard,
                               std::string_view utterance) {
  for (std::size_t r = 0; r < replies.size(); ++r) {
    const DialogReply& reply = replies[r];
    if (reply.on == DialogReply::On::kElse) continue;
    if (reply.on == DialogReply::On::kChoice &&
        SameWords(reply.choice, utterance))
      return Taken{&reply, Keep(reply, {}, utterance)};
    if (reply.on == DialogReply::On::kNumber) {
      const auto number = NumberIn(heard.reading());
      if (number && *number >= reply.low && *number <= reply.high) {
        Taken taken{&reply, Keep(reply, {}, utterance)};
        for (auto& [slot, value] : taken.kept)
          if (value == "{number}") value = std::to_string(*number);
        return taken;
      }
      continue;
    }
    for (std::size_t p = patterns[r].begin; p < patterns[r].end; ++p)
      if (const auto match = matcher.HearExtra(p, heard))
        return Taken{&reply, Keep(reply, matcher.ExtraCapturesOf(*match, heard),
                                  utterance)};
  }
  return std::nullopt;
}

Taken TakeElse(const DialogNode& node, std::string_view utterance) {
  const DialogReply& reply = node.replies.back();
  return {&reply, Keep(reply, {}, utterance)};
}

bool TakesAnything(const DialogNode& node) {
  return !node.replies.empty() && !node.replies.back().keep.empty();
}

}  // namespace nearer::dialog
