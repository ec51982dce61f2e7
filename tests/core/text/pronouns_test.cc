#include "core/text/pronouns.h"

#include <gtest/gtest.h>

namespace nearer::text {
namespace {

TEST(TurnToYouTest, TurnsWhatIsSaidAboutOneself) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"my own, like I'm used to", "your own, like you're used to"},
      {"I pull away", "you pull away"},
      {"he makes me feel small", "he makes you feel small"},
      {"a friend of mine", "a friend of yours"},
      {"by myself", "by yourself"},
      {"what I am", "what you are"},
      {"I was alone", "you were alone"},
      {"I always was alone", "you always were alone"},
      {"I wasn't enough", "you weren't enough"},
      {"how was I to know", "how were you to know"},
      {"I've tried and I'd try", "you've tried and you'd try"},
      {"I’ll manage", "you'll manage"},
      {"im fine", "you're fine"},
      {"the thing I said was stupid", "the thing you said was stupid"},
      {"My sister", "your sister"},
      {"Anna and I", "Anna and you"},
      {"MY MOM", "YOUR MOM"},
      {"  alone.  ", "alone"},
      {"my Zoë…", "your Zoë"},
  };
  for (const auto& [said, turned] : cases)
    EXPECT_EQ(TurnToYou(said), turned) << "said: " << said;
}

TEST(TurnToYouTest, LeavesOthersAsTheyAreAndTurnsWeToYou) {
  EXPECT_EQ(TurnToYou("he left her with them"), "he left her with them");
  EXPECT_EQ(TurnToYou("we never told our son"), "you never told your son");
  EXPECT_EQ(TurnToYou("she left us to ourselves"),
            "she left you to yourselves");
}

TEST(TurnToYouTest, GivesContractionsTheApostropheTheyLack) {
  EXPECT_EQ(TurnToYou("i dont want to lose her"), "you don't want to lose her");
  EXPECT_EQ(TurnToYou("thats why hes gone"), "that's why he's gone");
  EXPECT_EQ(TurnToYou("i think id rather go"), "you think you'd rather go");
  EXPECT_EQ(TurnToYou("i showed my id at the door"),
            "you showed your id at the door");
}

TEST(TurnToYouTest, ReturnsNothingWhereTheGrammarMightNotHold) {
  for (const std::string_view said :
       {"", " . ", "I love you", "your way", "luv u", "you're mean", "one\ntwo",
        "he said \"go", "“go", "go”", "”go“", "\"no\" you said",
        "see www.x.org", "http://x", "me@home.org", "a b c d e f g h i j k l m",
        "bad \xFF bytes"})
    EXPECT_EQ(TurnToYou(said), std::nullopt) << "said: " << said;
}

TEST(TurnToYouTest, LeavesWhatIsQuotedAsItWasSaid) {
  EXPECT_EQ(TurnToYou("say \"I need you, my dear\" when I leave"),
            "say \"I need you, my dear\" when you leave");
  EXPECT_EQ(TurnToYou("I said “I am fine” to my son"),
            "you said “I am fine” to your son");
  EXPECT_EQ(TurnToYou("\"no\" is my word and \"I will\" mine too"),
            "\"no\" is your word and \"I will\" yours too");
}

TEST(TurnToYouTest, CountsWords) {
  EXPECT_EQ(TurnToYou("one two three", 2), std::nullopt);
  EXPECT_EQ(TurnToYou("one two", 2), "one two");
}

}  // namespace
}  // namespace nearer::text
