#ifndef NEARER_TESTS_CORE_TEXT_INVARIANTS_H_
#define NEARER_TESTS_CORE_TEXT_INVARIANTS_H_

#include <algorithm>
#include <string>
#include <string_view>

#include "core/text/lexicon.h"

namespace nearer::text {

// What is wrong with how `lexicon` reads `said`, of all that must hold for any
// bytes; empty if nothing is.
inline std::string WhatIsWrong(const Lexicon& lexicon, std::string_view said) {
  for (const bool authored : {false, true}) {
    const Reading reading =
        authored ? lexicon.ReadAuthored(said) : lexicon.Read(said);
    const Token* before = nullptr;
    for (const Token& token : reading.tokens) {
      if (token.word.empty() || token.lemma.empty()) return "an empty word";
      for (const char c : token.word)
        if ((c >= 'A' && c <= 'Z') || c == ' ' || c == '\n')
          return "not plain: " + token.word;
      if (token.begin >= token.end || token.end > said.size())
        return "out of bounds: " + token.word;
      if (authored && (token.marked || token.corrected))
        return "an author mended: " + token.word;
      if (before != nullptr) {
        if (token.begin < before->begin || token.end < before->end)
          return "out of order: " + token.word;
        if (token.begin != before->begin && token.begin < before->end)
          return "overlapping: " + token.word;
        const int sentences = token.sentence - before->sentence;
        const int clauses = token.clause - before->clause;
        if (sentences < 0 || sentences > 1 || clauses < sentences ||
            clauses > 1)
          return "a wrong sentence or clause: " + token.word;
      } else if (token.sentence != 0 || token.clause != 0) {
        return "a first word that is not in the first clause";
      }
      before = &token;
    }
    const int sentences = before == nullptr ? 0 : before->sentence + 1;
    const int clauses = before == nullptr ? 0 : before->clause + 1;
    // Counts stop at 65535.
    if (reading.sentences != std::min(sentences, 65535) ||
        reading.clauses != std::min(clauses, 65535))
      return "wrong counts";
  }
  const Reading once = lexicon.Read(said), twice = lexicon.Read(said);
  if (once.tokens.size() != twice.tokens.size()) return "not deterministic";
  for (std::size_t i = 0; i < once.tokens.size(); ++i)
    if (once.tokens[i].word != twice.tokens[i].word ||
        once.tokens[i].marked != twice.tokens[i].marked)
      return "not deterministic";
  return {};
}

}  // namespace nearer::text

#endif  // NEARER_TESTS_CORE_TEXT_INVARIANTS_H_
