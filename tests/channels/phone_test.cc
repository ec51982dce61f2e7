#include "channels/phone.h"

#include <gtest/gtest.h>

namespace nearer::channels {
namespace {

TEST(PhoneTest, GuessesAZoneWhereACountryHasOne) {
  EXPECT_EQ(ZoneOfNumber("+491701234567"), "Europe/Berlin");
  EXPECT_EQ(ZoneOfNumber("491701234567"), "Europe/Berlin");
  EXPECT_EQ(ZoneOfNumber("+447700900123|+15550001"), "Europe/London");
  EXPECT_EQ(ZoneOfNumber("+353851234567"), "Europe/Dublin");
  EXPECT_EQ(ZoneOfNumber("+12125550123"), "") << "several zones";
  EXPECT_EQ(ZoneOfNumber("+49"), "");
  EXPECT_EQ(ZoneOfNumber("DE.1502576"), "");
  EXPECT_EQ(ZoneOfNumber(""), "");
}

}  // namespace
}  // namespace nearer::channels
