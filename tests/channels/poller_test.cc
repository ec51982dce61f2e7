#include "channels/poller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "channels/world.h"

namespace nearer::channels {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::SizeIs;

// A Telegram that answers as it is told.
class Scripted : public Transport {
 public:
  HttpResponse Send(const HttpRequest& request, milliseconds) override {
    offsets.push_back(json::parse(request.body).at("offset"));
    if (answers.empty()) return {.status = 0, .body = "no response"};
    const HttpResponse answer = answers.front();
    answers.pop_front();
    return answer;
  }
  void Close() override {}

  std::deque<HttpResponse> answers;
  std::vector<std::int64_t> offsets;
};

std::string Updates(const std::vector<std::int64_t>& ids) {
  json result = json::array();
  for (const std::int64_t id : ids)
    result.push_back({{"update_id", id},
                      {"message",
                       {{"chat", {{"id", 77}, {"type", "private"}}},
                        {"text", "number " + std::to_string(id)}}}});
  return json{{"ok", true}, {"result", result}}.dump();
}

// A record that cannot take turns when it is told so.
class PollerTest : public testing::Test {
 protected:
  World world_;
  Scripted transport_;
  Telegram telegram_{{.token = "123456:ABC"}};
  int taken_ = 0, asides_ = 0;
  Poller poller_{telegram_, transport_, world_.desk, [this] { ++taken_; },
                 [this](const Channel&, const Call&) { ++asides_; }};
};

TEST_F(PollerTest, ConfirmsAnUpdateAfterItWasRecorded) {
  transport_.answers = {{.status = 200, .body = Updates({901, 902})},
                        {.status = 200, .body = Updates({902, 903})},
                        {.status = 200, .body = Updates({})}};
  EXPECT_EQ(poller_.Step(), milliseconds(0));
  EXPECT_EQ(poller_.Step(), milliseconds(0));
  EXPECT_EQ(poller_.Step(), milliseconds(200));
  EXPECT_THAT(transport_.offsets, ElementsAre(0, 903, 904));
  EXPECT_THAT(world_.Turns("telegram", "77"), SizeIs(4));
  EXPECT_EQ(taken_, 4);
  EXPECT_EQ(asides_, 4);
}

TEST_F(PollerTest, AsksForTheSameAgainWhatCouldNotBeRecorded) {
  // Nobody writes before the record is there again.
  class Broken : public history::Forwarding {
   public:
    history::HistoryResult<history::Contact> FindContact(
        const history::Address& address) const override {
      if (broken)
        return history::HistoryError{history::HistoryErrorCode::kBusy, "full"};
      return Forwarding::FindContact(address);
    }
    bool broken = true;
  };
  Broken record;
  Desk desk(world_.chat, record, [] { return 0; });
  Poller poller(
      telegram_, transport_, desk, [] {}, [](const Channel&, const Call&) {});
  transport_.answers = {{.status = 200, .body = Updates({901})},
                        {.status = 200, .body = Updates({901})}};
  EXPECT_EQ(poller.Step(), milliseconds(1000));
  poller.Step();
  EXPECT_THAT(transport_.offsets, ElementsAre(0, 0));
}

TEST_F(PollerTest, WaitsLongerAfterEachFailureAndAsLongAsItIsTold) {
  transport_.answers = {
      {.status = 502},
      {.status = 409, .body = R"({"ok":false,"description":"Conflict"})"},
      {.status = 200, .body = "no JSON"},
      {.status = 429, .body = R"({"parameters":{"retry_after":30}})"},
      {.status = 200, .body = Updates({901})},
      {.status = 500}};
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 6; ++i) waits.push_back(poller_.Step().count());
  EXPECT_THAT(waits, ElementsAre(1000, 2000, 4000, 30'000, 0, 1000));
  for (int i = 0; i < 20; ++i) waits.push_back(poller_.Step().count());
  EXPECT_EQ(waits.back(), 60'000);
}

}  // namespace
}  // namespace nearer::channels
