#include "channels/dispatch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nearer::channels {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using Kind = Outcome::Kind;
using Time = Dispatch::Time;

constexpr Pace kUnlimited{
    .burst = 1e9, .per_second = 1e9, .chat_burst = 1e9, .chat_per_second = 1e9};

class DispatchTest : public testing::Test {
 protected:
  void Add(const std::string& chat, std::int64_t id) {
    dispatch_.Add({.id = id, .to = {"plain", chat}});
  }
  // The id of what may go now, 0 for nothing.
  std::int64_t Next() {
    const auto message = dispatch_.Next(now_);
    return message ? message->id : 0;
  }
  void Settle(const std::string& chat, Kind kind, seconds wait = seconds(0)) {
    dispatch_.Settle(chat, kind, wait, now_);
  }
  // Lets time go to when something may be sent; how long that took.
  milliseconds Pass() {
    const auto at = dispatch_.NextAt();
    if (!at) return milliseconds(-1);
    const auto passed = std::max(*at - now_, Dispatch::Duration(0));
    now_ += passed;
    return std::chrono::round<milliseconds>(passed);
  }

  Time now_ = Time() + std::chrono::hours(1000);
  Dispatch dispatch_{kUnlimited};
};

TEST_F(DispatchTest, AChatsMessagesGoOneAfterTheOtherOthersMeanwhile) {
  Add("a", 1);
  Add("a", 2);
  Add("b", 3);
  EXPECT_EQ(Next(), 1);
  EXPECT_EQ(Next(), 3);
  EXPECT_EQ(Next(), 0);
  EXPECT_EQ(dispatch_.NextAt(), std::nullopt);
  Settle("a", Kind::kSent);
  EXPECT_EQ(Next(), 2);
  Settle("a", Kind::kSent);
  Settle("b", Kind::kSent);
  EXPECT_EQ(Next(), 0);
  EXPECT_EQ(dispatch_.size(), 0u);
}

TEST_F(DispatchTest, WhatIsRefusedOrUnreachableIsDoneWithAndTheNextGoes) {
  for (std::int64_t id = 1; id <= 3; ++id) Add("a", id);
  EXPECT_EQ(Next(), 1);
  Settle("a", Kind::kRefused);
  EXPECT_EQ(Next(), 2);
  Settle("a", Kind::kUnreachable);
  EXPECT_EQ(Next(), 3);
}

TEST_F(DispatchTest, AfterAFailureTheSameMessageGoesAgainLaterAndLater) {
  Add("a", 1);
  Add("a", 2);
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ(Next(), 1);
    Settle("a", Kind::kLater);
    EXPECT_EQ(Next(), 0);
    waits.push_back(Pass().count() / 1000);
  }
  EXPECT_THAT(waits, ElementsAre(1, 2, 4, 8, 16, 32, 64));
  EXPECT_EQ(Next(), 1);
  Settle("a", Kind::kSent);
  EXPECT_EQ(Next(), 2);
  // What went well in between is forgotten.
  Settle("a", Kind::kLater);
  EXPECT_EQ(Pass(), seconds(1));
}

TEST_F(DispatchTest, AFailureOfOneChatHoldsUpNoOther) {
  Add("a", 1);
  EXPECT_EQ(Next(), 1);
  Settle("a", Kind::kLater);
  for (std::int64_t id = 2; id < 50; ++id) {
    Add("b", id);
    EXPECT_EQ(Next(), id);
    Settle("b", Kind::kSent);
  }
}

TEST_F(DispatchTest, WhenThePlatformIsDownOneRequestAtATimeTriesIt) {
  for (int chat = 0; chat < 20; ++chat) Add(std::to_string(chat), chat + 1);
  int asked = 0;
  for (; const auto message = dispatch_.Next(now_); ++asked)
    dispatch_.Settle(message->to.chat, Kind::kLater, {}, now_);
  EXPECT_EQ(asked, 8);
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 8; ++i) {
    waits.push_back(Pass().count() / 1000);
    const auto message = dispatch_.Next(now_);
    ASSERT_TRUE(message);
    EXPECT_EQ(Next(), 0);
    dispatch_.Settle(message->to.chat, Kind::kLater, {}, now_);
  }
  EXPECT_THAT(waits, ElementsAre(1, 2, 4, 8, 16, 32, 60, 60));
  // One that succeeds opens the way for all whose time has come.
  Pass();
  const auto message = dispatch_.Next(now_);
  ASSERT_TRUE(message);
  dispatch_.Settle(message->to.chat, Kind::kSent, {}, now_);
  now_ += minutes(5);
  int rest = 0;
  while (Next() != 0) ++rest;
  EXPECT_EQ(rest, 19);
}

TEST_F(DispatchTest, AChatThatIsToldToWaitWaitsAndOnlyThatOne) {
  Add("a", 1);
  Add("b", 2);
  EXPECT_EQ(Next(), 1);
  Settle("a", Kind::kLimited, seconds(30));
  EXPECT_EQ(Next(), 2);
  Settle("b", Kind::kSent);
  EXPECT_EQ(Pass(), seconds(30));
  EXPECT_EQ(Next(), 1);
}

TEST_F(DispatchTest, WhenSeveralChatsAreToldToWaitAllDo) {
  for (int chat = 0; chat < 4; ++chat) Add(std::to_string(chat), chat + 1);
  for (int chat = 0; chat < 3; ++chat) {
    EXPECT_EQ(Next(), chat + 1);
    Settle(std::to_string(chat), Kind::kLimited, seconds(7));
  }
  EXPECT_EQ(Next(), 0);
  EXPECT_EQ(Pass(), seconds(7));
  EXPECT_NE(Next(), 0);
}

TEST_F(DispatchTest, RefusedCredentialsHoldUpTheChannelAndLoseNothing) {
  Add("a", 1);
  Add("b", 2);
  EXPECT_EQ(Next(), 1);
  Settle("a", Kind::kUnauthorized);
  EXPECT_EQ(Next(), 0);
  EXPECT_EQ(Pass(), minutes(1));
  EXPECT_NE(Next(), 0);
  EXPECT_NE(Next(), 0);
}

TEST_F(DispatchTest, KeepsToThePaceOfAChat) {
  dispatch_ = Dispatch({.burst = 1e9,
                        .per_second = 1e9,
                        .chat_burst = 3,
                        .chat_per_second = 0.5});
  for (std::int64_t id = 1; id <= 5; ++id) Add("a", id);
  for (std::int64_t id = 1; id <= 3; ++id) {
    EXPECT_EQ(Next(), id);
    Settle("a", Kind::kSent);
  }
  EXPECT_EQ(Next(), 0);
  EXPECT_EQ(Pass(), seconds(2));
  EXPECT_EQ(Next(), 4);
  Settle("a", Kind::kSent);
  EXPECT_EQ(Pass(), seconds(2));
  EXPECT_EQ(Next(), 5);
}

TEST_F(DispatchTest, KeepsToThePaceOfTheChannel) {
  dispatch_ = Dispatch({.burst = 10,
                        .per_second = 20,
                        .chat_burst = 1e9,
                        .chat_per_second = 1e9});
  for (int chat = 0; chat < 200; ++chat) Add(std::to_string(chat), chat + 1);
  const Time began = now_;
  int sent = 0;
  while (Pass().count() >= 0)
    while (const auto message = dispatch_.Next(now_)) {
      dispatch_.Settle(message->to.chat, Kind::kSent, {}, now_);
      ++sent;
    }
  EXPECT_EQ(sent, 200);
  EXPECT_EQ(std::chrono::round<milliseconds>(now_ - began), milliseconds(9500));
}

TEST_F(DispatchTest, ForgetsChatsThatAreDone) {
  dispatch_ = Dispatch(
      {.burst = 1e9, .per_second = 1e9, .chat_burst = 1, .chat_per_second = 1});
  // Each chat keeps to its pace although most are forgotten again and again.
  for (int chat = 0; chat < 10'000; ++chat) {
    const std::string name = std::to_string(chat);
    Add(name, chat + 1);
    EXPECT_EQ(Next(), chat + 1);
    Settle(name, Kind::kSent);
    if (chat % 1000 == 999) {
      Add(name, 99'999);
      EXPECT_EQ(Next(), 0);
      EXPECT_EQ(Pass(), seconds(1));
      EXPECT_EQ(Next(), 99'999);
      Settle(name, Kind::kSent);
    }
  }
}

}  // namespace
}  // namespace nearer::channels
