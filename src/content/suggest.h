#ifndef NEARER_CONTENT_SUGGEST_H_
#define NEARER_CONTENT_SUGGEST_H_

#include <span>
#include <string>
#include <string_view>

namespace nearer::content {

// "; did you mean 'examples'?" when one of `known` is near enough to `written`
// to be a slip of the pen (about one letter in three changed, added, left out
// or swapped with its neighbour; case, '-' and '_' do not count); else "".
// Of equally near words the first is taken.
std::string DidYouMean(std::string_view written,
                       std::span<const std::string_view> known);
std::string DidYouMean(std::string_view written,
                       std::span<const std::string> known);

// "a, b or c".
std::string Listed(std::span<const std::string_view> words);

}  // namespace nearer::content

#endif  // NEARER_CONTENT_SUGGEST_H_
