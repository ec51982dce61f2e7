#include "core/dialog/dialog.h"

#include <gtest/gtest.h>

namespace nearer::dialog {
namespace {

text::Reading ReadingOf(std::initializer_list<const char*> words) {
  text::Reading reading;
  for (const char* word : words)
    reading.tokens.push_back({.word = word, .lemma = word});
  return reading;
}

TEST(DialogTest, SameWordsForgivesCaseSpacesAndPunctuationOnly) {
  EXPECT_TRUE(SameWords("Not now", "not now."));
  EXPECT_TRUE(SameWords("Yes, let's try", "yes lets try"));
  EXPECT_FALSE(SameWords("Not now", "not now please"));
  EXPECT_FALSE(SameWords("...", "!"));
  EXPECT_FALSE(SameWords("", ""));
}

TEST(DialogTest, FindsTheFirstNumberInDigitsOrInWords) {
  EXPECT_EQ(NumberIn(ReadingOf({"maybe", "7", "10"})), 7);
  EXPECT_EQ(NumberIn(ReadingOf({"a", "six"})), 6);
  EXPECT_EQ(NumberIn(ReadingOf({"1000"})), std::nullopt);
  EXPECT_EQ(NumberIn(ReadingOf({"none"})), std::nullopt);
}

TEST(DialogTest, ANumberThatCountsSomethingIsNoAnswer) {
  EXPECT_EQ(NumberIn(ReadingOf({"two", "minutes"})), std::nullopt);
  EXPECT_EQ(NumberIn(ReadingOf({"two", "minutes", "maybe", "a", "5"})), 5);
  EXPECT_EQ(NumberIn(ReadingOf({"7", "out", "of", "ten"})), 7);
}

TEST(DialogTest, TheElseKeepsTheWholeAnswerTrimmed) {
  DialogNode node;
  node.replies.push_back({.on = DialogReply::On::kElse,
                          .to = "next",
                          .keep = {{"step", "{utterance}"}, {"mood", "calm"}}});
  const Taken taken = TakeElse(node, "  call Anna \n");
  EXPECT_EQ(taken.reply->to, "next");
  EXPECT_EQ(taken.kept.at("step"), "call Anna");
  EXPECT_EQ(taken.kept.at("mood"), "calm");
  EXPECT_TRUE(TakesAnything(node));
}

}  // namespace
}  // namespace nearer::dialog
