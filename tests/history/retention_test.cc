#include "history/retention.h"

#include <sqlite3.h>

#include <string>
#include <vector>

#include "bytes_of.h"
#include "history/sqlite_history.h"
#include "record.h"
#include "scratch.h"
#include "sqlite_record.h"

namespace nearer::history {
namespace {

using testing::HasSubstr;
using testing::Not;
using enum HistoryErrorCode;

constexpr UnixSeconds kOld = 1'000'000'000, kNew = 1'700'000'000;

// A conversation that began long ago, with `turns` turns up to `last`.
void BeginLongAgo(History& history, const std::string& id, int turns,
                  UnixSeconds last, const std::string& said) {
  Turn opening = TurnOf(0);
  opening.at = kOld;
  ASSERT_THAT(history.Begin(ConversationOf(id), opening), Succeeds());
  for (int n = 1; n <= turns; ++n) {
    Turn turn = TurnOf(n, said);
    turn.at = n == turns ? last : kOld + n;
    ASSERT_THAT(history.Append(id, turn), Succeeds());
  }
}

class Retention : public testing::Test {
 protected:
  HistoryResult<Done> EraseOld() {
    // No patience with those who read.
    return EraseOlder(
        path_, kNew, kErasedAt,
        [&](const Turn& last) { erased_.push_back(last); },
        std::chrono::milliseconds(0));
  }

  Scratch scratch_;
  const std::string path_ = scratch_ / "nearer.db";
  std::vector<Turn> erased_;
};

TEST_F(Retention, ErasesWhatEndedLongAgoToTheLastByte) {
  const auto history = Open(path_);  // as a server has it
  // More than are erased at once.
  for (int i = 0; i < 120; ++i)
    BeginLongAgo(*history, "old-" + std::to_string(i), 1, kOld + 9,
                 "platypus " + std::to_string(i));
  BeginLongAgo(*history, "goes-on", 3, kNew, "wombat");
  Begin(*history, "new", 1);

  ASSERT_THAT(EraseOld(), Succeeds());
  ASSERT_EQ(erased_.size(), 120U);
  EXPECT_EQ(erased_.front().n, 1);
  EXPECT_THAT(BytesOf(path_), Not(HasSubstr("platypus")));
  const auto left = history->List("", 1000);
  ASSERT_EQ(left->size(), 2U);
  EXPECT_EQ(AllTurns(*history, "goes-on").size(), 4U);

  // Neither does what is written next bring any of it back.
  EXPECT_THAT(history->Append("goes-on", TurnOf(4)), Succeeds());
  EXPECT_THAT(BytesOf(path_), Not(HasSubstr("platypus")));
  erased_.clear();
  ASSERT_THAT(EraseOld(), Succeeds());
  EXPECT_TRUE(erased_.empty());
}

TEST_F(Retention, RemembersWhichConversationsItErased) {
  const auto history = Open(path_);
  BeginLongAgo(*history, "old", 1, kOld, "platypus");
  ASSERT_THAT(EraseOld(), Succeeds());
  EXPECT_THAT(history->Begin(ConversationOf("old"), TurnOf(0)),
              FailsWith(kConflict));
}

TEST_F(Retention, TakesContactsAndWaitingMessagesAlong) {
  const auto history = Open(path_);
  Turn opening = TurnOf(0);
  opening.at = kOld;
  const Delivery delivery = DeliveryFrom("77", 1);
  ASSERT_THAT(history->Begin(ConversationOf("c"), opening, &delivery),
              Succeeds());
  ASSERT_THAT(EraseOld(), Succeeds());
  EXPECT_THAT(history->FindContact({"telegram", "77"}), FailsWith(kNotFound));
  EXPECT_TRUE(Waiting(*history).empty());
}

// Somebody who reads the log keeps the bytes there; the next call finishes.
TEST_F(Retention, SaysWhenTheBytesAreNotYetGoneAndFinishesLater) {
  const auto history = Open(path_);
  BeginLongAgo(*history, "old", 1, kOld, "platypus");
  sqlite3* reader = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &reader), SQLITE_OK);
  sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM turns", nullptr, nullptr,
               nullptr);
  EXPECT_THAT(EraseOld(), FailsWith(kBusy));
  EXPECT_EQ(erased_.size(), 1U);
  EXPECT_THAT(history->Find("old"), FailsWith(kNotFound));
  sqlite3_close(reader);
  erased_.clear();
  EXPECT_THAT(EraseOld(), Succeeds());
  EXPECT_TRUE(erased_.empty());
  EXPECT_THAT(BytesOf(path_), Not(HasSubstr("platypus")));
}

}  // namespace
}  // namespace nearer::history
