#include "insights/calendar.h"

#include <gtest/gtest.h>

namespace nearer::insights {
namespace {

using std::chrono::minutes;

constexpr std::int64_t kSundayNight = 1'780'269'300;  // 2026-05-31 23:15 UTC

TEST(CalendarTest, ADayIsThatOfThePersonsClock) {
  EXPECT_EQ(IsoDate(Calendar{}.DayOf(kSundayNight)), "2026-05-31");
  EXPECT_EQ(IsoDate(Calendar{minutes(120)}.DayOf(kSundayNight)), "2026-06-01");
  EXPECT_EQ(IsoDate(Calendar{minutes(-1080)}.DayOf(kSundayNight)),
            "2026-05-31");
  EXPECT_EQ(IsoDate(Calendar{}.DayOf(0)), "1970-01-01");
  EXPECT_EQ(IsoDate(Calendar{}.DayOf(-1)), "1969-12-31");
}

TEST(CalendarTest, AWeekBeginsOnMonday) {
  EXPECT_EQ(IsoDate(Calendar{}.WeekOf(kSundayNight)), "2026-05-25");
  EXPECT_EQ(IsoDate(Calendar{minutes(120)}.WeekOf(kSundayNight)), "2026-06-01");
  EXPECT_EQ(IsoDate(Calendar{}.WeekOf(0)), "1969-12-29");
}

TEST(CalendarTest, SaysTheTimeAndTheOffset) {
  EXPECT_EQ(Calendar{}.ClockAt(kSundayNight), "23:15");
  EXPECT_EQ(Calendar{minutes(330)}.ClockAt(kSundayNight), "04:45");
  EXPECT_EQ(Calendar{}.ClockAt(-1), "23:59");
  EXPECT_EQ(Calendar{}.Name(), "UTC");
  EXPECT_EQ(Calendar{minutes(345)}.Name(), "UTC+05:45");
  EXPECT_EQ(Calendar{minutes(-210)}.Name(), "UTC-03:30");
  EXPECT_EQ(LongDate(Calendar{}.DayOf(kSundayNight)), "Sunday, 31 May 2026");
}

}  // namespace
}  // namespace nearer::insights
