#ifndef NEARER_CORE_TEXT_VOCABULARY_H_
#define NEARER_CORE_TEXT_VOCABULARY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/reading.h"

namespace nearer::text {

// Every word there is something to say about, once, by number. Numbers count
// up from 0 in the order of adding. All text lies in one block and lookups in
// one flat table, about 20 bytes a word beside its letters.
class Vocabulary {
 public:
  using Id = WordId;
  static constexpr Id kNone = kNoWord;
  // Longer words are never found.
  static constexpr std::size_t kLongest = 64;

  // Makes room for `words` in all; an estimate does.
  void Reserve(std::size_t words);

  // The word's number, given now if it had none; kNone for one too long or
  // empty. Views of earlier words stay valid only until the next Add.
  Id Add(std::string_view word);
  Id Find(std::string_view word) const;
  std::string_view Text(Id id) const {
    return std::string_view(letters_).substr(words_[id].at, words_[id].size);
  }
  std::size_t size() const { return words_.size(); }

 private:
  struct Word {
    std::uint32_t at;
    std::uint32_t size;
  };
  struct Slot {
    std::uint32_t hash;
    Id id;
  };
  void Grow(std::size_t slots);
  std::size_t Probe(std::uint32_t hash, std::string_view word) const;

  std::string letters_;
  std::vector<Word> words_;
  std::vector<Slot> slots_;  // a power of two, at most half full
};

// FNV-1a, the hash of short words.
inline std::uint32_t HashWord(std::string_view word) {
  std::uint32_t hash = 2166136261u;
  for (const char c : word)
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash ^ (hash >> 15);
}

}  // namespace nearer::text

#endif  // NEARER_CORE_TEXT_VOCABULARY_H_
