#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "http/operator.h"

namespace nearer::http {
namespace {

using nlohmann::json;
using testing::ElementsAre;

constexpr char kRecord[] = "/v1/record";
constexpr char kRecorded[] = "/v1/record/{id}";
constexpr char kWhy[] = "/v1/record/{id}/turns/{n}/why";

// What an operator reads of the record: every conversation, and only with the
// key.
class RecordTest : public OperatorTest {
 protected:
  explicit RecordTest(const Server::Options& options = WithOperator())
      : OperatorTest(options) {}

  Response Ask(const std::string& method, const std::string& path,
               const std::string& key = kKey) {
    return client_.Ask(method, path, {"Authorization: Bearer " + key});
  }

  // As `route` describes it.
  Response Get(const char* route, const std::string& path,
               const std::string& key = kKey) {
    Response response = Ask("GET", path, key);
    EXPECT_EQ(contract_.Violation("GET", route, response), "") << response.body;
    return response;
  }

  static std::vector<std::string> Ids(const json& page) {
    std::vector<std::string> ids;
    for (const json& conversation : page.at("conversations"))
      ids.push_back(conversation.at("id"));
    return ids;
  }

  static std::string PathOf(const chat::Begun& begun) {
    return std::string(kRecord) + "/" + begun.id;
  }
};

TEST_F(RecordTest, ListsEveryConversationTheLastFirstPageByPage) {
  EXPECT_EQ(Get(kRecord, kRecord).json(),
            json::parse(R"({"conversations":[],"next":null})"));
  const chat::Begun first = Talk({"hello"});
  const chat::Begun second = Talk({});
  const chat::Begun third = Talk({"one", "two"});

  const json all = Get(kRecord, kRecord).json();
  EXPECT_THAT(Ids(all), ElementsAre(third.id, second.id, first.id));
  EXPECT_EQ(all.at("conversations")[0], json({{"id", third.id},
                                              {"channel", "web"},
                                              {"began", world_.now.load()},
                                              {"last", 2}}));
  EXPECT_EQ(all.at("next"), nullptr);
  EXPECT_EQ(Get(kRecord, "/v1/record?limit=3").json(), all);

  const json page = Get(kRecord, "/v1/record?limit=2").json();
  EXPECT_THAT(Ids(page), ElementsAre(third.id, second.id));
  const std::string rest = "/v1/record?after=" + page.at("next").dump();
  EXPECT_THAT(Ids(Get(kRecord, rest).json()), ElementsAre(first.id));
  // The page goes on where it was, whatever was erased meanwhile.
  ASSERT_TRUE(world_.chat.Erase(second.id, second.token).ok());
  EXPECT_THAT(Ids(Get(kRecord, rest).json()), ElementsAre(first.id));
}

TEST_F(RecordTest, ShowsTheOperatorWhatItShowsToItsOwner) {
  const chat::Begun begun = Talk({"I pull away", "hm", "well"});
  const std::string own = "/v1/conversations/" + begun.id;
  for (const char* query : {"", "?after=0", "?after=1&limit=1", "?after=3"})
    EXPECT_EQ(Get(kRecorded, PathOf(begun) + query).json(),
              Ask("GET", own + query, begun.token).json())
        << query;
  for (const char* n : {"0", "1", "3"})
    EXPECT_EQ(Get(kWhy, PathOf(begun) + "/turns/" + n + "/why").json(),
              Ask("GET", own + "/turns/" + n + "/why", begun.token).json())
        << n;
}

TEST_F(RecordTest, ShowsAlsoWhatIsNotUtf8) {
  const chat::Begun begun = Talk({});
  history::Turn turn = *world_.history->ReadTurn(begun.id, 0);
  turn.n = 1;
  turn.utterance = "caf\xe9";
  ASSERT_TRUE(world_.history->Append(begun.id, turn).ok());
  const json read = Get(kRecorded, PathOf(begun)).json();
  EXPECT_EQ(read.at("turns")[1].at("text"), "caf\xef\xbf\xbd");

  history::Conversation foreign = *world_.history->Find(begun.id);
  foreign.id = "\xff";
  turn.n = 0;
  ASSERT_TRUE(world_.history->Begin(foreign, turn).ok());
  EXPECT_THAT(Ids(Get(kRecord, kRecord).json()),
              ElementsAre("\xef\xbf\xbd", begun.id));
  EXPECT_EQ(Get(kRecorded, "/v1/record/%FF").json().at("last"), 0);
}

TEST_F(RecordTest, SaysWhatIsNotThereAndWhatIsNotUnderstood) {
  const chat::Begun begun = Talk({"hello"});
  EXPECT_EQ(Get(kRecorded, "/v1/record/nobody").status, 404);
  EXPECT_EQ(Get(kWhy, "/v1/record/nobody/turns/0/why").status, 404);
  for (const char* n : {"2", "-1", "x", "99999999999999999999"})
    EXPECT_EQ(Get(kWhy, PathOf(begun) + "/turns/" + n + "/why").status, 404)
        << n;
  for (const char* query :
       {"?limit=0", "?limit=501", "?limit=x", "?after=-1", "?after=x"})
    EXPECT_EQ(Get(kRecord, std::string(kRecord) + query).status, 400) << query;
  for (const char* query : {"?limit=0", "?after=-2", "?after=x"})
    EXPECT_EQ(Get(kRecorded, PathOf(begun) + query).status, 400) << query;

  ASSERT_TRUE(world_.chat.Erase(begun.id, begun.token).ok());
  EXPECT_EQ(Get(kRecorded, PathOf(begun)).status, 404);
  EXPECT_THAT(Ids(Get(kRecord, kRecord).json()), ElementsAre());
}

TEST_F(RecordTest, NothingCanBeChangedThroughIt) {
  const chat::Begun begun = Talk({"hello"});
  for (const std::string& path :
       {std::string(kRecord), PathOf(begun), PathOf(begun) + "/turns/1/why"})
    for (const char* method : {"POST", "PUT", "DELETE"}) {
      const Response response = Ask(method, path);
      EXPECT_EQ(response.status, 405) << method << " " << path;
      EXPECT_EQ(response.header("allow"), "GET, HEAD");
    }
  EXPECT_EQ(Get(kRecorded, PathOf(begun)).json().at("last"), 1);
}

TEST_F(RecordTest, OnlyTheOperatorsKeyOpensIt) {
  const chat::Begun begun = Talk({"hello"});
  for (const std::string& key : {std::string(), std::string("wrong"),
                                 std::string(kKey) + "2", begun.token}) {
    for (const auto& [route, path] :
         std::vector<std::pair<const char*, std::string>>{
             {kRecord, kRecord},
             {kRecorded, PathOf(begun)},
             {kRecorded, "/v1/record/nobody"},
             {kWhy, PathOf(begun) + "/turns/1/why"}}) {
      const Response response = Get(route, path, key);
      EXPECT_THAT(response.status, testing::AnyOf(401, 429)) << path;
      EXPECT_FALSE(response.json().contains("turns"));
    }
    EXPECT_THAT(Ask("DELETE", PathOf(begun), key).status,
                testing::AnyOf(401, 429));
  }
  // Nor does it open what a token opens.
  EXPECT_EQ(Ask("GET", "/v1/conversations/" + begun.id).status, 404);
}

TEST_F(RecordTest, WhoeverGuessesTheKeyHasToWait) {
  std::set<int> statuses;
  for (int i = 0; i < 20; ++i)
    statuses.insert(Get(kRecord, kRecord, "guess").status);
  EXPECT_THAT(statuses, ElementsAre(401, 429));
  EXPECT_EQ(Get(kRecord, kRecord).status, 200);
}

class RecordWithoutOperatorTest : public RecordTest {
 protected:
  RecordWithoutOperatorTest() : RecordTest(World::Unlimited()) {}
};

TEST_F(RecordWithoutOperatorTest, ItDoesNotExist) {
  const chat::Begun begun = Talk({"hello"});
  for (const std::string& key : {std::string(), std::string(kKey), begun.token})
    for (const std::string& path :
         {std::string(kRecord), PathOf(begun), PathOf(begun) + "/turns/1/why"})
      EXPECT_EQ(Ask("GET", path, key).status, 404) << path;
}

}  // namespace
}  // namespace nearer::http
