// What holds for every utterance, and how long the worst of them take.
#include <gtest/gtest.h>

#include <ctime>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/lexicon.h"
#include "tests/core/text/invariants.h"
#include "tests/core/text/shipped_tables.h"

namespace nearer::text {
namespace {

const Lexicon& Shipped() {
  static const Lexicon* const lexicon = [] {
    const std::vector<std::string> words = {
        "trust",      "suicide", "relationship", "loneliness",
        "vulnerable", "kill",    "distant",      "partner"};
    return new Lexicon(Lexicon::Build(ShippedTables(), words));
  }();
  return *lexicon;
}

std::string Repeat(std::string_view part, std::size_t times) {
  std::string whole;
  for (std::size_t i = 0; i < times; ++i) whole += part;
  return whole;
}

TEST(ReadingPropertiesTest, HoldForRandomBytes) {
  std::mt19937 random(7);
  for (int round = 0; round < 5000; ++round) {
    std::string said(random() % 80, '\0');
    for (char& c : said) c = static_cast<char>(random());
    ASSERT_EQ(WhatIsWrong(Shipped(), said), "") << said;
  }
}

TEST(ReadingPropertiesTest, HoldForRandomScrapsOfWriting) {
  const std::string_view scraps[] = {
      "I",      "i",   "don",     "t",       "'",
      "’",      "not", " ",       " ",       " ",
      ".",      ",",   "-",       "!",       "@",
      "*",      "1",   "0",       "500",     "kms",
      "so",     "SO",  "and",     "used",    "to",
      "\"",     "“",   "é",       "e\u0301", "😀",
      "\u200B", "\n",  "k",       "l",       "mom",
      "s",      "ss",  "oooo",    "/",       "w",
      ";",      "m",   "no",      "longer",  "w/o",
      "Dr",     "a.m", "http://", "x.com",   "relatoinship",
      "\xFF",   "и",   "ﬁ",       "&"};
  std::mt19937 random(11);
  for (int round = 0; round < 20000; ++round) {
    std::string said;
    for (std::size_t n = random() % 24; n > 0; --n)
      said += scraps[random() % std::size(scraps)];
    ASSERT_EQ(WhatIsWrong(Shipped(), said), "") << said;
  }
}

TEST(ReadingPropertiesTest, ReadingPlainWordsAgainChangesNothing) {
  for (const std::string_view said :
       {"I dont trust ppl and i feel sooooo alone",
        "my husband's always working, he wouldn't've noticed",
        "idk why i push ppl away tbh", "relatonship problems w/ my gf"}) {
    std::string plain;
    for (const Token& token : Shipped().Read(said).tokens)
      plain += token.word + ' ';
    std::string again;
    for (const Token& token : Shipped().Read(plain).tokens)
      again += token.word + ' ';
    EXPECT_EQ(again, plain);
  }
}

// Twice the text may take about twice as long, not four times. Measured against
// a wide bound, since other work may run beside this.
TEST(ReadingPropertiesTest, TakesTimeLinearInHostileText) {
  const std::string parts[] = {
      "a",        "e\u0301", "\u0301",    "not ",     "'",         "a'",
      "a-",       "a.",      "a ",        "a;",       "!",         "k!",
      "@a",       "$a*",     "\"x\" ",    "'x ",      "so i ",     "but ",
      "used to ", "http://", "a@b.",      "a/",       "0",         "0.",
      "1a",       "5 kms ",  "relatxyz ", "xmom's ",  "don t ",    "😀",
      "\xFF",     "\n",      "aaab",      "i d i e ", "be so so ", "’s",
      "and i ",   "- ",      "\u4F60",    "\uFDFA",   "co-w "};
  for (const std::string& part : parts) {
    const std::string said = Repeat(part, 200'000 / part.size());
    // The processor's time: what else runs meanwhile does not count.
    const std::clock_t start = std::clock();
    const Reading reading = Shipped().Read(said);
    EXPECT_LT(std::clock() - start, 2 * CLOCKS_PER_SEC) << "repeated: " << part;
    EXPECT_LE(reading.tokens.size(), 2 * said.size());
  }
}

TEST(ReadingPropertiesTest, HoldForHostileText) {
  for (const std::string_view part : {"a", "e\u0301", "not ", "a-", "a.", "a ",
                                      "a;", "k!", "\"x\" ", "\uFDFA", "a\n"})
    EXPECT_EQ(WhatIsWrong(Shipped(), Repeat(part, 100'000 / part.size())), "")
        << "repeated: " << part;
}

TEST(ReadingPropertiesTest, SurvivesTwoHundredThousandRuleWords) {
  std::mt19937 random(3);
  std::vector<std::string> words;
  for (int i = 0; i < 200'000; ++i) {
    std::string word;
    for (std::size_t n = 4 + random() % 8; n > 0; --n)
      word.push_back(static_cast<char>('a' + random() % 26));
    words.push_back(word);
  }
  words.push_back("relationship");
  const Lexicon lexicon = Lexicon::Build(WordTables{}, words);
  EXPECT_EQ(lexicon.Read("relatoinship").tokens.at(0).word, "relationship");
}

}  // namespace
}  // namespace nearer::text
