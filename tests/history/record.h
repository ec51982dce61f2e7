#ifndef NEARER_TESTS_HISTORY_RECORD_H_
#define NEARER_TESTS_HISTORY_RECORD_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "history/history.h"

// Words to speak of a record in tests.
namespace nearer::history {

// Comparable in one glance, and readable when a test fails.
inline bool operator==(const Turn& a, const Turn& b) {
  return a.n == b.n && a.client_turn_id == b.client_turn_id && a.at == b.at &&
         a.utterance == b.utterance && a.reply == b.reply &&
         a.state == b.state && a.trace == b.trace && a.pack == b.pack;
}

inline bool operator==(const Conversation& a, const Conversation& b) {
  return a.id == b.id && a.token_hash == b.token_hash &&
         a.channel == b.channel && a.began == b.began && a.version == b.version;
}

inline void PrintTo(const Turn& turn, std::ostream* out) {
  *out << "turn " << turn.n << " (" << turn.client_turn_id << ", " << turn.at
       << "): " << turn.utterance.substr(0, 80) << " → "
       << turn.reply.substr(0, 80) << ", pack " << turn.pack;
}

inline void PrintTo(const Conversation& conversation, std::ostream* out) {
  *out << "conversation " << conversation.id << " on " << conversation.channel
       << " at version " << conversation.version;
}

inline const char* NameOf(HistoryErrorCode code) {
  switch (code) {
    case HistoryErrorCode::kNotFound:
      return "kNotFound";
    case HistoryErrorCode::kSeen:
      return "kSeen";
    case HistoryErrorCode::kConflict:
      return "kConflict";
    case HistoryErrorCode::kBusy:
      return "kBusy";
    case HistoryErrorCode::kBroken:
      return "kBroken";
  }
  return "no HistoryErrorCode";
}

inline void PrintTo(HistoryErrorCode code, std::ostream* out) {
  *out << NameOf(code);
}

MATCHER(Succeeds, "") {
  if (arg.ok()) return true;
  *result_listener << NameOf(arg.error().code) << ": " << arg.error().message;
  return false;
}

MATCHER_P(FailsWith, code, "") {
  if (arg.ok()) {
    *result_listener << "which succeeded";
    return false;
  }
  *result_listener << NameOf(arg.error().code) << ": " << arg.error().message;
  return arg.error().code == code;
}

inline constexpr UnixSeconds kErasedAt = 1'750'000'000;

inline Conversation ConversationOf(const std::string& id) {
  return {.id = id,
          .token_hash = std::string(32, '\x07'),
          .channel = "web",
          .began = 1'700'000'000,
          .version = 0};
}

inline Turn TurnOf(std::int64_t n, const std::string& said = "I keep busy.") {
  const std::string number = std::to_string(n);
  return {.n = n,
          .client_turn_id = n == 0 ? "" : "turn-" + number,
          .at = 1'700'000'000 + n,
          .utterance = n == 0 ? "" : said,
          .reply = R"({"messages":["Busy is one way to be safe."],"n":)" +
                   number + "}",
          .state = R"({"stage":"listening"})",
          .trace = R"({"heard":["distraction"]})",
          .pack = "9f86d081884c7d65"};
}

// What the `number`-th message from `chat` leaves behind: one message to it.
inline Delivery DeliveryFrom(const std::string& chat, int number) {
  const std::string name = std::to_string(number);
  return {.from = {.channel = "telegram", .chat = chat},
          .inbound_id = chat + "/" + name,
          .at = 1'700'000'000 + number,
          .outbound = {"to " + chat + " " + name}};
}

inline std::vector<std::string> RequestsOf(
    const HistoryResult<std::vector<Outbound>>& messages) {
  EXPECT_THAT(messages, Succeeds());
  std::vector<std::string> requests;
  if (!messages.ok()) return requests;
  for (const Outbound& message : *messages) {
    requests.push_back(message.request);
  }
  return requests;
}
inline std::vector<std::string> Waiting(const History& history) {
  return RequestsOf(history.ReadOutbox(0, 1'000'000));
}
inline std::vector<std::string> DeadLetters(const History& history) {
  return RequestsOf(history.ReadDeadLetters(0, 1'000'000));
}

// A conversation with the turns 0 to `last`.
inline void Begin(History& history, const std::string& id,
                  std::int64_t last = 0) {
  ASSERT_THAT(history.Begin(ConversationOf(id), TurnOf(0)), Succeeds());
  for (std::int64_t n = 1; n <= last; ++n) {
    ASSERT_THAT(history.Append(id, TurnOf(n)), Succeeds());
  }
}

// Checks that the turns of `id` are 0, 1, 2, … without a gap, and says them.
inline std::vector<Turn> AllTurns(const History& history,
                                  const std::string& id) {
  const auto turns = history.ReadTurns(id, -1, 1'000'000);
  EXPECT_THAT(turns, Succeeds());
  if (!turns.ok()) return {};
  for (std::size_t i = 0; i < turns->size(); ++i) {
    EXPECT_EQ((*turns)[i].n, static_cast<std::int64_t>(i));
  }
  const auto found = history.Find(id);
  EXPECT_THAT(found, Succeeds());
  if (found.ok()) {
    EXPECT_EQ(found->version, static_cast<std::int64_t>(turns->size()) - 1);
  }
  return *turns;
}

// Appends as chat does: at the version it last saw, and again on a conflict.
// The turn's number, or nothing when the store failed.
inline std::optional<std::int64_t> AppendSomehow(
    History& history, const std::string& id, const std::string& client_turn_id,
    const Delivery* delivery = nullptr) {
  for (;;) {
    const auto found = history.Find(id);
    if (!found.ok()) return std::nullopt;
    Turn turn = TurnOf(found->version + 1);
    turn.client_turn_id = client_turn_id;
    const auto appended = history.Append(id, turn, delivery);
    if (appended.ok()) return appended->turn.n;
    if (appended.error().code != HistoryErrorCode::kConflict) {
      return std::nullopt;
    }
  }
}

inline void InThreads(int count, const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace nearer::history

#endif  // NEARER_TESTS_HISTORY_RECORD_H_
