#include "channels/check_ins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "channels/phrases.h"
#include "channels/world.h"

namespace nearer::channels {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Inbound::Kind;

constexpr std::int64_t kHour = 3600;

class CheckInsTest : public testing::Test {
 protected:
  CheckInsTest() { world_.now = when::kNoon; }

  std::vector<std::string> After(Kind kind, const std::string& text) {
    return After(channel_, kind, text);
  }
  std::vector<std::string> After(const Channel& channel, Kind kind,
                                 const std::string& text) {
    Clear();
    EXPECT_EQ(world_.desk.Take(channel, {.kind = kind,
                                         .id = std::to_string(++last_id_),
                                         .chat = "77",
                                         .text = text}),
              Desk::Taken::kRecorded);
    return Waiting();
  }
  // What is due at the present time.
  std::vector<std::string> Due() {
    Clear();
    next_ = check_ins_.SendDue();
    return Waiting();
  }
  void Clear() {
    const auto waiting = world_.history.ReadOutbox(0, 1000);
    for (const history::Outbound& message : *waiting)
      (void)world_.history.RemoveOutbound(message.id);
  }
  std::vector<std::string> Waiting() {
    std::vector<std::string> said;
    for (const Call& call : world_.WaitingFor("77")) said.push_back(call.body);
    return said;
  }

  int last_id_ = 0, posted_ = 0;
  World world_;
  PlainChannel channel_;
  CheckIns check_ins_{{&channel_},
                      world_.chat,
                      world_.history,
                      [this] { return world_.now.load(); },
                      [this] { ++posted_; }};
  std::optional<history::UnixSeconds> next_;
};

TEST_F(CheckInsTest, AsksForTheZoneOnceConfirmsAndSendsOnce) {
  EXPECT_THAT(After(Kind::kWords, "remind me tonight"),
              ElementsAre("Go on.", "Which city?"));
  EXPECT_THAT(After(Kind::kWords, "Berlin"),
              ElementsAre("On Sunday, 22 November, 7 pm, Berlin time. "
                          "[Stop check-ins]"));
  EXPECT_THAT(Due(), IsEmpty());
  EXPECT_EQ(next_, when::kNoon + 7 * kHour);
  world_.now = *next_;
  EXPECT_THAT(Due(), ElementsAre("Here is your check-in. [Stop check-ins]"));
  EXPECT_EQ(posted_, 1);
  EXPECT_EQ(next_, std::nullopt);
  EXPECT_THAT(Due(), IsEmpty());
  EXPECT_THAT(After(Kind::kWords, "remind me tomorrow"),
              ElementsAre(HasSubstr("Monday, 23 November, 10 am")));
  EXPECT_THAT(check_ins_.MetricsText(), HasSubstr("{end=\"sent\"} 1\n"));
}

class CheckInArranged : public CheckInsTest {
 protected:
  CheckInArranged() {
    After(Kind::kWords, "remind me tonight");
    After(Kind::kWords, "Berlin");
    Clear();
  }
};

TEST_F(CheckInArranged, AnotherTimeTakesItsPlace) {
  After(Kind::kWords, "remind me tomorrow at 3pm");
  world_.now += 7 * kHour;
  EXPECT_THAT(Due(), IsEmpty());
  world_.now = when::kNoon + 27 * kHour;
  EXPECT_THAT(Due(), ElementsAre(HasSubstr("Here is your check-in.")));
}

TEST_F(CheckInArranged, OneTapOrAFewWordsEndIt) {
  EXPECT_THAT(After(Kind::kPress, kStopCheckInsData), ElementsAre("Ended."));
  After(Kind::kWords, "remind me tonight");
  EXPECT_THAT(After(Kind::kWords, "stop reminders"), ElementsAre("Ended."));
  EXPECT_THAT(After(Kind::kWords, "stop reminders"), ElementsAre("None."));
  After(Kind::kWords, "remind me tonight");
  After(Kind::kCommand, "stop");
  world_.now += 7 * kHour;
  EXPECT_THAT(Due(), IsEmpty());
}

TEST_F(CheckInArranged, WhoStoppedItAndAsksForTheSameAgainGetsIt) {
  After(Kind::kCommand, "stop");
  After(Kind::kWords, "I keep busy");
  EXPECT_THAT(*world_.history.ReadReminders(9), IsEmpty());
  After(Kind::kWords, "remind me tonight");
  world_.now += 7 * kHour;
  EXPECT_THAT(Due(), ElementsAre(HasSubstr("Here is your check-in.")));
}

TEST_F(CheckInArranged, IsNotSentToWhoBlockedUsOrDeletedEverything) {
  After(Kind::kGone, "");
  world_.now += 7 * kHour;
  EXPECT_THAT(Due(), IsEmpty());
  After(Kind::kWords, "remind me tomorrow");
  After(Kind::kCommand, "delete");
  After(Kind::kWords, "yes");
  world_.now += 48 * kHour;
  EXPECT_THAT(Due(), IsEmpty());
}

TEST_F(CheckInArranged, IsSentLateWhileItIsOfUseAndThenDropped) {
  world_.now += 9 * kHour;  // nine in the evening, its last moment
  EXPECT_THAT(Due(), ElementsAre(HasSubstr("Here is your check-in.")));
  After(Kind::kWords, "remind me in 14 hours");  // eleven the next day
  world_.now += 21 * kHour;
  EXPECT_THAT(Due(), IsEmpty());
  EXPECT_EQ(next_, std::nullopt);
  EXPECT_THAT(check_ins_.MetricsText(), HasSubstr("{end=\"dropped\"} 1\n"));
}

TEST_F(CheckInArranged, IsSentOnceByTwoProcesses) {
  world_.now += 7 * kHour;
  Clear();
  CheckIns other(
      {&channel_}, world_.chat, world_.history,
      [this] { return world_.now.load(); }, [] {});
  other.SendDue();
  check_ins_.SendDue();
  EXPECT_THAT(Waiting(), ElementsAre(HasSubstr("Here is your check-in.")));
}

TEST_F(CheckInArranged, TheThreadSendsWhatIsDue) {
  std::mutex mutex;
  std::condition_variable changed;
  bool posted = false;
  CheckIns other(
      {&channel_}, world_.chat, world_.history,
      [this] { return world_.now.load(); },
      [&] {
        const std::lock_guard lock(mutex);
        posted = true;
        changed.notify_one();
      });
  other.Start();
  world_.now += 7 * kHour;
  other.Wake();
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return posted; });
  }
  other.Stop();
  EXPECT_THAT(Waiting(), ElementsAre(HasSubstr("Here is your check-in.")));
}

// A channel like SMS.
class Numbered final : public PlainChannel {
 public:
  bool numbers_choices() const override { return true; }
  coach::Reach ReachOf(std::string_view) const override {
    return {.writes = true, .within = 24 * kHour, .zone = "Europe/Berlin"};
  }
};

TEST_F(CheckInsTest, WhereThereAreNoButtonsItSaysHowToEndThem) {
  const Numbered channel;
  CheckIns check_ins(
      {&channel}, world_.chat, world_.history,
      [this] { return world_.now.load(); }, [] {});
  EXPECT_THAT(After(channel, Kind::kWords, "remind me in two days"),
              ElementsAre("Go on.", "Which city? [Berlin time]"))
      << "what is likely is offered";
  EXPECT_THAT(After(channel, Kind::kWords, "1"), ElementsAre("Too late."));
  After(channel, Kind::kWords, "remind me tonight");
  Clear();
  world_.now += 7 * kHour;
  check_ins.SendDue();
  EXPECT_THAT(Waiting(),
              ElementsAre("Here is your check-in.", "Write: stop reminders"));
}

TEST_F(CheckInsTest, WhereWeOnlyAnswerNothingIsArranged) {
  const auto shown = world_.desk.Converse(
      "rest",
      {.kind = Kind::kWords, .chat = "ana", .text = "remind me tonight"});
  EXPECT_THAT(shown->back().messages, ElementsAre("I only answer."));
  EXPECT_THAT(*world_.history.ReadReminders(9), IsEmpty());
}

}  // namespace
}  // namespace nearer::channels
