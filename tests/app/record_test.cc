// export, import, backup, erase and retain, as an operator meets them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "app/program.h"
#include "load/server_process.h"

namespace nearer {
namespace {

using testing::HasSubstr;
using testing::Not;

class RecordTest : public ProgramTest {
 protected:
  RecordTest() { WriteRules("Go on."); }

  // A record of one conversation of 2001 with "platypus" in it, "old",
  // and one from far ahead, "new".
  void MakeRecord() {
    const Ran ran = Run(
        "import --db nearer.db --rules rules --dialogs dialogs",
        R"({"role":"user","text":"a platypus bit me","conversation":"old","at":1000000000}
{"role":"user","text":"it bit me again","conversation":"old","at":1001000000}
{"role":"user","text":"a wombat looked at me","conversation":"new","at":99999999999}
)");
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out,
              "2 conversations with 5 turns imported, 0 were there already\n");
  }
  // All files whose names begin so, as bytes.
  std::string BytesOf(const std::string& prefix) {
    std::string bytes;
    for (const auto& entry : fs::recursive_directory_iterator(folder_))
      if (fs::relative(entry.path(), folder_).string().starts_with(prefix) &&
          entry.is_regular_file())
        bytes += Read(fs::relative(entry.path(), folder_).string());
    return bytes;
  }
  // Runs it until it has written so much into one file, where the system ends
  // it.
  int RunUntil(int kibibytes, const std::string& arguments) {
    // In a shell of its own; the unit is 512 bytes.
    const std::string command =
        "cd '" + folder_.string() + "' && (ulimit -c 0; ulimit -f " +
        std::to_string(2 * kibibytes) + "; exec '" NEARER_BINARY "' " +
        arguments + " >/dev/null 2>&1)";
    return std::system(command.c_str());
  }
  std::string OnlyCopy() {
    for (const auto& entry : fs::directory_iterator(folder_ / "copies"))
      if (entry.path().extension() == ".db")
        return entry.path().filename().string();
    return "";
  }
};

TEST_F(RecordTest, GoesOutAndInAndOutTheSame) {
  fs::create_directory(folder_ / "dialogs");
  MakeRecord();
  Ran ran = Run("export --db nearer.db --out record.jsonl");
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.err, "2 conversations with 5 turns exported\n");
  EXPECT_EQ(fs::status(folder_ / "record.jsonl").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  ran = Run("import --db copy.db record.jsonl");
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(Run("export --db copy.db").out, Read("record.jsonl"));
  ran = Run("import --db copy.db record.jsonl");
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out,
            "0 conversations with 0 turns imported, 2 were there already\n");

  ran = Run("export --db nearer.db --out record.jsonl");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("exists already"));
  EXPECT_EQ(Run("export --db none.db").code, 1);
  ran = Run("export --db nearer.db --conversation old");
  EXPECT_THAT(ran.out, HasSubstr("platypus"));
  EXPECT_THAT(ran.out, Not(HasSubstr("wombat")));
}

TEST_F(RecordTest, ImportNamesTheLineThatIsWrongAndWhatDiffers) {
  fs::create_directory(folder_ / "dialogs");
  MakeRecord();
  Ran ran = Run("import --db copy.db", "{\"format\":\"nearer.record\",\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("stdin:1: "));
  // Answered by another pack it is another conversation.
  WriteRules("Tell me.");
  ran = Run("import --db nearer.db --rules rules --dialogs dialogs",
            R"({"role":"user","text":"hm","conversation":"old"})");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("the conversation old was left out"));
}

// The system ends the program in the middle of a write, where a disk that is
// full or a power cut would.
TEST_F(RecordTest, IsWholeAfterAnImportOrABackupThatCrashed) {
  fs::create_directory(folder_ / "dialogs");
  std::string lines;
  for (int conversation = 0; conversation < 60; ++conversation)
    for (int turn = 0; turn < 50; ++turn)
      lines += R"({"role":"user","conversation":"c-)" +
               std::to_string(conversation) + R"(","text":")" +
               std::string(3000, static_cast<char>('a' + turn % 26)) + "\"}\n";
  ASSERT_EQ(
      Run("import --db nearer.db --rules rules --dialogs dialogs", lines).code,
      0);
  ASSERT_EQ(Run("export --db nearer.db --out record.jsonl").code, 0);
  int crashed = 0;
  for (const int kibibytes : {100, 1000, 9000, 10500, 12000, 13000}) {
    const std::string copy = "copy" + std::to_string(kibibytes) + ".db";
    if (RunUntil(kibibytes, "import --db " + copy + " record.jsonl") != 0)
      ++crashed;
    ASSERT_EQ(Run("import --db " + copy + " record.jsonl").code, 0);
    EXPECT_EQ(Run("export --db " + copy).out, Read("record.jsonl"));

    const std::string backup = "backup" + std::to_string(kibibytes) + ".db";
    if (RunUntil(kibibytes, "backup --db nearer.db " + backup) != 0) {
      ++crashed;
      EXPECT_FALSE(fs::exists(folder_ / backup));
      ASSERT_EQ(Run("backup --db nearer.db " + backup).code, 0);
    }
    EXPECT_EQ(Run("backup --verify " + backup).code, 0);
    EXPECT_FALSE(fs::exists(folder_ / (backup + ".part")));
  }
  EXPECT_GE(crashed, 6);
}

TEST_F(RecordTest, IsCopiedAndVerified) {
  fs::create_directory(folder_ / "dialogs");
  fs::create_directory(folder_ / "copies");
  MakeRecord();
  Ran ran = Run("backup --db nearer.db copies --verify");
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(": sound; 2 conversations, 5 turns, 1 packs"));
  EXPECT_EQ(Run("backup --verify copies").code, 0);
  EXPECT_EQ(Run("backup --verify copies/" + OnlyCopy()).code, 0);
  EXPECT_EQ(Run("export --db copies/" + OnlyCopy()).out,
            Run("export --db nearer.db").out);
  EXPECT_EQ(Run("backup copies").code, 2);
  EXPECT_EQ(Run("backup --db nearer.db rules/say.yaml").code, 1);

  std::string bytes = Read("copies/" + OnlyCopy());
  bytes.replace(bytes.find("platypus"), 8, "echidna\n");
  bytes.resize(bytes.size() - 4096);
  Write("broken.db", bytes);
  ran = Run("backup --verify broken.db");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out + ran.err, Not(HasSubstr("echidna")));
}

TEST_F(RecordTest, ErasesAConversationFromTheCopiesToo) {
  fs::create_directory(folder_ / "dialogs");
  fs::create_directory(folder_ / "copies");
  MakeRecord();
  ASSERT_EQ(Run("backup --db nearer.db copies").code, 0);
  Write("copies/nearer-20260101T000000Z.db.part", "platypus");
  Ran ran = Run("erase --db nearer.db old");
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("copies of the record still have it"));
  EXPECT_THAT(BytesOf("nearer.db"), Not(HasSubstr("platypus")));
  EXPECT_THAT(BytesOf("copies"), HasSubstr("platypus"));
  ran = Run("erase --db nearer.db old --backups copies");
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("copies/" + OnlyCopy() +
                                 ": 1 conversations with 3 turns"));
  EXPECT_THAT(BytesOf("copies"), Not(HasSubstr("platypus")));
  EXPECT_THAT(BytesOf("copies"), HasSubstr("wombat"));
  EXPECT_EQ(Run("backup --verify copies").code, 0);
  // That something else was removed there is no erasure.
  Write("copies/nearer-20260101T000000Z.db.part", "half");
  ran = Run("erase --db nearer.db old --backups copies");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("there is no conversation old"));
}

TEST_F(RecordTest, BringsNothingBackThatWasErased) {
  fs::create_directory(folder_ / "dialogs");
  fs::create_directory(folder_ / "copies");
  MakeRecord();
  ASSERT_EQ(Run("export --db nearer.db --out record.jsonl").code, 0);
  ASSERT_EQ(Run("backup --db nearer.db copies").code, 0);
  const std::string copy = "copies/" + OnlyCopy();
  fs::copy(folder_ / copy, folder_ / "elsewhere.db");
  ASSERT_EQ(Run("erase --db nearer.db old").code, 0);

  Ran ran = Run("import --db nearer.db record.jsonl");
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("1 were erased from this record before"));
  EXPECT_THAT(BytesOf("nearer.db"), Not(HasSubstr("platypus")));

  ran = Run("backup --db nearer.db --prune copies");
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, copy +
                         ": 1 conversations with 3 turns in 2 sessions "
                         "erased\n");
  EXPECT_THAT(BytesOf("copies"), Not(HasSubstr("platypus")));
  EXPECT_THAT(BytesOf("copies"), HasSubstr("wombat"));
  EXPECT_EQ(Run("backup --verify copies").code, 0);
  ran = Run("backup --db nearer.db --prune copies");
  EXPECT_THAT(ran.out, HasSubstr("nothing that was erased is in the copies"));
  EXPECT_EQ(Run("backup --db nearer.db --prune elsewhere.db").code, 2);

  // A copy that nobody pruned, over the record, and where there is none.
  ran = Run("restore --db nearer.db elsewhere.db");
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("restored, 1 conversations; 1 were erased"));
  EXPECT_THAT(BytesOf("nearer.db"), Not(HasSubstr("platypus")));
  EXPECT_THAT(Run("export --db nearer.db").out, HasSubstr("wombat"));
  ran = Run("restore --db anew.db elsewhere.db --backups copies");
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(BytesOf("anew.db"), Not(HasSubstr("platypus")));
  EXPECT_EQ(Run("export --db anew.db").out, Run("export --db nearer.db").out);
}

TEST_F(RecordTest, IsACopyAsBeforeOrWithoutTheErasedAfterAPruningThatCrashed) {
  fs::create_directory(folder_ / "dialogs");
  fs::create_directory(folder_ / "copies");
  std::string lines;
  for (const char* word : {"platypus ", "wombat "})
    for (int turn = 0; turn < 50; ++turn) {
      std::string said;
      while (said.size() < 3000) said += word;
      lines += R"({"role":"user","conversation":")" + std::string(word, 4) +
               R"(","text":")" + said + "\"}\n";
    }
  ASSERT_EQ(
      Run("import --db nearer.db --rules rules --dialogs dialogs", lines).code,
      0);
  ASSERT_EQ(Run("backup --db nearer.db copies").code, 0);
  const std::string copy = "copies/" + OnlyCopy(), before = Read(copy);
  ASSERT_EQ(Run("erase --db nearer.db plat").code, 0);
  for (const int kibibytes : {20, 200, 400}) {
    EXPECT_NE(RunUntil(kibibytes, "backup --db nearer.db --prune copies"), 0);
    EXPECT_EQ(Read(copy), before);
  }
  // What is left of them goes with the next.
  ASSERT_EQ(Run("backup --db nearer.db --prune copies").code, 0);
  EXPECT_THAT(BytesOf("copies"), Not(HasSubstr("platypus")));
  EXPECT_THAT(BytesOf("copies"), HasSubstr("wombat"));
  EXPECT_EQ(Run("backup --verify copies").code, 0);
}

TEST_F(RecordTest, KeepsNothingLongerThanToldAnywhere) {
  fs::create_directory(folder_ / "dialogs");
  fs::create_directory(folder_ / "copies");
  MakeRecord();
  ASSERT_EQ(Run("backup --db nearer.db copies").code, 0);
  fs::copy(folder_ / "copies" / OnlyCopy(),
           folder_ / "copies/nearer-20020201T000000Z.db");
  const Ran ran = Run("retain --db nearer.db --backups copies 30d");
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(
      ran.out,
      HasSubstr(
          "nearer.db: 1 conversations with 3 turns in 2 sessions erased"));
  EXPECT_THAT(ran.out, HasSubstr("copies/nearer-20020201T000000Z.db: removed"));
  EXPECT_FALSE(fs::exists(folder_ / "copies/nearer-20020201T000000Z.db"));
  for (const char* place : {"nearer.db", "copies"}) {
    EXPECT_THAT(BytesOf(place), Not(HasSubstr("platypus"))) << place;
    EXPECT_THAT(BytesOf(place), HasSubstr("wombat")) << place;
  }
  EXPECT_EQ(Run("backup --verify copies").code, 0);
  for (const char* wrong : {"0d", "1h", "180", "soon"})
    EXPECT_EQ(Run(std::string("retain --db nearer.db ") + wrong).code, 2);
  EXPECT_EQ(Run("serve --retain soon").code, 2);
  EXPECT_EQ(Run("serve --backups none").code, 2);
}

TEST_F(RecordTest, IsKeptShortByTheServerAtItsStart) {
  fs::create_directory(folder_ / "dialogs");
  fs::create_directory(folder_ / "copies");
  MakeRecord();
  ASSERT_EQ(Run("backup --db nearer.db copies").code, 0);
  load::ServerProcess server(
      NEARER_BINARY, Path("nearer.db"),
      {"--retain", "30d", "--backups", Path("copies"), "--rules", Path("rules"),
       "--dialogs", Path("dialogs")});
  server.WaitForLine("nearer.db: 1 conversations with 3 turns in 2 sessions");
  server.WaitForLine(OnlyCopy() + ": 1 conversations");
  EXPECT_EQ(server.Terminate(), 0);
  for (const char* place : {"nearer.db", "copies"}) {
    EXPECT_THAT(BytesOf(place), Not(HasSubstr("platypus"))) << place;
    EXPECT_THAT(BytesOf(place), HasSubstr("wombat")) << place;
  }
}

TEST_F(RecordTest, IsPrunedFromItsCopiesByTheServerAtItsStart) {
  fs::create_directory(folder_ / "dialogs");
  fs::create_directory(folder_ / "copies");
  MakeRecord();
  ASSERT_EQ(Run("backup --db nearer.db copies").code, 0);
  ASSERT_EQ(Run("erase --db nearer.db old").code, 0);
  load::ServerProcess server(NEARER_BINARY, Path("nearer.db"),
                             {"--backups", Path("copies"), "--rules",
                              Path("rules"), "--dialogs", Path("dialogs")});
  server.WaitForLine(OnlyCopy() + ": 1 conversations");
  EXPECT_EQ(server.Terminate(), 0);
  EXPECT_THAT(BytesOf("copies"), Not(HasSubstr("platypus")));
  EXPECT_THAT(BytesOf("nearer.db"), HasSubstr("wombat"));
}

TEST_F(RecordTest, RemembersWhatWasErasedAsLongAsACopyMayHaveIt) {
  fs::create_directory(folder_ / "dialogs");
  fs::create_directory(folder_ / "copies");
  MakeRecord();
  ASSERT_EQ(Run("export --db nearer.db --out record.jsonl").code, 0);
  ASSERT_EQ(Run("erase --db nearer.db old").code, 0);
  // It was erased today, so 30 days have not passed.
  ASSERT_EQ(Run("retain --db nearer.db --backups copies 30d").code, 0);
  const Ran ran = Run("import --db nearer.db record.jsonl");
  EXPECT_THAT(ran.out, HasSubstr("1 were erased from this record before"));
}

}  // namespace
}  // namespace nearer
