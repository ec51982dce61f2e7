#include "portable/plain_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "chat/small_pack.h"
#include "history/record.h"
#include "portable/read_lines.h"

namespace nearer::portable {
namespace {

using history::Conversation;
using history::Turn;
using testing::ElementsAre;
using testing::HasSubstr;

// Keeps what it takes.
class Kept final : public history::Receiver {
 public:
  Result<Done> TakePack(std::string_view hash, std::string_view) override {
    packs.emplace_back(hash);
    return Done{};
  }
  Result<Done> TakeReceived(const history::Received&) override {
    return Done{};
  }
  Result<Done> TakeConversation(const Conversation& conversation) override {
    conversations.push_back(conversation);
    turns.emplace_back();
    return Done{};
  }
  Result<Done> TakeTurn(const Turn& turn) override {
    turns.back().push_back(turn);
    return Done{};
  }
  Result<Done> TakeContact(const history::Contact&) override { return Done{}; }
  Result<Done> TakeMessage(const history::Outbound&) override { return Done{}; }
  Result<Done> TakeReminder(const history::Due&) override { return Done{}; }
  Result<Done> TakeEnd() override {
    ended = true;
    return Done{};
  }

  std::vector<std::string> packs;
  std::vector<Conversation> conversations;
  std::vector<std::vector<Turn>> turns;
  bool ended = false;
};

std::string Read(const std::string& text, Kept& kept) {
  std::istringstream in(text);
  const auto read = ReadLines(
      in, "file", [] { return chat::SmallPack("pack-1"); }, kept);
  return read ? "" : read.error().message;
}

std::vector<std::string> UtterancesOf(const std::vector<Turn>& turns) {
  std::vector<std::string> utterances;
  for (const Turn& turn : turns) utterances.push_back(turn.utterance);
  return utterances;
}

nlohmann::json ElsewhereOf(const Turn& turn) {
  return nlohmann::json::parse(turn.trace)
      .value("answered_elsewhere", nlohmann::json::array());
}

TEST(PlainLinesTest, BecomeAConversationWithThisCoach) {
  Kept kept;
  ASSERT_EQ(Read(R"({"role":"system","text":"Be kind."}
{"role":"assistant","text":"Welcome."}
{"role":"user","text":"I never ask for help."}
{"role":"assistant","text":"Why?"}
{"role":"coach","text":"What would it cost?"}

{"role":"person","content":"Hm."}
)",
                 kept),
            "");
  EXPECT_TRUE(kept.ended);
  EXPECT_THAT(kept.packs, ElementsAre("pack-1"));
  ASSERT_EQ(kept.conversations.size(), 1U);
  EXPECT_EQ(kept.conversations[0].version, 2);
  EXPECT_EQ(kept.conversations[0].channel, "import");
  EXPECT_EQ(kept.conversations[0].token_hash, "");
  EXPECT_THAT(kept.conversations[0].id, testing::StartsWith("imported-"));
  const std::vector<Turn>& turns = kept.turns[0];
  EXPECT_THAT(UtterancesOf(turns),
              ElementsAre("", "I never ask for help.", "Hm."));
  EXPECT_EQ(ElsewhereOf(turns[0]), (nlohmann::json{"Welcome."}));
  EXPECT_EQ(ElsewhereOf(turns[1]),
            (nlohmann::json{"Why?", "What would it cost?"}));
  EXPECT_FALSE(
      nlohmann::json::parse(turns[2].trace).contains("answered_elsewhere"));
  for (const Turn& turn : turns) {
    EXPECT_EQ(turn.pack, "pack-1");
    EXPECT_FALSE(nlohmann::json::parse(turn.reply)["messages"].empty());
  }
  EXPECT_EQ(turns[0].at, kPlainBegins);
  EXPECT_EQ(turns[1].at, kPlainBegins + kPlainPause);
  EXPECT_EQ(turns[2].at, kPlainBegins + 2 * kPlainPause);
}

TEST(PlainLinesTest, AreSaidAtTheirTimes) {
  Kept kept;
  ASSERT_EQ(Read(R"({"role":"user","text":"a","at":1700000000}
{"role":"user","text":"b","at":1700000000.9}
{"role":"user","text":"c","at":"2026-01-05T09:00:00Z"}
{"role":"user","text":"d","at":"2026-01-05T11:00:00.25+01:00"}
{"role":"user","text":"e"}
)",
                 kept),
            "");
  std::vector<std::int64_t> times;
  for (const Turn& turn : kept.turns[0]) times.push_back(turn.at);
  EXPECT_THAT(times, ElementsAre(1700000000, 1700000000, 1700000000, 1767603600,
                                 1767607200, 1767607200 + kPlainPause));
  EXPECT_EQ(kept.conversations[0].began, 1700000000);
}

TEST(PlainLinesTest, AreManyConversationsByName) {
  Kept kept;
  ASSERT_EQ(Read(R"({"role":"user","text":"a","conversation":"two"}
{"role":"user","text":"b","conversation":"two"}
{"role":"user","text":"c","conversation":"one"}
{"role":"user","text":"d"}
)",
                 kept),
            "");
  ASSERT_EQ(kept.conversations.size(), 3U);
  EXPECT_EQ(kept.conversations[0].id, "two");
  EXPECT_EQ(kept.conversations[1].id, "one");
  EXPECT_THAT(UtterancesOf(kept.turns[0]), ElementsAre("", "a", "b"));
}

TEST(PlainLinesTest, GiveTheSameTurnsEachTime) {
  const std::string text = "{\"role\":\"user\",\"text\":\"I keep busy.\"}\n";
  Kept one, two, other;
  Read(text, one);
  Read(text, two);
  Read("{\"role\":\"user\",\"text\":\"I keep calm.\"}\n", other);
  EXPECT_EQ(one.conversations[0], two.conversations[0]);
  EXPECT_EQ(one.turns[0], two.turns[0]);
  EXPECT_NE(one.conversations[0].id, other.conversations[0].id);
}

TEST(PlainLinesTest, SayWhatIsWrongWithoutTheWords) {
  const std::string first =
      "{\"role\":\"user\",\"text\":\"secret\",\"at\":9}\n";
  const std::pair<std::string, const char*> cases[] = {
      {first + "[]", "file:2: expected a JSON object"},
      {first + R"({"role":"tool","text":"secret"})",
       "file:2: \"role\" must be"},
      {first + R"({"role":"user"})", "\"text\" is missing"},
      {first + R"({"role":"user","text":["secret"]})", "\"text\" is missing"},
      {first + R"({"role":"user","text":"  "})", "is blank"},
      {first + R"({"role":"user","text":"a\u0000"})", "NUL"},
      {first + R"({"role":"user","text":"secret","at":8})",
       "before the line above"},
      {first + R"({"role":"user","text":"secret","at":"yesterday"})",
       "\"at\" must be"},
      {first + R"({"role":"user","text":"secret","at":1e99})",
       "\"at\" must be"},
      {first + R"({"role":"user","text":"secret","at":"2026-02-30T09:00:00Z"})",
       "\"at\" must be"},
      {first + R"({"role":"user","text":"secret","conversation":""})",
       "1 to 64"},
      {R"({"role":"user","text":"a","conversation":"x"}
{"role":"user","text":"b","conversation":"y"}
{"role":"user","text":"c","conversation":"x"})",
       "file:3: the lines of this conversation must stand together"},
  };
  for (const auto& [text, says] : cases) {
    Kept kept;
    const std::string error = Read(text, kept);
    EXPECT_THAT(error, HasSubstr(says)) << text;
    EXPECT_THAT(error, testing::Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace nearer::portable
