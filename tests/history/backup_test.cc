#include "history/backup.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "bytes_of.h"
#include "history/copies.h"
#include "history/migrations.h"
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
using enum HistoryErrorCode;

class Backup : public testing::Test {
 protected:
  // One that stays open, as that of a server.
  std::unique_ptr<History> SomeRecord() {
    auto history = Open(path_);
    Begin(*history, "c-1", 60);
    Begin(*history, "c-2", 0);
    EXPECT_THAT(history->ArchivePack("digest of rules", "rules"), Succeeds());
    return history;
  }
  void Damage(const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(copy_.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr),
              SQLITE_OK);
    sqlite3_close(db);
  }
  std::vector<std::string> FilesIn() {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(scratch_.folder()))
      files.push_back(entry.path().filename().string());
    return files;
  }

  Scratch scratch_;
  const std::string path_ = scratch_ / "nearer.db";
  const std::string copy_ = scratch_ / "copy.db";
};

TEST_F(Backup, IsARecordOfItsOwn) {
  const auto history = SomeRecord();
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  EXPECT_THAT(history->Append("c-2", TurnOf(1)), Succeeds());

  const auto copy = Open(copy_);
  EXPECT_EQ(AllTurns(*copy, "c-1"), AllTurns(*history, "c-1"));
  EXPECT_EQ(copy->Find("c-2")->version, 0);
  EXPECT_EQ(*copy->ReadPack("digest of rules"), "rules");
  EXPECT_THAT(copy->Append("c-2", TurnOf(1)), Succeeds());
}

TEST_F(Backup, IsForTheUserAloneAndReplacesNothing) {
  const auto history = SomeRecord();
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  struct stat file;
  ASSERT_EQ(stat(copy_.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600U);
  const std::string before = BytesOf(copy_);
  Begin(*history, "c-3", 9);
  const auto again = BackUp(path_, copy_);
  ASSERT_THAT(again, FailsWith(kBroken));
  EXPECT_THAT(again.error().message, HasSubstr("it exists; name a new file"));
  EXPECT_EQ(BytesOf(copy_), before);
  EXPECT_THAT(BackUp(path_, scratch_ / "none/copy.db"), FailsWith(kBroken));
  EXPECT_THAT(FilesIn(), Not(testing::Contains("copy.db.part")));
}

// Each turn follows the one before, so a copy of two moments would have a gap,
// or more turns than it has states.
TEST_F(Backup, StandsAtOneMomentWhileOthersWrite) {
  const auto history = SomeRecord();
  std::atomic<bool> enough = false;
  std::atomic<int> written = 0;
  std::thread writer([&] {
    for (int i = 0; !enough; ++i) {
      const std::string id = "w-" + std::to_string(i);
      Begin(*history, id, 3);
      ++written;
    }
  });
  while (written < 5) std::this_thread::yield();
  for (int i = 0; i < 5; ++i) {
    const std::string to = scratch_ / ("copy" + std::to_string(i));
    EXPECT_THAT(BackUp(path_, to), Succeeds());
    const auto findings = Verify(to, DigestOf);
    ASSERT_THAT(findings, Succeeds());
    EXPECT_THAT(findings->wrong, IsEmpty());
    EXPECT_GE(findings->contents.conversations, 2 + 5);
  }
  enough = true;
  writer.join();
}

TEST_F(Backup, HoldsNoByteOfWhatWasErased) {
  const auto history = SomeRecord();
  for (int i = 0; i < 40; ++i) {
    const std::string id = "e-" + std::to_string(i);
    ASSERT_THAT(history->Begin(ConversationOf(id), TurnOf(0)), Succeeds());
    for (int n = 1; n < 5; ++n)
      ASSERT_THAT(history->Append(id, TurnOf(n, "platypus " + id)), Succeeds());
  }
  for (int i = 0; i < 40; ++i)
    ASSERT_THAT(history->Erase("e-" + std::to_string(i), kErasedAt),
                Succeeds());
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  EXPECT_THAT(BytesOf(copy_), Not(HasSubstr("platypus")));
}

TEST_F(Backup, IsVerifiedWithoutATrace) {
  SomeRecord();
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  const std::string before = BytesOf(copy_);
  const auto findings = Verify(copy_, DigestOf);
  ASSERT_THAT(findings, Succeeds());
  EXPECT_THAT(findings->wrong, IsEmpty());
  EXPECT_EQ(findings->contents.version, Migrations().back().number);
  EXPECT_EQ(findings->contents.conversations, 2);
  EXPECT_EQ(findings->contents.turns, 62);
  EXPECT_EQ(findings->contents.packs, 1);
  EXPECT_EQ(findings->contents.bytes,
            static_cast<std::int64_t>(fs::file_size(copy_)));
  EXPECT_EQ(BytesOf(copy_), before);
  EXPECT_FALSE(fs::exists(copy_ + "-wal"));
  EXPECT_FALSE(fs::exists(copy_ + "-shm"));
}

TEST_F(Backup, ThatIsNotSoundIsFoundOut) {
  SomeRecord();
  const std::pair<const char*, const char*> cases[] = {
      {"DELETE FROM turns WHERE n = 7", "turns are missing in 1 conversations"},
      {"DELETE FROM turns WHERE n = 0", "turns are missing in 2 conversations"},
      {"UPDATE packs SET archive = x'00' WHERE archive IS NOT NULL",
       "the archive of the pack digest of ru is not the one"},
      {"PRAGMA foreign_keys = OFF; DELETE FROM packs",
       "a row of turns refers to one of packs that is not there"},
  };
  for (const auto& [damage, says] : cases) {
    fs::remove(copy_);
    ASSERT_THAT(BackUp(path_, copy_), Succeeds());
    Damage(damage);
    const auto findings = Verify(copy_, DigestOf);
    ASSERT_THAT(findings, Succeeds());
    ASSERT_THAT(findings->wrong, Not(IsEmpty())) << damage;
    EXPECT_THAT(findings->wrong.front(), HasSubstr(says));
  }
}

TEST_F(Backup, WithAFlippedPageIsFoundOut) {
  SomeRecord();
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  const auto pages = fs::file_size(copy_) / 4096;
  {
    std::fstream file(copy_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>((pages / 2) * 4096));
    file << std::string(64, '\xAA');
  }
  const auto findings = Verify(copy_, DigestOf);
  ASSERT_THAT(findings, Succeeds());
  EXPECT_THAT(findings->wrong, Not(IsEmpty()));
}

TEST_F(Backup, OfWhatIsNoRecordIsRefused) {
  std::ofstream(copy_) << "this is no database, but it is long enough to be "
                          "taken for one by somebody who looks at it from afar";
  EXPECT_THAT(Verify(copy_, DigestOf), FailsWith(kBroken));
  EXPECT_THAT(BackUp(copy_, scratch_ / "other"), FailsWith(kBroken));
  EXPECT_THAT(Verify(scratch_ / "none", DigestOf), FailsWith(kBroken));
  const auto history = SomeRecord();
  const auto in_use = Verify(path_, DigestOf);
  ASSERT_THAT(in_use, FailsWith(kBroken));
  EXPECT_THAT(in_use.error().message, HasSubstr("it is in use"));
}

TEST_F(Backup, CleansUpAfterOneThatCrashed) {
  SomeRecord();
  std::ofstream(copy_ + ".part") << std::string(100'000, 'x');
  ASSERT_THAT(BackUp(path_, copy_), Succeeds());
  EXPECT_THAT(Verify(copy_, DigestOf)->wrong, IsEmpty());
  EXPECT_FALSE(fs::exists(copy_ + ".part"));

  std::ofstream(scratch_ / "crashed.db.part") << "platypus";
  std::ofstream(scratch_ / "under-way.db.part") << "half";
  const int file =
      open((scratch_ / "under-way.db.part").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(flock(file, LOCK_EX), 0);
  EXPECT_THAT(RemoveAbandoned(scratch_.folder()),
              ElementsAre("crashed.db.part"));
  EXPECT_THAT(FilesIn(), testing::Contains("under-way.db.part"));
  EXPECT_THAT(BackUp(path_, scratch_ / "under-way.db"), FailsWith(kBroken));
  close(file);
}

TEST(CopiesTest, AreToldByTheirNames) {
  Scratch scratch;
  EXPECT_EQ(CopyName(1'763'808'672), "nearer-20251122T105112Z.db");
  for (const char* name :
       {"nearer-20261122T105112Z.db", "nearer-20251122T105112Z.db", "nearer.db",
        "nearer-20251122T105112Z.db-wal", "nearer-2025112T105112Z.db",
        "nearer-20259922T105112Z.db"})
    std::ofstream{scratch / name};
  const auto copies = CopiesIn(scratch.folder());
  ASSERT_THAT(copies, Succeeds());
  ASSERT_EQ(copies->size(), 2U);
  EXPECT_EQ(copies->front().path, scratch / "nearer-20251122T105112Z.db");
  EXPECT_EQ(copies->front().made, 1'763'808'672);
  EXPECT_THAT(CopiesIn(scratch / "none"), FailsWith(kBroken));
}

}  // namespace
}  // namespace nearer::history
