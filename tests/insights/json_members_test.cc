#include "insights/json_members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fuzz/kept_corpus.h"

namespace nearer::insights {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::Pair;

TEST(JsonMembersTest, GivesEachMemberAsItStands) {
  EXPECT_THAT(MembersOf("{}"), Optional(IsEmpty()));
  EXPECT_THAT(
      MembersOf(R"( { "a" : 1 , "b\"":[{"c":"]}"}],"d":"\\" } )"),
      Optional(ElementsAre(Pair("a", "1"), Pair(R"(b\")", R"([{"c":"]}"}])"),
                           Pair("d", R"("\\")"))));
}

TEST(JsonMembersTest, WhatIsNoObjectHasNone) {
  for (const char* text :
       {"", "1", "[]", "{", "}", "{]", R"({"a"})", R"({"a":})", R"({"a":1,})",
        R"({"a":1}{})", R"({"a":"1})", R"({"a":[})", R"({"a":"\)", "{a:1}"})
    EXPECT_EQ(MembersOf(text), std::nullopt) << text;
}

TEST(JsonMembersFuzzTest, ReadsTheKeptCorpus) {
  ReadKeptCorpus("json_members");
}

}  // namespace
}  // namespace nearer::insights
