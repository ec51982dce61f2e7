#ifndef NEARER_INSIGHTS_MARKDOWN_H_
#define NEARER_INSIGHTS_MARKDOWN_H_

#include <string>
#include <string_view>

namespace nearer::insights {

// `text` so that a Markdown reader (CommonMark, GitHub's, Pandoc's) shows its
// very words, line by line, and takes nothing in it for markup, HTML or an
// entity. `text` is UTF-8; control characters other than line ends become
// spaces. Every line begins with `prefix` ("> " for a quotation); there is no
// line end after the last. Linear.
std::string MarkdownOf(std::string_view text, std::string_view prefix);

}  // namespace nearer::insights

#endif  // NEARER_INSIGHTS_MARKDOWN_H_
