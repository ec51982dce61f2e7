#include "replay/why.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "content/content.h"
#include "core/coach/coach.h"

namespace nearer::replay {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::StartsWith;

const coach::Pack& Shipped() {
  static const auto pack = content::ShippedPack().value();
  return *pack;
}

// A first turn, as it is recorded.
history::Turn Said(const std::string& utterance) {
  coach::Moment moment{.at = 1'767'603'600, .conversation = "ana"};
  const coach::Answer opening = coach::Open(Shipped(), moment);
  moment.n = 1;
  const coach::Answer answer =
      coach::Respond(Shipped(), opening.state, utterance, moment);
  return {.n = 1,
          .at = moment.at,
          .utterance = utterance,
          .reply = coach::ToJson(answer.reply),
          .state = coach::ToJson(answer.state),
          .trace = coach::ToJson(answer.trace).dump(),
          .pack = Shipped().hash()};
}

TEST(WhyTest, NamesWhatWasHeardWhereAndByHowMuchTheOthersLost) {
  const Json why =
      Why(Said("It was late. I never ask for help! Hm."), &Shipped());
  const Json& heard = why.at("heard");
  ASSERT_GE(heard.size(), 2U);
  EXPECT_EQ(heard[0].at("rule"), "self_reliance.never_ask");
  EXPECT_EQ(heard[0].at("words"), "I never ask for help");
  EXPECT_EQ(heard[0].at("sentence"), "I never ask for help!");
  EXPECT_EQ(heard[0].at("answered"), true);
  EXPECT_EQ(heard[0].at("behind"), 0);
  EXPECT_THAT(heard[0].at("pattern").get<std::string>(), StartsWith("i ("));
  EXPECT_EQ(heard[1].at("answered"), false);
  EXPECT_FLOAT_EQ(
      heard[1].at("behind").get<float>(),
      heard[0].at("score").get<float>() - heard[1].at("score").get<float>());
  EXPECT_EQ(why.at("pack"), Shipped().hash());
  EXPECT_EQ(why.at("stage").at("after"), "explore");
  const Json& said = why.at("prompts");
  ASSERT_FALSE(said.empty());
  EXPECT_TRUE(said[0].at("wording").is_string());
  ASSERT_FALSE(said[0].at("sources").empty());
  EXPECT_TRUE(said[0].at("sources")[0].at("article").is_string());
  EXPECT_TRUE(said[0].at("sources")[0].at("heading").is_string());
}

TEST(WhyTest, TellsThatDangerOutranksWhatIsMoreSpecific) {
  const Json why =
      Why(Said("I never ask anyone for help and he hits me"), &Shipped());
  bool outranked = false;
  for (const Json& each : why.at("heard")) {
    const bool danger =
        each.at("theme").get<std::string>().starts_with("risk_");
    if (each.at("answered")) {
      EXPECT_TRUE(danger) << each;
    }
    outranked = outranked || (!danger && each.at("behind") < 0);
  }
  EXPECT_TRUE(outranked) << why;
}

TEST(WhyTest, WithoutThePackTheTraceAloneSpeaks) {
  const Json why = Why(Said("I never ask for help."), nullptr);
  EXPECT_EQ(why.at("pack_on_record"), false);
  EXPECT_EQ(why.at("heard")[0].at("words"), "I never ask for help");
  EXPECT_EQ(why.at("heard")[0].at("sentence"), nullptr);
  EXPECT_EQ(why.at("prompts")[0].at("wording"), nullptr);
  EXPECT_TRUE(why.at("prompts")[0].at("sources").empty());
}

TEST(WhyTest, ADamagedTraceIsSaidToBeDamaged) {
  for (const char* trace :
       {"", "{", "[]", "7", R"({"heard":7})", R"({"heard":[{"rule":1}]})",
        R"({"heard":[{"rule":"r","score":1,"begin":9999,"end":3}]})",
        R"({"heard":[{"rule":"r","begin":0,"end":1}]})", R"({"prompts":[7]})",
        R"({"prompts":{}})", R"({"near_miss":{}})", R"({"near_miss":7})"}) {
    history::Turn turn = Said("I never ask for help.");
    turn.trace = trace;
    const Json why = Why(turn, &Shipped());
    EXPECT_EQ(why.at("n"), 1) << trace;
    EXPECT_TRUE(why.at("stage").contains("before")) << trace;
    std::FILE* nowhere = std::fopen("/dev/null", "w");
    ASSERT_NE(nowhere, nullptr);
    PrintWhy(nowhere, why);
    std::fclose(nowhere);
  }
}

TEST(WhyTest, SentencesAreFoundWhereverTheWordsStand) {
  struct Case {
    const char *utterance, *sentence;
  };
  for (const Case& c : {
           Case{"I never ask for help", "I never ask for help"},
           Case{"  I never ask for help  ", "I never ask for help"},
           Case{"So?! I never ask for help... ok", "I never ask for help..."},
           Case{"Über mich? I never ask for help", "I never ask for help"},
       })
    EXPECT_EQ(Why(Said(c.utterance), &Shipped())
                  .at("heard")
                  .at(0)
                  .at("sentence")
                  .get<std::string>(),
              c.sentence)
        << c.utterance;
}

}  // namespace
}  // namespace nearer::replay
