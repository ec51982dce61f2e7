#include "core/coach/echo.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/coach/conversation.h"

namespace nearer::coach {
namespace {

std::string SaidBack(std::string_view utterance) {
  return EchoOf(ShippedPackForTests(),
                Hearing(ShippedPackForTests(), utterance), false)
      .said;
}

TEST(EchoTest, SaysBackAStatementTurnedToYou) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"I sit in her chair.", "you sit in her chair"},
      {"My daughter keeps calling and I let it ring.",
       "your daughter keeps calling and you let it ring"},
      {"I'm not waiting for anything.", "you're not waiting for anything"},
      {"so i scrubbed the bathtub for an hour",
       "you scrubbed the bathtub for an hour"},
      {"My brother offered to come over.", "your brother offered to come over"},
  };
  for (const auto& [said, echo] : cases)
    EXPECT_EQ(SaidBack(said), echo) << said;
}

TEST(EchoTest, PrefersWhatIsSaidOfOneselfAndWhatComesLater) {
  EXPECT_EQ(
      SaidBack("She left early. I stood in the kitchen. He laughed out loud."),
      "you stood in the kitchen");
  EXPECT_EQ(SaidBack("I went home first. Then I called my brother."),
            "you called your brother");
}

TEST(EchoTest, PrefersTheHeartOfAMessageToItsCircumstances) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      // a feeling before a deed
      {"I sat there with my egg. I was rather sad about the boy going. Then I "
       "cleared the table.",
       "you were rather sad about the boy going"},
      // a plain feeling before a long account
      {"I suppose I am lonely. Everybody at school thinks I am the one who "
       "handles everything.",
       "you are lonely"},
      // what follows "but"
      {"I put the kettle on, but I can't let him into the kitchen.",
       "you can't let him into the kitchen"},
      // what the message is about, not the talk itself
      {"I answered that already. I miss her cooking.", "you miss her cooking"},
      // not the circumstance
      {"I go quiet when she cries", "you go quiet when she cries"},
      {"every time we fight he goes to the shed", ""},
      {"its not bc i dont like them", ""},
      {"nobody but my daughter has been inside", ""},
      // "I think" between commas is no statement
      {"With anger, I think, which I had filed away.", ""},
  };
  for (const auto& [said, echo] : cases)
    EXPECT_EQ(SaidBack(said), echo) << said;
}

TEST(EchoTest, TakesWhatWasReportedOutOfItsFrame) {
  EXPECT_EQ(SaidBack("I said it's quiet in the shed"),
            "it's quiet in the shed");
  EXPECT_EQ(SaidBack("What I meant was that I have turned into him."),
            "you have turned into him");
  EXPECT_EQ(SaidBack("That I'm not attacking him."),
            "you're not attacking him");
}

TEST(EchoTest, WritesOutChatSpellings) {
  EXPECT_EQ(SaidBack("i care abt her loads"), "you care about her loads");
  EXPECT_EQ(SaidBack("I don't want ppl to see me"),
            "you don't want people to see you");
}

TEST(EchoTest, SaysYouOfThePersonAndTheirPeople) {
  EXPECT_EQ(SaidBack("We cooked together on Sunday"),
            "you cooked together on Sunday");
  EXPECT_EQ(SaidBack("My mother never hugged us"),
            "your mother never hugged you");
}

TEST(EchoTest, SaysBackWhatThingsAndOthersAre) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"Nobody has ever seen that one of me.",
       "nobody has ever seen that one of you"},
      {"Back then the house was always quiet.", "the house was always quiet"},
      {"On Sundays Anna never asks me anything.",
       "Anna never asks you anything"},
      {"I cook on Sundays, and Anna never helps me.", "Anna never helps you"},
  };
  for (const auto& [said, echo] : cases)
    EXPECT_EQ(SaidBack(said), echo) << said;
}

Echo Both(std::string_view utterance) {
  return EchoOf(ShippedPackForTests(),
                Hearing(ShippedPackForTests(), utterance), false);
}

TEST(EchoTest, SaysBothSidesInTheOrderInWhichTheyStood) {
  const Echo echo = Both(
      "He rang the bell on Sunday. I wanted to open the door to him, but I "
      "stayed on the stairs until he was gone.");
  EXPECT_EQ(echo.said, "you wanted to open the door to him");
  EXPECT_EQ(echo.also, "you stayed on the stairs until he was gone");
  EXPECT_TRUE(echo.two_sided);
}

TEST(EchoTest, SaysOneStatementWhereTheOtherWouldBeAnAside) {
  const Echo echo = Both("I miss her cooking. I asked you that already.");
  EXPECT_EQ(echo.said, "you miss her cooking");
  EXPECT_EQ(echo.also, "");
}

TEST(EchoTest, LeavesOutTheHedgeAtTheEnd) {
  EXPECT_EQ(SaidBack("i hope she makes no big thing of it i guess"),
            "you hope she makes no big thing of it");
}

TEST(EchoTest, IsSilentWhereSayingBackMightGoWrong) {
  for (const std::string_view said : {
           "",
           "Where do I go from here?",                // a question
           "I am a monster",                          // a verdict on oneself
           "My mother died in March",                 // a death
           "I wonder what you think of me",           // "you" is the coach
           "I said \"leave me be\" and that was it",  // a quotation
           "idk about that",                          // "i" of a chat spelling
           "lovely weather today",                    // no subject
       })
    EXPECT_EQ(SaidBack(said), "") << said;
}

TEST(EchoTest, TakesNoPlaceForASubject) {
  EXPECT_EQ(SaidBack("and in the background there was always crying"),
            "there was always crying");
}

TEST(EchoTest, NeverStopsAtAWordThatWantsAnother) {
  EXPECT_EQ(SaidBack("I am trying to work out if I stay."),
            "you are trying to work out if you stay");
  EXPECT_EQ(SaidBack("ah no she'd leave us to it"), "");
  EXPECT_EQ(SaidBack("I'll be honest"), "");
  EXPECT_EQ(SaidBack("She thinks so, and I am not"), "");
  EXPECT_EQ(SaidBack("I think I told her that"), "");
}

}  // namespace
}  // namespace nearer::coach
