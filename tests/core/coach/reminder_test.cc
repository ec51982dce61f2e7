#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/coach/coach.h"
#include "tests/core/coach/conversation.h"
#include "tests/core/when/clocks.h"

namespace nearer::coach {
namespace {

// Somebody on a messenger, at noon on a Sunday in Berlin.
class Messenger {
 public:
  explicit Messenger(Reach reach = {.writes = true}) {
    moment_ = {.at = when::kNoon - 60,
               .conversation = "reminders",
               .n = 0,
               .reach = std::move(reach),
               .zones = &clocks_};
    answer_ = Open(ShippedPackForTests(), moment_);
    moment_.at += 60;
  }

  // What is answered, as one text.
  std::string Say(std::string_view words) {
    ++moment_.n;
    answer_ = Respond(ShippedPackForTests(), answer_.state, words, moment_);
    EXPECT_EQ(ParseState(ToJson(answer_.state)).value(), answer_.state);
    std::string said;
    for (const std::string& message : answer_.reply.messages)
      said += message + "\n";
    return said;
  }
  void Wait(std::int64_t seconds) { moment_.at += seconds; }

  const State& state() const { return answer_.state; }
  const Reply& reply() const { return answer_.reply; }

 private:
  when::Clocks clocks_;
  Moment moment_;
  Answer answer_;
};

bool Holds(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

TEST(ReminderTest, IsArrangedWhenAskedForAndTheZoneIsAskedOnce) {
  Messenger talk;
  const std::string asked = talk.Say("Can you check in with me tomorrow at 7?");
  EXPECT_TRUE(Holds(asked, "time zone") || Holds(asked, "city")) << asked;
  EXPECT_EQ(talk.state().reminder_at, 0);
  EXPECT_TRUE(Holds(talk.Say("Berlin"), "Monday, 23 November, 7 pm"));
  EXPECT_EQ(talk.reply().choices, std::vector<std::string>{"Stop check-ins"});
  EXPECT_EQ(talk.state().reminder_at, when::kNoon + 31 * 3600);
  EXPECT_TRUE(
      Holds(talk.Say("ping me in two days"), "Tuesday, 24 November, 10 am"));
  EXPECT_TRUE(Holds(talk.Say("my time zone is Berlin"), "Berlin time"));
}

TEST(ReminderTest, WhatIsVagueIsAskedAboutOnce) {
  Messenger talk;
  talk.Say("I'd like a reminder");
  EXPECT_EQ(talk.state().reminder_asks, "when");
  EXPECT_EQ(talk.reply().choices.size(), 3u);
  talk.Say("Tomorrow morning");
  talk.Say("Berlin");
  EXPECT_GT(talk.state().reminder_at, 0);

  Messenger other;
  other.Say("remind me");
  other.Say("I never ask anybody for help, I would rather do it alone");
  EXPECT_EQ(other.state().reminder_asks, "");
  EXPECT_EQ(other.state().reminder_at, 0);
}

TEST(ReminderTest, SaysWhatItMovedAndThatItHoldsOneAtATime) {
  Messenger talk;
  talk.Say("remind me tomorrow at 11pm");
  EXPECT_TRUE(Holds(talk.Say("Berlin"), "Tuesday, 24 November, 8 am"));
  const std::string every = talk.Say("please check in with me every Monday");
  EXPECT_TRUE(Holds(every, "Monday, 23 November, 10 am")) << every;
  EXPECT_TRUE(Holds(every, "next") || Holds(every, "one")) << every;
}

TEST(ReminderTest, OneADay) {
  Messenger talk;
  talk.Say("remind me in one hour");
  talk.Say("Berlin");
  talk.Wait(2 * 3600);
  EXPECT_TRUE(Holds(talk.Say("remind me tonight"), "Monday, 23 November"));
}

TEST(ReminderTest, EndsByTapOrWords) {
  for (const char* words : {"Stop check-ins", "no more check-ins please",
                            "don't remind me", "cancel the reminder"}) {
    Messenger talk;
    talk.Say("remind me tonight");
    talk.Say("Berlin");
    ASSERT_GT(talk.state().reminder_at, 0);
    talk.Say(words);
    EXPECT_EQ(talk.state().reminder_at, 0) << words;
  }
}

TEST(ReminderTest, AfterAbuseWasHeardThereIsNoneAndNothingTellsWhy) {
  Messenger talk;
  talk.Say("remind me tonight");
  talk.Say("Berlin");
  ASSERT_GT(talk.state().reminder_at, 0);
  talk.Say("my husband hits me when he is drunk");
  EXPECT_EQ(talk.state().reminder_at, 0);
  talk.Say("it was a joke");
  const std::string refused = talk.Say("check in with me tomorrow at 7");
  EXPECT_EQ(talk.state().reminder_at, 0);
  EXPECT_EQ(talk.state().reminder_asks, "");
  // As where the coach cannot write first at all.
  const auto& wordings = ShippedPackForTests().wordings().Of(
      "coach.remind.not_here", PromptKind::kSay);
  bool same = false;
  for (const Wording& wording : wordings)
    same = same || Holds(refused, wording.text);
  EXPECT_TRUE(same) << refused;
}

TEST(ReminderTest, WhereTheCoachOnlyAnswersItSaysSo) {
  Messenger page(Reach{});
  page.Say("remind me tonight");
  EXPECT_EQ(page.state().reminder_at, 0);
  EXPECT_EQ(page.state().reminder_asks, "");
}

TEST(ReminderTest, NotLaterThanTheMessengerAllows) {
  Messenger talk(
      {.writes = true, .within = 24 * 3600, .zone = "Europe/Berlin"});
  talk.Say("remind me in three days");
  EXPECT_EQ(talk.reply().choices, std::vector<std::string>{"Berlin time"});
  talk.Say("Berlin time");
  EXPECT_EQ(talk.state().reminder_at, 0);
  EXPECT_EQ(talk.state().reminder_asks, "when");
  talk.Say("tonight");
  EXPECT_GT(talk.state().reminder_at, 0);
}

TEST(ReminderTest, AnExerciseGoesOnAfterIt) {
  Messenger talk;
  talk.Say("I want to try one small step");
  ASSERT_EQ(talk.reply().dialog, "small_step");
  talk.Say("remind me tonight");
  talk.Say("Berlin");
  EXPECT_GT(talk.state().reminder_at, 0);
  EXPECT_EQ(talk.reply().dialog, "small_step");
}

TEST(ReminderTest, TheMessageTellsNothingOfTheTalk) {
  const Pack& pack = ShippedPackForTests();
  for (int day = 0; day < 50; ++day) {
    const std::string text =
        ReminderText(pack, {.at = day * 86'400, .conversation = "c"});
    EXPECT_FALSE(text.empty());
    for (const char* word : {"coach", "feel", "close", "partner", "nearer",
                             "talk", "love", "help", "step"})
      EXPECT_FALSE(Holds(text, word)) << text;
  }
}

}  // namespace
}  // namespace nearer::coach
