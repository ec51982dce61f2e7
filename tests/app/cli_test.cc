// The command line as its users meet it: the built program, its streams and
// exit codes.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "app/program.h"

namespace nearer {
namespace {

class CliTest : public ProgramTest {
 protected:
  static std::vector<nlohmann::json> Lines(const std::string& text) {
    std::vector<nlohmann::json> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
      lines.push_back(nlohmann::json::parse(line));
    return lines;
  }
};

TEST_F(CliTest, MatchAnswersEachLineInOrder) {
  const Ran ran = Run("match", R"({"text":"I'll figure this out on my own"}
{"text":"the train is late"}

{"text":"he hits me"}
)");
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto lines = Lines(ran.out);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0]["text"], "I'll figure this out on my own");
  EXPECT_EQ(lines[0]["theme"], "self_reliance");
  EXPECT_TRUE(lines[0]["risk"].is_null());
  EXPECT_EQ(lines[1]["theme"], "none");
  EXPECT_TRUE(lines[1]["rule"].is_null());
  EXPECT_EQ(lines[2]["theme"], "risk_abuse");
  EXPECT_EQ(lines[2]["risk"]["category"], "risk_abuse");
  EXPECT_TRUE(lines[2]["risk"]["level"].is_string());
}

TEST_F(CliTest, SimulateBeginsWithTheOpeningAndIsTheSameForTheSameSeed) {
  const std::string talk =
      "{\"text\":\"I never ask for "
      "help\"}\n{\"text\":\"hi\",\"after\":\"7d\"}\n";
  const Ran ran = Run("simulate --seed 4", talk);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto lines = Lines(ran.out);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0]["n"], 0);
  EXPECT_TRUE(lines[0]["text"].is_null());
  for (const auto& line : lines)
    for (const char* key : {"n", "text", "messages", "choices", "theme", "rule",
                            "dialog", "stage", "risk"})
      EXPECT_TRUE(line.contains(key)) << key;
  EXPECT_EQ(Run("simulate --seed 4", talk).out, ran.out);
}

TEST_F(CliTest, WrongUseAndWrongInputSayWhatAndWhere) {
  Write("unknown.toml", "listen = '127.0.0.1:0'\ndbs = 'a.db'\n");
  Write("unquoted.toml", "listen = 127.0.0.1:0\n");
  Write("open.toml", "db = \"a.db\n");
  Write("section.toml", "[serve]\ndb = 'a.db'\n");
  Write("twice.toml", "db = 'a.db'\n# again\ndb = 'a.db'\n");
  Write("nowhere.toml", "rules = 'nowhere'\n");
  Write("alone.toml", "rules = '.'\n");
  Write("origins.toml",
        "allow-origin = 'https://a.example,https://B.example'\n");
  struct Case {
    const char *arguments, *input;
    int code;
    const char* says;
  };
  for (const Case& c : {
           Case{"", "", 2, "--help"},
           Case{"fly", "", 2, "--help"},
           Case{"match --rules .", "", 2, "--dialogs"},
           Case{"match --rules nowhere --dialogs nowhere", "", 2, "nowhere"},
           Case{"match", "{\"text\":\"a\"}\nnot json\n", 1, "stdin:2"},
           Case{"match", "{\"words\":1}\n", 1, "stdin:1"},
           Case{"simulate", "{\"text\":\"a\",\"after\":\"soon\"}\n", 1,
                "stdin:1"},
           Case{"serve --listen nowhere", "", 2, "--listen"},
           Case{"serve --listen 127.0.0.1:0 --db no/such/folder/x.db", "", 1,
                "no/such/folder"},
           Case{"serve --config no.toml", "", 2, "no.toml: cannot be read"},
           Case{"serve --config .", "", 2, ".: cannot be read"},
           Case{"serve --config unknown.toml", "", 2,
                "unknown.toml:2: there is no option 'dbs'"},
           Case{"serve --config unquoted.toml", "", 2, "unquoted.toml:1: "},
           Case{"serve --config open.toml", "", 2, "open.toml:1: "},
           Case{"serve --config section.toml", "", 2, "section.toml:1: "},
           Case{"serve --config twice.toml", "", 2, "twice.toml:3: 'db'"},
           Case{"serve --config nowhere.toml", "", 2, "nowhere.toml:1: "},
           Case{"serve --config alone.toml", "", 2, "--dialogs"},
           Case{"serve --config origins.toml", "", 2, "https://B.example: "},
           Case{"serve --allow-origin https://a.example --allow-origin null",
                "", 2, "--allow-origin null: "},
           Case{"chat --db no/such/folder/x.db", "", 1, "no/such/folder"},
       }) {
    const Ran ran = Run(c.arguments, c.input);
    EXPECT_EQ(ran.code, c.code) << c.arguments << ": " << ran.err;
    EXPECT_EQ(ran.err.substr(0, 8), "nearer: ")
        << c.arguments << ": " << ran.err;
    EXPECT_NE(ran.err.find(c.says), std::string::npos)
        << c.arguments << ": " << ran.err;
  }
}

TEST_F(CliTest, CheckFailsOnAnErrorAndNamesItsPlace) {
  Write("rules/a.yaml",
        "theme: self_reliance\nrules:\n  - id: a\n    when: |\n      i (go\n");
  fs::create_directories(folder_ / "dialogs");
  const Ran ran = Run("check --rules rules --dialogs dialogs");
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("rules/a.yaml:5:"), std::string::npos) << ran.err;
}

TEST_F(CliTest, CheckOfTheShippedPackFindsNoError) {
  const Ran ran = Run("check");
  EXPECT_EQ(ran.code, 0) << ran.err;
}

TEST_F(CliTest, ChatTakesChoicesByNumberAndKeepsTheConversation) {
  const Ran first = Run("chat --db talk.db", "I never ask for help\n");
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_NE(first.out.find("  1  "), std::string::npos) << first.out;
  EXPECT_NE(first.out.find("talk.db"), std::string::npos) << first.out;
  const Ran second = Run("chat --db talk.db", "2\n");
  EXPECT_NE(second.out.find("> I never ask for help"), std::string::npos)
      << second.out;
  EXPECT_EQ(fs::status(folder_ / "talk.db.terminal").permissions() &
                fs::perms::others_all,
            fs::perms::none);
}

}  // namespace
}  // namespace nearer
