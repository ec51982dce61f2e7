// Runs tests/conversations/*.txt: conversations a coach can read. Lines:
//
//   # what the conversation shows
//   > what the person writes        ({2} taps the second choice)
//   after: 7d                       before the next utterance
//   theme: self_reliance            what was heard
//   says: words | or these          the reply contains one of them
//   never: words                    it does not contain them
//   asks: yes | no                  whether it asks a question
//   stage, dialog, risk, choice: …  as in the reply; dialog: none
//
// Every conversation runs under several identities, so that what is expected
// holds for whichever wording is drawn.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/core/coach/conversation.h"
#include "tests/core/coach/scripts.h"

namespace nearer::coach {
namespace {

constexpr int kIdentities = 6;

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(c));
  return text;
}

bool ContainsOneOf(const std::string& text, std::string alternatives) {
  alternatives += " | ";
  for (std::size_t bar; (bar = alternatives.find(" | ")) != std::string::npos;
       alternatives.erase(0, bar + 3)) {
    const std::string one = Lower(alternatives.substr(0, bar));
    if (!one.empty() && Lower(text).find(one) != std::string::npos) return true;
  }
  return false;
}

std::string RiskOf(const Reply& reply) {
  return reply.risk ? std::string(Name(reply.risk->category)) + ' ' +
                          std::string(Name(reply.risk->level))
                    : "none";
}

void Expect(const Conversation& conversation, const std::string& key,
            const std::string& value, const std::string& where) {
  const Reply& reply = conversation.reply();
  const std::string said = conversation.Said();
  if (key == "theme") {
    EXPECT_EQ(reply.theme, value) << where;
  } else if (key == "says") {
    EXPECT_TRUE(ContainsOneOf(said, value)) << where << "\nsaid: " << said;
  } else if (key == "never") {
    EXPECT_FALSE(ContainsOneOf(said, value)) << where << "\nsaid: " << said;
  } else if (key == "asks") {
    EXPECT_EQ(QuestionsIn(said) > 0, value == "yes")
        << where << "\nsaid: " << said;
  } else if (key == "stage") {
    EXPECT_EQ(reply.stage, value) << where << "\nsaid: " << said;
  } else if (key == "dialog") {
    EXPECT_EQ(reply.dialog.empty() ? "none" : reply.dialog, value)
        << where << "\nsaid: " << said;
  } else if (key == "risk") {
    // Without a level any level will do.
    EXPECT_TRUE(RiskOf(reply).starts_with(value))
        << where << "\nheard: " << RiskOf(reply);
  } else if (key == "choice") {
    EXPECT_NE(std::find(reply.choices.begin(), reply.choices.end(), value),
              reply.choices.end())
        << where << "\nsaid: " << said;
  } else {
    FAIL() << where << ": unknown key '" << key << "'";
  }
}

class ConversationsTest : public testing::TestWithParam<std::filesystem::path> {
};

TEST_P(ConversationsTest, GoesAsWritten) {
  for (int identity = 0; identity < kIdentities; ++identity) {
    Conversation conversation("reader-" + std::to_string(identity));
    std::ifstream file(GetParam());
    ASSERT_TRUE(file) << GetParam();
    std::int64_t pause = 30;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
      const std::string where = GetParam().filename().string() + ':' +
                                std::to_string(++number) + " (identity " +
                                std::to_string(identity) + ")";
      if (line.empty() || line[0] == '#') continue;
      if (line.starts_with("> ")) {
        std::string said = line.substr(2);
        if (said.size() == 3 && said[0] == '{') {
          const auto choice = static_cast<std::size_t>(said[1] - '1');
          ASSERT_LT(choice, conversation.reply().choices.size()) << where;
          said = conversation.reply().choices[choice];
        }
        conversation.Say(said, pause);
        pause = 30;
        EXPECT_LE(QuestionsIn(conversation.Said()), 1)
            << where << "\nsaid: " << conversation.Said();
        continue;
      }
      const auto colon = line.find(": ");
      ASSERT_NE(colon, std::string::npos) << where << ": expected 'key: value'";
      const std::string key = line.substr(0, colon);
      const std::string value = line.substr(colon + 2);
      if (key == "after") {
        pause = Seconds(value);
      } else {
        Expect(conversation, key, value, where);
      }
    }
  }
}

std::vector<std::filesystem::path> Files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           NEARER_SOURCE_DIR "/tests/conversations"))
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(All, ConversationsTest, testing::ValuesIn(Files()),
                         [](const auto& file) {
                           std::string name = file.param.stem().string();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace nearer::coach
