// The schemas complete and check while people type; they must say what the
// parser says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

#include "content/keys.h"
#include "core/risk.h"

namespace nearer::content {
namespace {

using nlohmann::json;
using ::testing::UnorderedElementsAreArray;

json Schema(const std::string& path) {
  std::ifstream stream(std::string(NEARER_SOURCE_DIR "/") + path);
  return json::parse(stream);
}

// Keys of the object schema at `pointer`, which must allow no others.
std::vector<std::string> Keys(const json& schema, const std::string& pointer) {
  const json& object = schema.at(json::json_pointer(pointer));
  EXPECT_EQ(object.at("additionalProperties"), false) << pointer;
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.at("properties").items())
    keys.push_back(key);
  return keys;
}

std::vector<std::string> Values(const json& schema,
                                const std::string& pointer) {
  return schema.at(json::json_pointer(pointer + "/enum"));
}

TEST(SchemaTest, RulesHaveTheKeysThatTheParserReads) {
  const json schema = Schema("rules/rules.schema.json");
  EXPECT_THAT(Keys(schema, ""), UnorderedElementsAreArray(kRulesFileKeys));
  EXPECT_THAT(Keys(schema, "/definitions/rule"),
              UnorderedElementsAreArray(kRuleKeys));
  EXPECT_THAT(Keys(schema, "/definitions/risk"),
              UnorderedElementsAreArray(kRiskKeys));
  EXPECT_THAT(Keys(schema, "/definitions/prompt"),
              UnorderedElementsAreArray(kPromptKeys));
  EXPECT_THAT(Keys(schema, "/definitions/scene"),
              UnorderedElementsAreArray(kSceneKeys));
  EXPECT_THAT(Values(schema, "/definitions/prompt/properties/kind"),
              UnorderedElementsAreArray(kPromptKinds));
  EXPECT_THAT(Values(schema, "/definitions/prompt/properties/setting"),
              UnorderedElementsAreArray(kSettings));
  EXPECT_THAT(Values(schema, "/definitions/risk/properties/category"),
              UnorderedElementsAreArray(kRiskCategories));
  EXPECT_THAT(Values(schema, "/definitions/risk/properties/level"),
              UnorderedElementsAreArray(kRiskLevels));
}

TEST(SchemaTest, HelpLinesHaveTheKeysThatTheParserReads) {
  const json schema = Schema("rules/lines.schema.json");
  EXPECT_THAT(Keys(schema, ""), UnorderedElementsAreArray(kHelpFileKeys));
  EXPECT_THAT(Keys(schema, "/definitions/country"),
              UnorderedElementsAreArray(kHelpLinesKeys));
  EXPECT_THAT(Keys(schema, "/definitions/helpEntry"),
              UnorderedElementsAreArray(kHelpEntryKeys));
  EXPECT_THAT(Values(schema, "/definitions/helpEntry/properties/confidence"),
              UnorderedElementsAreArray(kConfidences));
}

TEST(SchemaTest, DialogsHaveTheKeysThatTheParserReads) {
  const json schema = Schema("dialogs/dialogs.schema.json");
  EXPECT_THAT(Keys(schema, ""), UnorderedElementsAreArray(kDialogKeys));
  EXPECT_THAT(Keys(schema, "/definitions/node"),
              UnorderedElementsAreArray(kNodeKeys));
  EXPECT_THAT(Keys(schema, "/definitions/reply"),
              UnorderedElementsAreArray(kReplyKeys));
}

TEST(SchemaTest, TheRulesSchemaNamesTheThemesAndActsOfTheList) {
  std::set<std::string> themes, acts;
  std::ifstream list(NEARER_SOURCE_DIR "/rules/themes.txt");
  for (std::string line; std::getline(list, line);) {
    std::istringstream words(line);
    std::string id, kind;
    if (line.starts_with('#') || !(words >> id >> kind)) continue;
    (kind == "move" ? acts : themes).insert(id);
  }
  const json rules = Schema("rules/rules.schema.json");
  EXPECT_THAT(Values(rules, "/definitions/theme"),
              UnorderedElementsAreArray(themes));
  EXPECT_THAT(Values(rules, "/definitions/rule/properties/act"),
              UnorderedElementsAreArray(acts));
  const json dialogs = Schema("dialogs/dialogs.schema.json");
  EXPECT_THAT(Values(dialogs, "/definitions/theme"),
              UnorderedElementsAreArray(themes));
}

TEST(SchemaTest, RisksAreCalledAsEverywhereElse) {
  for (std::size_t i = 0; i < kRiskCategories.size(); ++i)
    EXPECT_EQ(Name(static_cast<RiskCategory>(i)), kRiskCategories[i]);
  for (std::size_t i = 0; i < kRiskLevels.size(); ++i)
    EXPECT_EQ(Name(static_cast<RiskLevel>(i)), kRiskLevels[i]);
}

}  // namespace
}  // namespace nearer::content
