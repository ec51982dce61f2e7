#include "insights/insights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "chat/chat.h"
#include "content/content.h"

namespace nearer::insights {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr std::int64_t kHour = 3600, kDay = 24 * kHour;
constexpr std::int64_t kMonday = 1'780'304'400;  // 2026-06-01 09:00 UTC

// ---- Turns made by hand: a reply's theme and the state after it.

class Recorded {
 public:
  Recorded() { Turn("", "none", {}); }

  coach::State& state() { return state_; }

  // Half an hour after the last turn unless `at` says otherwise.
  void Turn(const std::string& text, const std::string& theme,
            std::optional<std::int64_t> at) {
    history::Turn turn;
    turn.n = n_++;
    turn.at = at_ = at.value_or(at_ + 1800);
    turn.utterance = text;
    turn.reply = json{{"messages", {"Go on."}}, {"theme", theme}}.dump();
    state_.turns = turn.n;
    turn.state = coach::ToJson(state_);
    turns_.push_back(turn);
  }
  void Say(const std::string& text, const std::string& theme,
           std::optional<std::int64_t> at = std::nullopt) {
    Turn(text, theme, at);
  }

  Insights LookBack(Length length = Length::kWeek, Calendar calendar = {}) {
    Retrospect retrospect(calendar, length);
    for (const history::Turn& turn : turns_)
      EXPECT_TRUE(retrospect.Add(turn).ok());
    return std::move(retrospect).Take();
  }

 private:
  std::int64_t n_ = 0, at_ = kMonday - 1800;
  coach::State state_;
  std::vector<history::Turn> turns_;
};

using Counts = std::map<std::string, int>;

Counts Totals(const Insights& insights) {
  Counts totals;
  for (const Period& period : insights.periods)
    for (const auto& [theme, times] : period.theme_times)
      totals[theme] += times;
  return totals;
}

std::vector<std::string> Begins(const Insights& insights) {
  std::vector<std::string> days;
  for (const Period& period : insights.periods)
    days.push_back(IsoDate(period.begins));
  return days;
}

TEST(InsightsTest, AnOpeningAloneHasNothingToTell) {
  const Insights insights = Recorded().LookBack();
  EXPECT_EQ(insights.messages, 0);
  EXPECT_EQ(insights.sessions, 0);
  EXPECT_THAT(insights.periods, IsEmpty());
  const json shown = ToJson(insights, {}, Length::kWeek);
  EXPECT_EQ(shown.at("first_at"), nullptr);
  EXPECT_EQ(shown.at("themes").at("totals"), json::object());
}

TEST(InsightsTest, ThemesAreCountedByWeekOrByDay) {
  Recorded talk;
  talk.Say("I handle it all.", "self_reliance", kMonday);
  talk.Say("I always do.", "self_reliance", kMonday + kDay);
  talk.Say("It was too much.", "overwhelmed", kMonday + kDay);
  talk.Say("Alone again.", "self_reliance", kMonday + 14 * kDay);

  const Insights weeks = talk.LookBack(Length::kWeek);
  EXPECT_THAT(Begins(weeks), ElementsAre("2026-06-01", "2026-06-15"));
  EXPECT_EQ(weeks.periods[0].messages, 3);
  EXPECT_EQ(weeks.periods[0].theme_times,
            (Counts{{"self_reliance", 2}, {"overwhelmed", 1}}));
  EXPECT_EQ(weeks.periods[1].theme_times, (Counts{{"self_reliance", 1}}));
  EXPECT_THAT(Begins(talk.LookBack(Length::kDay)),
              ElementsAre("2026-06-01", "2026-06-02", "2026-06-15"));
}

TEST(InsightsTest, AClockThatWasSetBackDisturbsNoOrder) {
  Recorded talk;
  talk.Say("Later.", "self_reliance", kMonday + 7 * kDay);
  talk.Say("Earlier.", "self_reliance", kMonday);
  talk.Say("Later again.", "self_reliance", kMonday + 8 * kDay);
  const Insights insights = talk.LookBack();
  EXPECT_THAT(Begins(insights), ElementsAre("2026-06-01", "2026-06-08"));
  EXPECT_EQ(insights.periods[1].messages, 2);
}

TEST(InsightsTest, DangerRequestsAndActsAreMessagesAndNoThemes) {
  Recorded talk;
  for (const char* theme :
       {"risk_suicide_self_harm", "risk_abuse", "risk_harm_to_others",
        "ask_definition", "ask_partner_help", "greeting", "goodbye",
        "data_request", "none"})
    talk.Say("Words.", theme);
  const Insights insights = talk.LookBack();
  EXPECT_EQ(insights.messages, 9);
  EXPECT_THAT(Totals(insights), IsEmpty());
  EXPECT_THAT(insights.moments, IsEmpty());
}

TEST(InsightsTest, AQuickReplyIsNobodysTheme) {
  Recorded talk;
  talk.state().chips = {{"I pull away", ""}, {"Something else", ""}};
  talk.Say("Hello.", "greeting");
  talk.state().chips.clear();
  talk.Say("i pull away!", "pulling_away");
  EXPECT_THAT(Totals(talk.LookBack()), IsEmpty());
  talk.Say("i pull away!", "pulling_away");
  EXPECT_THAT(Totals(talk.LookBack()), ElementsAre(Pair("pulling_away", 1)));
}

TEST(InsightsTest, WhatWasCorrectedIsTakenBackOnce) {
  Recorded talk;
  talk.Say("I went home early.", "pulling_away", kMonday);
  talk.Say("I left again.", "pulling_away", kMonday + 60);
  talk.state().dropped_themes = {"pulling_away"};
  talk.Say("No, that is not it, I do not pull away.", "pulling_away",
           kMonday + 120);
  talk.Say("I was tired.", "overwhelmed", kMonday + 180);
  const Insights insights = talk.LookBack();
  EXPECT_EQ(Totals(insights),
            (Counts{{"pulling_away", 1}, {"overwhelmed", 1}}));
  ASSERT_THAT(insights.moments, SizeIs(1));
  EXPECT_EQ(insights.moments[0].text, "I went home early.");
}

TEST(InsightsTest, ACorrectionReachesNoEarlierSession) {
  Recorded talk;
  talk.Say("I went home early.", "pulling_away", kMonday);
  talk.state().session = 2;
  talk.state().dropped_themes = {"pulling_away"};
  talk.Say("No, not that.", "none", kMonday + kDay);
  EXPECT_THAT(Totals(talk.LookBack()), ElementsAre(Pair("pulling_away", 1)));
}

TEST(InsightsTest, SessionsAreThoseInWhichSomethingWasWritten) {
  Recorded talk;
  talk.Say("One.", "none");
  talk.Say("Still one.", "none");
  talk.state().session = 2;
  talk.Say("Two.", "none");
  EXPECT_EQ(talk.LookBack().sessions, 2);
}

TEST(InsightsTest, AMomentKnowsOfWhomItSpoke) {
  Recorded talk;
  talk.state().people = {{.role = "sister", .name = "Anna", .turn = 1},
                         {.role = "boss", .turn = 0}};
  talk.Say("My sister Anna hugged me and I backed off.", "pulling_away");
  talk.Say("Then I backed off again.", "pulling_away");
  const Insights insights = talk.LookBack();
  ASSERT_THAT(insights.moments, SizeIs(2));
  ASSERT_TRUE(insights.moments[0].about);
  EXPECT_EQ(insights.moments[0].about->name, "Anna");
  EXPECT_FALSE(insights.moments[1].about);
}

TEST(InsightsTest, EntriesOutliveTheFortyThatTheStateKeeps) {
  Recorded talk;
  auto& journal = talk.state().journal;
  for (int i = 0; i < 50; ++i) {
    if (journal.size() == 40) journal.erase(journal.begin());
    journal.push_back({.at = kMonday, .parts = {{"trigger", "the same"}}});
    talk.Say("Skip it.", "none", kMonday + i);
    talk.Say("And so on.", "none", kMonday + i);
  }
  // Forty equal entries look alike before and after one more; all others count.
  EXPECT_THAT(talk.LookBack().moments, SizeIs(40));
  for (int i = 0; i < 10; ++i) {
    journal.erase(journal.begin());
    journal.push_back({.at = kMonday + 100 + i, .parts = {{"urge", "Leave"}}});
    talk.Say("Skip it.", "none", kMonday + 100 + i);
  }
  EXPECT_THAT(talk.LookBack().moments, SizeIs(50));
}

TEST(InsightsTest, AnEntryThatIsToBeForgottenIsForgotten) {
  Recorded talk;
  talk.state().journal = {{.at = kMonday, .parts = {{"trigger", "a fight"}}}};
  talk.Say("One.", "none");
  talk.state().journal.push_back(
      {.at = kMonday + 60, .parts = {{"trigger", "a visit"}}});
  talk.Say("Two.", "none");
  talk.state().journal.pop_back();
  talk.Say("Forget that.", "none");
  const Insights insights = talk.LookBack();
  ASSERT_THAT(insights.moments, SizeIs(1));
  EXPECT_EQ(insights.moments[0].entry.at("trigger"), "a fight");
}

TEST(InsightsTest, TriggersAreTheSameWhenTheirWordsAre) {
  Recorded talk;
  for (const char* trigger : {"A visit", "a fight", "A fight!", "a  fight"}) {
    talk.state().journal.push_back(
        {.at = kMonday, .parts = {{"trigger", trigger}}});
    talk.Say("Skip it.", "none");
  }
  const json shown = ToJson(talk.LookBack(), {}, Length::kWeek);
  EXPECT_EQ(shown.at("pulling_away").at("triggers"),
            json({{{"text", "a fight"}, {"times", 3}},
                  {{"text", "A visit"}, {"times", 1}}}));
}

TEST(InsightsTest, EveryStepIsToldWithWhatBecameOfIt) {
  Recorded talk;
  auto& step = talk.state().step;
  step = coach::Step{.what = "call Anna", .state = "chosen", .session = 1};
  step->chosen_at = kMonday;
  talk.Say("Call Anna.", "none", kMonday);
  step->when = "when I get home";
  talk.Say("When I get home.", "none", kMonday + 60);
  step->state = "done";
  talk.Say("I did it.", "none", kMonday + kDay);
  step = coach::Step{.what = "ask for help", .state = "chosen", .session = 2};
  step->chosen_at = kMonday + kDay + 60;
  talk.Say("Ask for help.", "none", kMonday + kDay + 60);

  const Insights insights = talk.LookBack();
  ASSERT_THAT(insights.steps, SizeIs(2));
  EXPECT_EQ(insights.steps[0].n, 1);
  EXPECT_EQ(insights.steps[0].step.when, "when I get home");
  EXPECT_EQ(insights.steps[0].step.state, "done");
  EXPECT_EQ(insights.steps[0].state_at, kMonday + kDay);
  EXPECT_EQ(insights.steps[1].step.what, "ask for help");
  EXPECT_EQ(insights.steps[1].state_at, 0);
  const json shown = ToJson(insights.steps[1]);
  EXPECT_EQ(shown.at("state_at"), nullptr);
  EXPECT_EQ(shown.at("confidence"), nullptr);
}

TEST(InsightsTest, WhatCannotBeReadSaysWhichTurnAndNotWhatItHolds) {
  Retrospect retrospect({}, Length::kWeek);
  history::Turn turn{.n = 7, .utterance = "a secret"};
  turn.reply = R"({"theme":"none","messages":["a secret"]})";
  for (const char* state :
       {"", "{", "a secret", R"({"v":1})", R"({"v":2,"stage":"a secret"})"}) {
    turn.state = state;
    const auto added = retrospect.Add(turn);
    ASSERT_FALSE(added.ok()) << state;
    EXPECT_THAT(added.error().message, HasSubstr("turn 7"));
    EXPECT_THAT(added.error().message, testing::Not(HasSubstr("a secret")));
  }
  turn.state = coach::ToJson(coach::State{});
  for (const char* reply : {"", "[]", "{}", R"({"theme":7})"}) {
    turn.reply = reply;
    EXPECT_FALSE(retrospect.Add(turn).ok()) << reply;
  }
}

// ---- Conversations that were spoken, with the pack that ships.

class SpokenTest : public testing::Test {
 protected:
  SpokenTest()
      : history_(history::OpenMemory()),
        shelf_(ShippedPack()),
        chat_(
            *history_, shelf_,
            {.now = [this] { return now_; },
             .randomness = [](std::size_t n) { return std::string(n, 'r'); }}),
        begun_(chat_.Begin("web").value()) {}

  static std::shared_ptr<const coach::Pack> ShippedPack() {
    static const auto pack = content::ShippedPack().value();
    return pack;
  }

  void Say(const std::string& text, std::int64_t pause = 30) {
    now_ += pause;
    ASSERT_TRUE(
        chat_.Say(begun_.id, begun_.token, text, std::to_string(++said_)).ok());
  }

  Insights LookBack() {
    return insights::LookBack(*history_, begun_.id, {}, Length::kWeek).value();
  }

  std::int64_t now_ = kMonday;
  int said_ = 0;
  std::unique_ptr<history::History> history_;
  chat::PackShelf shelf_;
  chat::Chat chat_;
  chat::Begun begun_;
};

TEST_F(SpokenTest, AJournalEntryIsOneMomentInThePersonsWords) {
  Say("let us write a journal entry");
  Say("my sister came close and I pulled away");
  Say("Leave");
  Say("I drove home");
  Say("My freedom");
  const Insights insights = LookBack();
  ASSERT_THAT(insights.moments, SizeIs(1));
  EXPECT_THAT(
      insights.moments[0].entry,
      ElementsAre(Pair("did", "I drove home"), Pair("guarded", "My freedom"),
                  Pair("trigger", "my sister came close and I pulled away"),
                  Pair("urge", "Leave")));
  EXPECT_EQ(insights.moments[0].at, now_);
  ASSERT_TRUE(insights.moments[0].about);
  EXPECT_EQ(insights.moments[0].about->role, "sister");
}

TEST_F(SpokenTest, AStepThatIsMadeSmallerIsOneStep) {
  Say("give me one small step");
  Say("tell my sister that it was a rough day");
  Say("When I get home");
  Say("3");
  Say("Do it in writing");
  Say("8");
  Insights insights = LookBack();
  ASSERT_THAT(insights.steps, SizeIs(1));
  EXPECT_EQ(insights.steps[0].step.what,
            "in writing: tell my sister that it was a rough day");
  EXPECT_EQ(insights.steps[0].step.when, "When I get home");
  EXPECT_EQ(insights.steps[0].step.state, "chosen");

  Say("hello", kDay);
  Say("Partly");
  insights = LookBack();
  ASSERT_THAT(insights.steps, SizeIs(1));
  EXPECT_EQ(insights.steps[0].step.state, "partly");
  EXPECT_EQ(insights.steps[0].step.when, "When I get home");
  EXPECT_EQ(insights.steps[0].state_at, now_);
  EXPECT_EQ(insights.sessions, 2);
}

TEST_F(SpokenTest, ThreeHundredTurnsAreReadInPages) {
  for (int i = 0; i < 300; ++i) Say("I pull away when it gets close");
  const Insights insights = LookBack();
  EXPECT_EQ(insights.messages, 300);
  EXPECT_THAT(insights.moments, SizeIs(300));
}

TEST_F(SpokenTest, AConversationThatIsNotThereIsNotFound) {
  const auto found = insights::LookBack(*history_, "nobody", {}, Length::kWeek);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, history::HistoryErrorCode::kNotFound);
}

}  // namespace
}  // namespace nearer::insights
