#include "authoring/unheard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "talk.h"

namespace nearer::authoring {
namespace {

using history::History;
using history::OpenMemory;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Unheard Find(const History& history, const coach::Pack& pack,
             std::int64_t least = 1) {
  auto found = FindUnheard(history, pack, {.least = least});
  EXPECT_TRUE(found.ok());
  return *found;
}

std::vector<std::string> TextsOf(const Unheard& unheard) {
  std::vector<std::string> texts;
  for (const UnheardGroup& group : unheard.groups) texts.push_back(group.text);
  return texts;
}

TEST(UnheardTest, GroupsWhatNoRuleHeardTheMostFrequentFirst) {
  const auto pack = SmallPack();
  const auto history = OpenMemory();
  Talk(*history, *pack, "a",
       {"the landlord raised my rent", "I don't need anyone",
        "quiet evening with soup"});
  Talk(*history, *pack, "b",
       {"My landlord raised the rent!", "my landlord raised the rent"});
  Talk(*history, *pack, "c", {"the landlord raised my rent"});
  const Unheard unheard = Find(*history, *pack);
  EXPECT_THAT(TextsOf(unheard), ElementsAre("the landlord raised my rent",
                                            "quiet evening with soup"));
  const UnheardGroup& rent = unheard.groups[0];
  EXPECT_EQ(rent.times, 4);
  EXPECT_EQ(rent.conversations, 3);
  EXPECT_EQ(rent.wordings, 3);
  EXPECT_THAT(rent.others, ElementsAre("My landlord raised the rent!",
                                       "my landlord raised the rent"));
  EXPECT_EQ(rent.last, kMonday + 120);
  EXPECT_EQ(unheard.turns, 5);
  EXPECT_THAT(TextsOf(Find(*history, *pack, 2)),
              ElementsAre("the landlord raised my rent"));
}

TEST(UnheardTest, TellsWhereEachWordingWasSaidLastAndInWhichWeeks) {
  const auto pack = SmallPack();
  const auto history = OpenMemory();
  Talk(*history, *pack, "a",
       {"the landlord raised my rent", "hm", "my landlord raised the rent"});
  Talk(*history, *pack, "b", {"the landlord raised my rent"}, kMonday + kWeek);
  const Unheard unheard = Find(*history, *pack);
  const UnheardGroup& rent = unheard.groups.at(0);
  ASSERT_EQ(rent.places.size(), 2U);
  EXPECT_EQ(rent.places[0].conversation, "b");
  EXPECT_EQ(rent.places[0].n, 1);
  EXPECT_EQ(rent.places[1].conversation, "a");
  EXPECT_EQ(rent.places[1].n, 3);
  EXPECT_EQ(rent.places[1].at, kMonday + 180);
  using std::chrono::sys_days;
  const sys_days monday = std::chrono::year(2026) / 1 / 5;
  EXPECT_THAT(rent.weeks,
              ElementsAre(testing::Pair(monday, 2),
                          testing::Pair(monday + std::chrono::days(7), 1)));
}

TEST(UnheardTest, KeepsToTheTimesThatAreAskedFor) {
  const auto pack = SmallPack();
  const auto history = OpenMemory();
  Talk(*history, *pack, "a", {"the landlord raised my rent"});
  Talk(*history, *pack, "b", {"the landlord raised my rent"}, kMonday + kWeek);
  const auto times = [&](const UnheardQuestion& question) {
    const auto found = FindUnheard(*history, *pack, question);
    return found->groups.empty() ? 0 : found->groups[0].times;
  };
  EXPECT_EQ(times({.since = kMonday + kWeek}), 1);
  EXPECT_EQ(times({.since = kMonday + 60, .until = kMonday + 61}), 1);
  EXPECT_EQ(times({.since = kMonday + 61, .until = kMonday + kWeek}), 0);
  EXPECT_EQ(times({.until = kMonday + 60}), 0);
}

TEST(UnheardTest, SaysHowFarItIsAndEndsWhenItIsTold) {
  const auto pack = SmallPack();
  const auto history = OpenMemory();
  Talk(*history, *pack, "a", {"the landlord raised my rent", "hm", "well"});
  std::int64_t heard = 0;
  ASSERT_TRUE(FindUnheard(*history, *pack, {}, [&](std::int64_t read) {
                heard = read;
                return true;
              }).ok());
  EXPECT_EQ(heard, 4);
  const auto ended = FindUnheard(*history, *pack, {}, [&](std::int64_t read) {
    heard = read;
    return read < 2;
  });
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().code, history::HistoryErrorCode::kBusy);
  EXPECT_EQ(heard, 2);
}

TEST(UnheardTest, NeverShowsWhereDangerWasHeard) {
  const auto pack = SmallPack();
  const auto history = OpenMemory();
  Talk(*history, *pack, "a",
       {"my partner hits me", "the purple sofa is where it happens",
        "quiet evening with soup"});
  const Unheard unheard = Find(*history, *pack);
  EXPECT_THAT(TextsOf(unheard), Not(testing::Contains("my partner hits me")));
  EXPECT_THAT(TextsOf(unheard),
              Not(testing::Contains("the purple sofa is where it happens")));
}

TEST(UnheardTest, LeavesOutWhatTodaysPackHears) {
  content::Files files = content::GoodPack();
  files["rules/safety/abuse.yaml"] =
      "theme: risk_abuse\nrules:\n  - id: abuse.none\n"
      "    risk: {category: risk_abuse, level: active}\n"
      "    when: zebra crossing\n    examples: a zebra crossing\n";
  files["rules/themes/self_reliance.yaml"].replace(
      files["rules/themes/self_reliance.yaml"].find("i do not need @anyone"),
      21, "i do not miss @anyone");
  const auto replace = [&](const char* from, const char* to) {
    std::string& text = files["rules/themes/self_reliance.yaml"];
    text.replace(text.find(from), std::string(from).size(), to);
  };
  replace("I don't need anyone", "I don't miss anyone");
  const auto then = PackOf(files);
  const auto history = OpenMemory();
  Talk(*history, *then, "a",
       {"I don't need anyone", "my partner hits me", "my partner hits me",
        "quiet evening with soup"});
  ASSERT_EQ(Find(*history, *then).turns, 4);
  const Unheard now = Find(*history, *SmallPack());
  EXPECT_THAT(TextsOf(now), ElementsAre("quiet evening with soup"));
  EXPECT_EQ(now.heard_now, 1);
  EXPECT_EQ(now.withheld, 2);
}

TEST(UnheardTest, LeavesOutAnswersToTheCoach) {
  const auto pack = SmallPack();
  const auto history = OpenMemory();
  Talk(*history, *pack, "a", {"protector exercise", "my bicycle", "7"});
  EXPECT_THAT(Find(*history, *pack).groups, IsEmpty());
}

TEST(UnheardTest, ShowsOddTextsAsTexts) {
  const auto pack = SmallPack();
  const auto history = OpenMemory();
  Talk(*history, *pack, "a",
       {"<script>alert(1)</script> landlord \xff\x1b[31m", "..."});
  const Unheard unheard = Find(*history, *pack);
  EXPECT_EQ(unheard.turns, 2);
  EXPECT_THAT(ToHtml(unheard), HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(ToHtml(unheard), Not(HasSubstr("<script>")));
  EXPECT_THAT(ToText(unheard), Not(HasSubstr("\x1b")));
}

TEST(UnheardTest, TellsItsCounts) {
  const UnheardGroup group{.text = "a",
                           .others = {"b"},
                           .places = {},
                           .wordings = 3,
                           .times = 4,
                           .conversations = 2,
                           .last = kMonday,
                           .weeks = {}};
  EXPECT_EQ(
      ToJson(group).dump(),
      R"({"text":"a","others":["b"],"wordings":3,"times":4,"conversations":2,"last":1767603600})");
  EXPECT_EQ(ToText({.groups = {group}, .turns = 4}),
            "a\n    4 times in 2 conversations, last on 2026-01-05\n    b\n"
            "    and 1 more\n"
            "4 turns were heard by no rule; 0 more would be heard by this "
            "pack\n");
}

}  // namespace
}  // namespace nearer::authoring
