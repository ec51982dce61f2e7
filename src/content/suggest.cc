#include "content/suggest.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace nearer::content {
namespace {

std::string Plain(std::string_view word) {
  std::string plain(word);
  for (char& c : plain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-' || c == ' ') c = '_';
  }
  return plain;
}

// Insertions, deletions, substitutions and swaps of neighbours between `a` and
// `b`. Quadratic in their length, which callers bound.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1),
      row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1,
                         last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

template <typename String>
std::string Nearest(std::string_view written, std::span<const String> known) {
  constexpr std::size_t kLongestName = 64;
  if (written.size() <= 2 || written.size() > kLongestName) return "";
  const std::string plain = Plain(written);
  std::size_t nearest = std::max<std::size_t>(1, written.size() / 3) + 1;
  std::string_view found;
  for (const String& word : known) {
    if (word.size() > kLongestName) continue;
    const std::size_t distance = Distance(plain, Plain(word));
    if (distance < nearest) {
      nearest = distance;
      found = word;
    }
  }
  if (found.empty()) return "";
  return "; did you mean '" + std::string(found) + "'?";
}

}  // namespace

std::string DidYouMean(std::string_view written,
                       std::span<const std::string_view> known) {
  return Nearest(written, known);
}

std::string DidYouMean(std::string_view written,
                       std::span<const std::string> known) {
  return Nearest(written, known);
}

std::string Listed(std::span<const std::string_view> words) {
  std::string listed;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) listed += i + 1 == words.size() ? " or " : ", ";
    listed += words[i];
  }
  return listed;
}

}  // namespace nearer::content
