#ifndef NEARER_TESTS_HTTP_WORLD_H_
#define NEARER_TESTS_HTTP_WORLD_H_

#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "chat/chat.h"
#include "core/authored.h"
#include "core/coach/pack.h"
#include "history/history.h"
#include "http/client.h"
#include "http/server.h"

namespace nearer::http {

// A pack that can talk, as small as one can be.
inline std::shared_ptr<const coach::Pack> SmallPack(std::string hash) {
  Authored authored;
  authored.sources.push_back({.id = "S001-05",
                              .article = "The first article",
                              .heading = "Its second heading",
                              .line = 12});
  for (const char* moment : {"coach.welcome", "coach.offer_talk_on"}) {
    Prompt prompt;
    prompt.id = prompt.theme = moment;
    prompt.kind = PromptKind::kSay;
    prompt.say = {{.text = "Go on.", .at = {}}};
    prompt.source = {"S001-05"};
    authored.prompts.push_back(std::move(prompt));
  }
  auto pack = coach::Pack::Compile(std::move(authored), std::move(hash));
  if (!pack) std::abort();
  return *std::move(pack);
}

// A server on a free port with everything behind it, in memory. Time and chance
// are as the test wants them.
struct World {
  static Server::Options Unlimited() {
    return {.connections = {}, .limits = {.conversations = {}, .turns = {}}};
  }

  explicit World(Server::Options options = Unlimited())
      : history(history::OpenMemory()),
        shelf(SmallPack("pack-1")),
        chat(*history, shelf,
             {.now = [this] { return now.load(); },
              .randomness = [this](std::size_t n) { return Random(n); }}),
        server(chat, *history, shelf, options) {
    spdlog::set_level(spdlog::level::off);
    port = server.Listen("127.0.0.1", 0).value();
  }

  std::string Random(std::size_t n) {
    std::string bytes;
    const std::uint64_t call = ++chance;
    for (std::size_t i = 0; i < n; ++i)
      bytes += static_cast<char>((call * 2654435761u + i * 40503u) >> 7);
    return bytes;
  }

  std::atomic<std::int64_t> now = 1'750'000'000;
  std::atomic<std::uint64_t> chance = 0;
  std::unique_ptr<history::History> history;
  chat::PackShelf shelf;
  chat::Chat chat;
  Server server;
  int port = 0;
};

}  // namespace nearer::http

#endif  // NEARER_TESTS_HTTP_WORLD_H_
