#include "chat/limiter.h"

#include <gtest/gtest.h>

namespace nearer::chat {
namespace {

using std::chrono::seconds;

TEST(LimiterTest, AllowsABurstAndThenSoManyASecond) {
  Limiter limiter({.burst = 3, .per_second = 0.5});
  const Limiter::Time start;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.SecondsToWait("a", start), 0);
  EXPECT_EQ(limiter.SecondsToWait("a", start), 2);
  EXPECT_EQ(limiter.SecondsToWait("b", start), 0) << "another key";
  EXPECT_EQ(limiter.SecondsToWait("a", start + seconds(1)), 1);
  EXPECT_EQ(limiter.SecondsToWait("a", start + seconds(2)), 0);
  EXPECT_EQ(limiter.SecondsToWait("a", start + seconds(2)), 2);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(limiter.SecondsToWait("a", start + seconds(100)), 0);
  EXPECT_NE(limiter.SecondsToWait("a", start + seconds(100)), 0);
}

TEST(LimiterTest, ABurstOfZeroIsNoLimit) {
  Limiter limiter({});
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(limiter.SecondsToWait("a", Limiter::Time()), 0);
}

TEST(LimiterTest, AnIpv6ClientCountsAsItsNetwork) {
  EXPECT_EQ(NetworkOf("2001:db8:1:2:3:4:5:6"), NetworkOf("2001:db8:1:2::9"));
  EXPECT_NE(NetworkOf("2001:db8:1:2::9"), NetworkOf("2001:db8:1:3::9"));
  EXPECT_EQ(NetworkOf("192.0.2.7"), "192.0.2.7");
  EXPECT_NE(NetworkOf("::ffff:192.0.2.7"), NetworkOf("::ffff:192.0.2.8"));
}

}  // namespace
}  // namespace nearer::chat
