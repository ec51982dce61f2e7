#include "core/when/plan.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/core/when/clocks.h"

namespace nearer::when {
namespace {

constexpr char kBerlin[] = "Europe/Berlin";
constexpr std::int64_t kNow = kNoon;

std::string Arranged(std::string_view said, std::int64_t now = kNow,
                     std::int64_t last = 0) {
  const Clocks clocks;
  const auto plan = Arrange(
      ParseWish(said), {.now = now, .zone = kBerlin, .last = last}, clocks);
  if (!plan) return "too far";
  return InWords(plan->at, kBerlin, clocks) + (plan->quiet ? ", quiet" : "") +
         (plan->spaced ? ", spaced" : "");
}

TEST(PlanTest, FindsTheNextSuchTime) {
  const std::pair<const char*, const char*> cases[] = {
      {"in half an hour", "Sunday, 22 November, 12:30 pm"},
      {"in 3 hours", "Sunday, 22 November, 3 pm"},
      {"tonight", "Sunday, 22 November, 7 pm"},
      {"tomorrow at 7", "Monday, 23 November, 7 pm"},
      {"tomorrow at 9", "Monday, 23 November, 9 am"},
      {"tomorrow at 7 in the evening", "Monday, 23 November, 7 pm"},
      {"tomorrow at 12", "Monday, 23 November, 12 pm"},
      {"tomorrow", "Monday, 23 November, 10 am"},
      {"in two days", "Tuesday, 24 November, 10 am"},
      {"on Sunday evening", "Sunday, 22 November, 7 pm"},
      {"on Sunday morning", "Sunday, 29 November, 9 am"},
      {"on Wednesday", "Wednesday, 25 November, 10 am"},
      {"Wednesday next week", "Wednesday, 2 December, 10 am"},
      {"every Monday", "Monday, 23 November, 10 am"},
      {"at 3pm", "Sunday, 22 November, 3 pm"},
      {"at 11", "Monday, 23 November, 11 am"},
      {"on the 3rd", "Thursday, 3 December, 10 am"},
      {"on the 31st", "Thursday, 31 December, 10 am"},
      {"3 December at 18:05", "Thursday, 3 December, 6:05 pm"},
      {"on 1 November", "Monday, 1 November, 10 am"},
      {"on 30 February", "too far"},
      {"in 20 months", "too far"},
  };
  for (const auto& [said, arranged] : cases)
    EXPECT_EQ(Arranged(said), arranged) << "said: " << said;
}

TEST(PlanTest, KeepsOutOfTheNight) {
  EXPECT_EQ(Arranged("tomorrow at 9pm"), "Tuesday, 24 November, 8 am, quiet");
  EXPECT_EQ(Arranged("tomorrow at 8:59 pm"), "Monday, 23 November, 8:59 pm");
  EXPECT_EQ(Arranged("tomorrow at 7:59 am"),
            "Monday, 23 November, 8 am, quiet");
  EXPECT_EQ(Arranged("tomorrow at 8 am"), "Monday, 23 November, 8 am");
  EXPECT_EQ(Arranged("in 10 hours"), "Monday, 23 November, 8 am, quiet");
  EXPECT_EQ(Arranged("tonight", kNow + 9 * 3600),
            "Monday, 23 November, 8 am, quiet");
}

TEST(PlanTest, ArrangesOneADay) {
  EXPECT_EQ(Arranged("tonight", kNow, kNow - 3600),
            "Monday, 23 November, 7 pm, spaced");
  EXPECT_EQ(Arranged("tomorrow", kNow, kNow - 3600),
            "Monday, 23 November, 10 am");
  EXPECT_EQ(Arranged("in 12 hours", kNow, kNow + 20 * 3600),
            "Tuesday, 24 November, 8 am, quiet, spaced");
}

TEST(PlanTest, IsOfUseForSomeHoursAndNeverAtNight) {
  const Clocks clocks;
  const Here here{.now = kNow, .zone = kBerlin};
  const auto until = [&](const char* said) {
    return InWords(Arrange(ParseWish(said), here, clocks)->until, kBerlin,
                   clocks);
  };
  EXPECT_EQ(until("tomorrow morning"), "Monday, 23 November, 3 pm");
  EXPECT_EQ(until("tomorrow evening"), "Monday, 23 November, 9 pm");
}

TEST(PlanTest, TheClockShowsWhatWasSaidWhenItWasPutForwardOrBack) {
  // Saturday, 28 March 2026, 12:00; clocks are put forward that night.
  constexpr std::int64_t kSpring = 1'774'695'600;
  EXPECT_EQ(Arranged("tomorrow at 10am", kSpring), "Sunday, 29 March, 10 am");
  // Saturday, 24 October 2026, 12:00; clocks are put back that night.
  constexpr std::int64_t kAutumn = 1'792'836'000;
  EXPECT_EQ(Arranged("tomorrow at 10am", kAutumn), "Sunday, 25 October, 10 am");
  EXPECT_EQ(Arranged("in 23 hours", kAutumn), "Sunday, 25 October, 11 am");
}

TEST(PlanTest, SaysAZone) {
  EXPECT_EQ(ZoneInWords("Europe/Berlin"), "Berlin time");
  EXPECT_EQ(ZoneInWords("America/New_York"), "New York time");
  EXPECT_EQ(ZoneInWords("UTC"), "UTC");
  EXPECT_EQ(ZoneInWords("Etc/GMT-2"), "UTC+2");
  EXPECT_EQ(ZoneInWords("Etc/GMT+5"), "UTC-5");
  EXPECT_EQ(InWords(kNow, "UTC", Clocks()), "Sunday, 22 November, 11 am");
}

}  // namespace
}  // namespace nearer::when
