#include "authoring/grouping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace nearer::authoring {
namespace {

using testing::ElementsAre;

// The same, slow and obvious: every leader is looked at.
std::vector<std::size_t> GroupSlowly(const std::vector<Worded>& texts) {
  std::map<std::string, int> texts_with;
  std::vector<std::set<std::string>> words;
  for (const Worded& text : texts) {
    words.emplace_back(text.words.begin(), text.words.end());
    for (const std::string& word : words.back()) ++texts_with[word];
  }
  const auto weigh = [&](const std::string& word) {
    return 1 + std::llround(
                   16 * std::log2(double(texts.size() + 1) / texts_with[word]));
  };
  std::vector<std::size_t> order(texts.size()), leaders, leader_of(order);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    return texts[a].times > texts[b].times;
  });
  for (const std::size_t text : order) {
    std::int64_t best_shared = -1, best_all = 1;
    leader_of[text] = text;
    for (const std::size_t leader : leaders) {
      std::int64_t shared = 0, all = 0;
      std::set<std::string> either = words[text];
      either.insert(words[leader].begin(), words[leader].end());
      for (const std::string& word : either) {
        all += weigh(word);
        if (words[text].contains(word) && words[leader].contains(word))
          shared += weigh(word);
      }
      if (shared < kAlike * static_cast<double>(all) || shared == 0) continue;
      if (shared * best_all <= best_shared * all) continue;
      leader_of[text] = leader;
      best_shared = shared;
      best_all = all;
    }
    if (leader_of[text] == text) leaders.push_back(text);
  }
  return leader_of;
}

TEST(GroupingTest, PutsTogetherWhatSharesItsWords) {
  EXPECT_THAT(GroupByWords({{{"i", "lose", "my", "keys"}},
                            {{"i", "like", "tea"}},
                            {{"i", "lose", "my", "keys", "now"}, 3},
                            {{"my", "keys", "i", "lose"}},
                            {{"nothing", "like", "it"}}}),
              ElementsAre(2, 1, 2, 2, 4));
  EXPECT_TRUE(GroupByWords({}).empty());
  // Without words nothing is alike.
  EXPECT_THAT(GroupByWords({{{}}, {{}}}), ElementsAre(0, 1));
}

TEST(GroupingTest, DoesWhatLookingAtEveryLeaderWouldDo) {
  std::mt19937 chance(3);
  for (int round = 0; round < 60; ++round) {
    std::vector<Worded> texts(1 + chance() % 60);
    for (Worded& text : texts) {
      text.times = 1 + chance() % 3;
      for (std::size_t i = 0, size = 1 + chance() % 7; i < size; ++i) {
        // A few words are common and most are rare, as in a language.
        const auto draw = chance() % 40;
        text.words.push_back(std::to_string(draw * draw / 40));
      }
    }
    EXPECT_EQ(GroupByWords(texts), GroupSlowly(texts)) << "round " << round;
  }
}

}  // namespace
}  // namespace nearer::authoring
