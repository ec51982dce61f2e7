#ifndef NEARER_CORE_TEXT_TYPOS_H_
#define NEARER_CORE_TEXT_TYPOS_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/text/vocabulary.h"

namespace nearer::text {

// What it costs to turn one spelling into another by single edits, no letter
// touched twice: kSlip for transposing neighbours and for doubling a letter or
// making a double one single, the commonest slips of a finger; kEdit for any
// other insertion, deletion and substitution.
inline constexpr int kSlip = 3, kEdit = 4;

// The least such cost from `a` to `b`; `limit + 1` if that is more than `limit`
// or either is longer than 32 letters.
int SpellingCost(std::string_view a, std::string_view b, int limit);

// Finds the word a misspelling was meant for.
//
// Two words within n edits become equal when each loses at most n letters, so
// every target is filed under what is left of its first seven letters after
// losing up to two of them (never the first), and a misspelling looks under
// what is left of its own. Time does not grow with the number of targets, but
// with how many are alike; about 100 bytes a target.
class TypoIndex {
 public:
  // Targets `i` and `j` are the same word in two inflections when
  // `group[i] == group[j]`. `words` is only used while building and by Mend's
  // caller, who passes the same one.
  TypoIndex() = default;
  TypoIndex(const Vocabulary& words, std::vector<Vocabulary::Id> targets,
            std::vector<Vocabulary::Id> groups);

  // The one target nearest to `word`, which is lower-case ASCII, by its
  // spelling cost: within one edit from 5 letters, two from 8; with its first
  // letter, unless the first two are transposed. Where several are equally near
  // and not of one group, kNone; of one group, the longest.
  Vocabulary::Id Mend(const Vocabulary& words, std::string_view word) const;

  // The one target that `word`, in which '*' stands for any one letter, can
  // be: "su*cide". From 4 letters, at most two of them '*', not the first.
  Vocabulary::Id Unstar(const Vocabulary& words, std::string_view word) const;

 private:
  struct Best;
  void Near(const Vocabulary& words, std::string_view word, int edits,
            int spent, Best& best) const;
  std::span<const std::uint32_t> Under(std::string_view rest) const;

  std::vector<Vocabulary::Id> targets_, groups_;
  // Targets under hash h are entries_[starts_[h]] up to entries_[starts_[h+1]].
  std::vector<std::uint32_t> starts_, entries_;
};

}  // namespace nearer::text

#endif  // NEARER_CORE_TEXT_TYPOS_H_
