#include "history/prune.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "bytes_of.h"
#include "history/backup.h"
#include "history/migrations.h"
#include "history/sqlite_connection.h"
#include "history/sqlite_history.h"
#include "record.h"
#include "scratch.h"
#include "sqlite_record.h"

namespace nearer::history {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
using enum HistoryErrorCode;

void Talk(History& history, const std::string& id, const std::string& said,
          int turns = 4) {
  ASSERT_THAT(history.Begin(ConversationOf(id), TurnOf(0)), Succeeds());
  for (int n = 1; n <= turns; ++n) {
    Turn turn = TurnOf(n, said + " " + std::to_string(n));
    turn.state = R"({"said":")" + said + "\"}";
    ASSERT_THAT(history.Append(id, turn), Succeeds());
  }
}

class Pruning : public testing::Test {
 protected:
  HistoryResult<Done> Prune(UnixSeconds before = kNever) {
    ErasedIds erased;
    EXPECT_THAT(AddErasedIn(path_, erased), Succeeds());
    removed_.clear();
    return PruneCopy(copy_, erased, before, DigestOf, [&](const Turn& last) {
      removed_.push_back(last.utterance);
    });
  }
  HistoryResult<Restored> RestoreAt(const std::string& to) {
    return Restore(copy_, to, {}, 1'763'808'672, DigestOf);
  }
  std::vector<std::string> FilesIn() {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(scratch_.folder()))
      files.push_back(entry.path().filename().string());
    return files;
  }
  ino_t FileOfCopy() {
    struct stat file;
    EXPECT_EQ(stat(copy_.c_str(), &file), 0);
    return file.st_ino;
  }

  std::vector<std::string> removed_;  // what was said last in them
  Scratch scratch_;
  const std::string path_ = scratch_ / "nearer.db";
  const std::string copy_ = scratch_ / "copy.db";
};

TEST_F(Pruning, LeavesNoByteOfWhatWasErasedInACopyThatWasMadeBefore) {
  const auto history = Open(path_);
  // More than go in one transaction, in pages that they share with others.
  for (int i = 0; i < 130; ++i) {
    Talk(*history, "e-" + std::to_string(i), "platypus");
    Talk(*history, "k-" + std::to_string(i), "wombat", 1);
  }
  const Delivery delivery = {.from = {"telegram", "echidna"},
                             .outbound = {"to the echidna"},
                             .notes = "echidna"};
  ASSERT_THAT(history->Append("e-7", TurnOf(5, "numbat"), &delivery),
              Succeeds());
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  for (int i = 0; i < 130; ++i)
    ASSERT_THAT(history->Erase("e-" + std::to_string(i), kErasedAt),
                Succeeds());
  ASSERT_THAT(BytesOf(copy_), HasSubstr("platypus"));

  ASSERT_THAT(Prune(), Succeeds());
  EXPECT_EQ(removed_.size(), 130U);
  const std::string bytes = BytesOf(copy_);
  for (const char* gone : {"platypus", "numbat", "e-129"})
    EXPECT_THAT(bytes, Not(HasSubstr(gone)));
  EXPECT_THAT(bytes, HasSubstr("wombat"));
  const auto findings = Verify(copy_, DigestOf);
  ASSERT_THAT(findings, Succeeds());
  EXPECT_THAT(findings->wrong, IsEmpty());
  EXPECT_EQ(findings->contents.conversations, 130);
  EXPECT_THAT(FilesIn(), Not(testing::Contains("copy.db.part")));
  struct stat file;
  ASSERT_EQ(stat(copy_.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600U);
}

TEST_F(Pruning, TakesContactsMessagesAndNotesAlong) {
  const auto history = Open(path_);
  Delivery delivery = DeliveryFrom("platypus", 1);
  delivery.notes = "a platypus";
  ASSERT_THAT(history->Begin(ConversationOf("c-1"), TurnOf(0), &delivery),
              Succeeds());
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  ASSERT_THAT(history->Erase("c-1", kErasedAt), Succeeds());
  ASSERT_THAT(Prune(), Succeeds());
  const auto copy = Open(copy_);
  EXPECT_THAT(copy->FindContact({"telegram", "platypus"}),
              FailsWith(kNotFound));
  EXPECT_THAT(Waiting(*copy), IsEmpty());
}

TEST_F(Pruning, OnlyReadsACopyThatHasNothingOfIt) {
  const auto history = Open(path_);
  Talk(*history, "erased", "platypus");
  ASSERT_THAT(history->Erase("erased", kErasedAt), Succeeds());
  Talk(*history, "kept", "wombat");
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  const auto before = FileOfCopy();
  const std::string bytes = BytesOf(copy_);
  ASSERT_THAT(Prune(), Succeeds());
  EXPECT_THAT(removed_, IsEmpty());
  EXPECT_EQ(FileOfCopy(), before);
  EXPECT_EQ(BytesOf(copy_), bytes);
  EXPECT_THAT(FilesIn(), Not(testing::Contains("copy.db-wal")));
}

TEST_F(Pruning, RemovesWhatEndedLongAgo) {
  const auto history = Open(path_);
  Talk(*history, "short", "platypus", 1);  // its turns are seconds apart
  Talk(*history, "long", "wombat", 9);
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  ASSERT_THAT(Prune(TurnOf(5).at), Succeeds());
  EXPECT_THAT(removed_, ElementsAre("platypus 1"));
  EXPECT_THAT(BytesOf(copy_), Not(HasSubstr("platypus")));
}

// The record has forgotten nothing, so the copy that was pruned is asked.
TEST_F(Pruning, MakesTheCopyKnowWhatWasErased) {
  const auto history = Open(path_);
  Talk(*history, "erased", "platypus");
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  ASSERT_THAT(history->Erase("erased", kErasedAt), Succeeds());
  ASSERT_THAT(Prune(), Succeeds());
  ErasedIds known;
  ASSERT_THAT(AddErasedInCopy(copy_, known), Succeeds());
  EXPECT_TRUE(known.Contains("erased"));
  EXPECT_FALSE(known.Contains("other"));
}

TEST_F(Pruning, LeavesACopyThatIsNotSoundAsItIsAndSaysSo) {
  const auto history = Open(path_);
  Talk(*history, "erased", "platypus");
  Talk(*history, "kept", "wombat");
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  ASSERT_THAT(history->Erase("erased", kErasedAt), Succeeds());
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(copy_.c_str(), &db), SQLITE_OK);
  sqlite3_exec(db,
               "DELETE FROM turns WHERE n = 2 AND conversation = "
               "(SELECT key FROM conversations WHERE id = 'kept')",
               nullptr, nullptr, nullptr);
  sqlite3_close(db);
  const std::string bytes = BytesOf(copy_);
  const auto pruned = Prune();
  ASSERT_THAT(pruned, FailsWith(kBroken));
  EXPECT_THAT(
      pruned.error().message,
      testing::AllOf(HasSubstr("turns are missing"), HasSubstr("remove this")));
  EXPECT_EQ(BytesOf(copy_), bytes);
  EXPECT_THAT(FilesIn(), Not(testing::Contains("copy.db.part")));
}

TEST_F(Pruning, OfACopyInUseIsRefused) {
  const auto history = Open(path_);
  Talk(*history, "erased", "platypus");
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  ASSERT_THAT(history->Erase("erased", kErasedAt), Succeeds());
  {
    const auto copy = Open(copy_);
    Begin(*copy, "new", 1);
    EXPECT_THAT(Prune(), FailsWith(kBroken));
    EXPECT_THAT(copy->Find("erased"), Succeeds());
  }
  EXPECT_THAT(Prune(), Succeeds());
  EXPECT_EQ(Open(copy_)->Find("new")->version, 1);
}

TEST_F(Pruning, BringsAnOlderCopyUpToDate) {
  {
    const auto history = Open(path_);
    Talk(*history, "erased", "platypus");
    Talk(*history, "kept", "wombat");
  }
  fs::copy_file(path_, copy_);
  sqlite3* db = nullptr;  // as the version before wrote it
  ASSERT_EQ(sqlite3_open(copy_.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db,
                         "DROP TABLE erased; PRAGMA user_version = 4; "
                         "DELETE FROM migrations WHERE number = 5",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(db);
  ErasedIds known;
  EXPECT_THAT(AddErasedInCopy(copy_, known), Succeeds());
  EXPECT_EQ(known.size(), 0U);
  ASSERT_THAT(Open(path_)->Erase("erased", kErasedAt), Succeeds());
  ASSERT_THAT(Prune(), Succeeds());
  EXPECT_THAT(BytesOf(copy_), Not(HasSubstr("platypus")));
  EXPECT_EQ(Verify(copy_, DigestOf)->contents.version,
            Migrations().back().number);
}

// ---- Restoring.

TEST_F(Pruning, RestoresACopyWithoutWhatTheRecordKnowsToBeErased) {
  {
    const auto history = Open(path_);
    Talk(*history, "erased", "platypus");
    Talk(*history, "kept", "wombat");
    ASSERT_THAT(BackUp(path_, copy_), Succeeds());
    Talk(*history, "later", "numbat");
    ASSERT_THAT(history->Erase("erased", kErasedAt), Succeeds());
  }
  const auto restored = RestoreAt(path_);
  ASSERT_THAT(restored, Succeeds());
  EXPECT_EQ(restored->conversations, 1);
  EXPECT_EQ(restored->erased, 1);
  EXPECT_EQ(restored->former, path_ + ".before-nearer-20251122T105112Z.db");

  const auto history = Open(path_);
  EXPECT_THAT(history->Find("erased"), FailsWith(kNotFound));
  EXPECT_EQ(AllTurns(*history, "kept").size(), 5U);
  EXPECT_THAT(history->Find("later"), FailsWith(kNotFound));
  EXPECT_THAT(history->Begin(ConversationOf("erased"), TurnOf(0)),
              FailsWith(kConflict));
  // Nothing is lost: what came after the copy is in the former record.
  EXPECT_EQ(AllTurns(*Open(restored->former), "later").size(), 5U);
  EXPECT_THAT(BytesOf(path_), Not(HasSubstr("platypus")));
}

TEST_F(Pruning, RestoresWhereThereIsNoRecordWithoutWhatOtherCopiesKnow) {
  const std::string pruned = scratch_ / "pruned.db";
  {
    const auto history = Open(path_);
    Talk(*history, "erased", "platypus");
    Talk(*history, "kept", "wombat");
    ASSERT_THAT(BackUp(path_, copy_), Succeeds());
    ASSERT_THAT(history->Erase("erased", kErasedAt), Succeeds());
    ASSERT_THAT(BackUp(path_, pruned), Succeeds());
  }
  ErasedIds known;
  ASSERT_THAT(AddErasedInCopy(pruned, known), Succeeds());
  const std::string fresh = scratch_ / "fresh.db";
  const auto restored = Restore(copy_, fresh, known, kErasedAt, DigestOf);
  ASSERT_THAT(restored, Succeeds());
  EXPECT_EQ(restored->erased, 1);
  EXPECT_EQ(restored->former, "");
  EXPECT_THAT(BytesOf(fresh), Not(HasSubstr("platypus")));
  EXPECT_THAT(BytesOf(fresh), HasSubstr("wombat"));
}

TEST_F(Pruning, RestoresNothingOverARecordThatIsServed) {
  const auto history = Open(path_);
  Talk(*history, "kept", "wombat");
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  const auto restored = RestoreAt(path_);
  ASSERT_THAT(restored, FailsWith(kBroken));
  EXPECT_THAT(restored.error().message, HasSubstr("stop nearer serve first"));
  EXPECT_THAT(history->Append("kept", TurnOf(5)), Succeeds());
  EXPECT_THAT(FilesIn(), testing::IsSupersetOf({"nearer.db", "copy.db"}));
  EXPECT_EQ(AllTurns(*history, "kept").size(), 6U);
}

TEST_F(Pruning, RestoresNoCopyThatIsNotSound) {
  {
    const auto history = Open(path_);
    Talk(*history, "kept", "wombat");
  }
  std::ofstream(copy_) << std::string(9000, 'x');
  const std::string bytes = BytesOf(path_);
  EXPECT_THAT(RestoreAt(path_), FailsWith(kBroken));
  EXPECT_EQ(BytesOf(path_), bytes);
  EXPECT_THAT(FilesIn(), UnorderedElementsAre("nearer.db", "copy.db"));
}

}  // namespace
}  // namespace nearer::history
