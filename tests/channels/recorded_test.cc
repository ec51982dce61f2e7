#include "channels/recorded.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nearer::channels {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

history::Turn Turn(std::int64_t n, std::string reply) {
  return {.n = n,
          .at = 1'700'000'000,
          .utterance = "I keep busy.",
          .reply = std::move(reply)};
}

constexpr char kInDanger[] = R"({"messages":["Are you safe?"],
  "choices":["Yes","No"],"help":{"emergency":"112","crisis":"call 988",
  "abuse":"call 988","other":"the desk downstairs"}})";

TEST(RecordedTest, TheLinesOfHelpAreAlwaysInAReplyEachOnce) {
  EXPECT_THAT(ReplyOf(Turn(3, kInDanger)).help,
              ElementsAre("In danger now: 112", "Someone to talk to: call 988",
                          "the desk downstairs"));
  EXPECT_THAT(ReplyOf(Turn(3, R"({"messages":["Go on."],"help":null})")).help,
              IsEmpty());
}

TEST(RecordedTest, AChoiceIsFoundByItsDataInItsOwnTurnOnly) {
  const history::Turn turn = Turn(3, kInDanger);
  const Reply reply = ReplyOf(turn);
  ASSERT_EQ(reply.choices.size(), 2u);
  EXPECT_EQ(reply.choices[1].label, "No");
  EXPECT_LE(reply.choices[1].data.size(), 64u);
  EXPECT_EQ(ChosenFrom(turn, reply.choices[1].data), "No");
  EXPECT_EQ(ChosenFrom(Turn(4, kInDanger), reply.choices[1].data),
            std::nullopt);
  // The third turn of another conversation asked something else.
  EXPECT_EQ(ChosenFrom(Turn(3, R"({"messages":[],"choices":["A","B"]})"),
                       reply.choices[1].data),
            std::nullopt);
  for (const char* data : {"", "3", "3:1", "3:9:1", "delete", ":::"})
    EXPECT_EQ(ChosenFrom(turn, data), std::nullopt) << data;
}

TEST(RecordedTest, WhatIsNoReplyShowsNothing) {
  for (const char* broken : {"", "[]", "{", R"({"messages":5,"choices":{}})",
                             R"({"messages":[1,null],"help":[]})"}) {
    const Reply reply = ReplyOf(Turn(1, broken));
    EXPECT_THAT(reply.messages, IsEmpty()) << broken;
    EXPECT_THAT(reply.choices, IsEmpty()) << broken;
    EXPECT_THAT(reply.help, IsEmpty()) << broken;
  }
}

}  // namespace
}  // namespace nearer::channels
