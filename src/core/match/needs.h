#ifndef NEARER_CORE_MATCH_NEEDS_H_
#define NEARER_CORE_MATCH_NEEDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/match/concepts.h"
#include "core/match/pattern.h"
#include "core/match/program.h"
#include "core/text/lexicon.h"

// What must be in an utterance for one part of a pattern to match it, read off
// the pattern's tree. Every match has it; what has it need not match.
namespace nearer::match {

// A word, a concept, or two words with at most fillers in between.
struct Atom {
  enum class Kind : std::uint8_t { kLemma, kWord, kConcept, kPair };
  Kind kind = Kind::kLemma;
  std::string text;
  std::string second = {};  // of a kPair of dictionary forms
};

// No bound on the words that may stand in between.
inline constexpr int kFar = 255;

// One of the atoms, which may stand there twice.
struct Need {
  std::vector<Atom> either;
  // At most so many words, fillers not counted, stand between the need before
  // (or the start of the part) and this one.
  int before = 0;
  bool unmarked = false;  // under no negation
};

// How far a match may reach.
enum class Scope : std::uint8_t { kClause, kSentence, kMessage };
// Where it must begin.
enum class Anchor : std::uint8_t { kNone, kClause, kMessage };

struct Needs {
  std::vector<Need> all;  // in the order in which they stand
  Scope scope = Scope::kClause;
  Anchor anchor = Anchor::kNone;
  bool to_end = false;  // of the message
  int tail = 0;         // words behind the last need, at most
};

// The words of patterns as the lexicon reads them, each text once: packs say
// the same words thousands of times.
class PatternWords {
 public:
  explicit PatternWords(const text::Lexicon& lexicon) : lexicon_(lexicon) {}

  const std::vector<text::Token>& Of(const std::string& text);

 private:
  const text::Lexicon& lexicon_;
  StringMap<std::vector<text::Token>> known_;
};

Needs NeedsOf(const PatternNode& part, const Concepts& concepts,
              PatternWords& words, Polarity polarity);

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_NEEDS_H_
