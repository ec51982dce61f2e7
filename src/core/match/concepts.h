#ifndef NEARER_CORE_MATCH_CONCEPTS_H_
#define NEARER_CORE_MATCH_CONCEPTS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/authored.h"
#include "core/problem.h"
#include "core/result.h"
#include "core/text/lexicon.h"
#include "core/text/reading.h"

namespace nearer::match {

// Looks strings up by view, without a copy.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
template <typename T>
using StringMap =
    std::unordered_map<std::string, T, StringHash, std::equal_to<>>;

// That a concept's member stands at a token.
struct Tag {
  std::uint32_t concept_id = 0;
  // Tokens it covers, fillers between its words included.
  std::uint8_t length = 1;
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

  // Appends to `tags` what begins at tokens[at]; each concept and length once.
  void TagsAt(std::span<const text::Token> tokens, std::size_t at,
              std::vector<Tag>& tags) const;

 private:
  struct PhraseWord {
    std::string text;
    bool exact = false;  // compare the word itself, not its dictionary form
  };
  struct Phrase {
    std::vector<PhraseWord> words;
    std::vector<std::uint32_t> concepts;
  };
  // Phrases that begin with a word, longest first.
  struct Bucket {
    std::vector<Phrase> phrases;
  };

  StringMap<std::uint32_t> ids_;
  std::vector<Info> infos_;
  StringMap<Bucket> by_lemma_, by_word_;
};

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_CONCEPTS_H_
