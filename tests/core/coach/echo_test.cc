#include "core/coach/echo.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/coach/conversation.h"

namespace nearer::coach {
namespace {

std::string Echo(std::string_view utterance) {
  return EchoOf(ShippedPackForTests(),
                Hearing(ShippedPackForTests(), utterance));
}

TEST(EchoTest, SaysBackAStatementTurnedToYou) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"I sit in her chair.", "you sit in her chair"},
      {"My daughter keeps calling and I let it ring.", "you let it ring"},
      {"I'm not waiting for anything.", "you're not waiting for anything"},
      {"so i scrubbed the bathtub for an hour",
       "you scrubbed the bathtub for an hour"},
      {"My brother offered to come over.", "your brother offered to come over"},
  };
  for (const auto& [said, echo] : cases) EXPECT_EQ(Echo(said), echo) << said;
}

TEST(EchoTest, PrefersWhatIsSaidOfOneselfAndWhatComesLater) {
  EXPECT_EQ(
      Echo("She left early. I stood in the kitchen. He laughed out loud."),
      "you stood in the kitchen");
  EXPECT_EQ(Echo("I went home first. Then I called my brother."),
            "you called your brother");
}

TEST(EchoTest, LeavesOutTheHedgeAtTheEnd) {
  EXPECT_EQ(Echo("i hope she makes no big thing of it i guess"),
            "you hope she makes no big thing of it");
}

TEST(EchoTest, IsSilentWhereSayingBackMightGoWrong) {
  for (const std::string_view said : {
           "",
           "Where do I go from here?",                // a question
           "I am a monster",                          // a verdict on oneself
           "My mother died in March",                 // a death
           "I wonder what you think of me",           // "you" is the coach
           "We cooked together on Sunday",            // "we"
           "I said \"leave me be\" and that was it",  // a quotation
           "idk about that",                          // "i" of a chat spelling
           "lovely weather today",                    // no subject
       })
    EXPECT_EQ(Echo(said), "") << said;
}

TEST(EchoTest, NeverStopsAtAWordThatWantsAnother) {
  EXPECT_EQ(Echo("I think I told her that"), "");
}

}  // namespace
}  // namespace nearer::coach
