#ifndef NEARER_CORE_MATCH_PROGRAM_H_
#define NEARER_CORE_MATCH_PROGRAM_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/match/concepts.h"
#include "core/match/pattern.h"
#include "core/result.h"
#include "core/text/lexicon.h"

// From a pattern's tree to an expression for RE2 over a Rendering.
namespace nearer::match {

enum class Polarity : std::uint8_t {
  kStrict,  // words before the pattern's first negator must be unmarked
  kAny,
};

// One part of a pattern ("a" or "b" of `a & b`).
struct Expression {
  std::string regex;                  // RE2 syntax, Latin-1
  std::vector<std::string> captures;  // names of group 1, 2, …
};

// Cannot fail for a pattern without unknown concepts.
Expression Express(const PatternNode& part, const Concepts& concepts,
                   const text::Lexicon& lexicon, Polarity polarity);

// How specific a part is (rules/README.md, "Which rule wins"), before what only
// a match can tell: the words it holds beyond the least.
float Specificity(const PatternNode& part, const Concepts& concepts);

// The fewest words that a match of the part can hold.
int LeastWords(const PatternNode& part);

// The concepts that the pattern names and that are unknown, each as an error.
std::vector<std::string> UnknownConcepts(const Pattern& pattern,
                                         const Concepts& concepts);

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_PROGRAM_H_
