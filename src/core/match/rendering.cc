#include "core/match/rendering.h"

#include <charconv>
#include <utility>

namespace nearer::match {
namespace {

void AppendNumber(std::uint32_t number, std::string& out) {
  char digits[10];
  const auto end = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end.ptr);
}

char Class(const text::Token& token) {
  if (token.is_operator) return 'o';
  return token.is_word() ? 'w' : 'f';
}

}  // namespace

void AppendPlain(std::string_view word, std::string& out) {
  const std::size_t begin = out.size();
  out.append(word);
  for (std::size_t i = begin; i < out.size(); ++i) {
    const char c = out[i];
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '\'' || static_cast<unsigned char>(c) >= 0x80;
    if (!plain) out[i] = '_';
  }
}

Rendering Render(const text::Reading& reading, const Tags& tags) {
  Rendering rendering;
  rendering.text.reserve(reading.tokens.size() * 32 + 8);
  rendering.token_at.reserve(reading.tokens.size());
  std::string& out = rendering.text;
  const text::Token* before = nullptr;
  std::vector<std::pair<std::uint32_t, std::size_t>>
      open;  // concept, last token
  for (std::size_t i = 0; i < reading.tokens.size(); ++i) {
    const text::Token& token = reading.tokens[i];
    const auto here = static_cast<std::uint32_t>(out.size());
    const bool sentence = !before || before->sentence != token.sentence;
    if (sentence) rendering.sentence_at.push_back(here);
    if (!before || before->clause != token.clause)
      rendering.clause_at.push_back(here);
    if (sentence) {
      out += '.';
    } else if (before->clause != token.clause) {
      out += ',';
    }
    before = &token;
    rendering.token_at.push_back(static_cast<std::uint32_t>(out.size()));
    out += ' ';
    out += token.marked ? '-' : '+';
    out += Class(token);
    AppendPlain(token.lemma, out);
    out += '=';
    AppendPlain(token.word, out);
    out += '~';
    for (const Tag& tag : tags[i]) {
      out += '@';
      AppendNumber(tag.concept_id, out);
      out += tag.length > 1 ? ':' : ';';
      if (tag.length > 1) open.push_back({tag.concept_id, i + tag.length - 1});
    }
    for (const auto& [concept_id, last] : open)
      if (last == i) {
        out += '<';
        AppendNumber(concept_id, out);
        out += ';';
      }
  }
  rendering.sentence_at.push_back(static_cast<std::uint32_t>(out.size()));
  rendering.clause_at.push_back(static_cast<std::uint32_t>(out.size()));
  return rendering;
}

}  // namespace nearer::match
