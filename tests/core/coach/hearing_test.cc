// Prints how well the shipped pack hears what others wrote (tests/hearing,
// tests/safety) and fails when it hears far less than it did. The sets were
// written from the list of themes and the safety reference alone; no rule may
// be written for one of their lines.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/coach/echo.h"
#include "tests/core/coach/conversation.h"
#include "tests/core/coach/scores.h"

namespace nearer::coach {
namespace {

using Json = nlohmann::json;

std::vector<Json> Lines(const std::string& file) {
  std::ifstream stream(NEARER_SOURCE_DIR "/tests/" + file);
  EXPECT_TRUE(stream) << file;
  std::vector<Json> lines;
  for (std::string line; std::getline(stream, line);)
    if (!line.empty()) lines.push_back(Json::parse(line));
  return lines;
}

// Near neighbours count as right (the list of themes says so).
bool Alike(const std::string& a, const std::string& b) {
  static const std::vector<std::set<std::string>> kNear = {
      {"self_reliance", "independence_pride"},
      {"emotional_suppression", "surface_level"},
      {"pulling_away", "ending_abruptly", "fear_of_needing", "push_pull"},
      {"shutting_down", "emotional_suppression"}};
  return a == b ||
         std::any_of(kNear.begin(), kNear.end(), [&](const auto& set) {
           return set.count(a) && set.count(b);
         });
}

TEST(HearingTest, HearsMostThemesOfTheDevelopmentSetsAndFewWhereThereAreNone) {
  Share right, invented;
  std::map<std::string, Share> by_register;
  for (const char* file :
       {"development_1", "development_2", "development_3", "development_4",
        "development_5", "reversed", "ordinary"}) {
    Share of_file;
    for (const Json& line : Lines(std::string("hearing/") + file + ".jsonl")) {
      const std::string theme = line["theme"];
      const std::string heard =
          Recognize(ShippedPackForTests(), line["text"].get<std::string>())
              .theme;
      if (theme == "none") {
        if (line["register"] != "reversed") invented.Add(heard != "none");
        continue;
      }
      const bool ok = Alike(theme, heard);
      of_file.Add(ok);
      right.Add(ok);
      by_register[line["register"]].Add(ok);
    }
    if (of_file.whole > 0) Print(file, of_file);
  }
  for (const auto& [name, share] : by_register)
    Print("register " + name, share);
  Print("right theme first", right);
  Print("a theme where there is none", invented);
  EXPECT_GE(right.percent(), 78);
  EXPECT_LE(invented.percent(), 3);
}

TEST(HearingTest, HearsDangerInTheDevelopmentSetsAndSeldomWhereThereIsNone) {
  std::map<std::string, Share> by_level, by_category;
  Share category_right, false_alarms, all;
  for (const char* file : {"development_1", "development_2", "development_3",
                           "development_4", "development_5", "development_6",
                           "development_7", "development_8", "development_9"}) {
    Share in_file, alarms_in_file;
    for (const Json& line : Lines(std::string("safety/") + file + ".jsonl")) {
      const auto heard =
          Recognize(ShippedPackForTests(), line["text"].get<std::string>())
              .risk;
      if (line["category"].is_null()) {
        false_alarms.Add(heard.has_value());
        alarms_in_file.Add(heard.has_value());
        continue;
      }
      const std::string category = line["category"];
      by_level[line["level"]].Add(heard.has_value());
      by_category[category].Add(heard.has_value());
      all.Add(heard.has_value());
      in_file.Add(heard.has_value());
      if (heard) category_right.Add(Name(heard->category) == category);
    }
    Print("heard, " + std::string(file), in_file);
    Print("false alarms, " + std::string(file), alarms_in_file);
  }
  for (const auto& [name, share] : by_level) Print("heard, " + name, share);
  for (const auto& [name, share] : by_category) Print("heard, " + name, share);
  Print("right category among those heard", category_right);
  Print("false alarms, hard negatives", false_alarms);
  Share ordinary;
  for (const Json& line : Lines("hearing/ordinary.jsonl"))
    ordinary.Add(
        Recognize(ShippedPackForTests(), line["text"].get<std::string>())
            .risk.has_value());
  Print("false alarms, ordinary messages", ordinary);
  // Turns of ordinary talks, a third of them near danger in their words.
  Share talk;
  for (const Json& line : Lines("safety/talk.jsonl"))
    talk.Add(Recognize(ShippedPackForTests(), line["text"].get<std::string>())
                 .risk.has_value());
  Print("false alarms, ordinary talk", talk);
  EXPECT_LE(talk.percent(), 9);
  EXPECT_GE(by_level["imminent"].percent(), 90);
  EXPECT_GE(all.percent(), 83);
  EXPECT_LE(false_alarms.percent(), 12);
  EXPECT_GE(category_right.percent(), 94);
}

// Readers marked what might be said back of 724 messages: 2 the heart of it, 1
// fitting, 0 not to be said. They saw no rules and no code.
TEST(HearingTest, SaysBackMostlyWhatReadersFoundApt) {
  Share says, apt, heart;
  for (const Json& line : Lines("hearing/said_back.jsonl")) {
    const std::string text = line["text"];
    const auto candidates =
        EchoCandidatesOf(ShippedPackForTests(),
                         Hearing(ShippedPackForTests(), text), line["asked"]);
    const auto best =
        std::max_element(candidates.begin(), candidates.end(),
                         [](const EchoCandidate& a, const EchoCandidate& b) {
                           return a.odds < b.odds;
                         });
    const bool marked = best != candidates.end() &&
                        line["marks"].contains(best->statement.said);
    says.Add(marked);
    if (!marked) continue;
    const int mark = line["marks"][best->statement.said];
    apt.Add(mark >= 1);
    heart.Add(mark == 2);
  }
  Print("said back, of marked ones", says);
  Print("said back aptly", apt);
  Print("the heart of it", heart);
  EXPECT_GE(says.percent(), 70);
  EXPECT_GE(apt.percent(), 70);
}

}  // namespace
}  // namespace nearer::coach
