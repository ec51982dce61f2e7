#include "channels/sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "channels/world.h"

namespace nearer::channels {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

class QuickChannel : public PlainChannel {
 public:
  explicit QuickChannel(std::string name = "plain") : name_(std::move(name)) {}
  std::string_view name() const override { return name_; }
  Pace pace() const override {
    return {.burst = 1e9,
            .per_second = 1e9,
            .chat_burst = 1e9,
            .chat_per_second = 1e9};
  }

 private:
  const std::string name_;
};

// A platform that hangs on some requests until it is released or closed.
class Hanging : public Transport {
 public:
  HttpResponse Send(const HttpRequest& request, milliseconds) override {
    std::unique_lock lock(mutex_);
    ++hanging_;
    changed_.notify_all();
    changed_.wait(lock, [&] {
      return closed_ || !request.body.starts_with("hang") || released_;
    });
    --hanging_;
    if (closed_) return {.status = 0, .body = "closing"};
    sent_.push_back(request.body);
    changed_.notify_all();
    return {.status = 200};
  }
  void Close() override {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  void Release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  // Waits until as many were sent; what they are.
  std::vector<std::string> Sent(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sent_.size() >= count; });
    return sent_;
  }
  void WaitForHanging(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return hanging_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = false, released_ = false;
  int hanging_ = 0;
  std::vector<std::string> sent_;
};

class SenderTest : public testing::Test {
 protected:
  SenderTest() { spdlog::set_level(spdlog::level::off); }

  void Post(const std::string& channel, const std::string& chat,
            const std::vector<std::string>& texts) {
    history::Delivery delivery{.from = {channel, chat}, .at = 1'750'000'000};
    for (const std::string& text : texts)
      delivery.outbound.push_back(Pack({.path = "say", .body = text}));
    ASSERT_TRUE(history_.Deliver(delivery).ok());
  }
  std::unique_ptr<Sender> Start(int threads = 128) {
    return std::make_unique<Sender>(
        std::vector<const Channel*>{&plain_, &other_}, history_, transport_,
        [] { return 1'750'000'000; }, Sender::Options{.threads = threads});
  }

  history::Forwarding history_;
  QuickChannel plain_, other_{"other"};
  Hanging transport_;
};

TEST_F(SenderTest, SendsWhatWaitsInTheOutboxAndWhatComesLater) {
  Post("plain", "a", {"one", "two"});
  const auto sender = Start();
  EXPECT_THAT(transport_.Sent(2), ElementsAre("one", "two"));
  Post("plain", "a", {"three"});
  sender->Wake();
  EXPECT_THAT(transport_.Sent(3), ElementsAre("one", "two", "three"));
  sender->Stop();
  EXPECT_TRUE(history_.ReadOutbox(0, 9)->empty());
  EXPECT_THAT(
      sender->MetricsText(),
      HasSubstr("nearer_messages_total{channel=\"plain\",end=\"sent\"} 3\n"));
}

TEST_F(SenderTest, AChatThatHangsHoldsUpNoOther) {
  for (int chat = 0; chat < 20; ++chat)
    Post("plain", "slow " + std::to_string(chat), {"hang", "after"});
  const auto sender = Start();
  transport_.WaitForHanging(20);
  std::vector<std::string> wanted;
  for (int i = 0; i < 50; ++i) {
    Post("plain", "quick", {std::to_string(i)});
    wanted.push_back(std::to_string(i));
  }
  sender->Wake();
  EXPECT_EQ(transport_.Sent(50), wanted);
  transport_.Release();
  transport_.Sent(50 + 40);
  sender->Stop();
  EXPECT_TRUE(history_.ReadOutbox(0, 9)->empty());
}

TEST_F(SenderTest, APlatformThatHangsHoldsUpNoOtherPlatform) {
  for (int chat = 0; chat < 8; ++chat)
    Post("plain", std::to_string(chat), {"hang"});
  const auto sender = Start(/*threads=*/4);
  transport_.WaitForHanging(4);
  Post("other", "a", {"one"});
  sender->Wake();
  EXPECT_THAT(transport_.Sent(1), ElementsAre("one"));
}

TEST_F(SenderTest, WhatWasCutOffByStoppingStaysInTheOutbox) {
  Post("plain", "a", {"hang", "after"});
  auto sender = Start();
  transport_.WaitForHanging(1);
  sender.reset();
  EXPECT_EQ(history_.ReadOutbox(0, 9)->size(), 2u);
  EXPECT_TRUE(history_.ReadDeadLetters(0, 9)->empty());
}

TEST_F(SenderTest, AsidesAreSentButNotOfAnUnknownChannel) {
  const auto sender = Start();
  const QuickChannel unknown("unknown");
  sender->Aside(unknown, {.path = "typing", .body = "never"});
  sender->Aside(plain_, {.path = "typing", .body = "typing"});
  EXPECT_THAT(transport_.Sent(1), ElementsAre("typing"));
}

// Two processes that send for one record, on one clock.
class TwoSendersTest : public SenderTest {
 protected:
  std::unique_ptr<Sender> StartAs(const std::string& owner,
                                  Transport& transport) {
    return std::make_unique<Sender>(
        std::vector<const Channel*>{&plain_}, history_, transport,
        [this] { return wall_.load(); }, Sender::Options{.owner = owner});
  }
  static bool Sends(const Sender& sender) {
    return sender.MetricsText().find("nearer_sending 1") != std::string::npos;
  }
  static void WaitUntilItSends(Sender& sender) {
    while (!Sends(sender)) {
      sender.Wake();
      std::this_thread::yield();
    }
  }

  std::atomic<history::UnixSeconds> wall_ = 1'750'000'000;
  Hanging second_transport_;
};

TEST_F(TwoSendersTest, OneSendsUntilItEndsAndNothingIsSentTwice) {
  const auto first = StartAs("first", transport_);
  WaitUntilItSends(*first);
  const auto second = StartAs("second", second_transport_);
  for (int i = 0; i < 50; ++i) {
    Post("plain", std::to_string(i % 5), {std::to_string(i)});
    first->Wake();
    second->Wake();
  }
  EXPECT_EQ(transport_.Sent(50).size(), 50u);
  EXPECT_FALSE(Sends(*second));
  first->Stop();

  Post("plain", "1", {"after"});
  WaitUntilItSends(*second);
  EXPECT_THAT(second_transport_.Sent(1), ElementsAre("after"));
  second->Stop();
  EXPECT_EQ(transport_.Sent(50).size(), 50u);
  EXPECT_EQ(second_transport_.Sent(1).size(), 1u);
  EXPECT_TRUE(history_.ReadOutbox(0, 9)->empty());
}

TEST_F(TwoSendersTest, AnotherTakesOverFromOneThatDied) {
  // It is gone without a word and left a message unsent.
  ASSERT_TRUE(*history_.HoldLease("sending", "dead", wall_, wall_ + 5));
  Post("plain", "1", {"left behind"});
  const auto second = StartAs("second", second_transport_);
  second->Wake();
  EXPECT_FALSE(Sends(*second));
  wall_ += 5;
  WaitUntilItSends(*second);
  EXPECT_THAT(second_transport_.Sent(1), ElementsAre("left behind"));
}

TEST_F(TwoSendersTest, OneThatWasFrozenSendsNothingOfWhatAnotherSent) {
  Post("plain", "1", {"hang", "second", "third"});
  const auto first = StartAs("first", transport_);
  transport_.WaitForHanging(1);
  // The other takes over while the first request is still under way.
  wall_ += 100;
  ASSERT_TRUE(*history_.HoldLease("sending", "other", wall_, wall_ + 1000));
  const auto waiting = history_.ReadOutbox(0, 9);
  for (const history::Outbound& message : *waiting)
    ASSERT_TRUE(history_.RemoveOutbound(message.id).ok());
  transport_.Release();
  EXPECT_THAT(transport_.Sent(1), ElementsAre("hang"));
  first->Wake();
  EXPECT_FALSE(Sends(*first));
  first->Stop();
  EXPECT_THAT(transport_.Sent(1), ElementsAre("hang"));
}

}  // namespace
}  // namespace nearer::channels
