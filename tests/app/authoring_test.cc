// unheard, usage and graph, as an author meets them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "app/program.h"

namespace nearer {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class AuthoringTest : public ProgramTest {
 protected:
  void MakeRecord() {
    fs::create_directory(folder_ / "dialogs");
    WriteRules("Go on.");
    ASSERT_EQ(Run("import --db nearer.db " + kPack,
                  R"({"role":"user","text":"purple landlord <b>"}
{"role":"user","text":"a purple <b> landlord"}
{"role":"user","text":"soup"}
)")
                  .code,
              0);
  }
  const std::string kPack = "--rules rules --dialogs dialogs";
};

TEST_F(AuthoringTest, UnheardGroupsWhatWasSaid) {
  MakeRecord();
  Ran ran = Run("unheard --db nearer.db --min 2 --json " + kPack);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto group = nlohmann::json::parse(ran.out);
  EXPECT_EQ(group["times"], 2);
  EXPECT_EQ(group["others"].size(), 1U);
  EXPECT_THAT(ran.err, HasSubstr("people's own words"));
  ran = Run("unheard --db nearer.db " + kPack);
  EXPECT_THAT(ran.out, HasSubstr("3 turns were heard by no rule"));
  ran = Run("unheard --db nearer.db --html page.html " + kPack);
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(Read("page.html"), HasSubstr("landlord &lt;b&gt;"));
  EXPECT_EQ(fs::status(folder_ / "page.html").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(Run("unheard --db nearer.db --html page.html").code, 1);
  EXPECT_EQ(Run("unheard --db none.db").code, 1);
  EXPECT_EQ(Run("unheard --db nearer.db --min 0").code, 2);
}

TEST_F(AuthoringTest, UsageTellsWhatWasSaidHowOften) {
  MakeRecord();
  Ran ran = Run("usage --db nearer.db " + kPack);
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("prompts: 2, never used 0\n"
                                 "        3  2026-01-05  more\n"
                                 "        1  2026-01-05  hello\n"));
  EXPECT_THAT(ran.out, HasSubstr("4 turns in 1 conversations"));
  ran = Run("usage --db nearer.db --json " + kPack);
  EXPECT_THAT(ran.out, StartsWith(R"({"kind":"prompt","id":"more","times":3)"));
}

TEST_F(AuthoringTest, GraphDrawsTheShippedDialogs) {
  EXPECT_THAT(Run("graph").out, StartsWith("digraph nearer {"));
  const Ran ran = Run("graph --format mermaid --dialog protector");
  EXPECT_THAT(ran.out, StartsWith("flowchart LR"));
  EXPECT_THAT(ran.out, Not(HasSubstr("small_step")));
  EXPECT_THAT(Run("graph --format html").out, StartsWith("<!doctype html>"));
  EXPECT_EQ(Run("graph --dialog none").code, 1);
  EXPECT_EQ(Run("graph --format png").code, 2);
}

}  // namespace
}  // namespace nearer
