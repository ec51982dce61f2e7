#ifndef NEARER_TESTS_HTTP_WORLD_H_
#define NEARER_TESTS_HTTP_WORLD_H_

#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "chat/chance.h"
#include "chat/chat.h"
#include "chat/small_pack.h"
#include "history/history.h"
#include "http/client.h"
#include "http/server.h"

namespace nearer::http {

// A server on a free port with everything behind it, in memory. Time and chance
// are as the test wants them.
struct World {
  static Server::Options Unlimited() {
    return {.connections = {},
            .limits = {.conversations = {}, .turns = {}, .reviews = {}}};
  }

  explicit World(Server::Options options = Unlimited())
      : history(history::OpenMemory()),
        shelf(chat::SmallPack("pack-1")),
        chat(*history, shelf,
             {.now = [this] { return now.load(); },
              .randomness = [this](std::size_t n) { return Random(n); }}),
        server(chat, *history, shelf, options) {
    spdlog::set_level(spdlog::level::off);
    port = server.Listen("127.0.0.1", 0).value();
  }

  std::string Random(std::size_t n) { return chat::Chance(++chance, n); }

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
