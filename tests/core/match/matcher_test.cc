#include "core/match/matcher.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "tests/core/match/slow_matcher.h"
#include "tests/core/match/small_world.h"

namespace nearer::match {
namespace {

TEST(MatcherTest, MatchesWhatTheManualSaysItMatches) {
  struct Case {
    std::string_view pattern, utterance;
    bool matches;
  };
  for (const Case& c : {
           Case{"i handle (it|this)", "I just handle it", true},
           Case{"i handle (it|this)", "i'm handling this", false},
           Case{"i [am] handle (it|this)", "i'm handling this", true},
           Case{"i handle (it|this)", "I handle, she talks it over", false},
           Case{"i * @alone", "I do everything by myself", true},
           Case{"i * @alone", "I was late. He was alone", false},
           Case{"i do not need @anyone", "I dont really need anyone", true},
           Case{"i do not need @anyone", "I do need someone", false},
           Case{"i trust @anyone", "I trust people", true},
           Case{"i trust @anyone", "I never trust people", false},
           Case{"\"left\" [my] @partner", "left my girlfriend", true},
           Case{"\"left\" [my] @partner", "leaving my girlfriend", false},
           Case{"(i|^) keep * inside", "Always kept it inside", true},
           Case{"(i|^) keep * inside", "I keep things inside", true},
           Case{"(i|^) keep * inside", "She keeps it inside", false},
           Case{"want * close & run", "I run as soon as I want to be close",
                true},
           Case{"want * close & run", "I want to run", false},
           Case{"i *2 go", "i a b go", true},
           Case{"i *2 go", "i a b c go", false},
           Case{"i *2 go", "i a really just b go", true},
           Case{"close ** leave", "when it gets close, he left", true},
           Case{"close ** leave", "it got close. he left", false},
           Case{"close * leave", "when it gets close, he left", false},
           Case{"< fine >", "Fine.", true},
           Case{"< fine >", "fine by me", false},
           Case{"^ [so] i trust * (^|>)", "it was not easy today. i trust him",
                true},
           Case{"^ [so] i trust * (^|>)", "it is what it is that i trust",
                false},
           Case{"talk to @whoever", "talk to my wife", false},
           Case{"talk to [my] @whoever", "talk to my wife", true},
       })
    EXPECT_EQ(Matches(c.pattern, c.utterance), c.matches)
        << c.pattern << "  |  " << c.utterance;
}

TEST(MatcherTest, NegationStopsAtItsClauseAndTwoMakeNone) {
  EXPECT_FALSE(Matches("i trust @anyone", "it is not that i trust people"));
  EXPECT_TRUE(Matches("i trust @anyone", "not today, i trust people"));
  EXPECT_FALSE(
      Matches("i do not trust @anyone", "never say i do not trust people"));
  EXPECT_TRUE(Matches("i @never trust @anyone", "i never trust people"));
  EXPECT_FALSE(Matches("i pull away", "i used to pull away"));
  EXPECT_TRUE(Matches("i used to pull away", "i used to pull away"));
}

TEST(MatcherTest, AnUnlessHoldsARuleBackInItsOwnSentenceOnly) {
  const SmallWorld world({MakeRule("alone", "i * @alone", "at the gym")});
  EXPECT_TRUE(world.Hear("I train alone at the gym").empty());
  EXPECT_FALSE(world.Hear("I train at the gym. I live alone").empty());
}

TEST(MatcherTest, CapturesAndSpansLeadBackToThePersonsOwnWords) {
  const SmallWorld world({MakeRule("handle", "i {what: handle *3} @alone")});
  const std::string_view said = "Honestly, I  HANDLED every thing on my own!";
  const text::Reading reading = world.lexicon.Read(said);
  const Heard heard = world.matcher->Prepare(reading);
  const auto matches = world.matcher->Hear(heard);
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(said.substr(matches[0].begin, matches[0].end - matches[0].begin),
            "I  HANDLED every thing on my own");
  const auto captures = world.matcher->CapturesOf(matches[0], heard);
  ASSERT_EQ(captures.size(), 1U);
  const auto [name, span] = captures[0];
  EXPECT_EQ(name, "what");
  EXPECT_EQ(said.substr(span.first, span.second - span.first),
            "HANDLED every thing");
}

TEST(MatcherTest, TheMoreExactRuleComesFirstThenTheLongerThenTheId) {
  const SmallWorld world({MakeRule("b_wild", "i * @alone"),
                          MakeRule("a_exact", "i handle it @alone"),
                          MakeRule("c_same", "i handle it @alone")});
  std::vector<std::string> ids;
  for (const Match& match : world.Hear("i handle it alone"))
    ids.push_back(world.rules[match.rule].id);
  EXPECT_EQ(ids, (std::vector<std::string>{"a_exact", "c_same", "b_wild"}));
}

TEST(MatcherTest, PriorityOutranksTheScore) {
  std::vector<Rule> rules = {MakeRule("exact", "i handle it @alone"),
                             MakeRule("urgent", "alone")};
  rules[1].priority = 1;
  const SmallWorld world(std::move(rules));
  EXPECT_EQ(world.Hear("i handle it alone").front().rule, 1U);
}

TEST(MatcherTest, ReportsEveryBadPatternWithItsPlace) {
  const SmallWorld world({MakeRule("a", "i (go\ni * there\n* [you]"),
                          MakeRule("b", "@nowhere to go")});
  ASSERT_EQ(world.problems.size(), 3U);
  EXPECT_EQ(world.problems[0].at.line, 1);
  EXPECT_EQ(world.problems[0].at.column, 6);
  EXPECT_EQ(world.problems[1].at.line, 3);
  EXPECT_NE(world.problems[2].message.find("@nowhere"), std::string::npos);
}

// Utterances and patterns over few words, so that many of them meet.
class Babble {
 public:
  explicit Babble(unsigned seed) : random_(seed) {}

  std::string Word() {
    constexpr std::string_view kWords[] = {
        "i",         "do",     "not",   "handle", "it", "alone",
        "by myself", "never",  "leave", "left",   "my", "wife",
        "people",    "really", "trust", "pulling"};
    return std::string(kWords[random_() % std::size(kWords)]);
  }
  std::string Utterance() {
    std::string said;
    for (unsigned i = 0, n = 1 + random_() % 14; i < n; ++i) {
      constexpr std::string_view kBetween[] = {" ",  " ",  " ",    " ",
                                               ", ", ". ", " but "};
      said += Word() + std::string(kBetween[random_() % std::size(kBetween)]);
    }
    return said;
  }
  std::string Pattern(int depth = 0) {
    std::string line;
    for (unsigned i = 0, n = 1 + random_() % 3; i < n; ++i)
      line += Element(depth) + ' ';
    if (depth > 0) return line;
    constexpr std::string_view kFirst[] = {"", "", "", "^ ", "< "};
    constexpr std::string_view kLast[] = {"", "", "", " >", " ^ *", " (^|>)"};
    line.insert(0, kFirst[random_() % std::size(kFirst)]);
    return line + Word() + std::string(kLast[random_() % std::size(kLast)]);
  }

 private:
  std::string Element(int depth) {
    switch (random_() % (depth < 2 ? 12 : 8)) {
      case 0:
        return "*";
      case 1:
        return "*2";
      case 2:
        return "**";
      case 3:
        return "@alone";
      case 4:
        return "@whoever";
      case 5:
        return "@never";
      case 8:
        return "[" + Pattern(depth + 1) + "]";
      case 9:
        return "(" + Pattern(depth + 1) + "|" + Pattern(depth + 1) + ")";
      case 10:
        return "{x: " + Pattern(depth + 1) + "}";
      case 11:
        return "(" + Word() + "|^)";
      default:
        return Word();
    }
  }
  std::mt19937 random_;
};

TEST(MatcherTest, AgreesWithTheSlowMatcherOnRandomPacksAndUtterances) {
  int heard = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    Babble babble(seed);
    std::vector<Rule> rules;
    for (int r = 0; r < 25; ++r)
      rules.push_back(MakeRule("r" + std::to_string(r), babble.Pattern()));
    // A cache smaller than the pack, so that programs come and go.
    const SmallWorld world(std::move(rules), {.cached_programs = 16});
    ASSERT_TRUE(world.matcher) << Describe(world.problems.front());
    const SlowMatcher slow(world);
    for (int u = 0; u < 15; ++u) {
      const std::string said = babble.Utterance();
      std::set<std::string> fast;
      for (const Match& match : world.Hear(said))
        fast.insert(world.rules[match.rule].id);
      EXPECT_EQ(fast, slow.Hear(said)) << "seed " << seed << ", said: " << said;
      heard += static_cast<int>(fast.size());
    }
  }
  EXPECT_GT(heard, 1000)
      << "the random packs hear too little to prove anything";
}

TEST(MatcherTest, HostileUtterancesAndPatternsEnd) {
  const SmallWorld world(
      {MakeRule("gaps", "i * * * * * alone"),
       MakeRule("nested", "[[[i] *20] *20] handle *20 *20 *20 @whoever ** it"),
       MakeRule("wide", "i ** ** ** ** alone")});
  ASSERT_TRUE(world.matcher);
  std::string long_one;
  for (int i = 0; i < 4000; ++i) long_one += "i handle ";
  EXPECT_TRUE(world.Hear(long_one).empty());
  EXPECT_TRUE(world.Hear(std::string(100000, 'i')).empty());
  EXPECT_TRUE(world.Hear("").empty());
  EXPECT_TRUE(world.Hear("\xff\xfe ,,, ...").empty());
}

TEST(MatcherTest, ManyThreadsHearTheSameThroughOneSmallCache) {
  const SmallWorld world(
      {MakeRule("a", "i * @alone"), MakeRule("b", "i trust @anyone"),
       MakeRule("c", "leave [my] @partner")},
      {.cached_programs = 1});
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(world.Hear("i do it by myself").size(), 1U);
        EXPECT_EQ(world.Hear("i trust people, i left my wife").size(), 2U);
      }
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace nearer::match
