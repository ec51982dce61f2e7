#ifndef NEARER_AUTHORING_PAGE_H_
#define NEARER_AUTHORING_PAGE_H_

#include <string>
#include <string_view>

namespace nearer::authoring {

// `text` as text of an HTML page or of a quoted attribute. Bytes that are not
// UTF-8, and control characters, become U+FFFD.
std::string Escaped(std::string_view text);

// A page by itself, that asks for nothing from anywhere: light or dark as the
// reader has it, readable on a phone and in print. `title` is text, the others
// are HTML, CSS and JavaScript of this program's own making. Without a script
// none can run.
std::string Page(std::string_view title, std::string_view body,
                 std::string_view style = "", std::string_view script = "");

}  // namespace nearer::authoring

#endif  // NEARER_AUTHORING_PAGE_H_
