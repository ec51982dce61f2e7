#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "content/check.h"

namespace nearer::content {
namespace {

TEST(ReadabilityTest, SyllablesAreEstimatedFromTheSpelling) {
  const std::pair<std::string_view, int> cases[] = {
      {"a", 1},      {"cat", 1},       {"make", 1},   {"makes", 1},
      {"table", 2},  {"tables", 2},    {"wanted", 2}, {"opened", 2},
      {"closes", 2}, {"closeness", 3}, {"alone", 2},  {"yourself", 2},
      {"trust", 1},  {"feeling", 2},   {"you", 1},    {"independence", 4},
      {"I'm", 1},    {"the", 1},
  };
  for (const auto& [word, syllables] : cases)
    EXPECT_EQ(Syllables(word), syllables) << word;
}

TEST(ReadabilityTest, ShortPlainSentencesAreEasierThanLongOnes) {
  const Readability plain = Measure(
      "You have sorted things out by yourself for a long time. It kept you "
      "safe.");
  const Readability hard = Measure(
      "Interdependence acknowledges vulnerability alongside independence, "
      "notwithstanding considerable apprehension regarding intimacy.");
  EXPECT_EQ(plain.words, 15);
  EXPECT_LT(plain.grade, 5);
  EXPECT_GT(hard.grade, 15);
}

TEST(ReadabilityTest, SlotsAndPunctuationAreNoExtraWords) {
  EXPECT_EQ(Measure("With {person|them} \u2014 you\u2019re quiet\u2026").words,
            4);
  EXPECT_EQ(Measure("").words, 0);
  EXPECT_EQ(Measure("?!").words, 0);
}

}  // namespace
}  // namespace nearer::content
