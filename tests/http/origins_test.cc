#include "http/origins.h"

#include <gtest/gtest.h>

namespace nearer::http {
namespace {

TEST(OriginsTest, AnOriginIsWrittenAsABrowserSendsIt) {
  for (const char* origin : {"https://example.org", "http://localhost:3000",
                             "https://a-b.c.example", "http://127.0.0.1:8080",
                             "http://[::1]:8080", "https://[2001:db8::1]"}) {
    const auto origins = Origins::Parse({origin});
    ASSERT_TRUE(origins) << origin;
    EXPECT_TRUE(origins->Allow(origin)) << origin;
  }
}

TEST(OriginsTest, WhatNoBrowserSendsIsRefusedByName) {
  for (const std::string origin : {"",
                                   "*",
                                   "null",
                                   "example.org",
                                   "https://",
                                   "https://Example.org",
                                   "https://example.org/",
                                   "https://example.org:443",
                                   "http://a:80",
                                   "https://a:",
                                   "https://a:0",
                                   "https://a:070",
                                   "https://a:65536",
                                   "https://a:x",
                                   "https://u@a",
                                   "https://*.example.org",
                                   "ftp://a",
                                   "https://a b",
                                   "https://[",
                                   "https://[]",
                                   "https://[::1",
                                   "https://[g]",
                                   "https://[::1]x"}) {
    const auto origins = Origins::Parse({"https://fine.example", origin});
    ASSERT_FALSE(origins) << origin;
    EXPECT_TRUE(origins.error().message.starts_with(origin + ": "));
  }
}

TEST(OriginsTest, OnlyTheWholeOriginIsAllowed) {
  const auto origins =
      Origins::Parse({"https://example.org", "http://localhost:3000"});
  ASSERT_TRUE(origins);
  for (const char* other :
       {"", "null", "https://example.org.evil", "https://sub.example.org",
        "http://example.org", "https://example.org:8443", "http://localhost"})
    EXPECT_FALSE(origins->Allow(other)) << other;
  EXPECT_FALSE(Origins().Allow(""));
}

}  // namespace
}  // namespace nearer::http
