#ifndef NEARER_TESTS_HISTORY_HISTORY_CONTRACT_H_
#define NEARER_TESTS_HISTORY_HISTORY_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "history/history.h"
#include "record.h"
#include "scratch.h"

// What every backend of History must do. One file of a test program includes
// this and says how each backend is opened.
namespace nearer::history {

struct Backend {
  // Opens an empty store, which may keep its files in `folder`.
  std::function<std::unique_ptr<History>(const std::string& folder)> open;
};

class HistoryContract : public testing::TestWithParam<Backend> {
 protected:
  Scratch scratch_;
  std::unique_ptr<History> history_ = GetParam().open(scratch_.folder());
};

using namespace std::string_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum HistoryErrorCode;

TEST_P(HistoryContract, GivesBackAConversationAsItWasBegun) {
  Conversation begun = ConversationOf("c-1");
  begun.token_hash = "\0\x80\xff'\"; raw bytes"s;
  begun.channel = "telegram";
  begun.version = 99;  // has no say
  ASSERT_THAT(history_->Begin(begun, TurnOf(0)), Succeeds());

  begun.version = 0;
  const auto found = history_->Find("c-1");
  ASSERT_THAT(found, Succeeds());
  EXPECT_EQ(*found, begun);
  const auto opening = history_->ReadTurn("c-1", 0);
  ASSERT_THAT(opening, Succeeds());
  EXPECT_EQ(*opening, TurnOf(0));
}

TEST_P(HistoryContract, KnowsNothingOfAConversationThatWasNotBegun) {
  Begin(*history_, "c-1");
  for (const std::string& id : {"c-2"s, "C-1"s, "c-1 "s, "c-1\0"s, ""s}) {
    EXPECT_THAT(history_->Find(id), FailsWith(kNotFound)) << id;
    EXPECT_THAT(history_->Append(id, TurnOf(1)), FailsWith(kNotFound)) << id;
    EXPECT_THAT(history_->FindByClientTurnId(id, "turn-1"),
                FailsWith(kNotFound));
    EXPECT_THAT(history_->ReadTurn(id, 0), FailsWith(kNotFound)) << id;
    EXPECT_THAT(history_->ReadTurn(id, kLatest), FailsWith(kNotFound)) << id;
    EXPECT_THAT(history_->ReadTurns(id, -1, 10), FailsWith(kNotFound)) << id;
    EXPECT_THAT(history_->Erase(id, kErasedAt), FailsWith(kNotFound)) << id;
  }
}

TEST_P(HistoryContract, BeginsAnIdOnce) {
  Begin(*history_, "c-1", 2);
  EXPECT_THAT(history_->Begin(ConversationOf("c-1"), TurnOf(0)),
              FailsWith(kConflict));
  EXPECT_THAT(AllTurns(*history_, "c-1"), SizeIs(3));
}

TEST_P(HistoryContract, BeginsWithTurn0Only) {
  EXPECT_THAT(history_->Begin(ConversationOf("c-1"), TurnOf(1)),
              FailsWith(kConflict));
  EXPECT_THAT(history_->Find("c-1"), FailsWith(kNotFound));
}

TEST_P(HistoryContract, AppendsAtTheExpectedVersionOnly) {
  Begin(*history_, "c-1", 2);
  for (const std::int64_t n : {-7, -1, 0, 1, 2, 4, 1000}) {
    Turn turn = TurnOf(n);
    turn.client_turn_id = "new";
    EXPECT_THAT(history_->Append("c-1", turn), FailsWith(kConflict)) << n;
  }
  EXPECT_EQ(history_->Find("c-1")->version, 2);

  const auto appended = history_->Append("c-1", TurnOf(3));
  ASSERT_THAT(appended, Succeeds());
  EXPECT_EQ(appended->turn, TurnOf(3));
  EXPECT_FALSE(appended->repeated);
  EXPECT_EQ(history_->Find("c-1")->version, 3);
}

TEST_P(HistoryContract, GivesTheEarlierTurnForAClientTurnIdWhateverTheVersion) {
  Begin(*history_, "c-1", 3);
  for (const std::int64_t n : {-1, 1, 2, 4, 9}) {
    Turn again = TurnOf(n, "other words");
    again.client_turn_id = "turn-2";
    const auto appended = history_->Append("c-1", again);
    ASSERT_THAT(appended, Succeeds()) << n;
    EXPECT_TRUE(appended->repeated);
    EXPECT_EQ(appended->turn, TurnOf(2));
  }
  EXPECT_THAT(AllTurns(*history_, "c-1"), SizeIs(4));
}

TEST_P(HistoryContract, KeepsClientTurnIdsOfConversationsApart) {
  Begin(*history_, "c-1", 1);
  Begin(*history_, "c-2");
  const auto appended = history_->Append("c-2", TurnOf(1));
  ASSERT_THAT(appended, Succeeds());
  EXPECT_FALSE(appended->repeated);
}

TEST_P(HistoryContract, AnEmptyClientTurnIdNeverRepeats) {
  Begin(*history_, "c-1");
  for (std::int64_t n = 1; n <= 3; ++n) {
    Turn turn = TurnOf(n);
    turn.client_turn_id = "";
    const auto appended = history_->Append("c-1", turn);
    ASSERT_THAT(appended, Succeeds());
    EXPECT_FALSE(appended->repeated);
  }
  EXPECT_THAT(history_->FindByClientTurnId("c-1", ""), FailsWith(kNotFound));
}

TEST_P(HistoryContract, FindsATurnByItsClientTurnId) {
  Begin(*history_, "c-1", 3);
  const auto found = history_->FindByClientTurnId("c-1", "turn-2");
  ASSERT_THAT(found, Succeeds());
  EXPECT_EQ(*found, TurnOf(2));
  EXPECT_THAT(history_->FindByClientTurnId("c-1", "turn-4"),
              FailsWith(kNotFound));
}

TEST_P(HistoryContract, ReadsATurnByNumberOrTheLatest) {
  Begin(*history_, "c-1", 3);
  EXPECT_EQ(*history_->ReadTurn("c-1", 2), TurnOf(2));
  EXPECT_EQ(*history_->ReadTurn("c-1", kLatest), TurnOf(3));
  for (const std::int64_t n : {-2, 4, 1'000'000'000}) {
    EXPECT_THAT(history_->ReadTurn("c-1", n), FailsWith(kNotFound)) << n;
  }
}

TEST_P(HistoryContract, ReadsTurnsInOrderAfterOneAndUpToALimit) {
  Begin(*history_, "c-1", 12);
  Begin(*history_, "c-2", 1);
  const auto numbers = [&](std::int64_t after, int limit) {
    std::vector<std::int64_t> read;
    const auto turns = history_->ReadTurns("c-1", after, limit);
    EXPECT_THAT(turns, Succeeds());
    for (const Turn& turn : *turns) read.push_back(turn.n);
    return read;
  };
  EXPECT_THAT(numbers(-1, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(numbers(-1, 100), SizeIs(13));
  EXPECT_THAT(numbers(0, 2), ElementsAre(1, 2));
  EXPECT_THAT(numbers(8, 3), ElementsAre(9, 10, 11));
  EXPECT_THAT(numbers(10, 3), ElementsAre(11, 12));
  EXPECT_THAT(numbers(12, 3), IsEmpty());
  EXPECT_THAT(numbers(500, 3), IsEmpty());
  EXPECT_THAT(numbers(-100, 1), ElementsAre(0));
  EXPECT_THAT(numbers(-1, 0), IsEmpty());
  EXPECT_THAT(numbers(-1, -5), IsEmpty());
}

TEST_P(HistoryContract, ListsConversationsInOrderOfTheBytesOfTheirIds) {
  const std::vector<std::string> ids = {
      ""s, "\0"s, "A", "a", "a\0"s, "a\0b"s, "aa", "b", "\xc3\xa9", "\xff"};
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) Begin(*history_, *id, 1);

  const auto listed = [&](const std::string& after, int limit) {
    std::vector<std::string> names;
    const auto list = history_->List(after, limit);
    EXPECT_THAT(list, Succeeds());
    for (const Conversation& conversation : *list) {
      EXPECT_EQ(conversation.version, 1);
      names.push_back(conversation.id);
    }
    return names;
  };
  EXPECT_EQ(listed("", 100),
            std::vector<std::string>(ids.begin() + 1, ids.end()));
  for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
    EXPECT_THAT(listed(ids[i], 1), ElementsAre(ids[i + 1]));
  }
  EXPECT_THAT(listed("\xff", 1), IsEmpty());
  EXPECT_THAT(listed("a", 0), IsEmpty());
  EXPECT_THAT(listed("a", -1), IsEmpty());
}

TEST_P(HistoryContract, ListsTheConversationRecordedLastFirst) {
  for (const char* id : {"b", "a", "d", "c"}) Begin(*history_, id, 1);
  ASSERT_THAT(history_->Append("b", TurnOf(2)), Succeeds());

  const auto listed = [&](std::int64_t before, int limit) {
    const auto list = history_->ListLatest(before, limit);
    EXPECT_THAT(list, Succeeds());
    return *list;
  };
  const auto names = [](const std::vector<Placed>& list) {
    std::vector<std::string> ids;
    for (const Placed& placed : list) ids.push_back(placed.conversation.id);
    return ids;
  };
  const std::vector<Placed> all = listed(kLatest, 9);
  EXPECT_THAT(names(all), ElementsAre("c", "d", "a", "b"));
  EXPECT_EQ(all[3].conversation.version, 2);
  EXPECT_GT(all[3].place, 0);
  EXPECT_THAT(names(listed(kLatest, 2)), ElementsAre("c", "d"));
  EXPECT_THAT(names(listed(all[1].place, 1)), ElementsAre("a"));

  // Whoever reads on from one that was erased misses none.
  ASSERT_THAT(history_->Erase("d", kErasedAt), Succeeds());
  EXPECT_THAT(names(listed(all[1].place, 9)), ElementsAre("a", "b"));
  EXPECT_THAT(listed(all[3].place, 9), IsEmpty());
  EXPECT_THAT(listed(kLatest, 0), IsEmpty());
  EXPECT_THAT(listed(kLatest, -1), IsEmpty());
}

TEST_P(HistoryContract, KeepsAnyBytesAnywhere) {
  const std::vector<std::string> texts = {
      ""s,
      "\0"s,
      "before\0after"s,
      "Robert'); DROP TABLE turns;--",
      R"("quoted" and \back\slashed)",
      "🧱💔 עברית \xe2\x80\xae e\xcc\x81",
      "\xff\xfe not UTF-8 \xc3",
      "line\r\nline\ttab",
      std::string(1'000'000, 'x') + "\0end"s,
  };
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string& text = texts[i];
    // Ids are unique even when they differ behind a NUL only.
    const std::string id = "c" + text + std::to_string(i);
    Conversation begun = ConversationOf(id);
    begun.channel = text;
    begun.token_hash = text;
    Turn opening = TurnOf(0);
    opening.pack = text;
    Turn turn = {.n = 1,
                 .client_turn_id = text + "!",
                 .at = -5,
                 .utterance = text,
                 .reply = text,
                 .state = text,
                 .trace = text,
                 .pack = text};
    ASSERT_THAT(history_->Begin(begun, opening), Succeeds());
    ASSERT_THAT(history_->Append(id, turn), Succeeds());
    begun.version = 1;
    EXPECT_EQ(*history_->Find(id), begun) << i;
    EXPECT_EQ(*history_->ReadTurn(id, 0), opening) << i;
    EXPECT_EQ(*history_->ReadTurn(id, kLatest), turn) << i;
    EXPECT_EQ(*history_->FindByClientTurnId(id, text + "!"), turn) << i;
    EXPECT_THAT(history_->ArchivePack(text, text), Succeeds());
    EXPECT_EQ(*history_->ReadPack(text), text) << i;
  }
}

TEST_P(HistoryContract, KeepsTheLargestNumbers) {
  Conversation begun = ConversationOf("c-1");
  begun.began = std::numeric_limits<UnixSeconds>::max();
  Turn opening = TurnOf(0);
  opening.at = std::numeric_limits<UnixSeconds>::min();
  ASSERT_THAT(history_->Begin(begun, opening), Succeeds());
  EXPECT_EQ(*history_->Find("c-1"), begun);
  EXPECT_EQ(*history_->ReadTurn("c-1", 0), opening);
}

TEST_P(HistoryContract, ErasesAConversationAndNoOther) {
  Begin(*history_, "c-1", 3);
  Begin(*history_, "c-2", 3);
  ASSERT_THAT(history_->Erase("c-1", kErasedAt), Succeeds());

  EXPECT_THAT(history_->Find("c-1"), FailsWith(kNotFound));
  EXPECT_THAT(history_->ReadTurns("c-1", -1, 9), FailsWith(kNotFound));
  EXPECT_THAT(history_->FindByClientTurnId("c-1", "turn-1"),
              FailsWith(kNotFound));
  EXPECT_THAT(history_->Append("c-1", TurnOf(4)), FailsWith(kNotFound));
  EXPECT_THAT(history_->Erase("c-1", kErasedAt), FailsWith(kNotFound));
  EXPECT_THAT(AllTurns(*history_, "c-2"), SizeIs(4));
  EXPECT_THAT(*history_->List("", 9), SizeIs(1));
}

TEST_P(HistoryContract, BeginsAnErasedIdNoMoreUntilThatIsForgotten) {
  Begin(*history_, "c-1", 3);
  ASSERT_THAT(history_->Erase("c-1", kErasedAt), Succeeds());
  EXPECT_THAT(history_->Begin(ConversationOf("c-1"), TurnOf(0)),
              FailsWith(kConflict));
  Begin(*history_, "c-2", 1);

  ASSERT_THAT(history_->ForgetErased(kErasedAt), Succeeds());
  EXPECT_THAT(history_->Begin(ConversationOf("c-1"), TurnOf(0)),
              FailsWith(kConflict));
  ASSERT_THAT(history_->ForgetErased(kErasedAt + 1), Succeeds());
  Begin(*history_, "c-1", 1);
  EXPECT_THAT(AllTurns(*history_, "c-1"), SizeIs(2));
  EXPECT_THAT(history_->Erase("c-1", kErasedAt), Succeeds());
  EXPECT_THAT(history_->Find("c-1"), FailsWith(kNotFound));
}

TEST_P(HistoryContract, ArchivesAPackOnceAlsoAfterItSpoke) {
  Begin(*history_, "c-1", 1);
  const std::string hash = TurnOf(1).pack;
  EXPECT_THAT(history_->ReadPack(hash), FailsWith(kNotFound));
  EXPECT_FALSE(*history_->HasPack(hash));
  ASSERT_THAT(history_->ArchivePack(hash, "the rules\0and more"s), Succeeds());
  EXPECT_TRUE(*history_->HasPack(hash));
  ASSERT_THAT(history_->ArchivePack(hash, "something else"), Succeeds());
  EXPECT_EQ(*history_->ReadPack(hash), "the rules\0and more"s);

  ASSERT_THAT(history_->ArchivePack("empty", ""), Succeeds());
  EXPECT_EQ(*history_->ReadPack("empty"), "");
  EXPECT_TRUE(*history_->HasPack("empty"));
  EXPECT_THAT(history_->ReadPack("unknown"), FailsWith(kNotFound));

  ASSERT_THAT(history_->Erase("c-1", kErasedAt), Succeeds());
  EXPECT_THAT(history_->ReadPack(hash), Succeeds());
}

TEST_P(HistoryContract, LosesNoneOf32ThreadsAppendingToOneConversation) {
  constexpr int kThreads = 32;
  constexpr int kEach = 8;
  Begin(*history_, "c-1");
  std::vector<std::vector<std::int64_t>> numbers(kThreads);
  InThreads(kThreads, [&](int thread) {
    for (int i = 0; i < kEach; ++i) {
      const auto n = AppendSomehow(
          *history_, "c-1", std::to_string(thread) + "-" + std::to_string(i));
      ASSERT_TRUE(n.has_value());
      numbers[thread].push_back(*n);
    }
  });

  const std::vector<Turn> turns = AllTurns(*history_, "c-1");
  ASSERT_THAT(turns, SizeIs(1 + kThreads * kEach));
  std::set<std::int64_t> distinct;
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kEach; ++i) {
      const std::int64_t n = numbers[thread][i];
      distinct.insert(n);
      EXPECT_EQ(turns[n].client_turn_id,
                std::to_string(thread) + "-" + std::to_string(i));
    }
  }
  EXPECT_THAT(distinct, SizeIs(kThreads * kEach));
}

TEST_P(HistoryContract, RecordsOneTurnWhen32ThreadsSendTheSameOne) {
  Begin(*history_, "c-1");
  std::atomic<int> first = 0;
  InThreads(32, [&](int thread) {
    const auto appended =
        history_->Append("c-1", TurnOf(1, "said by " + std::to_string(thread)));
    ASSERT_THAT(appended, Succeeds());
    if (!appended->repeated) ++first;
    EXPECT_EQ(appended->turn, *history_->ReadTurn("c-1", 1));
  });
  EXPECT_EQ(first, 1);
  EXPECT_THAT(AllTurns(*history_, "c-1"), SizeIs(2));
}

TEST_P(HistoryContract, LetsOneOf32ThreadsBeginAnId) {
  std::atomic<int> begun = 0;
  InThreads(32, [&](int) {
    const auto result = history_->Begin(ConversationOf("c-1"), TurnOf(0));
    if (result.ok()) {
      ++begun;
    } else {
      EXPECT_THAT(result, FailsWith(kConflict));
    }
  });
  EXPECT_EQ(begun, 1);
}

TEST_P(HistoryContract, ServesManyConversationsAtOnceAndReadsItsWrites) {
  constexpr int kTurns = 40;
  InThreads(32, [&](int thread) {
    const std::string id = "c-" + std::to_string(thread);
    ASSERT_THAT(history_->Begin(ConversationOf(id), TurnOf(0)), Succeeds());
    for (std::int64_t n = 1; n <= kTurns; ++n) {
      const Turn turn = TurnOf(n, id + " said " + std::to_string(n));
      ASSERT_THAT(history_->Append(id, turn), Succeeds());
      // A conflict in the same commit spoils nothing.
      Turn stale = turn;
      stale.client_turn_id = "stale";
      ASSERT_THAT(history_->Append(id, stale), FailsWith(kConflict));
      ASSERT_EQ(history_->Find(id)->version, n);
      ASSERT_EQ(*history_->ReadTurn(id, kLatest), turn);
    }
    if (thread % 4 == 0) {
      ASSERT_THAT(history_->Erase(id, kErasedAt), Succeeds());
    }
  });
  for (int thread = 0; thread < 32; ++thread) {
    const std::string id = "c-" + std::to_string(thread);
    if (thread % 4 == 0) {
      EXPECT_THAT(history_->Find(id), FailsWith(kNotFound));
      continue;
    }
    const std::vector<Turn> turns = AllTurns(*history_, id);
    ASSERT_THAT(turns, SizeIs(kTurns + 1));
    for (std::int64_t n = 1; n <= kTurns; ++n) {
      EXPECT_EQ(turns[n], TurnOf(n, id + " said " + std::to_string(n)));
    }
  }
  EXPECT_THAT(*history_->List("", 100), SizeIs(24));
}

// ---- Deliveries of messaging channels.

TEST_P(HistoryContract, BeginsWithAContactAndFillsTheOutboxInOrder) {
  Delivery delivery = DeliveryFrom("77", 1);
  delivery.outbound = {"hello", "how are you", "bye\0bye"s};
  delivery.notes = "{}";
  ASSERT_THAT(history_->Begin(ConversationOf("c-1"), TurnOf(0), &delivery),
              Succeeds());

  const auto contact = history_->FindContact({"telegram", "77"});
  ASSERT_THAT(contact, Succeeds());
  EXPECT_EQ(contact->conversation, "c-1");
  EXPECT_EQ(contact->notes, "{}");
  const auto waiting = history_->ReadOutbox(0, 9);
  EXPECT_THAT(RequestsOf(waiting),
              ElementsAre("hello", "how are you", "bye\0bye"s));
  EXPECT_EQ((*waiting)[0].to.channel, "telegram");
  EXPECT_EQ((*waiting)[0].to.chat, "77");
  EXPECT_EQ((*waiting)[0].at, delivery.at);
  EXPECT_EQ((*waiting)[0].failure, "");
  EXPECT_LT((*waiting)[0].id, (*waiting)[1].id);
}

TEST_P(HistoryContract, KeepsContactsOfChannelsAndChatsApart) {
  const Delivery delivery = DeliveryFrom("77", 1);
  ASSERT_THAT(history_->Begin(ConversationOf("c-1"), TurnOf(0), &delivery),
              Succeeds());
  EXPECT_THAT(history_->FindContact({"slack", "77"}), FailsWith(kNotFound));
  EXPECT_THAT(history_->FindContact({"telegram", "7"}), FailsWith(kNotFound));
  EXPECT_THAT(history_->FindContact({"telegram7", "7"}), FailsWith(kNotFound));
}

TEST_P(HistoryContract, AContactHasOneConversation) {
  const Delivery first = DeliveryFrom("77", 1);
  ASSERT_THAT(history_->Begin(ConversationOf("c-1"), TurnOf(0), &first),
              Succeeds());
  const Delivery second = DeliveryFrom("77", 2);
  EXPECT_THAT(history_->Begin(ConversationOf("c-2"), TurnOf(0), &second),
              FailsWith(kConflict));
  EXPECT_THAT(history_->Find("c-2"), FailsWith(kNotFound));
  EXPECT_FALSE(*history_->WasReceived("telegram", second.inbound_id));
  EXPECT_EQ(history_->FindContact(second.from)->conversation, "c-1");
  EXPECT_THAT(Waiting(*history_), ElementsAre("to 77 1"));
}

TEST_P(HistoryContract, RecordsADeliveryWithItsTurnOrNotAtAll) {
  Begin(*history_, "c-1", 1);
  Delivery delivery = DeliveryFrom("77", 1);
  delivery.notes = "noted";
  EXPECT_THAT(history_->Append("c-1", TurnOf(4), &delivery),
              FailsWith(kConflict));
  EXPECT_THAT(history_->Append("c-2", TurnOf(2), &delivery),
              FailsWith(kNotFound));
  // A turn that repeats an earlier one leaves nothing either.
  EXPECT_TRUE(history_->Append("c-1", TurnOf(1), &delivery)->repeated);
  EXPECT_THAT(Waiting(*history_), IsEmpty());
  EXPECT_FALSE(*history_->WasReceived("telegram", "77/1"));
  EXPECT_THAT(history_->FindContact(delivery.from), FailsWith(kNotFound));

  EXPECT_FALSE(history_->Append("c-1", TurnOf(2), &delivery)->repeated);
  EXPECT_THAT(Waiting(*history_), ElementsAre("to 77 1"));
  EXPECT_TRUE(*history_->WasReceived("telegram", "77/1"));
  EXPECT_EQ(history_->FindContact(delivery.from)->notes, "noted");
}

TEST_P(HistoryContract, RecordsAnInboundIdOnceWhateverItComesWith) {
  const Delivery delivery = DeliveryFrom("77", 1);
  ASSERT_THAT(history_->Begin(ConversationOf("c-1"), TurnOf(0), &delivery),
              Succeeds());
  Delivery again = delivery;
  again.from.chat = "78";
  again.notes = "other";
  EXPECT_THAT(history_->Append("c-1", TurnOf(1), &again), FailsWith(kSeen));
  EXPECT_THAT(history_->Append("c-1", TurnOf(9), &again), FailsWith(kSeen));
  EXPECT_THAT(history_->Append("c-2", TurnOf(1), &again), FailsWith(kSeen));
  EXPECT_THAT(history_->Begin(ConversationOf("c-2"), TurnOf(0), &again),
              FailsWith(kSeen));
  EXPECT_THAT(history_->Erase("c-1", kErasedAt, &again), FailsWith(kSeen));
  EXPECT_THAT(history_->Deliver(again), FailsWith(kSeen));
  EXPECT_THAT(AllTurns(*history_, "c-1"), SizeIs(1));
  EXPECT_THAT(Waiting(*history_), ElementsAre("to 77 1"));
  EXPECT_THAT(history_->FindContact(again.from), FailsWith(kNotFound));

  // The id of another channel is another id.
  again.from.channel = "slack";
  EXPECT_THAT(history_->Deliver(again), Succeeds());
}

TEST_P(HistoryContract, AnEmptyInboundIdIsNeverSeen) {
  Delivery delivery = DeliveryFrom("77", 1);
  delivery.inbound_id = "";
  EXPECT_THAT(history_->Deliver(delivery), Succeeds());
  EXPECT_THAT(history_->Deliver(delivery), Succeeds());
  EXPECT_THAT(Waiting(*history_), SizeIs(2));
  EXPECT_FALSE(*history_->WasReceived("telegram", ""));
}

TEST_P(HistoryContract, DeliversWithoutATurnAndKeepsNotesOnlyWhenGiven) {
  Delivery delivery = DeliveryFrom("77", 1);
  ASSERT_THAT(history_->Deliver(delivery), Succeeds());
  EXPECT_THAT(history_->FindContact(delivery.from), FailsWith(kNotFound));

  delivery = DeliveryFrom("77", 2);
  delivery.notes = "first";
  ASSERT_THAT(history_->Deliver(delivery), Succeeds());
  EXPECT_EQ(history_->FindContact(delivery.from)->conversation, "");
  EXPECT_EQ(history_->FindContact(delivery.from)->notes, "first");

  // Who has notes can still begin a conversation, and keeps them.
  delivery = DeliveryFrom("77", 3);
  ASSERT_THAT(history_->Begin(ConversationOf("c-1"), TurnOf(0), &delivery),
              Succeeds());
  EXPECT_EQ(history_->FindContact(delivery.from)->conversation, "c-1");
  EXPECT_EQ(history_->FindContact(delivery.from)->notes, "first");

  delivery = DeliveryFrom("77", 4);
  delivery.notes = "";
  ASSERT_THAT(history_->Deliver(delivery), Succeeds());
  EXPECT_EQ(history_->FindContact(delivery.from)->conversation, "c-1");
  EXPECT_EQ(history_->FindContact(delivery.from)->notes, "");
}

TEST_P(HistoryContract, ForgetsInboundIdsOfOldDeliveries) {
  ASSERT_THAT(history_->Deliver(DeliveryFrom("77", 1)), Succeeds());
  ASSERT_THAT(history_->Deliver(DeliveryFrom("77", 2)), Succeeds());
  ASSERT_THAT(history_->ForgetReceived(1'700'000'002), Succeeds());
  EXPECT_FALSE(*history_->WasReceived("telegram", "77/1"));
  EXPECT_TRUE(*history_->WasReceived("telegram", "77/2"));
  EXPECT_THAT(Waiting(*history_), SizeIs(2));
}

TEST_P(HistoryContract, ErasesContactsAndWhatWaitsAndSaysGoodbye) {
  for (const std::string chat : {"77", "78"}) {
    const Delivery begin = DeliveryFrom(chat, 1);
    ASSERT_THAT(history_->Begin(ConversationOf(chat), TurnOf(0), &begin),
                Succeeds());
    const Delivery turn = DeliveryFrom(chat, 2);
    ASSERT_THAT(history_->Append(chat, TurnOf(1), &turn), Succeeds());
    ASSERT_THAT(history_->Deliver(DeliveryFrom(chat, 3)), Succeeds());
  }
  const auto waiting = history_->ReadOutbox(0, 1);
  ASSERT_THAT(history_->GiveUp((*waiting)[0].id, "no such chat"), Succeeds());

  const Delivery goodbye = DeliveryFrom("77", 4);
  ASSERT_THAT(history_->Erase("77", kErasedAt, &goodbye), Succeeds());
  EXPECT_THAT(Waiting(*history_),
              ElementsAre("to 78 1", "to 78 2", "to 78 3", "to 77 4"));
  EXPECT_THAT(DeadLetters(*history_), IsEmpty());
  EXPECT_THAT(history_->FindContact(goodbye.from), FailsWith(kNotFound));
  EXPECT_EQ(history_->FindContact({"telegram", "78"})->conversation, "78");
  // What was delivered before the erasure is not delivered after it.
  EXPECT_TRUE(*history_->WasReceived("telegram", "77/2"));
  EXPECT_THAT(history_->Erase("77", kErasedAt, &goodbye), FailsWith(kSeen));
  const Delivery later = DeliveryFrom("77", 5);
  EXPECT_THAT(history_->Erase("77", kErasedAt, &later), FailsWith(kNotFound));
  EXPECT_FALSE(*history_->WasReceived("telegram", "77/5"));
}

TEST_P(HistoryContract, ReadsTheOutboxAfterAnIdAndUpToALimit) {
  for (int i = 1; i <= 5; ++i) {
    ASSERT_THAT(history_->Deliver(DeliveryFrom("77", i)), Succeeds());
  }
  const auto all = history_->ReadOutbox(0, 100);
  EXPECT_THAT(RequestsOf(history_->ReadOutbox((*all)[1].id, 2)),
              ElementsAre("to 77 3", "to 77 4"));
  EXPECT_THAT(RequestsOf(history_->ReadOutbox((*all)[4].id, 2)), IsEmpty());
  EXPECT_THAT(RequestsOf(history_->ReadOutbox(0, 0)), IsEmpty());
  EXPECT_THAT(RequestsOf(history_->ReadOutbox(0, -1)), IsEmpty());

  ASSERT_THAT(history_->RemoveOutbound((*all)[0].id), Succeeds());
  EXPECT_THAT(history_->RemoveOutbound((*all)[0].id), FailsWith(kNotFound));
  EXPECT_THAT(Waiting(*history_), SizeIs(4));
}

TEST_P(HistoryContract, NeverUsesAnIdOfTheOutboxAgain) {
  ASSERT_THAT(history_->Deliver(DeliveryFrom("77", 1)), Succeeds());
  const std::int64_t first = history_->ReadOutbox(0, 1)->front().id;
  ASSERT_THAT(history_->RemoveOutbound(first), Succeeds());
  ASSERT_THAT(history_->Deliver(DeliveryFrom("77", 2)), Succeeds());
  EXPECT_GT(history_->ReadOutbox(0, 1)->front().id, first);
}

TEST_P(HistoryContract, GivesAMessageUpAndPostsItAgainAtTheEnd) {
  for (int i = 1; i <= 3; ++i) {
    ASSERT_THAT(history_->Deliver(DeliveryFrom("77", i)), Succeeds());
  }
  const auto all = history_->ReadOutbox(0, 100);
  const std::int64_t second = (*all)[1].id;
  ASSERT_THAT(history_->GiveUp(second, "it is too long"), Succeeds());
  EXPECT_THAT(history_->GiveUp(second, "again"), FailsWith(kNotFound));
  EXPECT_THAT(history_->GiveUp(999, "none"), FailsWith(kNotFound));
  EXPECT_THAT(Waiting(*history_), ElementsAre("to 77 1", "to 77 3"));
  const auto dead = history_->ReadDeadLetters(0, 9);
  ASSERT_THAT(RequestsOf(dead), ElementsAre("to 77 2"));
  EXPECT_EQ((*dead)[0].failure, "it is too long");
  EXPECT_THAT(RequestsOf(history_->ReadDeadLetters(second, 9)), IsEmpty());

  EXPECT_THAT(history_->PostAgain((*all)[0].id, 5), FailsWith(kNotFound));
  ASSERT_THAT(history_->PostAgain(second, 5), Succeeds());
  EXPECT_THAT(history_->PostAgain(second, 5), FailsWith(kNotFound));
  EXPECT_THAT(DeadLetters(*history_), IsEmpty());
  const auto again = history_->ReadOutbox((*all)[2].id, 9);
  ASSERT_THAT(RequestsOf(again), ElementsAre("to 77 2"));
  EXPECT_EQ((*again)[0].at, 5);
  EXPECT_EQ((*again)[0].failure, "");
}

TEST_P(HistoryContract, RemovesWhatWaitsForOneAddressButNoDeadLetter) {
  for (int i = 1; i <= 2; ++i) {
    ASSERT_THAT(history_->Deliver(DeliveryFrom("77", i)), Succeeds());
    ASSERT_THAT(history_->Deliver(DeliveryFrom("78", i)), Succeeds());
  }
  ASSERT_THAT(history_->GiveUp(history_->ReadOutbox(0, 1)->front().id, "why"),
              Succeeds());
  ASSERT_THAT(history_->RemoveAllOutbound({"telegram", "77"}), Succeeds());
  ASSERT_THAT(history_->RemoveAllOutbound({"slack", "78"}), Succeeds());
  EXPECT_THAT(Waiting(*history_), ElementsAre("to 78 1", "to 78 2"));
  EXPECT_THAT(DeadLetters(*history_), ElementsAre("to 77 1"));
}

// ---- Check-ins.

TEST_P(HistoryContract, KeepsOneCheckInOfAConversationTheEarliestFirst) {
  for (const auto& [chat, at] : {std::pair("1", 300), {"2", 100}, {"3", 200}}) {
    Delivery delivery = DeliveryFrom(chat, 1);
    delivery.due = Due{.at = at, .until = at + 50};
    delivery.notes = "notes";
    ASSERT_THAT(history_->Begin(ConversationOf(chat), TurnOf(0), &delivery),
                Succeeds());
  }
  const auto waiting = history_->ReadReminders(9);
  ASSERT_THAT(waiting, Succeeds());
  ASSERT_EQ(waiting->size(), 3u);
  EXPECT_EQ((*waiting)[0].conversation, "2");
  EXPECT_EQ((*waiting)[0].contact.address.chat, "2");
  EXPECT_EQ((*waiting)[0].contact.notes, "notes");
  EXPECT_EQ((*waiting)[0].due, (Due{.at = 100, .until = 150}));
  EXPECT_EQ((*waiting)[2].conversation, "1");
  EXPECT_EQ(history_->ReadReminders(1)->size(), 1u);

  // Another time replaces it, none takes it away, and no word leaves it.
  Delivery later = DeliveryFrom("2", 2);
  later.due = Due{.at = 400, .until = 450};
  ASSERT_THAT(history_->Deliver(later), Succeeds());
  ASSERT_THAT(history_->Deliver(DeliveryFrom("2", 3)), Succeeds());
  Delivery off = DeliveryFrom("3", 2);
  off.due = Due{};
  ASSERT_THAT(history_->Deliver(off), Succeeds());
  const auto left = history_->ReadReminders(9);
  ASSERT_EQ(left->size(), 2u);
  EXPECT_EQ((*left)[0].conversation, "1");
  EXPECT_EQ((*left)[1].due.at, 400);
}

TEST_P(HistoryContract, FinishesACheckInOnceWithWhatIsSent) {
  Delivery delivery = DeliveryFrom("77", 1);
  delivery.outbound.clear();
  delivery.due = Due{.at = 100, .until = 200};
  ASSERT_THAT(history_->Begin(ConversationOf("c-1"), TurnOf(0), &delivery),
              Succeeds());
  const Reminder reminder = history_->ReadReminders(1)->front();
  Reminder moved = reminder;
  ++moved.due.at;
  EXPECT_THAT(history_->FinishReminder(moved, {"not now"}, 100),
              FailsWith(kNotFound));
  EXPECT_THAT(history_->FinishReminder(reminder, {"hello"}, 101), Succeeds());
  EXPECT_THAT(history_->FinishReminder(reminder, {"hello"}, 102),
              FailsWith(kNotFound));
  const auto waiting = history_->ReadOutbox(0, 9);
  EXPECT_THAT(RequestsOf(waiting), ElementsAre("hello"));
  EXPECT_EQ((*waiting)[0].to.chat, "77");
  EXPECT_EQ((*waiting)[0].at, 101);
  EXPECT_THAT(*history_->ReadReminders(9), IsEmpty());
}

TEST_P(HistoryContract, ErasesACheckInWithItsConversation) {
  Delivery delivery = DeliveryFrom("77", 1);
  delivery.due = Due{.at = 100, .until = 200};
  ASSERT_THAT(history_->Begin(ConversationOf("c-1"), TurnOf(0), &delivery),
              Succeeds());
  ASSERT_THAT(history_->GiveCode("c-1", {.hash = "h", .until = 9}), Succeeds());
  const Reminder reminder = history_->ReadReminders(1)->front();
  ASSERT_THAT(history_->Erase("c-1", kErasedAt), Succeeds());
  EXPECT_THAT(*history_->ReadReminders(9), IsEmpty());
  EXPECT_THAT(history_->FinishReminder(reminder, {"hello"}, 101),
              FailsWith(kNotFound));
  EXPECT_THAT(history_->FindByCode(Purpose::kMove, "h", 1),
              FailsWith(kNotFound));
}

// ---- Codes.

TEST_P(HistoryContract, ACodeOpensUntilItsTimeOrUntilAnotherIsGiven) {
  Begin(*history_, "c-1", 1);
  EXPECT_THAT(history_->GiveCode("c-2", {.hash = "h"}), FailsWith(kNotFound));
  ASSERT_THAT(history_->GiveCode("c-1", {.hash = "h\0h"s, .until = 100}),
              Succeeds());
  EXPECT_EQ(history_->FindByCode(Purpose::kMove, "h\0h"s, 99)->id, "c-1");
  EXPECT_THAT(history_->FindByCode(Purpose::kMove, "h\0h"s, 100),
              FailsWith(kNotFound));
  EXPECT_THAT(history_->FindByCode(Purpose::kExport, "h\0h"s, 99),
              FailsWith(kNotFound));
  EXPECT_THAT(history_->FindByCode(Purpose::kMove, "h", 99),
              FailsWith(kNotFound));

  ASSERT_THAT(
      history_->GiveCode(
          "c-1", {.purpose = Purpose::kExport, .hash = "e", .until = 100}),
      Succeeds());
  ASSERT_THAT(history_->GiveCode("c-1", {.hash = "i", .until = 100}),
              Succeeds());
  EXPECT_THAT(history_->FindByCode(Purpose::kMove, "h\0h"s, 99),
              FailsWith(kNotFound));
  EXPECT_EQ(history_->FindByCode(Purpose::kMove, "i", 99)->id, "c-1");
  EXPECT_EQ(history_->FindByCode(Purpose::kExport, "e", 99)->id, "c-1");
}

TEST_P(HistoryContract, MovesAConversationToAContactAndBackOnceForEachCode) {
  Begin(*history_, "c-1", 1);
  ASSERT_THAT(history_->GiveCode("c-1", {.hash = "h", .until = 100}),
              Succeeds());
  Delivery delivery = DeliveryFrom("77", 1);
  EXPECT_THAT(history_->Move("h", 100, "new", &delivery), FailsWith(kNotFound));
  EXPECT_THAT(history_->Move("i", 50, "new", &delivery), FailsWith(kNotFound));
  EXPECT_FALSE(*history_->WasReceived("telegram", delivery.inbound_id));

  const auto moved = history_->Move("h", 50, "new", &delivery);
  ASSERT_THAT(moved, Succeeds());
  EXPECT_EQ(moved->id, "c-1");
  EXPECT_EQ(history_->Find("c-1")->token_hash, "new");
  EXPECT_EQ(history_->FindContact(delivery.from)->conversation, "c-1");
  EXPECT_THAT(Waiting(*history_), ElementsAre("to 77 1"));
  EXPECT_THAT(history_->Move("h", 50, "new", &delivery), FailsWith(kSeen));
  delivery = DeliveryFrom("77", 2);
  EXPECT_THAT(history_->Move("h", 50, "newer", &delivery),
              FailsWith(kNotFound));

  // Back: nothing of the contact stays.
  delivery.due = Due{.at = 500, .until = 600};
  ASSERT_THAT(history_->Deliver(delivery), Succeeds());
  ASSERT_THAT(history_->GiveCode("c-1", {.hash = "b", .until = 100}),
              Succeeds());
  ASSERT_THAT(history_->Move("b", 60, "newest", nullptr), Succeeds());
  EXPECT_EQ(history_->Find("c-1")->token_hash, "newest");
  EXPECT_THAT(history_->FindContact(delivery.from), FailsWith(kNotFound));
  EXPECT_THAT(Waiting(*history_), IsEmpty());
  EXPECT_THAT(*history_->ReadReminders(9), IsEmpty());
}

TEST_P(HistoryContract, MovesNothingToWhoHasAnotherConversation) {
  Begin(*history_, "c-1", 1);
  const Delivery first = DeliveryFrom("77", 1);
  ASSERT_THAT(history_->Begin(ConversationOf("c-2"), TurnOf(0), &first),
              Succeeds());
  ASSERT_THAT(history_->GiveCode("c-1", {.hash = "h", .until = 100}),
              Succeeds());
  const Delivery second = DeliveryFrom("77", 2);
  EXPECT_THAT(history_->Move("h", 50, "new", &second), FailsWith(kConflict));
  EXPECT_EQ(history_->FindContact(second.from)->conversation, "c-2");
  EXPECT_EQ(history_->Find("c-1")->token_hash,
            ConversationOf("c-1").token_hash);
  EXPECT_EQ(history_->FindByCode(Purpose::kMove, "h", 50)->id, "c-1");
}

TEST_P(HistoryContract, LetsOneOf32ThreadsMoveAConversation) {
  Begin(*history_, "c-1", 1);
  ASSERT_THAT(history_->GiveCode("c-1", {.hash = "h", .until = 100}),
              Succeeds());
  std::atomic<int> moved = 0;
  InThreads(32, [&](int i) {
    moved += history_->Move("h", 50, std::to_string(i), nullptr).ok();
  });
  EXPECT_EQ(moved, 1);
}

// ---- Leases.

TEST_P(HistoryContract, OneHoldsALeaseUntilItsTimeOrUntilItIsGivenUp) {
  EXPECT_TRUE(*history_->HoldLease("sending", "a", 10, 20));
  EXPECT_FALSE(*history_->HoldLease("sending", "b", 19, 29));
  EXPECT_TRUE(*history_->HoldLease("other", "b", 19, 29));
  EXPECT_TRUE(*history_->HoldLease("sending", "a", 19, 29));
  EXPECT_FALSE(*history_->HoldLease("sending", "b", 28, 38));
  EXPECT_TRUE(*history_->HoldLease("sending", "b", 29, 39));
  EXPECT_FALSE(*history_->HoldLease("sending", "a", 30, 40));
  ASSERT_THAT(history_->ReleaseLease("sending", "a"), Succeeds());
  EXPECT_FALSE(*history_->HoldLease("sending", "a", 30, 40));
  ASSERT_THAT(history_->ReleaseLease("sending", "b"), Succeeds());
  EXPECT_TRUE(*history_->HoldLease("sending", "a", 30, 40));
}

TEST_P(HistoryContract, RecordsOneOf32ThreadsThatDeliverTheSame) {
  Begin(*history_, "c-1");
  std::atomic<int> recorded = 0;
  const Delivery delivery = DeliveryFrom("77", 1);
  InThreads(32, [&](int thread) {
    if (AppendSomehow(*history_, "c-1", std::to_string(thread), &delivery)) {
      ++recorded;
    }
  });
  EXPECT_EQ(recorded, 1);
  EXPECT_THAT(AllTurns(*history_, "c-1"), SizeIs(2));
  EXPECT_THAT(Waiting(*history_), SizeIs(1));
}

}  // namespace nearer::history

#endif  // NEARER_TESTS_HISTORY_HISTORY_CONTRACT_H_
