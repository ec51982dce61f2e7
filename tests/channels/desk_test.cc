#include "channels/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "channels/commands.h"
#include "channels/phrases.h"
#include "channels/recorded.h"
#include "channels/world.h"

namespace nearer::channels {
namespace {

using history::HistoryError;
using history::HistoryErrorCode;
using history::HistoryResult;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = Inbound::Kind;
using Taken = Desk::Taken;

class DeskTest : public testing::Test {
 protected:
  // The next thing to happen in a chat.
  Inbound Next(Kind kind, const std::string& text = "",
               const std::string& chat = "77") {
    return {.kind = kind,
            .id = std::to_string(++last_id_),
            .chat = chat,
            .text = text};
  }
  // What goes out because of it.
  std::vector<std::string> After(const Inbound& inbound) {
    const auto before = world_.history.ReadOutbox(0, 1000);
    for (const history::Outbound& sent : *before)
      (void)world_.history.RemoveOutbound(sent.id);
    EXPECT_EQ(world_.desk.Take(channel_, inbound), Taken::kRecorded);
    std::vector<std::string> said;
    for (const Call& call : world_.WaitingFor(inbound.chat))
      said.push_back(call.body);
    return said;
  }
  std::vector<std::string> After(Kind kind, const std::string& text = "") {
    return After(Next(kind, text));
  }
  Notes NotesOf(const std::string& chat) {
    const auto contact = world_.history.FindContact({"plain", chat});
    return contact ? ParseNotes(contact->notes) : Notes{};
  }
  std::size_t Turns() { return world_.Turns("plain", "77").size(); }

  int last_id_ = 0;
  World world_;
  PlainChannel channel_;
};

TEST_F(DeskTest, WhoWritesFirstIsGreetedAndAnswered) {
  EXPECT_THAT(After(Kind::kWords, "I keep busy"),
              ElementsAre("Go on.", "Go on."));
  const auto turns = world_.Turns("plain", "77");
  ASSERT_THAT(turns, SizeIs(2));
  EXPECT_EQ(turns[1].utterance, "I keep busy");
  EXPECT_THAT(After(Kind::kWords, "and alone"), ElementsAre("Go on."));
  EXPECT_EQ(Turns(), 3u);
}

TEST_F(DeskTest, WhatIsDeliveredTwiceIsAnsweredOnce) {
  const Inbound inbound = Next(Kind::kWords, "I keep busy");
  EXPECT_THAT(After(inbound), SizeIs(2));
  EXPECT_THAT(After(inbound), IsEmpty());
  const Inbound help = Next(Kind::kCommand, "help");
  EXPECT_THAT(After(help), ElementsAre(phrases::kHelp));
  EXPECT_THAT(After(help), IsEmpty());
  EXPECT_EQ(Turns(), 2u);
}

TEST_F(DeskTest, StartGreetsOnceAndThenGoesOn) {
  EXPECT_THAT(After(Kind::kCommand, "start"), ElementsAre("Go on."));
  EXPECT_THAT(After(Kind::kCommand, "start"), ElementsAre(phrases::kGoOn));
  EXPECT_EQ(Turns(), 1u);
}

TEST_F(DeskTest, DeletesAfterAConfirmationOnly) {
  EXPECT_THAT(After(Kind::kCommand, "delete"),
              ElementsAre(phrases::kNothingKept));
  After(Kind::kWords, "my secret");
  EXPECT_THAT(After(Kind::kCommand, "delete"),
              ElementsAre(HasSubstr("[Delete everything] [Keep it]")));
  EXPECT_THAT(After(Kind::kPress, "keep"), ElementsAre(phrases::kKept));
  EXPECT_THAT(After(Kind::kPress, "delete"), ElementsAre(phrases::kStalePress));
  EXPECT_EQ(Turns(), 2u);

  // Other words are heard, and no longer confirm anything.
  After(Kind::kCommand, "delete");
  EXPECT_THAT(After(Kind::kWords, "I feel lost"), ElementsAre("Go on."));
  EXPECT_THAT(After(Kind::kWords, "yes"), ElementsAre("Go on."));
  EXPECT_EQ(Turns(), 4u);

  After(Kind::kCommand, "delete");
  const Inbound yes = Next(Kind::kWords, " Delete everything. ");
  EXPECT_THAT(After(yes), ElementsAre(phrases::kDeleted));
  EXPECT_EQ(Turns(), 0u);
  EXPECT_FALSE(world_.history.FindContact({"plain", "77"}).ok());
  // Delivered again it does not begin a conversation with "Delete everything".
  EXPECT_THAT(After(yes), IsEmpty());
  EXPECT_EQ(Turns(), 0u);
}

TEST_F(DeskTest, AButtonDeletesToo) {
  After(Kind::kWords, "my secret");
  After(Kind::kCommand, "delete");
  EXPECT_THAT(After(Kind::kPress, "delete"), ElementsAre(phrases::kDeleted));
  EXPECT_EQ(Turns(), 0u);
}

TEST_F(DeskTest, AChoiceOfTheLastTurnIsSaidAnOlderOneIsNot) {
  After(Kind::kWords, "I keep busy");
  const auto turns = world_.Turns("plain", "77");
  history::Turn asked = turns.back();
  asked.n = 2;
  asked.client_turn_id = "asked";
  asked.reply = R"({"messages":["Which?"],"choices":["This","That"]})";
  const std::string conversation =
      world_.history.FindContact({"plain", "77"})->conversation;
  ASSERT_TRUE(world_.history.History::Append(conversation, asked).ok());

  const std::string that = ReplyOf(asked).choices[1].data;
  EXPECT_THAT(After(Kind::kPress, that), ElementsAre("Go on."));
  EXPECT_EQ(world_.Turns("plain", "77").back().utterance, "That");
  EXPECT_THAT(After(Kind::kPress, that), ElementsAre(phrases::kStalePress));
  EXPECT_THAT(After(Kind::kPress, "nonsense"),
              ElementsAre(phrases::kStalePress));
  EXPECT_EQ(Turns(), 4u);
}

TEST_F(DeskTest, WhatIsNoWordsOfTheirOwnGetsAFixedAnswerAndIsNoTurn) {
  EXPECT_THAT(After(Kind::kOther), ElementsAre(phrases::kOnlyWords));
  EXPECT_THAT(After(Kind::kForwarded), ElementsAre(phrases::kForwarded));
  EXPECT_THAT(After(Kind::kEdit), ElementsAre(phrases::kEdited));
  EXPECT_THAT(After(Kind::kGroup), ElementsAre(phrases::kGroup));
  EXPECT_THAT(After(Kind::kCommand, "rm"),
              ElementsAre(phrases::kUnknownCommand));
  EXPECT_THAT(After(Kind::kPress, "1:0:5"), ElementsAre(phrases::kStalePress));
  EXPECT_EQ(Turns(), 0u);
  EXPECT_FALSE(world_.history.FindContact({"plain", "77"}).ok());
}

TEST_F(DeskTest, ExportsTheWholeConversation) {
  EXPECT_THAT(After(Kind::kCommand, "export"),
              ElementsAre(phrases::kNothingKept));
  for (int i = 0; i < 600; ++i)
    After(Kind::kWords, "sentence " + std::to_string(i));
  const auto said = After(Kind::kCommand, "export");
  ASSERT_THAT(said, SizeIs(2));
  EXPECT_EQ(said[0], phrases::kExported);
  EXPECT_THAT(said[1], HasSubstr("> sentence 0\n"));
  EXPECT_THAT(said[1], HasSubstr("> sentence 599\n"));
}

TEST_F(DeskTest, StopIsNotedUntilStart) {
  After(Kind::kCommand, "start");
  EXPECT_THAT(After(Kind::kCommand, "stop"), ElementsAre(phrases::kStopped));
  EXPECT_TRUE(NotesOf("77").stopped);
  After(Kind::kWords, "hello");
  EXPECT_TRUE(NotesOf("77").stopped);
  After(Kind::kCommand, "start");
  EXPECT_FALSE(NotesOf("77").stopped);
}

TEST_F(DeskTest, NothingMoreIsSentToWhoBlockedUsUntilTheyWrite) {
  EXPECT_EQ(world_.desk.Take(channel_, Next(Kind::kWords, "hello")),
            Taken::kRecorded);
  ASSERT_THAT(world_.WaitingFor("77"), SizeIs(2));
  EXPECT_EQ(world_.desk.Take(channel_, Next(Kind::kGone)), Taken::kRecorded);
  EXPECT_THAT(world_.WaitingFor("77"), IsEmpty());
  EXPECT_TRUE(NotesOf("77").gone);
  EXPECT_THAT(After(Kind::kBack), IsEmpty());
  EXPECT_FALSE(NotesOf("77").gone);
  After(Kind::kGone);
  EXPECT_THAT(After(Kind::kWords, "hello"), ElementsAre("Go on."));
  EXPECT_FALSE(NotesOf("77").gone);
  // Of somebody who was never here nothing is noted.
  EXPECT_EQ(world_.desk.Take(channel_, Next(Kind::kGone, "", "78")),
            Taken::kRecorded);
  EXPECT_FALSE(world_.history.FindContact({"plain", "78"}).ok());
}

TEST_F(DeskTest, WhatCannotBeATurnIsAnsweredInWords) {
  EXPECT_THAT(After(Kind::kWords, std::string(4001, 'x')),
              ElementsAre("Go on.", HasSubstr("at most 4000")));
  EXPECT_THAT(After(Kind::kWords, "\xff"), ElementsAre(HasSubstr("UTF-8")));
  EXPECT_EQ(Turns(), 1u);
}

// A record that fails when told to.
class Failing : public history::Forwarding {
 public:
  HistoryResult<history::Appended> Append(
      std::string_view id, const history::Turn& turn,
      const history::Delivery* delivery) override {
    if (failing) return HistoryError{HistoryErrorCode::kBusy, "it is locked"};
    return Forwarding::Append(id, turn, delivery);
  }
  bool failing = true;
};

TEST_F(DeskTest, WhatCannotBeRecordedComesAgainAndIsThenAnsweredOnce) {
  Failing record;
  chat::Chat chat(
      record, world_.shelf,
      {.now = [] { return 1'750'000'000; },
       .randomness = [&](std::size_t n) { return world_.Random(n); }});
  Desk desk(chat, record, [] { return 1'750'000'000; });
  const Inbound inbound = Next(Kind::kWords, "hello");
  EXPECT_EQ(desk.Take(channel_, inbound), Taken::kLater);
  record.failing = false;
  EXPECT_EQ(desk.Take(channel_, inbound), Taken::kRecorded);
  EXPECT_EQ(desk.Take(channel_, inbound), Taken::kRecorded);
  // Greeted once, answered once.
  EXPECT_THAT(record.ReadOutbox(0, 10).value(), SizeIs(2));
}

TEST_F(DeskTest, ManyThreadsDeliverTheSameOnceEachAndInOneConversation) {
  constexpr int kThreads = 16, kMessages = 20;
  std::vector<Inbound> all;
  for (int i = 0; i < kMessages; ++i)
    all.push_back(Next(Kind::kWords, "number " + std::to_string(i)));
  std::latch together(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&] {
        together.arrive_and_wait();
        for (const Inbound& inbound : all)
          EXPECT_EQ(world_.desk.Take(channel_, inbound), Taken::kRecorded);
      });
  }
  EXPECT_EQ(Turns(), 1u + kMessages);
  EXPECT_THAT(world_.WaitingFor("77"), SizeIs(1 + kMessages));
}

// ---- Codes that move a conversation.

TEST_F(DeskTest, ACodeBringsAConversationFromThePageAndAnotherTakesItBack) {
  const auto begun = world_.chat.Begin("web");
  ASSERT_TRUE(
      world_.chat.Say(begun->id, begun->token, "I keep busy", "1").ok());
  const auto link = world_.chat.GiveLink(begun->id, begun->token);
  ASSERT_TRUE(link.ok());
  EXPECT_THAT(link->code, testing::MatchesRegex("[2-9A-Z]{4}-[2-9A-Z]{4}"));

  EXPECT_THAT(After(Kind::kWords, link->code),
              ElementsAre(phrases::kLinkTaken));
  EXPECT_EQ(Turns(), 2u);
  EXPECT_FALSE(world_.chat.Authorize(begun->id, begun->token).ok())
      << "it is in one place";
  EXPECT_THAT(After(Kind::kWords, "and alone"), ElementsAre("Go on."));

  const std::string back = After(Kind::kCommand, "link").front();
  EXPECT_THAT(back, HasSubstr(phrases::kLinkGiven));
  const auto moved =
      world_.chat.TakeLink(back.substr(back.size() - 9), "web 127.0.0.1");
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(moved->id, begun->id);
  EXPECT_TRUE(world_.chat.Say(moved->id, moved->token, "here", "3").ok());
  EXPECT_EQ(Turns(), 0u);
  EXPECT_THAT(After(Kind::kCommand, "link"),
              ElementsAre(phrases::kNothingKept));
}

TEST_F(DeskTest, ACodeComesWithACommandToo) {
  for (const char* command : {"start", "link"}) {
    const auto begun = world_.chat.Begin("web");
    const auto link = world_.chat.GiveLink(begun->id, begun->token);
    Inbound inbound = Next(Kind::kCommand, command, command);
    inbound.argument = Lower(link->code);
    EXPECT_THAT(After(inbound), ElementsAre(phrases::kLinkTaken));
    EXPECT_THAT(After(inbound), IsEmpty()) << "delivered twice";
    EXPECT_EQ(world_.history.FindContact({"plain", command})->conversation,
              begun->id);
  }
}

TEST_F(DeskTest, WrongUsedAndOldCodesAreRefusedInWordsAndTriesAreFew) {
  const auto begun = world_.chat.Begin("web");
  const auto old = world_.chat.GiveLink(begun->id, begun->token);
  world_.now += 600;
  EXPECT_THAT(After(Kind::kWords, old->code),
              ElementsAre(HasSubstr("opens nothing")));
  const auto used = world_.chat.GiveLink(begun->id, begun->token);
  ASSERT_TRUE(world_.chat.TakeLink(used->code, "web").ok());
  EXPECT_THAT(After(Kind::kWords, used->code),
              ElementsAre(HasSubstr("opens nothing")));
  Inbound wrong = Next(Kind::kCommand, "link");
  wrong.argument = "no code";
  EXPECT_THAT(After(wrong), ElementsAre(HasSubstr("opens nothing")));
  EXPECT_THAT(After(Kind::kWords, "AAAA-AAAA"), SizeIs(1));
  EXPECT_THAT(After(Kind::kWords, "AAAA-AAAB"), SizeIs(1));
  EXPECT_THAT(After(Kind::kWords, "AAAA-AAAC"),
              ElementsAre(HasSubstr("Too many codes")));
  EXPECT_EQ(Turns(), 0u);
  EXPECT_THAT(After(Kind::kWords, "self-help"), SizeIs(2)) << "mere words";
}

TEST_F(DeskTest, WhoHasAConversationMakesRoomFirst) {
  const auto begun = world_.chat.Begin("web");
  const auto link = world_.chat.GiveLink(begun->id, begun->token);
  After(Kind::kWords, "I keep busy");
  EXPECT_THAT(After(Kind::kWords, link->code),
              ElementsAre(phrases::kLinkOccupied));
  EXPECT_EQ(Turns(), 2u);
  After(Kind::kCommand, "delete");
  After(Kind::kWords, "yes");
  EXPECT_THAT(After(Kind::kWords, link->code),
              ElementsAre(phrases::kLinkTaken));
  // A greeting alone is nothing to lose.
  const auto other = world_.chat.Begin("web");
  const auto second = world_.chat.GiveLink(other->id, other->token);
  After(Next(Kind::kCommand, "start", "78"));
  EXPECT_THAT(After(Next(Kind::kWords, second->code, "78")),
              ElementsAre(phrases::kLinkTaken));
}

class NoFiles final : public PlainChannel {
 public:
  bool sends_files() const override { return false; }
};

TEST_F(DeskTest, WhereNoFileGoesAnAddressShowsItForAWhile) {
  const NoFiles channel;
  After(Kind::kWords, "I keep busy");
  ASSERT_EQ(world_.desk.Take(channel, Next(Kind::kCommand, "export")),
            Taken::kRecorded);
  const std::string said = world_.WaitingFor("77").back().body;
  const std::string address = "https://coach.example/v1/exports/";
  const auto at = said.find(address);
  ASSERT_NE(at, said.npos);
  const std::string key = said.substr(at + address.size());
  EXPECT_EQ(world_.chat.FindExport(key)->id,
            world_.history.FindContact({"plain", "77"})->conversation);
  EXPECT_FALSE(world_.chat.FindExport(key + "x").ok());
  world_.now += 900;
  EXPECT_FALSE(world_.chat.FindExport(key).ok());
}

TEST_F(DeskTest, ConverseShowsWhatIsAnsweredAndPostsNothing) {
  const auto converse = [&](const Inbound& inbound) {
    std::vector<std::string> said;
    const auto replies = world_.desk.Converse("rest", inbound);
    for (const Reply& reply : *replies)
      said.insert(said.end(), reply.messages.begin(), reply.messages.end());
    return said;
  };
  Inbound words = Next(Kind::kWords, "I keep busy");
  EXPECT_THAT(converse(words), ElementsAre("Go on.", "Go on."));
  // The same id is the same turn and the same reply; without ids each is new.
  EXPECT_THAT(converse(words), ElementsAre("Go on."));
  EXPECT_THAT(world_.Turns("rest", "77"), SizeIs(2));
  words.id.clear();
  converse(words);
  converse(words);
  EXPECT_THAT(world_.Turns("rest", "77"), SizeIs(4));

  EXPECT_THAT(converse(Next(Kind::kCommand, "help")),
              ElementsAre(phrases::kHelpToAnswers));
  converse(Next(Kind::kCommand, "delete"));
  EXPECT_THAT(converse(Next(Kind::kWords, "yes")),
              ElementsAre(phrases::kDeleted));
  EXPECT_THAT(world_.Turns("rest", "77"), IsEmpty());
  EXPECT_THAT(world_.WaitingFor("77"), IsEmpty());
}

TEST(NotesTest, AreReadAsTheyWereWrittenAndNothingElseIs) {
  const Notes all{.gone = true, .stopped = true, .asked_to_delete = true};
  EXPECT_EQ(ParseNotes(ToText(all)), all);
  EXPECT_EQ(ToText(Notes{}), "");
  for (const char* text : {"", "[]", "{\"gone\":1}", "gone"})
    EXPECT_EQ(ParseNotes(text), Notes{}) << text;
}

}  // namespace
}  // namespace nearer::channels
