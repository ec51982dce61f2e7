#include "core/text/typos.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nearer::text {
namespace {

// The slow, obvious twin of SpellingCost: what the last letters cost, and the
// rest by itself.
int SlowCost(std::string_view a, std::string_view b) {
  const auto drop = [](std::string_view word) {
    return word.size() > 1 && word.back() == word[word.size() - 2] ? kSlip
                                                                   : kEdit;
  };
  const auto shorter = [](std::string_view word, std::size_t by) {
    return word.substr(0, word.size() - by);
  };
  if (a.empty() && b.empty()) return 0;
  int least = 1000;
  if (!a.empty()) least = std::min(least, SlowCost(shorter(a, 1), b) + drop(a));
  if (!b.empty()) least = std::min(least, SlowCost(a, shorter(b, 1)) + drop(b));
  if (!a.empty() && !b.empty())
    least = std::min(least, SlowCost(shorter(a, 1), shorter(b, 1)) +
                                (a.back() == b.back() ? 0 : kEdit));
  if (a.size() > 1 && b.size() > 1 && a.back() == b[b.size() - 2] &&
      b.back() == a[a.size() - 2])
    least = std::min(least, SlowCost(shorter(a, 2), shorter(b, 2)) + kSlip);
  return least;
}

std::string RandomWord(std::mt19937& random, std::size_t least,
                       std::size_t most) {
  std::string word;
  for (std::size_t n = least + random() % (most - least + 1); n > 0; --n)
    word.push_back(static_cast<char>('a' + random() % 4));
  return word;
}

// `word` after up to three changes of one letter.
std::string Misspelt(std::mt19937& random, std::string word) {
  for (std::size_t n = random() % 4; n > 0 && word.size() > 1; --n) {
    const std::size_t at = random() % (word.size() - 1);
    const char letter = static_cast<char>('a' + random() % 4);
    switch (random() % 4) {
      case 0:
        word.erase(at, 1);
        break;
      case 1:
        word.insert(at, 1, letter);
        break;
      case 2:
        word[at] = letter;
        break;
      default:
        std::swap(word[at], word[at + 1]);
    }
  }
  return word;
}

TEST(SpellingCostTest, CountsSlipsAsLessThanOtherEdits) {
  EXPECT_EQ(SpellingCost("trust", "trust", 8), 0);
  EXPECT_EQ(SpellingCost("trsut", "trust", 8), kSlip);
  EXPECT_EQ(SpellingCost("trusst", "trust", 8), kSlip);
  EXPECT_EQ(SpellingCost("fel", "feel", 8), kSlip);
  EXPECT_EQ(SpellingCost("trast", "trust", 8), kEdit);
  EXPECT_EQ(SpellingCost("tust", "trust", 8), kEdit);
  EXPECT_EQ(SpellingCost("abc", "xyz", 8), 9);
}

TEST(SpellingCostTest, AgreesWithItsSlowTwin) {
  std::mt19937 random(5);
  for (int round = 0; round < 3000; ++round) {
    const std::string a = RandomWord(random, 0, 6);
    const std::string b = RandomWord(random, 0, 6);
    const int cost = SlowCost(a, b);
    for (const int limit : {0, 4, 8})
      EXPECT_EQ(SpellingCost(a, b, limit), std::min(cost, limit + 1))
          << a << " " << b << " " << limit;
  }
}

// Mend without an index: asks every target.
Vocabulary::Id SlowMend(const Vocabulary& words, std::string_view word) {
  if (word.size() < 5) return Vocabulary::kNone;
  const int may_cost = word.size() >= 8 ? 2 * kEdit : kEdit;
  std::string swapped(word);
  std::swap(swapped[0], swapped[1]);
  int least = may_cost;
  Vocabulary::Id best = Vocabulary::kNone;
  bool tie = false;
  for (Vocabulary::Id id = 0; id < words.size(); ++id) {
    const std::string_view target = words.Text(id);
    if (target.size() < 4) continue;
    int cost = 1000;
    if (target[0] == word[0]) cost = SlowCost(word, target);
    if (target[0] == swapped[0] && word[0] != word[1]) {
      const int rest = SlowCost(swapped, target);
      if (word.size() >= 8 ? rest <= kEdit : rest == 0)
        cost = std::min(cost, kSlip + rest);
    }
    if (cost > least) continue;
    tie = cost == least && best != Vocabulary::kNone;
    best = id;
    least = cost;
  }
  return tie ? Vocabulary::kNone : best;
}

TEST(TypoIndexTest, AgreesWithItsSlowTwin) {
  std::mt19937 random(9);
  int mended = 0;
  for (int round = 0; round < 60; ++round) {
    Vocabulary words;
    std::vector<Vocabulary::Id> targets;
    for (int i = 0; i < 5; ++i) {
      const Vocabulary::Id id = words.Add(RandomWord(random, 3, 9));
      if (id == targets.size()) targets.push_back(id);
    }
    const TypoIndex index(words, targets, targets);
    for (const Vocabulary::Id target : targets) {
      const std::string word =
          Misspelt(random, std::string(words.Text(target)));
      if (words.Find(word) != Vocabulary::kNone) continue;
      const Vocabulary::Id found = index.Mend(words, word);
      EXPECT_EQ(found, SlowMend(words, word)) << word;
      if (found != Vocabulary::kNone) ++mended;
    }
  }
  EXPECT_GT(mended, 40);
}

TEST(TypoIndexTest, TakesTheLongestOfOneGroup) {
  Vocabulary words;
  const std::vector<Vocabulary::Id> targets = {
      words.Add("trust"), words.Add("trusts"), words.Add("trusted")};
  const TypoIndex one(words, targets, {0, 0, 0});
  const Vocabulary::Id found = one.Mend(words, "trustd");
  ASSERT_NE(found, Vocabulary::kNone);
  EXPECT_EQ(words.Text(found), "trusted");
  const TypoIndex three(words, targets, {0, 1, 2});
  EXPECT_EQ(three.Mend(words, "trustd"), Vocabulary::kNone);
}

TEST(TypoIndexTest, ReadsStarsAsAnyOneLetter) {
  Vocabulary words;
  const std::vector<Vocabulary::Id> targets = {
      words.Add("suicide"), words.Add("kill"), words.Add("kiss"),
      words.Add("kiln")};
  const TypoIndex index(words, targets, targets);
  const auto unstarred = [&](std::string_view word) -> std::string_view {
    const Vocabulary::Id id = index.Unstar(words, word);
    return id == Vocabulary::kNone ? "" : words.Text(id);
  };
  EXPECT_EQ(unstarred("su*cide"), "suicide");
  EXPECT_EQ(unstarred("s**cide"), "suicide");
  EXPECT_EQ(unstarred("k*ll"), "kill");
  EXPECT_EQ(unstarred("suicid*"), "suicide");
  EXPECT_EQ(unstarred("ki*s"), "kiss");
  EXPECT_EQ(unstarred("kil*"), "");  // kill or kiln
  EXPECT_EQ(unstarred("*ill"), "");
}

TEST(TypoIndexTest, MendsNothingWhenEmpty) {
  const Vocabulary words;
  EXPECT_EQ(TypoIndex().Mend(words, "trsut"), Vocabulary::kNone);
  EXPECT_EQ(TypoIndex().Unstar(words, "tr*st"), Vocabulary::kNone);
}

}  // namespace
}  // namespace nearer::text
