#include "chat/zones.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace nearer::chat {
namespace {

TEST(ZonesTest, FindsAZoneInAFewWords) {
  const auto zones = OpenSystemZones();
  ASSERT_NE(zones, nullptr);
  const std::pair<const char*, const char*> cases[] = {
      {"Berlin", "Europe/Berlin"},
      {"I'm in Berlin", "Europe/Berlin"},
      {"berlin time", "Europe/Berlin"},
      {"my time zone is Tokyo", "Asia/Tokyo"},
      {"New York", "America/New_York"},
      {"new york city", "America/New_York"},
      {"Europe/Berlin", "Europe/Berlin"},
      {"Germany", "Europe/Berlin"},
      {"Pacific time", "America/Los_Angeles"},
      {"I'm in the Pacific time zone", "America/Los_Angeles"},
      {"CET", "Europe/Paris"},
      {"UTC+2", "Etc/GMT-2"},
      {"utc -5", "Etc/GMT+5"},
      {"GMT", "UTC"},
      {"Kenya", "Africa/Nairobi"},
      {"India", "Asia/Kolkata"},
      // Several zones, or none.
      {"Australia", ""},
      {"Brazil", ""},
      {"UTC+15", ""},
      {"I never ask for help", ""},
      {"my time", ""},
      {"no", ""},
      {"", ""},
  };
  for (const auto& [said, zone] : cases)
    EXPECT_EQ(zones->Find(said).value_or(""), zone) << "said: " << said;
}

TEST(ZonesTest, KnowsHowClocksAreChanged) {
  const auto zones = OpenSystemZones();
  ASSERT_NE(zones, nullptr);
  using std::chrono::hours;
  // Around 29 March 2026, 01:00 UTC.
  EXPECT_EQ(zones->OffsetAt("Europe/Berlin", 1'774'745'999), hours(1));
  EXPECT_EQ(zones->OffsetAt("Europe/Berlin", 1'774'746'000), hours(2));
  EXPECT_EQ(zones->OffsetAt("America/New_York", 1'774'746'000), hours(-4));
  EXPECT_EQ(zones->OffsetAt("Etc/GMT-2", 1'774'746'000), hours(2));
  EXPECT_EQ(zones->OffsetAt("Mars/Base", 1'774'746'000), hours(0));
}

}  // namespace
}  // namespace nearer::chat
