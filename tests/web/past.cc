// Writes a conversation of the past into a record, for pictures of many weeks:
//
//   nearer_past RECORD.db BEGAN < lines
//
// BEGAN is in Unix seconds. Each line is {"text": …, "after": SECONDS}, as a
// person would have said it so long after the line before. Everything is spoken
// with the pack that ships and recorded as the server would have done; only the
// clock is set. Prints {"id","token"}.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "chat/chat.h"
#include "content/content.h"
#include "history/sqlite_history.h"

namespace nearer {
namespace {

int Fail(const std::string& message) {
  std::fprintf(stderr, "nearer_past: %s\n", message.c_str());
  return 1;
}

int Main(const std::string& path, std::int64_t began) {
  const auto history = history::OpenSqlite(path);
  if (!history) return Fail(history.error().message);
  const auto pack = content::ShippedPack();
  if (!pack) return Fail("the shipped pack is broken");
  chat::PackShelf shelf(*pack);
  std::random_device chance;
  std::int64_t now = began;
  chat::Chat chat(**history, shelf,
                  {.now = [&] { return now; },
                   .randomness =
                       [&](std::size_t n) {
                         std::string bytes(n, '\0');
                         for (char& byte : bytes)
                           byte = static_cast<char>(chance());
                         return bytes;
                       }});
  const auto begun = chat.Begin("web");
  if (!begun) return Fail(begun.error().cause);

  int n = 0;
  for (std::string line; std::getline(std::cin, line);) {
    const auto said = nlohmann::json::parse(line);
    now += said.at("after").get<std::int64_t>();
    const auto turn =
        chat.Say(begun->id, begun->token, said.at("text").get<std::string>(),
                 "past-" + std::to_string(++n));
    if (!turn) return Fail(turn.error().message);
  }
  std::cout << nlohmann::json{{"id", begun->id}, {"token", begun->token}}.dump()
            << std::endl;
  return 0;
}

}  // namespace
}  // namespace nearer

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "usage: nearer_past RECORD.db BEGAN < lines\n");
    return 2;
  }
  return nearer::Main(arguments[1], std::atoll(arguments[2]));
}
