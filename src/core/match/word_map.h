#ifndef NEARER_CORE_MATCH_WORD_MAP_H_
#define NEARER_CORE_MATCH_WORD_MAP_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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

// Something about each of some words, found by the number that the lexicon gave
// the word, and by its letters only where it gave none. A word is always asked
// about with the number that one lexicon has for it.
template <typename T>
class WordMap {
 public:
  // What is known about the word, made now if there was nothing. The reference
  // is valid until the next call.
  T& At(text::WordId id, std::string_view word) {
    std::uint32_t& place = PlaceOf(id, word);
    if (place == 0) {
      values_.emplace_back();
      place = static_cast<std::uint32_t>(values_.size());
    }
    return values_[place - 1];
  }

  // Null when there is nothing.
  const T* Find(text::WordId id, std::string_view word) const {
    std::uint32_t place = 0;
    if (id != text::kNoWord) {
      if (id < known_.size()) place = known_[id];
    } else if (const auto found = others_.find(word); found != others_.end()) {
      place = found->second;
    }
    return place == 0 ? nullptr : &values_[place - 1];
  }

  // In the order of their first At.
  std::vector<T>& values() { return values_; }

 private:
  std::uint32_t& PlaceOf(text::WordId id, std::string_view word) {
    if (id == text::kNoWord) return others_[std::string(word)];
    if (id >= known_.size()) known_.resize(id + 1);
    return known_[id];
  }

  std::vector<T> values_;
  // One more than a place in values_; 0: none.
  std::vector<std::uint32_t> known_;  // by number
  StringMap<std::uint32_t> others_;
};

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_WORD_MAP_H_
