#include "core/text/typos.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace nearer::text {
namespace {

constexpr std::size_t kPrefix = 7;
constexpr std::size_t kShortestTarget = 4;
constexpr std::size_t kOneEditFrom = 5, kTwoEditsFrom = 8;
constexpr std::size_t kLongest = 32;

// Calls `use(rest)` with the first letters of `word`, whole and without each
// one, two of them, as many as `edits`, the first kept.
template <typename Use>
void ForEachRest(std::string_view word, int edits, Use use) {
  const std::string_view prefix = word.substr(0, kPrefix);
  use(prefix);
  if (edits < 1) return;
  std::array<char, kPrefix> one;
  for (std::size_t i = 1; i < prefix.size(); ++i) {
    std::memcpy(one.data(), prefix.data(), i);
    std::memcpy(one.data() + i, prefix.data() + i + 1, prefix.size() - i - 1);
    const std::string_view rest(one.data(), prefix.size() - 1);
    use(rest);
    if (edits < 2) continue;
    std::array<char, kPrefix> two;
    for (std::size_t j = i; j < rest.size(); ++j) {
      std::memcpy(two.data(), rest.data(), j);
      std::memcpy(two.data() + j, rest.data() + j + 1, rest.size() - j - 1);
      use(std::string_view(two.data(), rest.size() - 1));
    }
  }
}

// A target shorter than this is never two edits away from what is mended.
int EditsOf(std::string_view target) {
  return target.size() + 2 >= kTwoEditsFrom ? 2 : 1;
}

}  // namespace

int SpellingCost(std::string_view a, std::string_view b, int limit) {
  const std::size_t longest = std::max(a.size(), b.size());
  const std::size_t shortest = std::min(a.size(), b.size());
  if (longest > kLongest ||
      (longest - shortest) * kSlip > static_cast<std::size_t>(limit))
    return limit + 1;
  // Rows of the table of costs between beginnings of `a` and of `b`: the one
  // being filled, the one above it and the one above that.
  std::array<std::array<int, kLongest + 1>, 3> rows;
  int* above = rows[0].data();
  int* row = rows[1].data();
  int* two_above = rows[2].data();
  const auto extra = [](std::string_view word, std::size_t i) {
    return i > 0 && word[i] == word[i - 1] ? kSlip : kEdit;
  };
  above[0] = 0;
  for (std::size_t j = 1; j <= b.size(); ++j)
    above[j] = above[j - 1] + extra(b, j - 1);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = above[0] + extra(a, i - 1);
    int least = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({above[j] + extra(a, i - 1), row[j - 1] + extra(b, j - 1),
                    above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : kEdit)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], two_above[j - 2] + kSlip);
      least = std::min(least, row[j]);
    }
    // A transposition may still come back from the row above.
    if (least > limit + kEdit) return limit + 1;
    std::swap(two_above, above);
    std::swap(above, row);
  }
  return std::min(above[b.size()], limit + 1);
}

TypoIndex::TypoIndex(const Vocabulary& words,
                     std::vector<Vocabulary::Id> targets,
                     std::vector<Vocabulary::Id> groups) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::string_view text = words.Text(targets[i]);
    if (text.size() < kShortestTarget || text.size() > kLongest) continue;
    targets_.push_back(targets[i]);
    groups_.push_back(groups[i]);
  }
  std::vector<std::uint32_t> hashes;
  hashes.reserve(targets_.size() * 20);
  std::vector<std::uint32_t> ends;  // of each target's hashes
  ends.reserve(targets_.size());
  for (const Vocabulary::Id target : targets_) {
    const std::string_view text = words.Text(target);
    ForEachRest(text, EditsOf(text), [&](std::string_view rest) {
      hashes.push_back(HashWord(rest));
    });
    ends.push_back(static_cast<std::uint32_t>(hashes.size()));
  }
  std::size_t buckets = 1;
  while (buckets < hashes.size()) buckets *= 2;
  // Buckets are counted first, then filled from the back, so that targets stand
  // in their own order.
  starts_.assign(buckets + 1, 0);
  entries_.resize(hashes.size());
  for (const std::uint32_t hash : hashes) ++starts_[hash & (buckets - 1)];
  std::uint32_t sum = 0;
  for (std::uint32_t& start : starts_) start = sum += start;
  for (std::size_t i = targets_.size(), h = hashes.size(); i-- > 0;)
    for (const std::size_t first = i == 0 ? 0 : ends[i - 1]; h > first; --h)
      entries_[--starts_[hashes[h - 1] & (buckets - 1)]] =
          static_cast<std::uint32_t>(i);
}

std::span<const std::uint32_t> TypoIndex::Under(std::string_view rest) const {
  const std::size_t bucket = HashWord(rest) & (starts_.size() - 2);
  return std::span(entries_).subspan(starts_[bucket],
                                     starts_[bucket + 1] - starts_[bucket]);
}

struct TypoIndex::Best {
  int cost;  // or, without a target, what it may cost
  std::uint32_t target = Vocabulary::kNone;
  bool tie = false;
};

// Looks for targets within `edits` of `word`; `spent` is what it has cost so
// far.
void TypoIndex::Near(const Vocabulary& words, std::string_view word, int edits,
                     int spent, Best& best) const {
  ForEachRest(word, edits, [&](std::string_view rest) {
    for (const std::uint32_t target : Under(rest)) {
      if (target == best.target) continue;
      const std::string_view text = words.Text(targets_[target]);
      if (text[0] != word[0]) continue;
      const int limit = best.cost - spent;
      const int cost = spent + SpellingCost(word, text, limit);
      if (cost > best.cost) continue;
      if (cost < best.cost || best.target == Vocabulary::kNone) {
        best = {cost, target, false};
      } else if (groups_[target] != groups_[best.target]) {
        best.tie = true;
      } else {
        const std::string_view other = words.Text(targets_[best.target]);
        if (text.size() > other.size() ||
            (text.size() == other.size() && text < other))
          best.target = target;
      }
    }
  });
}

Vocabulary::Id TypoIndex::Mend(const Vocabulary& words,
                               std::string_view word) const {
  if (targets_.empty() || word.size() < kOneEditFrom || word.size() > kLongest)
    return Vocabulary::kNone;
  const int edits = word.size() >= kTwoEditsFrom ? 2 : 1;
  Best best{edits * kEdit};
  Near(words, word, edits, 0, best);
  if (word[0] != word[1] && best.cost >= kSlip) {
    std::array<char, kLongest> swapped;
    std::memcpy(swapped.data(), word.data(), word.size());
    std::swap(swapped[0], swapped[1]);
    Near(words, {swapped.data(), word.size()}, edits - 1, kSlip, best);
  }
  return best.target == Vocabulary::kNone || best.tie ? Vocabulary::kNone
                                                      : targets_[best.target];
}

Vocabulary::Id TypoIndex::Unstar(const Vocabulary& words,
                                 std::string_view word) const {
  const auto stars = std::count(word.begin(), word.end(), '*');
  if (targets_.empty() || word.size() < kShortestTarget ||
      word.size() > kLongest || word[0] == '*' || stars < 1 ||
      stars > EditsOf(word))
    return Vocabulary::kNone;
  // Without its stars the word is what is left of the target; beyond the
  // prefix nothing was ever taken away.
  std::string_view prefix = word.substr(0, kPrefix);
  std::array<char, kPrefix> rest;
  std::size_t size = 0;
  for (const char c : prefix)
    if (c != '*') rest[size++] = c;
  Vocabulary::Id found = Vocabulary::kNone;
  for (const std::uint32_t target : Under({rest.data(), size})) {
    const std::string_view text = words.Text(targets_[target]);
    if (targets_[target] == found || text.size() != word.size() ||
        !std::equal(text.begin(), text.end(), word.begin(),
                    [](char t, char w) { return w == '*' || t == w; }))
      continue;
    if (found != Vocabulary::kNone) return Vocabulary::kNone;
    found = targets_[target];
  }
  return found;
}

}  // namespace nearer::text
