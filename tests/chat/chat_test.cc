#include "chat/chat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "chat/small_pack.h"
#include "core/lru.h"
#include "history/forwarding.h"

namespace nearer::chat {
namespace {

using history::HistoryError;
using history::HistoryErrorCode;
using history::HistoryResult;

// A record in memory that fails when told to, and counts what is asked of it.
class Record : public history::Forwarding {
 public:
  HistoryResult<Done> Begin(const history::Conversation& conversation,
                            const history::Turn& opening,
                            const history::Delivery* delivery) override {
    begun.push_back(conversation);
    return Forwarding::Begin(conversation, opening, delivery);
  }
  HistoryResult<history::Appended> Append(
      std::string_view id, const history::Turn& turn,
      const history::Delivery* delivery) override {
    if (fail_appends > 0) {
      --fail_appends;
      return HistoryError{failure, "an append was made to fail"};
    }
    return Forwarding::Append(id, turn, delivery);
  }
  HistoryResult<history::Turn> ReadTurn(std::string_view id,
                                        std::int64_t n) const override {
    ++loads;
    return Forwarding::ReadTurn(id, n);
  }
  HistoryResult<Done> Erase(std::string_view id, history::UnixSeconds now,
                            const history::Delivery* delivery) override {
    auto erased = Forwarding::Erase(id, now, delivery);
    if (busy_erases > 0) {
      --busy_erases;
      return HistoryError{HistoryErrorCode::kBusy, "somebody reads"};
    }
    if (!erased && half_erased) return Done{};
    return erased;
  }
  HistoryResult<Done> ArchivePack(std::string_view hash,
                                  std::string_view archive) override {
    ++archived[std::string(hash)];
    return Forwarding::ArchivePack(hash, archive);
  }

  std::vector<history::Conversation> begun;
  std::map<std::string, int> archived;
  mutable int loads = 0;
  int fail_appends = 0;
  HistoryErrorCode failure = HistoryErrorCode::kConflict;
  int busy_erases = 0;
  bool half_erased = false;
};

class ChatTest : public testing::Test {
 protected:
  Chat::World Outside() {
    return {.now = [this] { return now_; },
            .randomness =
                [this](std::size_t n) {
                  return std::string(n, static_cast<char>(++chance_));
                }};
  }

  ChatErrorCode ErrorOf(const ChatResult<history::Turn>& result) {
    EXPECT_FALSE(result);
    return result.error().code;
  }

  std::int64_t now_ = 1'750'000'000;
  int chance_ = 0;
  Record record_;
  PackShelf shelf_{SmallPack("pack-1")};
  Chat chat_{record_, shelf_, Outside()};
};

TEST_F(ChatTest, OnlyTheHashOfATokenIsRecorded) {
  const auto begun = chat_.Begin("web");
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->id, "AQEBAQEBAQEBAQEBAQEBAQ");
  EXPECT_EQ(begun->token, "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI");
  ASSERT_EQ(record_.begun.size(), 1u);
  EXPECT_EQ(record_.begun[0].token_hash.size(), 32u);
  EXPECT_EQ(record_.begun[0].channel, "web");
  EXPECT_EQ(record_.begun[0].began, now_);
}

TEST_F(ChatTest, ATurnIsRecordedAsItWasSpoken) {
  const auto begun = chat_.Begin("web");
  now_ += 60;
  const auto turn = chat_.Say(begun->id, begun->token, "I pull away.", "a");
  ASSERT_TRUE(turn);
  const auto kept = record_.kept->ReadTurn(begun->id, history::kLatest);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->n, 1);
  EXPECT_EQ(kept->at, now_);
  EXPECT_EQ(kept->utterance, "I pull away.");
  EXPECT_EQ(kept->client_turn_id, "a");
  EXPECT_EQ(kept->pack, "pack-1");
  EXPECT_EQ(kept->reply, turn->reply);
  EXPECT_TRUE(nlohmann::json::parse(kept->reply).contains("messages"));
  EXPECT_TRUE(nlohmann::json::parse(kept->trace).contains("prompts"));
}

TEST_F(ChatTest, TheStateIsLoadedOnceAndThenHeld) {
  const auto begun = chat_.Begin("web");
  for (const char* turn_id : {"a", "b", "c"})
    ASSERT_TRUE(chat_.Say(begun->id, begun->token, "Well.", turn_id));
  EXPECT_EQ(record_.loads, 1);
}

TEST_F(ChatTest, WhatAnotherProcessSaidIsBuiltUpon) {
  Chat other(record_, shelf_, Outside());
  const auto begun = chat_.Begin("web");
  const auto say = [&](Chat& chat, const char* turn_id) {
    const auto turn = chat.Say(begun->id, begun->token, "Well.", turn_id);
    return turn ? turn->n : -1;
  };
  EXPECT_EQ(say(chat_, "a"), 1);
  EXPECT_EQ(say(other, "b"), 2);
  EXPECT_EQ(say(chat_, "c"), 3) << "its state was one turn old";
  EXPECT_EQ(say(other, "d"), 4);
  EXPECT_EQ(say(other, "c"), 3) << "a repeat, recorded by another";
  EXPECT_EQ(say(chat_, "b"), 2);
  EXPECT_EQ(say(chat_, "e"), 5);
}

TEST_F(ChatTest, TheSameClientTurnIdIsOneTurn) {
  const auto begun = chat_.Begin("web");
  const auto first = chat_.Say(begun->id, begun->token, "Well.", "a");
  ASSERT_TRUE(chat_.Say(begun->id, begun->token, "And then.", "b"));
  const auto again = chat_.Say(begun->id, begun->token, "Changed.", "a");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->n, first->n);
  EXPECT_EQ(again->reply, first->reply);
  EXPECT_EQ(record_.kept->Find(begun->id)->version, 2);
}

TEST_F(ChatTest, AConflictIsTriedAgainButNotForEver) {
  const auto begun = chat_.Begin("web");
  record_.fail_appends = 3;
  EXPECT_TRUE(chat_.Say(begun->id, begun->token, "Well.", "a"));
  record_.fail_appends = 1000;
  EXPECT_EQ(ErrorOf(chat_.Say(begun->id, begun->token, "Well.", "b")),
            ChatErrorCode::kBusy);
  record_.fail_appends = 0;
  EXPECT_EQ(chat_.Say(begun->id, begun->token, "Well.", "b")->n, 2);
}

TEST_F(ChatTest, ABrokenRecordIsToldToTheOperatorAndNotToThePerson) {
  const auto begun = chat_.Begin("web");
  record_.fail_appends = 1;
  record_.failure = HistoryErrorCode::kBroken;
  const auto said = chat_.Say(begun->id, begun->token, "Well.", "a");
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().code, ChatErrorCode::kBroken);
  EXPECT_EQ(said.error().cause, "an append was made to fail");
  EXPECT_THAT(said.error().message, testing::Not(testing::HasSubstr("append")));
}

TEST_F(ChatTest, ATokenOpensItsOwnConversationOnly) {
  const auto mine = chat_.Begin("web");
  const auto other = chat_.Begin("web");
  EXPECT_TRUE(chat_.Authorize(mine->id, mine->token));
  for (const std::string& token : {other->token, std::string(), mine->id})
    EXPECT_FALSE(chat_.Authorize(mine->id, token));
  EXPECT_EQ(ErrorOf(chat_.Say(mine->id, other->token, "Well.", "a")),
            ChatErrorCode::kNotFound);
  EXPECT_FALSE(chat_.Erase(mine->id, other->token));
  EXPECT_EQ(chat_.Authorize("nobody", mine->token).error().message,
            chat_.Authorize(mine->id, other->token).error().message);
  EXPECT_EQ(record_.kept->Find(mine->id)->version, 0);
}

TEST_F(ChatTest, AnUtteranceIsTextOfAtMostFourThousandCharacters) {
  const auto begun = chat_.Begin("web");
  std::string accents;
  for (int i = 0; i < 4000; ++i) accents += "\u00e9";
  const std::pair<std::string, ChatErrorCode> cases[] = {
      {"", ChatErrorCode::kEmpty},
      {" \t\r\n\u00a0\u2028\u200b\ufeff", ChatErrorCode::kEmpty},
      {accents + "x", ChatErrorCode::kTooLong},
      {std::string("a\0b", 3), ChatErrorCode::kNotUtf8},
      {"\xff", ChatErrorCode::kNotUtf8},
      {"\xc0\x80", ChatErrorCode::kNotUtf8},
      {"\xed\xa0\x80", ChatErrorCode::kNotUtf8},
      {"a\xe2\x82", ChatErrorCode::kNotUtf8},
  };
  for (const auto& [text, code] : cases)
    EXPECT_EQ(ErrorOf(chat_.Say(begun->id, begun->token, text, "a")), code);
  EXPECT_EQ(record_.kept->Find(begun->id)->version, 0);
  EXPECT_TRUE(chat_.Say(begun->id, begun->token, accents, "a"));
  EXPECT_TRUE(chat_.Say(begun->id, begun->token, "\U0001f642", "b"));
}

TEST_F(ChatTest, APackIsArchivedBeforeItSpeaksAndOnce) {
  const auto begun = chat_.Begin("web");
  EXPECT_EQ(record_.archived["pack-1"], 1);
  EXPECT_TRUE(chat_.Say(begun->id, begun->token, "Well.", "a"));
  shelf_.Replace(SmallPack("pack-2"));
  EXPECT_EQ(chat_.Say(begun->id, begun->token, "Well.", "b")->pack, "pack-2");
  shelf_.Replace(SmallPack("pack-1"));
  EXPECT_TRUE(chat_.Say(begun->id, begun->token, "Well.", "c"));
  EXPECT_EQ(record_.archived,
            (std::map<std::string, int>{{"pack-1", 1}, {"pack-2", 1}}));
  Chat after_restart(record_, shelf_, Outside());
  EXPECT_TRUE(after_restart.Begin("web"));
  EXPECT_EQ(record_.archived["pack-1"], 1);
}

TEST_F(ChatTest, AnErasedConversationIsGoneForEverybody) {
  Chat other(record_, shelf_, Outside());
  const auto begun = chat_.Begin("web");
  ASSERT_TRUE(chat_.Say(begun->id, begun->token, "Well.", "a"));
  ASSERT_TRUE(other.Say(begun->id, begun->token, "Well.", "b"));
  ASSERT_TRUE(chat_.Erase(begun->id, begun->token));
  for (Chat* chat : {&chat_, &other}) {
    EXPECT_EQ(ErrorOf(chat->Say(begun->id, begun->token, "Well.", "c")),
              ChatErrorCode::kNotFound);
    EXPECT_FALSE(chat->Authorize(begun->id, begun->token));
    EXPECT_FALSE(chat->Erase(begun->id, begun->token));
  }
}

TEST_F(ChatTest, AHalfDoneErasureIsFinishedByTheSameCall) {
  const auto begun = chat_.Begin("web");
  record_.busy_erases = 2;
  record_.half_erased = true;
  for (int i = 0; i < 2; ++i) {
    const auto erased = chat_.Erase(begun->id, begun->token);
    ASSERT_FALSE(erased);
    EXPECT_EQ(erased.error().code, ChatErrorCode::kBusy);
    EXPECT_EQ(chat_.Erase(begun->id, "wrong").error().code,
              ChatErrorCode::kNotFound);
  }
  EXPECT_TRUE(chat_.Erase(begun->id, begun->token));
}

TEST_F(ChatTest, ManyThreadsMaySpeakInOneConversation) {
  const auto begun = chat_.Begin("web");
  {
    std::vector<std::jthread> people;
    for (int i = 0; i < 16; ++i)
      people.emplace_back([&, i] {
        for (int turn = 0; turn < 20; ++turn)
          EXPECT_TRUE(
              chat_.Say(begun->id, begun->token, "Well.",
                        std::to_string(i) + "." + std::to_string(turn)));
      });
  }
  EXPECT_EQ(record_.kept->Find(begun->id)->version, 320);
}

TEST(LruTest, ForgetsWhatWasNotUsedLongest) {
  Lru<std::string, int> lru(2);
  lru.Put("a", 1);
  lru.Put("b", 2);
  EXPECT_EQ(*lru.Find("a"), 1);
  lru.Put("c", 3);
  EXPECT_EQ(lru.Find("b"), nullptr);
  EXPECT_EQ(*lru.Find("a"), 1);
  lru.Put("a", 4);
  EXPECT_EQ(*lru.Find("a"), 4);
  EXPECT_EQ(lru.size(), 2u);
  lru.Erase("a");
  EXPECT_EQ(lru.Find("a"), nullptr);
  EXPECT_EQ(lru.size(), 1u);
}

// ---- For messaging channels.

history::Delivery DeliveryOf(const std::string& inbound_id) {
  return {.from = {"telegram", "77"},
          .inbound_id = inbound_id,
          .at = 1'750'000'000,
          .outbound = {"first"}};
}

std::vector<std::string> ReplyTwice(const history::Turn& turn) {
  return {turn.reply, std::to_string(turn.n)};
}

TEST_F(ChatTest, AChannelsTurnIsRecordedWithItsDeliveryAndItsReplyPosted) {
  const auto begun = chat_.BeginWith("telegram", DeliveryOf("1"), &ReplyTwice);
  ASSERT_TRUE(begun);
  EXPECT_EQ(record_.FindContact({"telegram", "77"})->conversation, begun->id);
  const auto turn =
      chat_.SayWith(begun->id, "hello", "2", DeliveryOf("2"), &ReplyTwice);
  ASSERT_TRUE(turn);
  ASSERT_TRUE(*turn);
  EXPECT_EQ((*turn)->utterance, "hello");
  std::vector<std::string> posted;
  const auto waiting = record_.ReadOutbox(0, 99);
  for (const history::Outbound& message : *waiting)
    posted.push_back(message.request);
  EXPECT_EQ(posted,
            (std::vector<std::string>{"first", begun->opening.reply, "0",
                                      "first", (*turn)->reply, "1"}));
}

TEST_F(ChatTest, ADeliveryThatWasRecordedBeforeIsNoTurn) {
  const auto begun = chat_.BeginWith("telegram", DeliveryOf("1"), &ReplyTwice);
  const auto again =
      chat_.SayWith(begun->id, "hello", "2", DeliveryOf("1"), &ReplyTwice);
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
  // What is held of the conversation is still right.
  ASSERT_TRUE(
      *chat_.SayWith(begun->id, "hello", "", DeliveryOf("2"), &ReplyTwice));
  ASSERT_TRUE(
      *chat_.SayWith(begun->id, "hello", "", DeliveryOf("3"), &ReplyTwice));
  EXPECT_EQ(record_.Find(begun->id)->version, 2);
}

TEST_F(ChatTest, AConflictPostsTheReplyOnce) {
  const auto begun = chat_.BeginWith("telegram", DeliveryOf("1"), &ReplyTwice);
  record_.fail_appends = 2;
  ASSERT_TRUE(
      *chat_.SayWith(begun->id, "hello", "2", DeliveryOf("2"), &ReplyTwice));
  EXPECT_EQ(record_.ReadOutbox(0, 99)->size(), 6u);
}

TEST_F(ChatTest, AChannelErasesWithAGoodbye) {
  const auto begun = chat_.BeginWith("telegram", DeliveryOf("1"), &ReplyTwice);
  ASSERT_TRUE(chat_.EraseWith(begun->id, DeliveryOf("2")));
  EXPECT_FALSE(record_.Find(begun->id).ok());
  EXPECT_EQ(record_.ReadOutbox(0, 99)->size(), 1u);
  EXPECT_EQ(ErrorOf(chat_.Say(begun->id, begun->token, "hello", "3")),
            ChatErrorCode::kNotFound);
}

}  // namespace
}  // namespace nearer::chat
