#include "channels/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <utf8proc.h>

#include <random>
#include <string>
#include <vector>

namespace nearer::channels {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Parts(const std::string& text, std::size_t limit,
                               Unit unit = Unit::kUtf16) {
  return Split({text}, limit, unit);
}

TEST(SplitTest, CountsAsThePlatformDoes) {
  EXPECT_EQ(Length("héllo", Unit::kUtf16), 5u);
  EXPECT_EQ(Length("🧱", Unit::kUtf16), 2u);
  EXPECT_EQ(Length("🧱", Unit::kCodePoint), 1u);
  EXPECT_EQ(Length("a\xff\xffz", Unit::kCodePoint), 4u);
  EXPECT_EQ(Length("", Unit::kUtf16), 0u);
}

TEST(SplitTest, PutsParagraphsTogetherWithABlankLineWhileTheyFit) {
  EXPECT_THAT(Split({"One.", "Two."}, 10, Unit::kUtf16),
              ElementsAre("One.\n\nTwo."));
  EXPECT_THAT(Split({"One.", "Two."}, 9, Unit::kUtf16),
              ElementsAre("One.", "Two."));
  EXPECT_THAT(Split({"", " \n", "One."}, 9, Unit::kUtf16), ElementsAre("One."));
  EXPECT_THAT(Split({}, 9, Unit::kUtf16), IsEmpty());
}

TEST(SplitTest, PartsAfterASentenceThenAfterAWord) {
  EXPECT_THAT(Parts("I am. You are. He is.", 15),
              ElementsAre("I am. You are.", "He is."));
  EXPECT_THAT(Parts("He said \"no.\" Then left it", 15),
              ElementsAre("He said \"no.\"", "Then left it"));
  EXPECT_THAT(Parts("Is it? It is… It is! So", 14),
              ElementsAre("Is it? It is…", "It is! So"));
  EXPECT_THAT(Parts("one two three four", 9),
              ElementsAre("one two", "three", "four"));
  // 3.14 ends no sentence.
  EXPECT_THAT(Parts("About 3.14 of that", 12),
              ElementsAre("About 3.14", "of that"));
}

TEST(SplitTest, PartsLongWordsBetweenWhatPeopleSeeAsCharacters) {
  EXPECT_THAT(Parts("abcdefgh", 3), ElementsAre("abc", "def", "gh"));
  EXPECT_THAT(Parts("👍🏽👍🏽👍🏽", 5),
              ElementsAre("👍🏽", "👍🏽", "👍🏽"));
  EXPECT_THAT(Parts("e\xcc\x81"
                    "e\xcc\x81",
                    3),
              ElementsAre("e\xcc\x81", "e\xcc\x81"));
  // Longer than a message may be: parted between code points.
  EXPECT_THAT(Parts("👍🏽", 2), ElementsAre("👍", "🏽"));
  EXPECT_THAT(Parts("🧱", 1), ElementsAre("🧱"));
}

TEST(SplitTest, LosesNothingButBlanksAndKeepsToTheLimit) {
  const std::vector<std::string> bits = {"a",     "bb ",      "c. ",  "🧱",
                                         "é",     "\n",       "\xff", "? ",
                                         "word ", "👍🏽", "…",    "  "};
  std::mt19937 random(7);
  const auto bare = [](const std::string& text) {
    std::string kept;
    for (const char c : text)
      if (c != ' ' && c != '\n') kept += c;
    return kept;
  };
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> paragraphs(1 + random() % 3);
    std::string all;
    for (std::string& paragraph : paragraphs) {
      for (unsigned i = random() % 40; i > 0; --i)
        paragraph += bits[random() % bits.size()];
      all += paragraph;
    }
    const std::size_t limit = 2 + random() % 30;
    for (const Unit unit : {Unit::kUtf16, Unit::kCodePoint}) {
      std::string back;
      for (const std::string& part : Split(paragraphs, limit, unit)) {
        EXPECT_FALSE(part.empty());
        EXPECT_LE(Length(part, unit), limit) << part;
        back += part;
      }
      ASSERT_EQ(bare(back), bare(all)) << limit;
    }
  }
}

TEST(SplitTest, TheLinesOfHelpAreAParagraphOfAReply) {
  EXPECT_THAT(Paragraphs({.messages = {"One.", "Two."},
                          .help = {"In danger now: 112", "Call: 988"}}),
              ElementsAre("One.", "Two.", "In danger now: 112\nCall: 988"));
}

}  // namespace
}  // namespace nearer::channels
