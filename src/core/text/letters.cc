#include "core/text/letters.h"

#include <algorithm>

namespace nearer::text {
namespace {

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

bool Knows(const Vocabulary& known, std::string_view word) {
  return known.Find(word) != Vocabulary::kNone;
}

// The letter a sign or digit stands for, 0 if for none; '1' and '!' are `bar`,
// which is i or l.
char Unmasked(char c, char bar) {
  switch (c) {
    case '0':
      return 'o';
    case '1':
    case '!':
      return bar;
    case '3':
      return 'e';
    case '4':
    case '@':
      return 'a';
    case '5':
    case '$':
      return 's';
    case '7':
      return 't';
    default:
      return IsLetter(c) ? c : '\0';
  }
}

}  // namespace

bool IsStretched(std::string_view word) {
  for (std::size_t i = 2; i < word.size(); ++i)
    if (word[i] == word[i - 1] && word[i] == word[i - 2] && IsLetter(word[i]))
      return true;
  return false;
}

std::string Shorten(std::string_view word, const Vocabulary& known) {
  std::string two;                  // every run as two letters
  std::vector<std::size_t> second;  // where in `two` those stand
  for (std::size_t i = 0; i < word.size();) {
    std::size_t end = i + 1;
    while (IsLetter(word[i]) && end < word.size() && word[end] == word[i])
      ++end;
    const std::size_t run = end - i;
    two.append(run >= 3 ? 2 : run, word[i]);
    if (run >= 3) second.push_back(two.size() - 1);
    i = end;
  }
  if (two.size() > Vocabulary::kLongest) return two;
  // Bit r of `ones`: run r is taken for one letter. With many runs, only all
  // for two and all for one.
  const unsigned all = second.size() > 3 ? 1u : (1u << second.size()) - 1u;
  for (unsigned ones = 0; ones <= all; ++ones) {
    std::string tried = two;
    for (std::size_t r = second.size(); r-- > 0;)
      if (second.size() > 3 ? ones != 0 : (ones >> r & 1u) != 0)
        tried.erase(second[r], 1);
    if (Knows(known, tried)) return tried;
  }
  return two;
}

std::string Unmask(std::string_view word, const Vocabulary& known) {
  if (word.size() < 3 || word.size() > Vocabulary::kLongest) return {};
  const auto letters = static_cast<std::size_t>(
      std::count_if(word.begin(), word.end(), IsLetter));
  if (letters == word.size() || letters * 2 < word.size()) return {};
  if (!IsLetter(word[0]) && (word.size() < 4 || !IsLetter(word[1]) ||
                             !IsLetter(word[2]) || !IsLetter(word[3])))
    return {};
  for (const char bar : {'i', 'l'}) {
    std::string plain;
    for (const char c : word) {
      const char letter = Unmasked(c, bar);
      if (letter == 0) return {};
      plain.push_back(letter);
    }
    if (Knows(known, plain)) return plain;
  }
  return {};
}

std::vector<std::size_t> Join(std::string_view letters,
                              const Vocabulary& known) {
  constexpr std::size_t kLongestPiece = 14;
  // Cheapest way to cut letters[0, n): a word of three or more costs 2, of two
  // 3, a letter left alone 2.
  struct Cut {
    std::size_t cost = 0;
    std::size_t size = 0;  // of the last piece
  };
  std::vector<Cut> cuts(letters.size() + 1);
  for (std::size_t n = 1; n <= letters.size(); ++n) {
    cuts[n] = {cuts[n - 1].cost + 2, 1};
    for (std::size_t size = 2; size <= std::min(n, kLongestPiece); ++size) {
      const std::size_t cost = cuts[n - size].cost + (size == 2 ? 3 : 2);
      if (cost < cuts[n].cost && Knows(known, letters.substr(n - size, size)))
        cuts[n] = {cost, size};
    }
  }
  std::vector<std::size_t> sizes;
  bool joined = false;
  for (std::size_t n = letters.size(); n > 0; n -= cuts[n].size) {
    sizes.push_back(cuts[n].size);
    joined |= cuts[n].size >= 3;
  }
  if (!joined) return {};
  std::reverse(sizes.begin(), sizes.end());
  return sizes;
}

}  // namespace nearer::text
