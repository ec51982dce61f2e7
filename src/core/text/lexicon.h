#ifndef NEARER_CORE_TEXT_LEXICON_H_
#define NEARER_CORE_TEXT_LEXICON_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/authored.h"
#include "core/text/reading.h"

namespace nearer::text {

// Reads utterances: from what a person typed to plain words with offsets.
//
// In this order: UTF-8 is folded (NFKC with utf8proc; case; zero-width and
// combining marks dropped; every apostrophe, quote and dash made plain),
// sentences and clauses split, repeated letters shortened ("sooooo"),
// contractions and chat spellings opened, typos mended, inflections folded,
// fillers and operators found, words under an operator marked.
//
// Also: letters that stand apart are joined ("k i l l", "d.i.e") and replaced
// ones restored ("su1c1de", "k!ll", "su*cide") where that makes a known word,
// except in what authors write. The "is" in "my husband's gone" is found by the
// word after it; before other words the "'s" is a possessive and dropped. Links
// and mail addresses give no words.
//
// What the signs in the tables mean ("!", "|", "-n't", "0kms", "SO") stands in
// core/text/wordbook.h and at the heads of rules/words/*.txt.
//
// Immutable after Build; Read may be called from many threads.
class Lexicon {
 public:
  // `rule_words` are the words (not yet folded) that patterns and concepts
  // use: typos are mended only towards these, the tables' operators and clause
  // openers, and the inflections of both; and only for words found in neither
  // them nor any table, and not written with a capital inside a sentence
  // (probably names). Edit distance (insertion, deletion, substitution,
  // transposition of neighbours) 1 from 5 letters, 2 from 8; the first letter
  // must agree, except in a transposition of the first two. A transposed or
  // doubled letter is nearer than another edit; where two candidates are
  // equally near, none is taken, unless they are inflections of one word.
  static Lexicon Build(const WordTables& tables,
                       std::span<const std::string> rule_words);

  Lexicon(Lexicon&&) noexcept;
  Lexicon& operator=(Lexicon&&) noexcept;
  ~Lexicon();

  // `utterance` is any bytes; what is not UTF-8 separates words. Time linear
  // in the length. Marks: an operator marks the words after it up to the fifth
  // word that is not a filler, or the end of the clause, or a phrase that
  // releases ("| and i"), whichever is first; operators flip (two make none).
  // Operators themselves carry the mark that stood before them.
  Reading Read(std::string_view utterance) const;

  // Like Read, for text that a rule's author wrote (patterns' plain words,
  // concept members): no typos mended, nothing marked. Operators are found,
  // so a pattern can be asked whether it has one.
  Reading ReadAuthored(std::string_view words) const;

  // The dictionary form of a plain lower-case word; the word itself if none.
  std::string_view Lemma(std::string_view word) const;

  // The number of a plain lower-case word, as in what Read gives.
  WordId IdOf(std::string_view word) const;

  // Is this word alone an operator? False for the words of phrases ("used to").
  bool IsOperatorLemma(std::string_view lemma) const;

 private:
  struct Tables;
  explicit Lexicon(std::unique_ptr<const Tables> tables);
  std::unique_ptr<const Tables> tables_;
};

}  // namespace nearer::text

#endif  // NEARER_CORE_TEXT_LEXICON_H_
