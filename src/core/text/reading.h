#ifndef NEARER_CORE_TEXT_READING_H_
#define NEARER_CORE_TEXT_READING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nearer::text {

// A word's number in the lexicon that read it: equal numbers are equal words.
using WordId = std::uint32_t;
inline constexpr WordId kNoWord = ~WordId{0};  // of words it does not know

// One plain word of an utterance.
struct Token {
  // The word as patterns mean it by "word": lower case, contraction opened,
  // chat spelling and typo mended. "I'm" gives two tokens, `i` and `am`.
  std::string word;
  // Its dictionary form by the inflection table; `word` itself if not in it.
  std::string lemma;
  WordId word_id = kNoWord;
  WordId lemma_id = kNoWord;
  // Bytes [begin, end) of the original utterance. All words that one spelling
  // opened to share its bytes.
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint16_t sentence = 0;  // 0-based
  std::uint16_t clause = 0;    // 0-based, running through all sentences
  // Under an odd number of operators ("not", "never", "used to").
  bool marked = false;
  bool is_operator = false;  // itself (part of) a negator
  bool is_filler = false;    // may be passed over ("really", "kind of")
  bool corrected = false;    // a typo mended, letters joined or unmasked
  // Written with a capital, though neither first in its sentence, nor "I", nor
  // in a message that is all capitals. Of several words that one spelling
  // opened to, only the first.
  bool capital = false;
  bool quoted = false;  // inside quotation marks that do not span it all

  // Counts as a word where patterns count words.
  bool is_word() const { return is_operator || !is_filler; }
};

inline bool InOneSentence(const Token& a, const Token& b) {
  return a.sentence == b.sentence;
}
// Clauses run through all sentences, so that one clause is in one sentence.
inline bool InOneClause(const Token& a, const Token& b) {
  return a.clause == b.clause;
}

// An utterance, read.
struct Reading {
  std::vector<Token> tokens;
  std::uint16_t sentences = 0;
  std::uint16_t clauses = 0;
  bool question = false;  // the last sentence ends in '?'
};

}  // namespace nearer::text

#endif  // NEARER_CORE_TEXT_READING_H_
