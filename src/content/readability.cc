#include <algorithm>
#include <string>

#include "content/check.h"
#include "content/scan.h"

namespace nearer::content {
namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool IsVowel(char c) {
  return std::string_view("aeiouy").find(c) != std::string_view::npos;
}

// Letters and apostrophes; every byte beyond ASCII counts as a letter, but for
// the dashes, quotes and dots U+2010 to U+2027, whose first two bytes are
// E2 80.
bool IsWordByte(char c) {
  return (Lower(c) >= 'a' && Lower(c) <= 'z') || (c >= '0' && c <= '9') ||
         c == '\'' || static_cast<unsigned char>(c) >= 0x80;
}

// `text` with its slots filled by a word, and punctuation beyond ASCII made
// plain, so that only bytes need looking at.
std::string Plain(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.front() == '{') {
      const std::size_t end = rest.find('}');
      plain += "someone";
      i += end == std::string_view::npos ? rest.size() : end + 1;
    } else if (rest.starts_with("\xE2\x80\x99")) {  // ’
      plain += '\'';
      i += 3;
    } else if (rest.starts_with("\xE2\x80\xA6")) {  // …
      plain += '.';
      i += 3;
    } else if (rest.starts_with("\xE2\x80") && rest.size() >= 3) {
      plain += ' ';
      i += 3;
    } else {
      plain += rest.front();
      ++i;
    }
  }
  return plain;
}

}  // namespace

int Syllables(std::string_view word) {
  std::string letters;
  for (const char c : word)
    if (Lower(c) >= 'a' && Lower(c) <= 'z') letters += Lower(c);
  int groups = 0;
  for (std::size_t i = 0; i < letters.size(); ++i)
    if (IsVowel(letters[i]) && (i == 0 || !IsVowel(letters[i - 1]))) ++groups;
  const std::string_view all = letters;
  const auto before = [&](std::size_t from_end) {
    return all.size() > from_end ? all[all.size() - 1 - from_end] : ' ';
  };
  // Silent: "make", "makes", "opened"; spoken: "table", "wanted", "closes".
  if (all.ends_with("e") && !IsVowel(before(1)) &&
      !(before(1) == 'l' && !IsVowel(before(2))))
    --groups;
  else if (all.ends_with("ed") && !IsVowel(before(2)) && before(2) != 't' &&
           before(2) != 'd')
    --groups;
  else if (all.ends_with("es") && !IsVowel(before(2)) &&
           std::string_view("sxzcgh").find(before(2)) ==
               std::string_view::npos &&
           !(before(2) == 'l' && !IsVowel(before(3))))
    --groups;
  return std::max(1, groups);
}

Readability Measure(std::string_view text) {
  const std::string plain = Plain(text);
  Readability measured;
  int syllables = 0, sentences = 0;
  bool open = false;  // inside a sentence
  for (std::size_t i = 0; i < plain.size();) {
    if (IsWordByte(plain[i])) {
      std::size_t end = i;
      while (end < plain.size() && IsWordByte(plain[end])) ++end;
      ++measured.words;
      syllables += Syllables(std::string_view(plain).substr(i, end - i));
      open = true;
      i = end;
      continue;
    }
    if (open && (plain[i] == '.' || plain[i] == '!' || plain[i] == '?')) {
      ++sentences;
      open = false;
    }
    ++i;
  }
  if (open) ++sentences;
  if (measured.words > 0)
    measured.grade = 0.39 * measured.words / sentences +
                     11.8 * syllables / measured.words - 15.59;
  return measured;
}

}  // namespace nearer::content
