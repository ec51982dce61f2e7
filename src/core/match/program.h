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

// What a bracket group of an expression stands for.
struct Group {
  enum class Kind : std::uint8_t { kCapture, kOptional, kGap };
  Kind kind = Kind::kGap;
  std::string name;  // kCapture
};

// One part of a pattern ("a" or "b" of `a & b`).
struct Expression {
  std::string regex;          // RE2 syntax, Latin-1
  std::vector<Group> groups;  // group 1, 2, …
};

// Cannot fail for a pattern that `Validate` passed.
Expression Express(const PatternNode& part, const Concepts& concepts,
                   const text::Lexicon& lexicon, Polarity polarity);

// Words or concepts of which one must be present for the part to match: an
// "and" of "or"s. An atom is "w:lemma", "x:word" or "c:name".
using Atoms = std::vector<std::string>;
std::vector<Atoms> Required(const PatternNode& part,
                            const text::Lexicon& lexicon);

// How specific a part is (rules/README.md, "Which rule wins"), before what only
// a match can tell: optional words met and words skipped.
float Specificity(const PatternNode& part, const Concepts& concepts,
                  const text::Lexicon& lexicon);

// Everything that can be wrong with a well-formed pattern: unknown concepts,
// no word that must be there.
std::vector<std::string> Validate(const Pattern& pattern,
                                  const Concepts& concepts,
                                  const text::Lexicon& lexicon);

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_PROGRAM_H_
