// The audit of what is said in danger: clean on what ships, and not on answers
// that were spoiled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "content/content.h"

namespace nearer::content {
namespace {

using testing::HasSubstr;

Authored ShippedAuthored() {
  return Parse(ReadFolders(NEARER_SOURCE_DIR "/rules",
                           NEARER_SOURCE_DIR "/dialogs")
                   .value())
      .authored;
}

// What the audit says of the first wording of a prompt, changed.
std::string AuditOf(const std::string& prompt_id, const std::string& change,
                    const std::string& into) {
  static const Authored shipped = ShippedAuthored();
  Authored authored = shipped;
  for (Prompt& prompt : authored.prompts)
    if (prompt.id == prompt_id) {
      std::string& text = prompt.say.front().text;
      const auto at = text.find(change);
      EXPECT_NE(at, text.npos) << prompt_id << " has no '" << change << "'";
      if (at != text.npos) text.replace(at, change.size(), into);
    }
  std::string all;
  for (const Problem& problem : CheckSafety(authored))
    all += Describe(problem) + '\n';
  return all;
}

TEST(CheckSafetyTest, WhatShipsHoldsWhatItMustForEveryCountry) {
  const Authored authored = ShippedAuthored();
  std::string all;
  for (const Problem& problem : CheckSafety(authored))
    all += Describe(problem) + '\n';
  EXPECT_EQ(all, "");
  EXPECT_GE(SafetyAnswers(authored), 1000u);
}

TEST(CheckSafetyTest, FindsALineLeftOut) {
  EXPECT_THAT(AuditOf("safety.suicide.imminent", "{crisis}", "soon"),
              HasSubstr("does not hold '{crisis}'"));
  EXPECT_THAT(AuditOf("safety.abuse.active", "{abuse}", "soon"),
              HasSubstr("does not hold '{abuse}'"));
}

TEST(CheckSafetyTest, FindsAnEmergencyNumberThatComesLate) {
  EXPECT_THAT(AuditOf("safety.suicide.imminent", "Please call {emergency} now",
                      "Thank you. I hear you. You can call {emergency}"),
              HasSubstr("comes late"));
}

TEST(CheckSafetyTest, FindsWordsWithoutAPlaceInDanger) {
  EXPECT_THAT(AuditOf("safety.abuse.active", "at your pace",
                      "at your pace, and confront him"),
              HasSubstr("'confront' has no place"));
  EXPECT_THAT(AuditOf("safety.suicide.active", "You choose.", "You choose!"),
              HasSubstr("'!' has no place"));
}

TEST(CheckSafetyTest, FindsTooManyWordsAndQuestions) {
  std::string long_text;
  for (int i = 0; i < 60; ++i) long_text += "and so on ";
  EXPECT_THAT(AuditOf("safety.suicide.active", "You choose.",
                      "You choose. " + long_text),
              HasSubstr("at most 90"));
  EXPECT_THAT(
      AuditOf("safety.suicide.active", "You choose.", "You choose. Is it bad?"),
      HasSubstr("more than one question"));
}

}  // namespace
}  // namespace nearer::content
