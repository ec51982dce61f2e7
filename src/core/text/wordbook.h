#ifndef NEARER_CORE_TEXT_WORDBOOK_H_
#define NEARER_CORE_TEXT_WORDBOOK_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/authored.h"
#include "core/text/typos.h"
#include "core/text/vocabulary.h"

namespace nearer::text {

// What a phrase of a word table does to an utterance.
enum class Means : std::uint8_t {
  kFiller,      // may be passed over
  kOperator,    // marks what follows
  kNoOperator,  // "! not only": what stands in it is no operator
  kRelease,     // "| and i": what was marked before is not marked from here on
  kOpener,      // begins a clause
  kNoOpener,    // "! for a while": what stands in it opens no clause
};

struct Phrase {
  Means means;
  std::vector<Vocabulary::Id> words;
};

struct WordInfo {
  enum Flag : std::uint16_t {
    kFiller = 1 << 0,        // alone; phrases are found by kHead
    kOperator = 1 << 1,      // alone
    kOpener = 1 << 2,        // alone
    kHead = 1 << 3,          // the first word of a phrase
    kAbbreviation = 1 << 4,  // a full stop after it ends no sentence
    kCapitals = 1 << 5,      // opens only where written in capitals
  };
  bool Has(Flag flag) const { return (flags & flag) != 0; }

  Vocabulary::Id lemma = Vocabulary::kNone;   // itself if no other
  std::uint32_t opening = Vocabulary::kNone;  // index into openings
  std::uint32_t phrase = Vocabulary::kNone;   // first in phrases with this head
  std::uint16_t flags = 0;
};

// The word tables, ready to be asked: one lookup tells everything about a word.
// Spellings, forms, common words, phrases' words and rules' words are all
// "known"; what is not known may be a typo.
//
// Signs in the tables beyond plain words, see the heads of rules/words/*.txt:
//   contractions, chat: "-n't" is an ending, "0yo" follows a number, "SO" (with
//   a capital) counts only where written in capitals;
//   operators: "! phrase" excepts, "| phrase" releases;
//   clause openers: "! phrase" excepts.
struct Wordbook {
  explicit Wordbook(const WordTables& tables);

  // Words that typos are mended towards: `rule_words`, read as utterances are,
  // and the tables' operators and openers, each in all inflections.
  void AddTargets(std::span<const std::string> rule_words);

  // What is known about `word`; nullptr, and kNone in `id`, if nothing.
  const WordInfo* Find(std::string_view word, Vocabulary::Id* id) const {
    *id = words.Find(word);
    return *id == Vocabulary::kNone ? nullptr : &infos[*id];
  }

  // Find, for spellings that open to other words.
  const std::vector<Vocabulary::Id>* FindOpening(std::string_view word) const {
    Vocabulary::Id id;
    const WordInfo* info = Find(word, &id);
    return info == nullptr || info->opening == Vocabulary::kNone
               ? nullptr
               : &openings[info->opening];
  }

  Vocabulary words;
  std::vector<WordInfo> infos;  // by Vocabulary::Id
  std::vector<std::vector<Vocabulary::Id>> openings;
  // Endings that open on any word, without their '-', longest first.
  std::vector<std::pair<std::string, std::vector<Vocabulary::Id>>> endings;
  std::vector<Phrase> phrases;  // by head, longest first
  TypoIndex typos;

 private:
  Vocabulary::Id Add(std::string_view word);
  std::vector<Vocabulary::Id> AddAll(std::string_view text);
  void AddOpening(std::string_view spelling, std::string_view opened);
  void AddPhrase(std::string_view line, Means plain, Means excepted);
};

}  // namespace nearer::text

#endif  // NEARER_CORE_TEXT_WORDBOOK_H_
