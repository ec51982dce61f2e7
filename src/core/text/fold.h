#ifndef NEARER_CORE_TEXT_FOLD_H_
#define NEARER_CORE_TEXT_FOLD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nearer::text {

// An utterance in plain lower-case characters, each leading back to the bytes
// it was made from.
//
// NFKC letters, case folded, without marks: "Ｃａｆé" is "cafe". Zero-width
// characters are gone, so that none splits a word. Every apostrophe is ', every
// quotation mark ", a hyphen or minus '-', a longer dash "--", an ellipsis
// "...", a line break '\n', an emoji or bullet ';'. What is left, and every
// byte that is not UTF-8, is a space. So a byte above 127 is always part of a
// letter or digit.
struct Folded {
  std::string text;
  // Was there any lower-case letter a–z? If not, capitals say nothing.
  bool has_lower = false;

  // First byte and end of the original bytes behind `text[i]`.
  std::uint32_t Begin(std::size_t i) const {
    return spans.empty() ? static_cast<std::uint32_t>(i) : spans[i].begin;
  }
  std::uint32_t End(std::size_t i) const {
    return spans.empty() ? static_cast<std::uint32_t>(i) + 1 : spans[i].end;
  }

  struct Span {
    std::uint32_t begin, end;
  };
  std::vector<Span> spans;  // one a byte of `text`; empty when all was ASCII
};

// Takes any bytes, time linear in their number.
Folded Fold(std::string_view utterance);

// Is the first character an upper-case letter?
bool BeginsWithCapital(std::string_view utf8);

// Letters of other alphabets that look Latin, made Latin: "kіll" with a
// Cyrillic і is "kill". For words that also hold Latin letters; others are
// somebody's own language.
std::string FoldLookalikes(std::string_view word);

}  // namespace nearer::text

#endif  // NEARER_CORE_TEXT_FOLD_H_
