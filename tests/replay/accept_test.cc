#include "replay/accept.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "content/content.h"
#include "history/scratch.h"
#include "replay/scrub.h"
#include "replay/world.h"

namespace nearer::replay {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::shared_ptr<const coach::Pack>& Shipped() {
  static const auto pack = content::ShippedPack().value();
  return pack;
}

std::string Scrubbed(const std::vector<std::string>& utterances) {
  Scrub scrub(*Shipped());
  for (const std::string& each : utterances) scrub.Learn(each);
  std::string all;
  for (const std::string& each : utterances)
    all += (all.empty() ? "" : "\n") + scrub.Scrubbed(each);
  return all;
}

TEST(ScrubTest, ReplacesWhatTellsWhoSomebodyIs) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"my sister Svetlana called"}, "my sister Alex called"},
      {{"Svetlana called", "svetlana is right, Dagmar is not"},
       "Alex called\nAlex is right, Robin is not"},
      {{"we moved to Wuppertal"}, "we moved to Springfield"},
      {{"write to a.b+c@mail.example.com or @anna_k"},
       "write to someone@example.org or @someone"},
      {{"see https://x.example/?me=1 and www.y.example"},
       "see https://example.org and https://example.org"},
      {{"call +49 (170) 123-4567 at 8"}, "call +11 (111) 111-1111 at 8"},
      {{"since 2017, 40 times, maybe a 7"}, "since 1111, 40 times, maybe a 7"},
      {{"I am fine on Monday. He says I will"},
       "I am fine on Monday. He says I will"},
      {{"HE NEVER LISTENS"}, "HE NEVER LISTENS"},
  };
  for (const auto& [utterances, expected] : cases)
    EXPECT_EQ(Scrubbed(utterances), expected);
}

TEST(ScrubTest, KnowsWhomTheCoachKnows) {
  Scrub scrub(*Shipped());
  scrub.Know("Will");
  EXPECT_EQ(scrub.Scrubbed("I told Will that I will"),
            "I told Alex that I will");
}

TEST(AcceptTest, WritesAConversationThatIsHeardAsItWas) {
  World world(history::OpenMemory(), Shipped());
  coach::Script script;
  script.utterances = {{"I never ask for help", 45},
                       {"my sister Svetlana says so too", 40},
                       {"he hits me", 8 * 86400}};
  const std::string id = world.Follow(script);
  const auto accepted = Accept(world.history(), id, *Shipped());
  ASSERT_TRUE(accepted.ok());
  EXPECT_THAT(accepted->differences, IsEmpty());
  EXPECT_THAT(accepted->transcript, Not(HasSubstr("Svetlana")));
  EXPECT_THAT(accepted->transcript,
              HasSubstr("> I never ask for help\ntheme: self_reliance\n"));
  EXPECT_THAT(accepted->transcript,
              HasSubstr("> my sister Alex says so too\n"));
  EXPECT_THAT(accepted->transcript,
              HasSubstr("after: 8d\n> he hits me\ntheme: risk_abuse\n"
                        "risk: risk_abuse active\n"));

  const history::Scratch scratch;
  const auto path = WriteInto(scratch.folder(), *accepted);
  ASSERT_TRUE(path.ok());
  std::ifstream file(*path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), accepted->transcript);
  const auto again = WriteInto(scratch.folder(), *accepted);
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().message, HasSubstr("exists already"));
  EXPECT_FALSE(WriteInto(scratch / "nowhere", *accepted).ok());
}

TEST(AcceptTest, SaysWhereSomethingElseIsHeard) {
  World world(history::OpenMemory(), Shipped());
  const std::string id = world.Talk({"I never ask for help"});
  Authored authored = Shipped()->authored();
  authored.model = Shipped()->near_miss().Serialize();
  std::erase_if(authored.rules, [](const Rule& rule) {
    return rule.id == "self_reliance.never_ask";
  });
  const auto other =
      content::MakePack(std::move(authored), Shipped().get()).value();
  const auto accepted = Accept(world.history(), id, *other);
  ASSERT_TRUE(accepted.ok());
  ASSERT_EQ(accepted->differences.size(), 1U);
  EXPECT_THAT(accepted->differences[0],
              HasSubstr("turn 1: on record self_reliance "
                        "(self_reliance.never_ask)"));
}

TEST(AcceptTest, EveryTranscriptOfTheTestsIsHeardAsItWas) {
  World world(history::OpenMemory(), Shipped());
  std::size_t turns = 0, differ = 0;
  for (const coach::Script& script : coach::Transcripts()) {
    const std::string id = world.Follow(script);
    const auto accepted = Accept(world.history(), id, *Shipped());
    ASSERT_TRUE(accepted.ok()) << script.name;
    turns += script.utterances.size();
    differ += accepted->differences.size();
  }
  // Taps on choices whose words another reader would not have been shown.
  EXPECT_LE(differ * 20, turns) << differ << " of " << turns;
}

}  // namespace
}  // namespace nearer::replay
