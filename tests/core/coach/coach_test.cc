#include "core/coach/coach.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "core/coach/hearing.h"
#include "tests/core/coach/conversation.h"

namespace nearer::coach {
namespace {

// What others wrote, in every register; here only as something to be said.
const std::vector<std::string>& Utterances() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> texts = {
        "",         " ",    "yes",
        "no",       "stop", "back",
        "what?",    "7",    "I don't know",
        "\xff\xfe", "😀",    std::string(4000, 'a')};
    for (const char* file :
         {"hearing/development_1.jsonl", "hearing/ordinary.jsonl",
          "safety/development_1.jsonl"}) {
      std::ifstream lines(std::string(NEARER_SOURCE_DIR "/tests/") + file);
      for (std::string line; std::getline(lines, line);)
        texts.push_back(nlohmann::json::parse(line)["text"]);
    }
    return texts;
  }();
  return all;
}

// What the coach itself offers to be tapped must not alarm it.
TEST(CoachTest, NoChoiceThatIsOfferedIsHeardAsDanger) {
  const Pack& pack = ShippedPackForTests();
  std::vector<std::string> offered;
  for (const Dialog& dialog : pack.authored().dialogs)
    for (const DialogNode& node : dialog.nodes)
      offered.insert(offered.end(), node.choices.begin(), node.choices.end());
  for (const Prompt& prompt : pack.authored().prompts)
    if (prompt.theme.starts_with("coach.chips"))
      for (const Line& line : prompt.say) offered.push_back(line.text);
  EXPECT_GT(offered.size(), 100u);
  for (const std::string& choice : offered)
    EXPECT_FALSE(Recognize(pack, choice).risk.has_value()) << choice;
}

// Messages of ordinary talk in which the model alone hears danger, by next to
// nothing.
std::vector<std::string> FaintlyHeard() {
  std::vector<std::string> faint;
  std::ifstream lines(NEARER_SOURCE_DIR "/tests/safety/talk.jsonl");
  for (std::string line; std::getline(lines, line);) {
    const std::string text = nlohmann::json::parse(line)["text"];
    const Hearing hearing(ShippedPackForTests(), text);
    if (hearing.risks().size() == 1 &&
        hearing.risks()[0].surety == Surety::kFaint)
      faint.push_back(text);
  }
  return faint;
}

bool SaysSafetyLine(const Conversation& conversation) {
  return conversation.Said().find("findahelpline.com") != std::string::npos;
}

TEST(CoachTest, DangerHeardByNextToNothingIsAskedAboutBehindTheAnswerAndOnce) {
  const std::vector<std::string> faint = FaintlyHeard();
  ASSERT_GE(faint.size(), 2u);
  Conversation conversation("faint");
  conversation.Say(faint[0]);
  const std::vector<std::string>& messages = conversation.reply().messages;
  ASSERT_GE(messages.size(), 2u) << conversation.Said();
  EXPECT_EQ(messages.front().find("findahelpline"), std::string::npos);
  EXPECT_NE(messages.back().find("safe"), std::string::npos);
  EXPECT_NE(messages.back().find("findahelpline.com"), std::string::npos);
  EXPECT_EQ(QuestionsIn(conversation.Said()), 1);
  EXPECT_TRUE(conversation.reply().risk.has_value());
  EXPECT_FALSE(conversation.reply().help.empty());

  conversation.Say("I am perfectly safe, thank you");
  EXPECT_FALSE(SaysSafetyLine(conversation));
  conversation.Say(faint[1]);
  EXPECT_FALSE(SaysSafetyLine(conversation)) << conversation.Said();
  EXPECT_FALSE(conversation.reply().help.empty()) << "the line stays in view";
}

TEST(CoachTest,
     AGoodbyeThatEndsAStepIsSaidBeforeWhatIsHeardInItByNextToNothing) {
  std::string goodbye;
  for (const std::string& text : FaintlyHeard()) {
    const std::string leaving = text + " Thanks for listening. Bye bye.";
    const Hearing hearing(ShippedPackForTests(), leaving);
    if (hearing.risks().size() == 1 &&
        hearing.risks()[0].surety == Surety::kFaint)
      goodbye = leaving;
  }
  ASSERT_FALSE(goodbye.empty());
  Conversation conversation("faint-goodbye");
  conversation.Say("give me one small step");
  ASSERT_EQ(conversation.reply().dialog, "small_step");
  conversation.Say(goodbye);
  EXPECT_EQ(conversation.reply().stage, "close") << goodbye;
  const std::vector<std::string>& messages = conversation.reply().messages;
  ASSERT_GE(messages.size(), 2u) << conversation.Said();
  EXPECT_EQ(messages.front().find("findahelpline"), std::string::npos);
  EXPECT_NE(messages.back().find("safe"), std::string::npos);
  EXPECT_FALSE(conversation.reply().help.empty());
}

TEST(CoachTest, NobodyWhoNegatesAnythingIsTakenForSafe) {
  const std::vector<std::string> faint = FaintlyHeard();
  ASSERT_FALSE(faint.empty());
  for (const char* answer :
       {"ok, no, I'm not safe", "fine, but not really safe at home",
        "okay if I am honest no"}) {
    Conversation conversation("unsafe");
    conversation.Say(faint[0]);
    conversation.Say(answer);
    EXPECT_NE(conversation.trace().note, "safe") << answer;
  }
}

TEST(CoachTest, AfterDangerThatWasSureNothingIsPassedOverAsADoubt) {
  const std::vector<std::string> faint = FaintlyHeard();
  ASSERT_FALSE(faint.empty());
  Conversation conversation("sure");
  conversation.Say("I wish I was never born");
  ASSERT_TRUE(conversation.reply().risk.has_value());
  conversation.Say(faint[0]);
  EXPECT_TRUE(SaysSafetyLine(conversation)) << conversation.Said();
}

TEST(CoachTest, EqualArgumentsGiveEqualBytesAndStatesReadBack) {
  const Pack& pack = ShippedPackForTests();
  std::mt19937 random(11);
  for (int person = 0; person < 40; ++person) {
    Conversation conversation("property-" + std::to_string(person));
    for (int turn = 0; turn < 25; ++turn) {
      const std::string& said = Utterances()[random() % Utterances().size()];
      const State before = conversation.state();
      const std::string written = ToJson(before);
      EXPECT_EQ(nlohmann::json::parse(written).dump(), written);
      EXPECT_EQ(
          nlohmann::ordered_json::parse(ToJson(conversation.reply())).dump(),
          ToJson(conversation.reply()));
      const auto read = ParseState(written);
      ASSERT_TRUE(read.ok()) << written;
      // Bytes that are not UTF-8 may not survive in what a dialog kept.
      if (written.find("\xEF\xBF\xBD") == std::string::npos) {
        EXPECT_EQ(*read, before) << written;
      }
      conversation.Say(said, turn % 9 == 8 ? 86400 : 40);
      const Answer again = Respond(pack, *read, said, conversation.moment());
      EXPECT_EQ(ToJson(again.reply), ToJson(conversation.reply()));
      EXPECT_EQ(ToJson(again.state), ToJson(conversation.state()));
      EXPECT_FALSE(conversation.reply().messages.empty());
      EXPECT_LE(QuestionsIn(conversation.Said()), 2);  // two risks, two answers
    }
  }
}

TEST(CoachTest, AStateOfAnotherVersionOrADamagedOneIsRefused) {
  EXPECT_FALSE(ParseState("").ok());
  EXPECT_FALSE(ParseState("{}").ok());
  EXPECT_FALSE(ParseState(R"({"v":2,"stage":"open"})").ok());
  EXPECT_FALSE(ParseState(R"({"v":1,"stage":"nowhere"})").ok());
  EXPECT_FALSE(ParseState(R"({"v":1,"stage":"open","turns":"many"})").ok());
  EXPECT_TRUE(ParseState(R"({"v":1,"stage":"open"})").ok());
}

TEST(CoachTest, SaysNoSentenceOfAReflectionTwiceInASession) {
  for (int person = 0; person < 12; ++person) {
    Conversation conversation("varied-" + std::to_string(person));
    std::set<std::string> said;
    constexpr std::string_view kTalk[] = {
        "I handle everything on my own",
        "I never ask anyone for help",
        "people getting close makes me want to run",
        "I keep my feelings to myself",
        "I don't want to be a burden",
        "when we argue I just go quiet",
        "I can't let anybody in",
        "I've always done it alone"};
    for (int turn = 0; turn < 16; ++turn) {
      conversation.Say(kTalk[turn % std::size(kTalk)]);
      if (!conversation.reply().dialog.empty()) continue;
      for (const std::string& id : conversation.trace().prompts)
        EXPECT_TRUE(said.insert(id).second)
            << "said twice: " << id << " in turn " << turn;
    }
  }
}

TEST(CoachTest, EveryRiskyTurnIsAnsweredWithHelpWhateverIsOpen) {
  for (const char* before :
       {"hello", "I want to try one small step", "thank my protector",
        "what is avoidant attachment", "delete my data"}) {
    Conversation conversation(std::string("risk-") + before);
    conversation.Say(before);
    conversation.Say("I want to kill myself tonight");
    ASSERT_TRUE(conversation.reply().risk.has_value()) << before;
    EXPECT_EQ(conversation.reply().stage, "safety");
    EXPECT_FALSE(conversation.reply().help.empty());
    EXPECT_NE(conversation.Said().find("findahelpline"), std::string::npos)
        << conversation.Said();
  }
}

TEST(CoachTest, AnswersInAtMostNinetyWordsWhateverIsSaid) {
  Conversation conversation("length");
  for (const std::string& said : Utterances()) {
    conversation.Say(said);
    const int answers = static_cast<int>(
        std::max<std::size_t>(1, conversation.reply().messages.size()));
    EXPECT_LE(WordsIn(conversation.Said()), 90 * answers)
        << conversation.Said();
  }
}

// The last of its words that says something.
std::string TellingWordOf(const std::string& said) {
  std::string word, telling;
  for (const char c : said + ' ') {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      word.push_back(c);
      continue;
    }
    if (word.size() >= 6) telling = word;
    word.clear();
  }
  return telling;
}

TEST(CoachTest, TakesBackALineOfItsOwnThatIsAskedAbout) {
  int asked = 0;
  for (int identity = 0; identity < 12; ++identity) {
    Conversation conversation("loose-" + std::to_string(identity));
    conversation.Say("I shut down when we fight");
    const std::string word = TellingWordOf(conversation.reply().messages[0]);
    if (word.empty()) continue;
    ++asked;
    conversation.Say("The " + word + "? I built a shed that summer.");
    EXPECT_EQ(conversation.trace().note, "asked about its own words")
        << word << ": " << conversation.Said();
    EXPECT_NE(conversation.Said().find("ou built a shed"), std::string::npos)
        << conversation.Said();
  }
  EXPECT_GE(asked, 6);
}

TEST(CoachTest, AQuestionBesideTheAnswerToAStepIsAnsweredAsWell) {
  Conversation conversation("beside");
  conversation.Say("give me one small step");
  conversation.Say("Something else. I'd like to ask her what frightens her");
  ASSERT_EQ(conversation.reply().dialog, "small_step");
  conversation.Say("Tonight after dinner. Is this question good?");
  EXPECT_EQ(conversation.reply().dialog, "small_step");
  EXPECT_NE(conversation.Said().find("0 to 10"), std::string::npos)
      << "the step goes on: " << conversation.Said();
  ASSERT_TRUE(conversation.trace().scene.has_value()) << conversation.Said();
  EXPECT_GE(conversation.reply().messages.size(), 2u) << conversation.Said();
}

TEST(CoachTest, DangerOfTwoKindsIsNamedByTheLikelierFirst) {
  // A rule about phones hears these as well.
  const Recognized heard = Recognize(
      ShippedPackForTests(),
      "i took an overdose two years ago. im good now, its only why my parents "
      "track my phone");
  ASSERT_TRUE(heard.risk.has_value());
  EXPECT_EQ(heard.risk->category, RiskCategory::kSuicideSelfHarm);
}

}  // namespace
}  // namespace nearer::coach
