#ifndef NEARER_TESTS_CHANNELS_WORLD_H_
#define NEARER_TESTS_CHANNELS_WORLD_H_

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "channels/desk.h"
#include "chat/chance.h"
#include "chat/chat.h"
#include "chat/small_pack.h"
#include "history/forwarding.h"
#include "tests/core/when/clocks.h"

namespace nearer::channels {

// The headers of a request, by name.
using Headers = std::map<std::string, std::string, std::less<>>;
inline std::function<std::string_view(const char*)> In(const Headers& headers) {
  return [&](const char* name) {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view()
                                  : std::string_view(found->second);
  };
}

// A desk with everything behind it, in memory. Time and chance are as the test
// wants them; the coach says "Go on." to everything.
struct World {
  explicit World(
      std::unique_ptr<history::History> record = history::OpenMemory())
      : history(std::move(record)) {
    spdlog::set_level(spdlog::level::off);
  }

  std::string Random(std::size_t n) { return chat::Chance(++chance, n); }

  // The requests that wait in the outbox for a chat, in order.
  std::vector<Call> WaitingFor(const std::string& whom) const {
    std::vector<Call> calls;
    const auto waiting = history.ReadOutbox(0, 1'000'000);
    for (const history::Outbound& message : *waiting)
      if (message.to.chat == whom)
        calls.push_back(Unpack(message.request).value());
    return calls;
  }

  // What `who` and the coach said; empty when nothing is kept.
  std::vector<history::Turn> Turns(const std::string& channel,
                                   const std::string& who) const {
    const auto contact = history.FindContact({channel, who});
    if (!contact || contact->conversation.empty()) return {};
    return history.ReadTurns(contact->conversation, -1, 1'000'000).value();
  }

  when::Clocks clocks;
  std::atomic<std::int64_t> now = 1'750'000'000;
  std::atomic<std::uint64_t> chance = 0;
  history::Forwarding history;
  chat::PackShelf shelf{chat::SmallPack("pack-1")};
  chat::Chat chat{history,
                  shelf,
                  {.now = [this] { return now.load(); },
                   .randomness = [this](std::size_t n) { return Random(n); },
                   .zones = &clocks}};
  Desk desk{chat, history, [this] { return now.load(); },
            "https://coach.example"};
};

// A channel whose requests are easily read: a message a call, the choices in
// brackets behind the last.
class PlainChannel : public Channel {
 public:
  std::string_view name() const override { return "plain"; }
  Pace pace() const override { return {}; }
  bool sends_files() const override { return true; }
  Reception Receive(const WebRequest&, history::UnixSeconds) const override {
    return {};
  }
  std::vector<Call> Render(std::string_view,
                           const Reply& reply) const override {
    std::vector<Call> calls;
    for (const std::string& message : reply.messages)
      calls.push_back({.path = "say", .body = message});
    for (const std::string& line : reply.help)
      calls.push_back({.path = "say", .body = line});
    if (reply.file)
      calls.push_back({.path = "file", .body = reply.file->bytes});
    for (const Choice& choice : reply.choices)
      calls.back().body += " [" + choice.label + "]";
    return calls;
  }
  HttpRequest Address(const Call& call) const override {
    return {.url = "https://plain.example/" + call.path,
            .headers = {},
            .type = call.type,
            .body = call.body};
  }
  Outcome Judge(const HttpResponse& response) const override {
    switch (response.status) {
      case 200:
        return {.kind = Outcome::Kind::kSent};
      case 400:
        return {.kind = Outcome::Kind::kRefused, .reason = "400 refused"};
      case 401:
        return {.kind = Outcome::Kind::kUnauthorized, .reason = "401"};
      case 403:
        return {.kind = Outcome::Kind::kUnreachable, .reason = "403 blocked"};
      case 429:
        return {.kind = Outcome::Kind::kLimited,
                .wait = std::chrono::seconds(std::stoi(response.retry_after)),
                .reason = "429"};
      default:
        return {.kind = Outcome::Kind::kLater, .reason = "down"};
    }
  }
};

}  // namespace nearer::channels

#endif  // NEARER_TESTS_CHANNELS_WORLD_H_
