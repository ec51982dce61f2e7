// nearer replay and nearer why, as their users meet them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "app/program.h"

namespace nearer {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class ReplayCommandTest : public ProgramTest {
 protected:
  ReplayCommandTest() { fs::create_directories(folder_ / "dialogs"); }

  // Says two things to the coach that says `sentence`.
  void Record(const std::string& sentence) {
    WriteRules(sentence);
    const Ran ran =
        Run("chat --db talk.db --rules rules --dialogs dialogs", "one\ntwo\n");
    ASSERT_EQ(ran.code, 0) << ran.err;
  }
  std::vector<nlohmann::json> Lines(const std::string& file) {
    std::vector<nlohmann::json> lines;
    std::istringstream stream(Read(file));
    for (std::string line; std::getline(stream, line);)
      lines.push_back(nlohmann::json::parse(line));
    return lines;
  }
  // The id of the one conversation there is.
  std::string Id() {
    WriteRules("Nothing else says this.");
    Run("replay --db talk.db --rules rules --dialogs dialogs --json id.jsonl");
    return Lines("id.jsonl").at(1).at("conversation");
  }
};

TEST_F(ReplayCommandTest, TellsWhatAChangedPackWouldSay) {
  Record("Go on.");
  const std::string replay =
      "replay --db talk.db --rules rules --dialogs dialogs ";
  const Ran same = Run(replay);
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_THAT(same.out, ContainsRegex("3 turns of 1 conversations"));
  EXPECT_THAT(same.out, ContainsRegex("  3  The same\n"));
  EXPECT_EQ(same.err, "");

  WriteRules("Do go on.");
  const Ran changed = Run(replay + "--json r.jsonl --html r.html --threads 3");
  EXPECT_EQ(changed.code, 0) << changed.err;
  EXPECT_THAT(changed.out, ContainsRegex("  2  The same rule, other words\n"));
  EXPECT_THAT(changed.out, HasSubstr("before: none, no rule: Go on."));
  EXPECT_THAT(changed.out, HasSubstr("after:  none, no rule: Do go on."));
  const auto lines = Lines("r.jsonl");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].at("turns").at("other_words"), 2);
  EXPECT_EQ(lines[1].at("text"), "one");
  EXPECT_EQ(lines[2].at("after").at("messages")[0], "Do go on.");
  EXPECT_THAT(Read("r.html"), HasSubstr("<!doctype html>"));

  const Ran late = Run(replay + "--since 2100-01-01");
  EXPECT_THAT(late.out, HasSubstr("0 turns of 0 conversations"));
  const Ran own = Run("replay --db talk.db --own-packs --onward");
  EXPECT_EQ(own.code, 0) << own.out;
  EXPECT_THAT(own.out, ContainsRegex("  3  The same\n"));
}

TEST_F(ReplayCommandTest, ALostRiskStandsFirstAndIsAnError) {
  ASSERT_EQ(Run("chat --db talk.db", "well\nhe hits me\n").code, 0);
  EXPECT_EQ(Run("replay --db talk.db").code, 0);
  WriteRules("Go on.");
  const Ran ran = Run("replay --db talk.db --rules rules --dialogs dialogs");
  EXPECT_EQ(ran.code, 1);
  const auto lost = ran.out.find("\nRisk no longer heard\n");
  ASSERT_NE(lost, std::string::npos) << ran.out;
  EXPECT_LT(lost, ran.out.find("\nThe same rule, other words\n"));
  EXPECT_THAT(ran.out, HasSubstr("> he hits me"));
}

TEST_F(ReplayCommandTest, KeepsItsProgressUntilItIsDone) {
  Record("Go on.");
  const std::string replay =
      "replay --db talk.db --rules rules --dialogs dialogs --resume progress ";
  EXPECT_EQ(Run(replay).code, 0);
  EXPECT_FALSE(fs::exists(folder_ / "progress"));
  EXPECT_FALSE(fs::exists(folder_ / "progress.risk_lost"));
  Write("progress", "{}");
  const Ran damaged = Run(replay);
  EXPECT_EQ(damaged.code, 1);
  EXPECT_THAT(damaged.err, HasSubstr("progress: it holds no progress"));
}

TEST_F(ReplayCommandTest, GoesOnAfterASignalAsIfThereHadBeenNone) {
  for (int i = 0; i < 20; ++i) Record("Go on.");
  WriteRules("Do go on.");
  const std::string replay =
      "replay --db talk.db --rules rules --dialogs dialogs ";
  ASSERT_EQ(Run(replay + "--json whole.jsonl").code, 0);
  // Whenever the signal comes: before, during or after the work.
  for (int turns : {0, 3000, 10000, 30000, 100000}) {
    const std::string nearer = "'" NEARER_BINARY "' " + replay +
                               "--resume progress --json parts.jsonl";
    const std::string command =
        "cd '" + folder_.string() + "'; " + nearer +
        " >out 2>err & i=0; while [ $i -lt " + std::to_string(turns) +
        " ]; do i=$((i+1)); done; kill -TERM $! 2>/dev/null; wait $!; " +
        nearer + " >out 2>err";
    EXPECT_EQ(std::system(command.c_str()), 0) << Read("err");
    EXPECT_EQ(Read("parts.jsonl"), Read("whole.jsonl"));
    EXPECT_FALSE(fs::exists(folder_ / "progress"));
  }
}

TEST_F(ReplayCommandTest, ExplainsAnyTurnByThePackThatSpoke) {
  Record("Go on.");
  const std::string id = Id();  // another pack lies in the folder from now on
  const Ran right = Run("why --db talk.db -- " + id + " 1");
  ASSERT_EQ(right.code, 0) << right.err;
  EXPECT_THAT(right.out, HasSubstr("> one\n"));
  EXPECT_THAT(right.out, ContainsRegex("more:[0-9a-f]{4}  Go on\\."));
  EXPECT_THAT(right.out, HasSubstr("from S001-05, An article, under Opening"));
  const Ran json = Run("why --db talk.db --json -- " + id + " 1");
  EXPECT_EQ(nlohmann::json::parse(json.out).at("prompts")[0].at("wording"),
            "Go on.");
  const Ran none = Run("why --db talk.db -- " + id + " 9");
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.err, HasSubstr("talk.db has no turn 9"));
}

TEST_F(ReplayCommandTest, PlaysAConversationBack) {
  Record("Go on.");
  const std::string id = Id();
  const Ran ran = Run("replay --db talk.db --play --conversation=" + id);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto hello = ran.out.find("  Hello.\n"), one = ran.out.find("> one\n"),
             two = ran.out.find("> two\n");
  ASSERT_NE(two, std::string::npos) << ran.out;
  EXPECT_LT(hello, one);
  EXPECT_LT(one, two);
  EXPECT_THAT(ran.out, HasSubstr("spoken by the pack "));
}

TEST_F(ReplayCommandTest, WritesAConversationAsATestOnce) {
  Record("Go on.");
  const std::string id = Id();
  fs::create_directories(folder_ / "tests");
  const std::string accept = "replay --db talk.db --into tests --accept=" + id;
  const Ran ran = Run(accept);
  EXPECT_THAT(ran.out, HasSubstr("tests/replayed-"));
  const std::string file = ran.out.substr(0, ran.out.find('\n'));
  EXPECT_THAT(Read(file), HasSubstr("\n> one\n"));
  const Ran again = Run(accept);
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, HasSubstr("exists already"));
}

TEST_F(ReplayCommandTest, WrongUseSaysWhatAndWhere) {
  Record("Go on.");
  struct Case {
    const char* arguments;
    int code;
    const char* says;
  };
  for (const Case& c : {
           Case{"replay", 2, "--db"},
           Case{"replay --db no.db", 2, "no.db"},
           Case{"replay --db talk.db --since yesterday", 2,
                "--since yesterday: expected a date"},
           Case{"replay --db talk.db --until 2026-02-30", 2, "--until"},
           Case{"replay --db talk.db --play", 2, "--conversation"},
           Case{"replay --db talk.db --own-packs --rules rules --dialogs "
                "dialogs",
                2, "--rules"},
           Case{"replay --db talk.db --accept x", 2, "--into"},
           Case{"replay --db talk.db --into dialogs --accept x", 1,
                "no conversation"},
           Case{"replay --db talk.db --conversation x", 1, "talk.db has no"},
           Case{"replay --db talk.db --conversation x --onward", 1,
                "no conversation"},
           Case{"replay --db talk.db --html no/such/folder", 1,
                "no/such/folder"},
           Case{"replay --db talk.db --resume no/such/folder", 1,
                "no/such/folder"},
           Case{"replay --db talk.db --threads 0", 2, "--threads"},
           Case{"why x", 2, "N"},
           Case{"why x -1 --db talk.db", 2, ""},
           Case{"why x 1 --db no.db", 2, "no.db"},
       }) {
    const Ran ran = Run(c.arguments);
    EXPECT_EQ(ran.code, c.code) << c.arguments << ": " << ran.err;
    EXPECT_EQ(ran.err.substr(0, 8), "nearer: ")
        << c.arguments << ": " << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(c.says)) << c.arguments;
  }
  EXPECT_FALSE(fs::exists(folder_ / "no.db"));
}

TEST_F(ReplayCommandTest, AShortOperatorKeyIsRefusedAndNotPrinted) {
  Write("key", "too-short\n");
  for (const char* variable :
       {"NEARER_OPERATOR_KEY=too-short", "NEARER_OPERATOR_KEY_FILE=key"}) {
    const std::string command = "cd '" + folder_.string() + "' && " + variable +
                                " '" NEARER_BINARY
                                "' serve --listen 127.0.0.1:0 2>err";
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 2);
    EXPECT_THAT(Read("err"), HasSubstr("NEARER_OPERATOR_KEY: expected"));
    EXPECT_THAT(Read("err"), Not(HasSubstr("too-short")));
  }
}

}  // namespace
}  // namespace nearer
