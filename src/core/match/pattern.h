#ifndef NEARER_CORE_MATCH_PATTERN_H_
#define NEARER_CORE_MATCH_PATTERN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

// The pattern language of rules/README.md, as a tree.
namespace nearer::match {

struct PatternNode {
  enum class Kind : std::uint8_t {
    kWord,          // `text` in any inflection
    kExact,         // `text` exactly so
    kConcept,       // any member of @`text`
    kSequence,      // children one after another
    kAlternatives,  // one of the children
    kOptional,      // the one child, or nothing
    kGap,           // at most `limit` words inside a clause; -1: any number
    kWideGap,       // any words inside a sentence
    kCapture,       // the one child, kept under the name `text`
    kStart,         // message start
    kEnd,           // message end
    kClauseStart,
  };
  Kind kind = Kind::kSequence;
  std::string text;
  int limit = -1;
  std::vector<PatternNode> children;
};

// Parts joined by `&`; all must match, in any order.
struct Pattern {
  std::vector<PatternNode> parts;
};

struct PatternError {
  int column = 1;  // 1-based, in characters of the line
  std::string message;
};

// Nesting deeper than this, or a line longer, is an error.
inline constexpr int kMaxPatternDepth = 8;
inline constexpr std::size_t kMaxPatternBytes = 1000;
inline constexpr int kMaxGap = 20;

// Reads one line. Linear in its length; never throws; any bytes may come in.
Result<Pattern, PatternError> ParsePattern(std::string_view line);

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_PATTERN_H_
