// Kills the server under load, again and again, and looks whether it kept what
// it had acknowledged.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "http/client.h"
#include "load/server_process.h"
#include "load/utterances.h"

namespace nearer::load {
namespace {

using nlohmann::json;

constexpr unsigned kSeed = 20'250'621;
constexpr int kRounds = 8;
constexpr int kPeople = 32;

class Folder {
 public:
  Folder() {
    std::string name =
        (std::filesystem::temp_directory_path() / "nearer-crash-XXXXXX")
            .string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string File(const std::string& name) const {
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

// How many turns were acknowledged by all, to be waited for.
class Tally {
 public:
  void Add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  // False when nothing was added for long: the test would wait for ever.
  bool WaitFor(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60),
                             [&] { return count_ >= count; });
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

// Somebody who talks, remembers every answer, and when none came sends the very
// same again.
struct Person {
  explicit Person(unsigned seed) : random(seed) {}

  std::mt19937 random;
  std::string id, token;
  std::map<std::string, json> answers;  // by client_turn_id
  std::optional<json> unanswered;

  void Begin(http::Client& client) {
    const http::Response begun = client.Ask("POST", "/v1/conversations");
    if (begun.status != 201)
      throw std::runtime_error("begin: " + std::to_string(begun.status));
    id = begun.json().at("id");
    token = begun.json().at("token");
  }

  std::vector<std::string> Headers() const {
    return {"Authorization: Bearer " + token, "Content-Type: application/json"};
  }

  // Talks until the server is gone.
  void Talk(int port, Tally& tally, std::atomic<int>& refused) try {
    http::Client client(port);
    if (!client.connected()) return;
    if (id.empty()) Begin(client);
    for (;;) {
      if (!unanswered)
        unanswered = {{"text", kUtterances[random() % kUtterances.size()]},
                      {"client_turn_id", std::to_string(answers.size())}};
      const http::Response response =
          client.Ask("POST", "/v1/conversations/" + id + "/turns", Headers(),
                     unanswered->dump());
      if (response.status != 200) {
        ++refused;
        return;
      }
      answers.emplace(unanswered->at("client_turn_id"), response.json());
      unanswered.reset();
      tally.Add();
    }
  } catch (const std::runtime_error&) {
    // No response: the server is gone. What was unanswered stays so.
  }

  // Every answer is on record, once, as it was given; and at most the one
  // utterance whose answer never came besides.
  void ExpectKept(int port) const {
    if (id.empty()) return;
    http::Client client(port);
    std::map<std::string, json> kept;
    std::int64_t after = 0, last = 0, expected = 1;
    do {
      const json page =
          client
              .Ask("GET",
                   "/v1/conversations/" + id +
                       "?limit=500&after=" + std::to_string(after),
                   Headers())
              .json();
      last = page.at("last");
      for (json turn : page.at("turns")) {
        after = turn.at("n");
        EXPECT_EQ(after, expected++) << "a turn is missing or there twice";
        const std::string turn_id = turn.at("client_turn_id");
        for (const char* added : {"at", "text", "client_turn_id"})
          turn.erase(added);
        EXPECT_TRUE(kept.emplace(turn_id, turn).second)
            << turn_id << " is there twice";
      }
    } while (after < last);
    for (const auto& [turn_id, answer] : answers)
      EXPECT_EQ(kept[turn_id], answer) << "turn " << turn_id << " of " << id;
    EXPECT_LE(kept.size(), answers.size() + (unanswered ? 1 : 0));
  }
};

TEST(CrashTest, WhatWasAcknowledgedIsThereOnceAfterTheServerWasKilled) {
  const Folder folder;
  std::mt19937 random(kSeed);
  std::vector<Person> people;
  for (unsigned i = 0; i < kPeople; ++i) people.emplace_back(kSeed + i);
  Tally tally;
  std::atomic<int> refused = 0;

  for (int round = 0; round < kRounds; ++round) {
    ServerProcess server(NEARER_BINARY, folder.File("record.db"));
    for (const Person& person : people) person.ExpectKept(server.port());
    const int enough = tally.count() + 1 + static_cast<int>(random() % 1500);
    std::vector<std::jthread> talking;
    for (Person& person : people)
      talking.emplace_back([&] { person.Talk(server.port(), tally, refused); });
    EXPECT_TRUE(tally.WaitFor(enough));
    server.Kill();
  }

  ServerProcess server(NEARER_BINARY, folder.File("record.db"));
  for (const Person& person : people) person.ExpectKept(server.port());
  EXPECT_EQ(refused, 0);
  EXPECT_GE(tally.count(), kRounds);
  std::printf("%d turns acknowledged over %d kills, none lost, none doubled\n",
              tally.count(), kRounds);
}

TEST(CrashTest, WhenToldToStopItFinishesTheTurnsUnderWayAndExitsWithZero) {
  const Folder folder;
  std::vector<Person> people;
  for (unsigned i = 0; i < kPeople; ++i) people.emplace_back(kSeed + i);
  Tally tally;
  std::atomic<int> refused = 0;
  {
    ServerProcess server(NEARER_BINARY, folder.File("record.db"));
    std::vector<std::jthread> talking;
    for (Person& person : people)
      talking.emplace_back([&] { person.Talk(server.port(), tally, refused); });
    EXPECT_TRUE(tally.WaitFor(500));
    EXPECT_EQ(server.Terminate(), 0);
  }
  ServerProcess server(NEARER_BINARY, folder.File("record.db"));
  for (const Person& person : people) person.ExpectKept(server.port());
  EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace nearer::load
