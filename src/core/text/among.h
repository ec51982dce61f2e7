#ifndef NEARER_CORE_TEXT_AMONG_H_
#define NEARER_CORE_TEXT_AMONG_H_

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string_view>

namespace nearer::text {

// Whether `word` is one of `words`. Linear; for a handful of words.
constexpr bool Among(std::string_view word,
                     std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}
constexpr bool Among(std::string_view word,
                     std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace nearer::text

#endif  // NEARER_CORE_TEXT_AMONG_H_
