#ifndef NEARER_CORE_MATCH_CONCEPTS_H_
#define NEARER_CORE_MATCH_CONCEPTS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/authored.h"
#include "core/match/word_map.h"
#include "core/problem.h"
#include "core/result.h"
#include "core/text/lexicon.h"
#include "core/text/reading.h"

namespace nearer::match {

// That a concept's member stands at a token.
struct Tag {
  std::uint32_t concept_id = 0;
  // Tokens it covers, fillers between its words included.
  std::uint8_t length = 1;
};

// The tags that begin at each token of a reading.
class Tags {
 public:
  std::span<const Tag> operator[](std::size_t token) const {
    const std::size_t begin = token == 0 ? 0 : ends_[token - 1];
    return std::span(all_).subspan(begin, ends_[token] - begin);
  }

 private:
  friend class Concepts;
  std::vector<Tag> all_;
  std::vector<std::uint32_t> ends_;  // of each token's, in all_
};

// The concept sets, ready for finding their members in a reading. Immutable.
class Concepts {
 public:
  // More words than this in a phrase is an error.
  static constexpr int kMaxPhrase = 8;

  // Fails with every unknown concept, every cycle and every empty member.
  static Result<Concepts, std::vector<Problem>> Compile(
      std::span<const Concept> authored, const text::Lexicon& lexicon);

  std::optional<std::uint32_t> Find(std::string_view name) const;
  std::size_t size() const { return infos_.size(); }

  struct Info {
    std::string name;
    std::uint64_t name_hash = 0;  // the same in every pack
    int members = 0;              // nested ones included
    int longest = 1;              // words of the longest member
    bool negates = false;         // some member is or holds a negator
  };
  const Info& info(std::uint32_t id) const { return infos_[id]; }

  // What begins at each of the tokens; each concept and length once a token.
  Tags TagsOf(std::span<const text::Token> tokens) const;

 private:
  struct PhraseWord {
    text::WordId id = text::kNoWord;
    std::uint32_t letters = 0;  // of others_, when it has no number
    bool exact = false;  // compare the word itself, not its dictionary form
  };
  // A member without its first word, and the concepts it is a member of.
  struct Phrase {
    std::uint32_t words_begin = 0, words_end = 0;        // of words_
    std::uint32_t concepts_begin = 0, concepts_end = 0;  // of concepts_
  };
  // Phrases that begin with a word.
  struct Bucket {
    std::uint32_t begin = 0, end = 0;  // of phrases_
  };

  bool Fits(const text::Token& token, const PhraseWord& wanted) const;
  void AddTags(std::span<const text::Token> tokens, std::size_t at,
               const Bucket& bucket, Tags& tags) const;

  StringMap<std::uint32_t> ids_;
  std::vector<Info> infos_;
  WordMap<Bucket> by_lemma_, by_word_;
  // All of a bucket stands together, since most of it is passed over.
  std::vector<Phrase> phrases_;
  std::vector<PhraseWord> words_;
  std::vector<std::uint32_t> concepts_;
  std::vector<std::string> others_;
};

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_CONCEPTS_H_
