#include "core/match/pattern.h"

#include <gtest/gtest.h>

#include <random>

namespace nearer::match {
namespace {

TEST(PatternTest, ReadsEverySignOfTheLanguage) {
  const auto pattern = ParsePattern(
      "< i [really] *2 (handle|carry it) \"left\" @alone ** {what: keep *} > & "
      "^ stop");
  ASSERT_TRUE(pattern.ok()) << pattern.error().message;
  ASSERT_EQ(pattern->parts.size(), 2U);
  using Kind = PatternNode::Kind;
  std::vector<Kind> kinds;
  for (const PatternNode& node : pattern->parts[0].children)
    kinds.push_back(node.kind);
  EXPECT_EQ(kinds, (std::vector<Kind>{
                       Kind::kStart, Kind::kWord, Kind::kOptional, Kind::kGap,
                       Kind::kAlternatives, Kind::kExact, Kind::kConcept,
                       Kind::kWideGap, Kind::kCapture, Kind::kEnd}));
  EXPECT_EQ(pattern->parts[0].children[3].limit, 2);
  EXPECT_EQ(pattern->parts[0].children[8].text, "what");
}

TEST(PatternTest, SaysWhereAMistakeIsAndWhatWasExpected) {
  struct Case {
    std::string_view line;
    int column;
    std::string_view message;
  };
  for (const Case& c : {
           Case{"i (handle", 10, "expected ')'"},
           Case{"i [really", 10, "expected ']'"},
           Case{"i (a||b)", 6, "an empty alternative"},
           Case{"i \"left", 8, "closing '\"'"},
           Case{"i @ alone", 4, "the name of a concept"},
           Case{"{what keep}", 7, "expected ':'"},
           Case{"i *99 go", 6, "1 to 20 words"},
           Case{"é go)", 5, "nothing opened it"},
           Case{"a &", 4, "expected a word"},
           Case{"", 1, "expected a word"},
           Case{"what? ever", 5, "unexpected '?'"},
       }) {
    const auto pattern = ParsePattern(c.line);
    ASSERT_FALSE(pattern.ok()) << c.line;
    EXPECT_EQ(pattern.error().column, c.column) << c.line;
    EXPECT_NE(pattern.error().message.find(c.message), std::string::npos)
        << c.line << " -> " << pattern.error().message;
  }
}

TEST(PatternTest, RefusesNestingAndLengthWithoutBound) {
  EXPECT_FALSE(
      ParsePattern(std::string(20, '(') + "a" + std::string(20, ')')).ok());
  EXPECT_FALSE(ParsePattern(std::string(2000, 'a')).ok());
}

TEST(PatternTest, AnyBytesGiveAPatternOrAnError) {
  std::mt19937 random(7);
  constexpr std::string_view kSigns = "ab (|)[]{:}<>^*2@\"&\xc3\xa9\n\t-";
  for (int i = 0; i < 20000; ++i) {
    std::string line(random() % 24, ' ');
    for (char& c : line) c = kSigns[random() % kSigns.size()];
    const auto pattern = ParsePattern(line);
    if (!pattern) {
      EXPECT_FALSE(pattern.error().message.empty());
    }
  }
}

}  // namespace
}  // namespace nearer::match
