#ifndef NEARER_CONTENT_SCAN_H_
#define NEARER_CONTENT_SCAN_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/authored.h"

// Finds the names inside patterns and texts, without compiling them.
namespace nearer::content {

// A name inside a line; a view into its text.
struct Named {
  std::string_view name;
  std::size_t byte = 0;  // where its sign, '@' or '{', stands
};

// "@alone" in a pattern or a concept's member.
std::vector<Named> ConceptsIn(std::string_view pattern);

// "{what: …}" in a pattern.
std::vector<Named> CapturesIn(std::string_view pattern);

// "{person}" and "{person|them}" in a text to be said. A brace that opens or
// closes no such slot is given with an empty name.
std::vector<Named> SlotsIn(std::string_view text);

// The place of byte `byte` of `line`.
Place PlaceIn(const Line& line, std::size_t byte);

}  // namespace nearer::content

#endif  // NEARER_CONTENT_SCAN_H_
