#include "authoring/usage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "talk.h"

namespace nearer::authoring {
namespace {

using history::OpenMemory;
using testing::HasSubstr;
using Kind = Used::Kind;

Usage Find(const history::History& history, const coach::Pack& pack) {
  auto found = FindUsage(history, pack);
  EXPECT_TRUE(found.ok());
  return *found;
}

const Used& Of(const Usage& usage, Kind kind, const std::string& id) {
  for (const Used& used : usage.used)
    if (used.kind == kind && used.id == id) return used;
  ADD_FAILURE() << "nothing is said of " << id;
  static const Used none;
  return none;
}

TEST(UsageTest, CountsWhatWasUsedAndWhatNever) {
  const auto pack = SmallPack();
  const auto history = OpenMemory();
  Talk(*history, *pack, "a", {"I don't need anyone", "quiet evening"});
  Talk(*history, *pack, "b",
       {"protector exercise", "my partner", "7", "I don't need anyone"});
  const Usage usage = Find(*history, *pack);
  EXPECT_EQ(usage.conversations, 2);
  EXPECT_EQ(usage.turns, 8);
  const Used& alone = Of(usage, Kind::kRule, "alone.handle_it");
  EXPECT_EQ(alone.use.times, 2);
  EXPECT_EQ(alone.use.last, kMonday + 240);
  EXPECT_EQ(alone.heard.times, 2);
  EXPECT_EQ(Of(usage, Kind::kRule, "action.ask").use.times, 0);
  EXPECT_EQ(Of(usage, Kind::kDialog, "protector").use.times, 1);
  EXPECT_EQ(Of(usage, Kind::kNode, "protector.notice").use.times, 1);
  EXPECT_EQ(Of(usage, Kind::kNode, "protector.rate").use.times, 1);
  // The most used of a kind first.
  EXPECT_EQ(usage.used.front().id, "alone.handle_it");
  for (const Used& used : usage.used) EXPECT_TRUE(used.in_pack) << used.id;
}

TEST(UsageTest, NamesWhatThePackHasNoMore) {
  const auto history = OpenMemory();
  Talk(*history, *SmallPack(), "a", {"I don't need anyone"});
  content::Files files = content::GoodPack();
  std::string& rules = files["rules/themes/self_reliance.yaml"];
  rules.replace(rules.find("alone.handle_it"), 15, "alone.bear_it");
  const Usage usage = Find(*history, *PackOf(files));
  EXPECT_FALSE(Of(usage, Kind::kRule, "alone.handle_it").in_pack);
  EXPECT_EQ(Of(usage, Kind::kRule, "alone.bear_it").use.times, 0);
  EXPECT_THAT(ToText(usage), HasSubstr("alone.handle_it  (not in this pack)"));
  EXPECT_THAT(ToText(usage), HasSubstr("        0  never       alone.bear_it"));
}

TEST(UsageTest, ShowsARuleAsJson) {
  const Used used{.kind = Kind::kRule,
                  .id = "a",
                  .use = {},
                  .heard = {.times = 2, .last = 5}};
  EXPECT_EQ(
      ToJson(used).dump(),
      R"({"kind":"rule","id":"a","times":0,"last":null,"heard":2,"heard_last":5,"in_pack":true})");
}

}  // namespace
}  // namespace nearer::authoring
