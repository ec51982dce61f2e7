#include "channels/courier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "channels/world.h"
#include "history/scratch.h"
#include "history/sqlite_history.h"

namespace nearer::channels {
namespace {

using history::HistoryError;
using history::HistoryErrorCode;
using history::HistoryResult;
using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Time = Courier::Time;

class QuickChannel : public PlainChannel {
 public:
  Pace pace() const override {
    return {.burst = 1e9,
            .per_second = 1e9,
            .chat_burst = 1e9,
            .chat_per_second = 1e9};
  }
};

// A record in which messages cannot be removed when it is told so.
class Failing : public history::Forwarding {
 public:
  HistoryResult<Done> RemoveOutbound(std::int64_t id) override {
    if (failing) return HistoryError{HistoryErrorCode::kBusy, "it is locked"};
    return Forwarding::RemoveOutbound(id);
  }
  bool failing = false;
};

class CourierTest : public testing::Test {
 protected:
  CourierTest() { spdlog::set_level(spdlog::level::off); }

  // Puts a message to `chat` into the outbox and gives it to the courier.
  void Post(const std::string& chat, const std::string& text) {
    ASSERT_TRUE(
        history_
            .Deliver({.from = {"plain", chat},
                      .at = wall_,
                      .outbound = {Pack({.path = "say", .body = text})}})
            .ok());
    Feed();
  }
  void Feed() {
    const auto messages = history_.ReadOutbox(read_up_to_, 1000);
    for (const history::Outbound& message : *messages) {
      read_up_to_ = message.id;
      courier_.Add(message);
    }
  }
  // What is asked of the platform next, which answers with `status`; "" when
  // nothing is.
  std::string Send(int status, const std::string& retry_after = "") {
    const auto errand = courier_.Take(now_);
    if (!errand) return "";
    courier_.Settle(*errand, {.status = status, .retry_after = retry_after},
                    now_, wall_);
    return errand->request.body;
  }
  std::size_t Waiting() { return history_.ReadOutbox(0, 1000)->size(); }

  Time now_ = Time() + hours(1000);
  history::UnixSeconds wall_ = 1'750'000'000;
  std::int64_t read_up_to_ = 0;
  Failing history_;
  QuickChannel channel_;
  Courier courier_{channel_, history_};
};

TEST_F(CourierTest, WhatWasSentLeavesTheOutbox) {
  Post("a", "one");
  Post("a", "two");
  EXPECT_EQ(Send(200), "one");
  EXPECT_EQ(Waiting(), 1u);
  EXPECT_EQ(Send(200), "two");
  EXPECT_EQ(Send(200), "");
  EXPECT_EQ(Waiting(), 0u);
  EXPECT_EQ(courier_.counts().sent, 2u);
}

TEST_F(CourierTest, WhatFailedIsSentAgainInOrder) {
  Post("a", "one");
  Post("a", "two");
  EXPECT_EQ(Send(0), "one");
  EXPECT_EQ(Send(200), "");
  now_ += seconds(1);
  EXPECT_EQ(Send(500), "one");
  now_ += seconds(2);
  EXPECT_EQ(Send(429, "30"), "one");
  now_ += seconds(29);
  EXPECT_EQ(Send(200), "");
  now_ += seconds(1);
  EXPECT_EQ(Send(200), "one");
  EXPECT_EQ(Send(200), "two");
  EXPECT_EQ(Waiting(), 0u);
}

TEST_F(CourierTest, WhatIsRefusedBecomesADeadLetterThatCanBePostedAgain) {
  Post("a", "one");
  Post("a", "two");
  EXPECT_EQ(Send(400), "one");
  EXPECT_EQ(Send(200), "two");
  const auto dead = history_.ReadDeadLetters(0, 9);
  ASSERT_THAT(*dead, SizeIs(1));
  EXPECT_EQ(dead->front().failure, "400 refused");
  EXPECT_EQ(Waiting(), 0u);

  ASSERT_TRUE(history_.PostAgain(dead->front().id, wall_).ok());
  Feed();
  EXPECT_EQ(Send(200), "one");
  EXPECT_EQ(Waiting(), 0u);
}

TEST_F(CourierTest, WhatCouldNotBeSentForADayIsGivenUp) {
  Post("a", "one");
  EXPECT_EQ(Send(0), "one");
  now_ += hours(24);
  wall_ += 24 * 3600;
  EXPECT_EQ(Send(0), "one");
  EXPECT_THAT(*history_.ReadDeadLetters(0, 9), IsEmpty());
  now_ += hours(1);
  wall_ += 3600;
  EXPECT_EQ(Send(429, "1"), "one");
  EXPECT_THAT(*history_.ReadDeadLetters(0, 9), SizeIs(1));
}

TEST_F(CourierTest, WhoBlockedUsIsNotedAndTheirMessageDropped) {
  ASSERT_TRUE(
      history_.Deliver({.from = {"plain", "b"}, .notes = R"({"stopped":true})"})
          .ok());
  const history::Conversation begun{.id = "c-1", .token_hash = "x"};
  const history::Delivery delivery{.from = {"plain", "a"},
                                   .notes = R"({"stopped":true})"};
  ASSERT_TRUE(history_.Begin(begun, {}, &delivery).ok());
  Post("a", "one");
  Post("b", "two");
  EXPECT_EQ(Send(403), "one");
  EXPECT_EQ(Send(403), "two");
  EXPECT_EQ(Waiting(), 0u);
  EXPECT_THAT(*history_.ReadDeadLetters(0, 9), IsEmpty());
  EXPECT_EQ(ParseNotes(history_.FindContact({"plain", "a"})->notes),
            (Notes{.gone = true, .stopped = true}));
  EXPECT_EQ(courier_.counts().unreachable, 2u);
}

TEST_F(CourierTest, WhatWasRemovedFromTheOutboxIsNotSent) {
  Post("a", "one");
  Post("b", "two");
  ASSERT_TRUE(history_.RemoveAllOutbound({"plain", "a"}).ok());
  EXPECT_EQ(Send(200), "two");
  EXPECT_EQ(Send(200), "");
}

TEST_F(CourierTest, WhatWasSentButCouldNotBeRemovedIsNotSentAgain) {
  Post("a", "one");
  Post("a", "two");
  history_.failing = true;
  EXPECT_EQ(Send(200), "one");
  EXPECT_EQ(Send(200), "two");
  EXPECT_EQ(Send(200), "");
  courier_.Tidy();
  EXPECT_EQ(Waiting(), 2u);
  history_.failing = false;
  courier_.Tidy();
  EXPECT_EQ(Waiting(), 0u);
  EXPECT_EQ(Send(200), "");
}

TEST_F(CourierTest, AMessageThatCannotBeReadIsGivenUp) {
  ASSERT_TRUE(
      history_.Deliver({.from = {"plain", "a"}, .outbound = {"no call"}}).ok());
  Feed();
  Post("a", "two");
  EXPECT_EQ(Send(200), "two");
  EXPECT_THAT(*history_.ReadDeadLetters(0, 9), SizeIs(1));
}

TEST_F(CourierTest, AnAsideGoesAtOnceOrNever) {
  Post("a", "one");
  courier_.AddAside({.path = "typing", .body = "…"}, now_);
  EXPECT_EQ(courier_.NextAt(), now_);
  EXPECT_EQ(Send(500), "…");
  EXPECT_EQ(Send(200), "one");
  courier_.AddAside({.path = "typing", .body = "…"}, now_);
  now_ += seconds(6);
  EXPECT_EQ(Send(200), "");
}

// A channel whose every message says to whom it goes and the how manieth it is.
class NumberedChannel final : public QuickChannel {
 public:
  std::vector<Call> Render(std::string_view chat,
                           const Reply& reply) const override {
    std::vector<Call> calls = QuickChannel::Render(chat, reply);
    for (Call& call : calls) {
      const std::string to(chat);
      call.body = to + " " + std::to_string(rendered_[to]++);
    }
    return calls;
  }

 private:
  mutable std::map<std::string, int> rendered_;
};

// ---- Ten thousand messages, with everything that goes wrong.

// A platform with time of its own: it takes requests, and what it took is what
// people see.
class Platform {
 public:
  HttpResponse Answer(const HttpRequest& request, std::mt19937& random) {
    switch (random() % 20) {
      case 0:
        ++counts["429"];
        return {.status = 429, .retry_after = std::to_string(1 + random() % 9)};
      case 1:
      case 2:
        ++counts["500"];
        return {.status = 500};
      case 3:
        ++counts["hung or dropped"];
        return {.status = 0, .body = "no response"};
      default:
        ++counts["200"];
        seen.push_back(request.body);
        return {.status = 200};
    }
  }
  std::vector<std::string> seen;  // "chat number"
  std::map<std::string, int> counts;
};

// Everybody's messages, each delivered twice, and out of order between chats;
// the second delivery of one may come long after.
std::vector<std::pair<int, int>> Deliveries(int chats, int each,
                                            std::mt19937& random) {
  std::vector<int> next(static_cast<std::size_t>(chats), 0);
  std::vector<std::pair<int, int>> arriving;
  for (int n = chats * each; n > 0; --n) {
    std::size_t chat = 0;
    do chat = random() % next.size();
    while (next[chat] == each);
    arriving.push_back({static_cast<int>(chat), next[chat]++});
    arriving.push_back(random() % 2 == 0
                           ? arriving.back()
                           : arriving[random() % arriving.size()]);
  }
  return arriving;
}

enum class Kept { kInMemory, kInSqlite };

class CourierFaultsTest : public testing::TestWithParam<Kept> {
 protected:
  std::unique_ptr<history::History> Open() {
    if (GetParam() == Kept::kInMemory) return history::OpenMemory();
    auto opened = history::OpenSqlite(scratch_ / "record.db");
    EXPECT_TRUE(opened.ok());
    return std::move(*opened);
  }
  // In memory: what a disk keeps through a loss of power is tested elsewhere,
  // and it would take a minute.
  history::Scratch scratch_{std::filesystem::is_directory("/dev/shm")
                                ? "/dev/shm"
                                : testing::TempDir()};
};

// Being killed is forgetting everything that is not on record. What happens to
// a whole process is seen in faults.test.js.
TEST_P(CourierFaultsTest,
       OfTenThousandMessagesNothingIsLostDoubledOrOutOfOrder) {
  constexpr int kChats = 200, kEach = 50;
  std::mt19937 random(11);
  World world(Open());
  NumberedChannel channel;
  Platform platform;
  const auto arriving = Deliveries(kChats, kEach, random);

  Time now = Time() + hours(1000);
  auto courier = std::make_unique<Courier>(channel, world.history);
  std::int64_t read_up_to = 0;
  int killed = 0;
  std::map<std::string, int> in_the_window;  // may be seen twice
  const auto be_killed = [&] {
    ++killed;
    if (GetParam() == Kept::kInSqlite && killed % 20 == 0) {
      world.history.kept.reset();  // a file has one who opens it at a time here
      world.history.kept = Open();
    }
    courier = std::make_unique<Courier>(channel, world.history);
    read_up_to = 0;
  };
  const auto pump = [&](std::size_t most) {
    for (std::size_t sent = 0; sent < most; ++sent) {
      const auto messages = world.history.ReadOutbox(read_up_to, 1'000'000);
      for (const history::Outbound& message : *messages) {
        read_up_to = message.id;
        courier->Add(message);
      }
      const auto errand = courier->Take(now);
      if (!errand) {
        const auto at = courier->NextAt();
        if (!at) return;
        now = std::max(now, *at);
        continue;
      }
      const HttpResponse response = platform.Answer(errand->request, random);
      // Killed after the platform took it and before that was noted.
      if (response.status == 200 && random() % 500 == 0) {
        ++in_the_window[errand->request.body];
        be_killed();
        continue;
      }
      courier->Settle(*errand, response, now, world.now);
    }
  };
  for (const auto& [chat, number] : arriving) {
    const std::string who = std::to_string(chat);
    const Inbound message{.kind = Inbound::Kind::kWords,
                          .id = who + "/" + std::to_string(number),
                          .chat = who,
                          .text = who + "/" + std::to_string(number)};
    ASSERT_EQ(world.desk.Take(channel, message), Desk::Taken::kRecorded);
    if (random() % 100 == 0) be_killed();  // between a turn and its sending
    pump(random() % 4);
  }
  pump(10'000'000);

  EXPECT_THAT(*world.history.ReadOutbox(0, 10), IsEmpty());
  EXPECT_THAT(*world.history.ReadDeadLetters(0, 10), IsEmpty());
  // One greeting a chat, one answer a message.
  std::map<std::string, int> seen;
  std::map<std::string, int> shown;  // how many of a chat
  int doubled = 0, out_of_order = 0, turns = 0;
  for (const std::string& message : platform.seen) {
    const std::string chat = message.substr(0, message.find(' '));
    if (++seen[message] == 1)
      out_of_order += message != chat + " " + std::to_string(shown[chat]++);
    else if (seen[message] > 1 + in_the_window[message])
      ++doubled;
  }
  for (int chat = 0; chat < kChats; ++chat) {
    const auto said = world.Turns("plain", std::to_string(chat));
    turns += static_cast<int>(said.size()) - 1;
    for (std::size_t n = 1; n < said.size(); ++n)
      out_of_order += said[n].utterance !=
                      std::to_string(chat) + "/" + std::to_string(n - 1);
  }
  const int lost = kChats * (kEach + 1) - static_cast<int>(seen.size());
  EXPECT_EQ(turns, kChats * kEach);
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(doubled, 0);
  EXPECT_EQ(out_of_order, 0);
  std::printf(
      "%s: %zu deliveries of %d messages in %d chats, killed %d times: %d "
      "turns, lost %d, doubled %d, out of order %d; %zu more seen twice, since "
      "we were killed between the sending and the noting of it",
      GetParam() == Kept::kInMemory ? "in memory" : "in SQLite",
      arriving.size(), kChats * kEach, kChats, killed, turns, lost, doubled,
      out_of_order, platform.seen.size() - seen.size());
  for (const auto& [answer, count] : platform.counts)
    std::printf(", %s %d times", answer.c_str(), count);
  std::printf("\n");
}

INSTANTIATE_TEST_SUITE_P(Records, CourierFaultsTest,
                         testing::Values(Kept::kInMemory, Kept::kInSqlite));

}  // namespace
}  // namespace nearer::channels
