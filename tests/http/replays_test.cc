#include "http/replays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "http/operator.h"
#include "replay/small_pack.h"

namespace nearer::http {
namespace {

using nlohmann::json;
using replay::PackOf;
using testing::HasSubstr;

constexpr char kReplays[] = "/v1/replays";
constexpr char kReplay[] = "/v1/replays/{id}";
constexpr char kJson[] = "Content-Type: application/json";

class ReplaysTest : public OperatorTest {
 protected:
  explicit ReplaysTest(const Server::Options& options = WithOperator())
      : OperatorTest(options) {
    world_.shelf.Replace(PackOf({}));
  }

  Response Ask(const std::string& method, const std::string& path,
               const std::string& body = "", const std::string& key = kKey) {
    const Response response = client_.Ask(
        method, path, {"Authorization: Bearer " + key, kJson}, body);
    const bool one = path.size() > sizeof kReplays;
    EXPECT_EQ(contract_.Violation(method, one ? kReplay : kReplays, response),
              "")
        << response.body;
    return response;
  }

  // Begins one and waits until it is over; gives its path.
  std::string Replay(const json& question) {
    const Response begun = Ask("POST", kReplays, question.dump());
    EXPECT_EQ(begun.status, 202) << begun.body;
    const std::string path = begun.header("location");
    while (Ask("GET", path).json().at("status") == "running") {
    }
    return path;
  }
};

TEST_F(ReplaysTest, ThePackThatIsServedIsHeldAgainstTheRecord) {
  Talk({"I am alone", "hm", "I am dying"});
  Talk({"well"});
  world_.shelf.Replace(
      PackOf({.hash = "new", .says = "You are strong.", .dying = {}}));
  const std::string path = Replay({{"mode", "in_place"}});
  const json found = Ask("GET", path).json();
  EXPECT_EQ(found.at("status"), "done");
  EXPECT_EQ(found.at("against"), "new");
  EXPECT_EQ(found.at("read"), 6);
  EXPECT_EQ(found.at("turns").at("risk_lost"), 1);
  EXPECT_EQ(found.at("turns").at("other_words"), 1);
  ASSERT_EQ(found.at("changed").size(), 2U);
  EXPECT_EQ(found.at("changed")[0].at("outcome"), "risk_lost");
  EXPECT_EQ(found.at("changed")[0].at("text"), "I am dying");
  EXPECT_EQ(found.at("next"), nullptr);

  const json first = Ask("GET", path + "?limit=1").json();
  EXPECT_EQ(first.at("changed"), json::array({found.at("changed")[0]}));
  const json second =
      Ask("GET", path + "?limit=1&after=" + first.at("next").dump()).json();
  EXPECT_EQ(second.at("changed"), json::array({found.at("changed")[1]}));
  EXPECT_EQ(second.at("next"), nullptr);
  EXPECT_EQ(Ask("GET", path + "?after=1").status, 400);
  EXPECT_EQ(Ask("GET", path + "?limit=0").status, 400);

  const std::string own = Replay({{"mode", "onward"}, {"against", "own"}});
  EXPECT_EQ(Ask("GET", own).json().at("turns").at("same"), 6);
  EXPECT_EQ(Ask("GET", path).status, 404);
  EXPECT_EQ(Ask("DELETE", own).status, 204);
  EXPECT_EQ(Ask("DELETE", own).status, 404);
}

TEST_F(ReplaysTest, WhatWasErasedMeanwhileIsNotShown) {
  const chat::Begun gone = Talk({"I am alone"});
  Talk({"I am alone"});
  world_.shelf.Replace(PackOf({.hash = "new", .says = "You are strong."}));
  const std::string path = Replay({{"mode", "in_place"}});
  EXPECT_EQ(Ask("GET", path).json().at("changed").size(), 2U);
  ASSERT_TRUE(world_.chat.Erase(gone.id, gone.token).ok());
  const json left = Ask("GET", path).json().at("changed");
  ASSERT_EQ(left.size(), 1U);
  EXPECT_NE(left[0].at("conversation"), gone.id);
}

TEST_F(ReplaysTest, OnlyTheOperatorsKeyOpensThem) {
  Talk({"I am alone"});
  for (const std::string key :
       {"", "wrong", "a-key-of-the-operatoR", "a-key-of-the-operator2"}) {
    const Response response =
        Ask("POST", kReplays, R"({"mode":"in_place"})", key);
    EXPECT_EQ(response.status, 401) << key;
    EXPECT_EQ(response.header("www-authenticate"), "Bearer");
    EXPECT_EQ(Ask("GET", "/v1/replays/1", "", key).status, 401);
  }
}

TEST_F(ReplaysTest, WhoeverGuessesTheKeyHasToWait) {
  std::set<int> statuses;
  for (int i = 0; i < 20; ++i)
    statuses.insert(Ask("GET", "/v1/replays/1", "", "guess").status);
  EXPECT_THAT(statuses, testing::ElementsAre(401, 429));
  EXPECT_EQ(Ask("GET", "/v1/replays/1").status, 404);
}

TEST_F(ReplaysTest, ABadQuestionIsAProblem) {
  for (const auto& [body, status] : std::vector<std::pair<const char*, int>>{
           {"{}", 422},
           {"", 400},
           {R"({"mode":"sideways"})", 422},
           {R"({"mode":"in_place","since":"yesterday"})", 422},
           {R"({"mode":"in_place","since":"2026-02-30"})", 422},
           {R"({"mode":"in_place","against":"them"})", 422},
           {R"({"mode":"in_place","rules":"x"})", 422},
           {R"({"mode":"in_place","theme":1})", 422}})
    EXPECT_EQ(Ask("POST", kReplays, body).status, status) << body;
}

class NoOperatorTest : public ReplaysTest {
 protected:
  NoOperatorTest() : ReplaysTest(World::Unlimited()) {}
};

TEST_F(NoOperatorTest, WithoutAKeyThereAreNoOperatorRoutes) {
  for (const std::string key : {"", kKey}) {
    EXPECT_EQ(Ask("POST", kReplays, R"({"mode":"in_place"})", key).status, 404);
    EXPECT_EQ(Ask("GET", "/v1/replays/1", "", key).status, 404);
    EXPECT_EQ(Ask("DELETE", "/v1/replays/1", "", key).status, 404);
  }
}

TEST(ReplaysOneAtATimeTest, ASecondOneIsRefusedWhileTheFirstIsUnderWay) {
  Held history;
  const chat::PackShelf shelf(PackOf({}));
  replay::Packs packs(history);
  Replays replays(history, shelf, packs, nullptr);
  const std::string question = R"({"mode":"in_place"})";
  EXPECT_EQ(replays.Begin(question).status, 202);
  EXPECT_EQ(replays.Begin(question).status, 409);
  EXPECT_THAT(replays.Read("1", 0, 10).body, HasSubstr(R"("running")"));
  history.release.set_value();
  EXPECT_EQ(replays.End("1").status, 204);
  EXPECT_EQ(replays.Begin(question).status, 202);
}

}  // namespace
}  // namespace nearer::http
