#include "replay/packs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "content/content.h"
#include "history/forwarding.h"
#include "replay/small_pack.h"

namespace nearer::replay {
namespace {

// Counts how often an archive is read.
class Counted : public history::Forwarding {
 public:
  history::HistoryResult<std::string> ReadPack(
      std::string_view hash) const override {
    ++reads;
    return Forwarding::ReadPack(hash);
  }
  mutable std::atomic<int> reads = 0;
};

class PacksTest : public testing::Test {
 protected:
  PacksTest() {
    for (const char* hash : {"a", "b", "c"}) {
      const auto pack = PackOf({.hash = hash});
      EXPECT_TRUE(history_.ArchivePack(hash, content::ArchiveOf(*pack)).ok());
    }
  }
  Counted history_;
};

TEST_F(PacksTest, LoadsAPackOnceWhileItIsAmongThoseUsedLast) {
  Packs packs(history_, 2);
  for (const char* hash : {"a", "b", "a", "b", "a"})
    EXPECT_EQ(packs.Find(hash).value()->hash(), hash);
  EXPECT_EQ(history_.reads, 2);
  EXPECT_TRUE(packs.Find("c").ok());  // b was not used longest
  EXPECT_TRUE(packs.Find("a").ok());
  EXPECT_EQ(history_.reads, 3);
  EXPECT_TRUE(packs.Find("b").ok());
  EXPECT_EQ(history_.reads, 4);
}

TEST_F(PacksTest, ThreadsThatWantOnePackLoadItOnce) {
  Packs packs(history_);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] { EXPECT_TRUE(packs.Find("a").ok()); });
  threads.clear();
  EXPECT_EQ(history_.reads, 1);
}

TEST_F(PacksTest, WhatIsAbsentOrDamagedIsLookedForAgain) {
  Packs packs(history_);
  EXPECT_EQ(packs.Find("d").error().code, history::HistoryErrorCode::kNotFound);
  ASSERT_TRUE(history_.ArchivePack("d", "no archive").ok());
  EXPECT_EQ(packs.Find("d").error().code, history::HistoryErrorCode::kBroken);
  EXPECT_EQ(packs.Find("d").error().code, history::HistoryErrorCode::kBroken);
  EXPECT_EQ(history_.reads, 3);
}

}  // namespace
}  // namespace nearer::replay
