// Whatever is on record is said again, word for word, by the packs that spoke:
// every conversation of tests/conversations and tests/people, out of the
// archive, with nothing taken on trust.
#include <gtest/gtest.h>

#include "content/content.h"
#include "history/scratch.h"
#include "history/sqlite_history.h"
#include "replay/world.h"

namespace nearer::replay {
namespace {

const std::shared_ptr<const coach::Pack>& Shipped() {
  static const auto pack = content::ShippedPack().value();
  return pack;
}

// The shipped pack without its last theme prompts: another that can talk.
std::shared_ptr<const coach::Pack> Another() {
  Authored authored = Shipped()->authored();
  authored.model = Shipped()->near_miss().Serialize();
  authored.rules.pop_back();
  return content::MakePack(std::move(authored), Shipped().get()).value();
}

std::size_t TalkAll(World& world) {
  std::size_t turns = 0;
  for (const auto& scripts : {coach::Transcripts(), coach::People()})
    for (const coach::Script& script : scripts) {
      world.Follow(script);
      turns += 1 + script.utterances.size();
    }
  return turns;
}

void ExpectNoDifference(World& world, std::size_t turns) {
  for (const Mode mode : {Mode::kInPlace, Mode::kOnward}) {
    const Told told =
        Ask(world.history(),
            {.mode = mode, .pack = nullptr, .zones = world.zones()});
    EXPECT_EQ(told.progress.counts.of(Outcome::kSame),
              static_cast<std::int64_t>(turns));
    EXPECT_EQ(told.progress.counts.compared(),
              static_cast<std::int64_t>(turns));
    EXPECT_TRUE(told.lines.empty()) << told.lines.front();
  }
}

TEST(OwnPacksTest, SayEveryConversationAgainFromMemory) {
  World world(history::OpenMemory(), Shipped());
  ExpectNoDifference(world, TalkAll(world));
}

TEST(OwnPacksTest, ArrangeTheSameCheckInsAgain) {
  World world(history::OpenMemory(), Shipped());
  world.Message({"can you check in with me tomorrow at 7 in the evening?",
                 "yes", "I never ask for help", "stop check-ins"});
  const Told told =
      Ask(world.history(),
          {.mode = Mode::kInPlace, .pack = nullptr, .zones = world.zones()});
  EXPECT_EQ(told.progress.counts.of(Outcome::kSame), 5);
  EXPECT_TRUE(told.lines.empty()) << told.lines.front();
}

TEST(OwnPacksTest, SayEveryConversationAgainFromSqlite) {
  const history::Scratch scratch;
  World world(history::OpenSqlite(scratch / "talk.db").value(), Shipped());
  ExpectNoDifference(world, TalkAll(world));
}

TEST(OwnPacksTest, SpeakEachForItsOwnTurnsWhenThePackChangedMidway) {
  World world(history::OpenMemory(), Shipped());
  std::size_t turns = TalkAll(world);
  world.shelf().Replace(Another());
  turns += TalkAll(world);
  ExpectNoDifference(world, turns);
}

TEST(OwnPacksTest, AreReallyAsked) {
  // A record that says something else than its pack does is found out.
  World world(history::OpenMemory(), Shipped());
  const std::string id = world.Talk({"I never ask for help", "hm", "maybe"});
  auto turn = world.history().ReadTurn(id, history::kLatest).value();
  turn.client_turn_id = "forged";
  ++turn.n;
  ASSERT_TRUE(world.history().Append(id, turn).ok());
  const Told told = Ask(world.history(), {.pack = nullptr});
  EXPECT_EQ(told.progress.counts.of(Outcome::kSame), 4);
  EXPECT_EQ(told.lines.size(), 1U);
}

}  // namespace
}  // namespace nearer::replay
