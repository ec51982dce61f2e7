#include "authoring/grouping.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <unordered_map>

namespace nearer::authoring {
namespace {

// Words by rank: 0 is the rarest. A text is its ranks, ascending.
using Ranks = std::vector<std::uint32_t>;

class Vocabulary {
 public:
  explicit Vocabulary(const std::vector<Worded>& texts) {
    std::unordered_map<std::string_view, std::uint32_t> texts_with;
    for (const Worded& text : texts)
      for (const std::string& word : text.words) texts_with.emplace(word, 0);
    for (const Worded& text : texts) {
      std::vector<std::string_view> once(text.words.begin(), text.words.end());
      std::sort(once.begin(), once.end());
      once.erase(std::unique(once.begin(), once.end()), once.end());
      for (const std::string_view word : once) ++texts_with[word];
    }
    std::vector<std::pair<std::uint32_t, std::string_view>> order;
    for (const auto& [word, count] : texts_with) order.push_back({count, word});
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size(); ++i) {
      rank_.emplace(order[i].second, static_cast<std::uint32_t>(i));
      // Whole numbers, so that sums do not depend on their order.
      const double rarity = static_cast<double>(texts.size() + 1) /
                            static_cast<double>(order[i].first);
      weight_.push_back(1 + std::llround(16 * std::log2(rarity)));
    }
  }

  Ranks RanksOf(const Worded& text) const {
    Ranks ranks;
    for (const std::string& word : text.words) ranks.push_back(rank_.at(word));
    std::sort(ranks.begin(), ranks.end());
    ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
    return ranks;
  }

  std::int64_t WeightOf(std::uint32_t rank) const { return weight_[rank]; }
  std::int64_t WeightOf(const Ranks& ranks) const {
    std::int64_t sum = 0;
    for (const std::uint32_t rank : ranks) sum += weight_[rank];
    return sum;
  }
  std::size_t size() const { return weight_.size(); }

 private:
  std::unordered_map<std::string_view, std::uint32_t> rank_;
  std::vector<std::int64_t> weight_;
};

// So many of the first (rarest) words that two texts alike enough share at
// least one of them: the rest alone would not do.
std::size_t PrefixOf(const Ranks& ranks, std::int64_t weight,
                     const Vocabulary& vocabulary) {
  const auto enough = kAlike * static_cast<double>(weight);
  std::int64_t rest = weight;
  std::size_t prefix = 0;
  while (prefix < ranks.size() && static_cast<double>(rest) >= enough)
    rest -= vocabulary.WeightOf(ranks[prefix++]);
  return prefix;
}

std::int64_t Shared(const Ranks& a, const Ranks& b,
                    const Vocabulary& vocabulary) {
  std::int64_t shared = 0;
  for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    if (a[i] == b[k]) shared += vocabulary.WeightOf(a[i]);
    const bool first = a[i] <= b[k], second = b[k] <= a[i];
    i += first ? 1 : 0;
    k += second ? 1 : 0;
  }
  return shared;
}

struct Leader {
  std::size_t text = 0;
  Ranks ranks;
  std::int64_t weight = 0;
  std::size_t asked_by = 0;  // the last text it was compared with, plus one
};

}  // namespace

std::vector<std::size_t> GroupByWords(const std::vector<Worded>& texts) {
  const Vocabulary vocabulary(texts);
  std::vector<std::size_t> order(texts.size()), leader_of(texts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) {
                     return texts[a].times > texts[b].times;
                   });
  std::vector<Leader> leaders;
  std::vector<std::vector<std::uint32_t>> leaders_with(vocabulary.size());
  for (const std::size_t text : order) {
    const Ranks ranks = vocabulary.RanksOf(texts[text]);
    const std::int64_t weight = vocabulary.WeightOf(ranks);
    const std::size_t prefix = PrefixOf(ranks, weight, vocabulary);
    const Leader* best = nullptr;
    std::int64_t best_shared = 0, best_all = 1;
    for (std::size_t i = 0; i < prefix; ++i)
      for (const std::uint32_t candidate : leaders_with[ranks[i]]) {
        Leader& leader = leaders[candidate];
        if (leader.asked_by == text + 1) continue;
        leader.asked_by = text + 1;
        const std::int64_t less = std::min(weight, leader.weight);
        const std::int64_t more = std::max(weight, leader.weight);
        if (static_cast<double>(less) < kAlike * static_cast<double>(more))
          continue;
        const std::int64_t shared = Shared(ranks, leader.ranks, vocabulary);
        const std::int64_t all = weight + leader.weight - shared;
        if (static_cast<double>(shared) < kAlike * static_cast<double>(all))
          continue;
        // shared / all > best_shared / best_all, in whole numbers.
        const std::int64_t mine = shared * best_all, its = best_shared * all;
        if (best == nullptr || mine > its ||
            (mine == its && candidate < best - leaders.data())) {
          best = &leader;
          best_shared = shared;
          best_all = all;
        }
      }
    if (best != nullptr) {
      leader_of[text] = best->text;
      continue;
    }
    leader_of[text] = text;
    for (std::size_t i = 0; i < prefix; ++i)
      leaders_with[ranks[i]].push_back(
          static_cast<std::uint32_t>(leaders.size()));
    leaders.push_back({.text = text, .ranks = ranks, .weight = weight});
  }
  return leader_of;
}

}  // namespace nearer::authoring
