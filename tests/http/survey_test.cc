#include "http/survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/operator.h"
#include "replay/small_pack.h"

namespace nearer::http {
namespace {

using nlohmann::json;
using replay::PackOf;
using testing::HasSubstr;

constexpr char kUnheard[] = "/v1/unheard";
constexpr std::int64_t kMonday = 1767603600;  // 2026-01-05 09:00 UTC
constexpr std::int64_t kWeek = 7 * 86400;

class SurveyTest : public OperatorTest {
 protected:
  explicit SurveyTest(const Server::Options& options = WithOperator())
      : OperatorTest(options) {
    world_.shelf.Replace(PackOf({}));
    world_.now = kMonday;
  }

  Response Ask(const std::string& query = "", const std::string& key = kKey,
               const std::string& method = "GET") {
    const Response response =
        client_.Ask(method, kUnheard + query, {"Authorization: Bearer " + key});
    if (method != "GET") return response;
    EXPECT_EQ(contract_.Violation("GET", kUnheard, response), "")
        << response.body;
    return response;
  }

  // Asks until it is done.
  json Find(const std::string& query = "") {
    for (;;) {
      const Response response = Ask(query);
      EXPECT_EQ(response.status, 200) << response.body;
      json found = response.json();
      if (found.at("status") != "running") return found;
    }
  }
};

TEST_F(SurveyTest, GroupsWhatNoRuleHeardAndTellsWhereItWasSaid) {
  const auto first = Talk({"the landlord raised my rent", "I am alone"});
  world_.now = kMonday + kWeek;
  const auto second = Talk({"my landlord raised the rent", "I am dying",
                            "the soup was green this evening"});
  const json found = Find();
  EXPECT_EQ(found.at("status"), "done");
  EXPECT_EQ(found.at("made"), kMonday + kWeek);
  EXPECT_EQ(found.at("pack"), "small");
  EXPECT_EQ(found.at("read"), 7);
  EXPECT_EQ(found.at("count"), 1);  // after danger nothing is shown
  EXPECT_EQ(found.at("next"), nullptr);
  const json& rent = found.at("groups").at(0);
  EXPECT_EQ(rent.at("times"), 2);
  EXPECT_EQ(rent.at("conversations"), 2);
  EXPECT_EQ(rent.at("weeks"), json::parse(R"([{"week":"2026-01-05","times":1},
                            {"week":"2026-01-12","times":1}])"));
  ASSERT_EQ(rent.at("said").size(), 2U);
  for (const json& said : rent.at("said")) {
    const bool mine = said.at("text") == "the landlord raised my rent";
    EXPECT_EQ(said.at("conversation"), mine ? first.id : second.id);
    EXPECT_EQ(said.at("n"), 1);
  }
  EXPECT_THAT(found.dump(), testing::Not(HasSubstr("dying")));
}

TEST_F(SurveyTest, KeepsToTheTimesAndSizesThatAreAskedFor) {
  Talk({"the landlord raised my rent"});
  world_.now = kMonday + kWeek;
  Talk({"the landlord raised my rent", "the soup was green"});
  EXPECT_EQ(Find().at("turns"), 3);
  EXPECT_EQ(Find("?since=2026-01-12").at("turns"), 2);
  EXPECT_EQ(Find("?until=2026-01-12").at("turns"), 1);
  EXPECT_EQ(Find("?least=2").at("count"), 1);
  for (const char* wrong :
       {"?since=yesterday", "?until=2026-02-30", "?least=0", "?least=x",
        "?after=-1", "?after=x", "?limit=0", "?limit=501"})
    EXPECT_EQ(Ask(wrong).status, 400) << wrong;
}

TEST_F(SurveyTest, GivesPagesOfOneMoment) {
  Talk({"the landlord raised my rent", "a green soup", "bicycles everywhere"});
  const json all = Find();
  ASSERT_EQ(all.at("count"), 3);
  json groups = json::array();
  std::int64_t after = 0;
  for (int page = 0; page < 3; ++page) {
    // What is said meanwhile is in none of them.
    Talk({"another thing altogether"});
    world_.now += page == 0 ? 1 : Survey::kFresh;
    const json found = Find("?limit=1&after=" + std::to_string(after));
    EXPECT_EQ(found.at("made"), all.at("made"));
    groups.insert(groups.end(), found.at("groups").begin(),
                  found.at("groups").end());
    if (page < 2) after = found.at("next").get<std::int64_t>();
  }
  EXPECT_EQ(groups, all.at("groups"));
  // The first page is of the present again, once it is old.
  EXPECT_EQ(Find().at("count"), 4);
  EXPECT_EQ(Find("?after=99").at("groups"), json::array());
}

TEST_F(SurveyTest, AsksThePackThatIsServedNow) {
  Talk({"the sister of the landlord"});  // a theme that "small" hears
  Talk({"the landlord raised my rent"});
  EXPECT_EQ(Find().at("pack"), "small");
  world_.shelf.Replace(PackOf({.hash = "new"}));
  EXPECT_EQ(Find().at("pack"), "new");
}

TEST_F(SurveyTest, WhatWasErasedMeanwhileIsNotShown) {
  const auto gone = Talk({"the landlord raised my rent"});
  Talk({"my landlord raised the rent"});
  const auto alone = Talk({"a green soup"});
  ASSERT_EQ(Find().at("groups").size(), 2U);
  ASSERT_TRUE(world_.chat.Erase(gone.id, gone.token).ok());
  ASSERT_TRUE(world_.chat.Erase(alone.id, alone.token).ok());
  const json left = Find().at("groups");
  ASSERT_EQ(left.size(), 1U);
  ASSERT_EQ(left[0].at("said").size(), 1U);
  EXPECT_EQ(left[0].at("said")[0].at("text"), "my landlord raised the rent");
}

TEST_F(SurveyTest, OnlyTheOperatorsKeyOpensIt) {
  Talk({"the landlord raised my rent"});
  for (const std::string key : {"", "wrong", "a-key-of-the-operatoR"}) {
    const Response response = Ask("", key);
    EXPECT_EQ(response.status, 401) << key;
    EXPECT_THAT(response.body, testing::Not(HasSubstr("landlord")));
  }
  EXPECT_EQ(Ask("", kKey, "POST").status, 405);
}

class NoOperatorSurveyTest : public SurveyTest {
 protected:
  NoOperatorSurveyTest() : SurveyTest(World::Unlimited()) {}
};

TEST_F(NoOperatorSurveyTest, WithoutAKeyThereIsNone) {
  for (const std::string key : {"", kKey}) EXPECT_EQ(Ask("", key).status, 404);
}

TEST(SurveyAloneTest, AnswersAtOnceWhileItReadsAndGivesWayToAnotherQuestion) {
  Held history;
  const chat::PackShelf shelf(PackOf({}));
  Survey survey(history, shelf);
  EXPECT_THAT(survey.Read({}, kMonday, 0, 10).body,
              HasSubstr(R"("status":"running")"));
  // However old it is, it is not begun again while it is under way.
  EXPECT_THAT(survey.Read({}, kMonday + 9 * Survey::kFresh, 0, 10).body,
              HasSubstr(R"("made":)" + std::to_string(kMonday)));
  EXPECT_THAT(survey.Read({.least = 2}, kMonday + 1, 0, 10).body,
              HasSubstr(R"("made":)" + std::to_string(kMonday + 1)));
  history.release.set_value();
  std::string body;
  do body = survey.Read({.least = 2}, kMonday + 2, 0, 10).body;
  while (body.find("running") != std::string::npos);
  EXPECT_THAT(body, HasSubstr(R"("status":"done")"));
}

}  // namespace
}  // namespace nearer::http
