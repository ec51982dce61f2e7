#include "http/connections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/client.h"

namespace nearer::http {
namespace {

using std::chrono::milliseconds;

constexpr char kGet[] = "GET / HTTP/1.1\r\n\r\n";

std::string Message(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

Connections::Owner Echo() {
  return {
      .answer = [](const Connections::Request& request) -> Connections::Reply {
        return {.bytes = Message(std::string(request.body)),
                .close = request.last};
      },
      .refuse =
          [](int status) {
            return "HTTP/1.1 " + std::to_string(status) +
                   " No\r\nContent-Length: 0\r\n\r\n";
          }};
}

// Counts what happened, to be waited for.
class Tally {
 public:
  void Add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  void WaitFor(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

// Holds every request until told.
class Gate {
 public:
  void Wait() {
    inside_.Add();
    open_.WaitFor(1);
  }
  void WaitUntilInside(int n) { inside_.WaitFor(n); }
  void Open() { open_.Add(); }

 private:
  Tally inside_, open_;
};

Connections::Owner Gated(Gate& gate) {
  Connections::Owner owner = Echo();
  owner.answer =
      [&gate](const Connections::Request& request) -> Connections::Reply {
    gate.Wait();
    return {.bytes = Message("late"), .close = request.last};
  };
  return owner;
}

TEST(ConnectionsTest, AThousandClientsAreKeptAndServedByFewThreads) {
  Connections connections(Echo(), {});
  const int port = connections.Listen("127.0.0.1", 0).value();
  std::vector<Client> clients;
  for (int i = 0; i < 1000; ++i) clients.emplace_back(port);
  for (int round = 0; round < 3; ++round) {
    for (Client& client : clients) client.Send(kGet);
    for (Client& client : clients) {
      const auto response = client.Receive();
      ASSERT_TRUE(response);
      EXPECT_EQ(response->status, 200);
    }
  }
  EXPECT_EQ(connections.open(), 1000u);
  EXPECT_LE(connections.threads(), 256u);
}

TEST(ConnectionsTest, RequestsThatTakeTimeAreAnsweredSideBySide) {
  Gate gate;
  Connections connections(Gated(gate), {.threads = 64});
  const int port = connections.Listen("127.0.0.1", 0).value();
  std::vector<Client> clients;
  for (int i = 0; i < 60; ++i) clients.emplace_back(port).Send(kGet);
  gate.WaitUntilInside(60);  // all at one time, or this never returns
  gate.Open();
  for (Client& client : clients) EXPECT_TRUE(client.Receive());
}

TEST(ConnectionsTest, MoreThanThereAreThreadsForWaitAndAreAnsweredToo) {
  Gate gate;
  Connections connections(Gated(gate), {.threads = 4});
  const int port = connections.Listen("127.0.0.1", 0).value();
  std::vector<Client> clients;
  for (int i = 0; i < 40; ++i) clients.emplace_back(port).Send(kGet);
  gate.WaitUntilInside(4);
  EXPECT_LE(connections.threads(), 4u);
  gate.Open();
  for (Client& client : clients) EXPECT_TRUE(client.Receive());
}

TEST(ConnectionsTest, ThreadsThatFindNothingToDoLeave) {
  Gate gate;
  Tally left;
  Connections::Owner owner = Gated(gate);
  owner.answer = [&left, answer = owner.answer](const auto& request) {
    struct AtThreadsEnd {
      Tally& left;
      ~AtThreadsEnd() { left.Add(); }
    };
    thread_local const AtThreadsEnd counts{left};
    return answer(request);
  };
  Connections connections(owner,
                          {.threads = 32, .thread_idle = milliseconds(20)});
  const int port = connections.Listen("127.0.0.1", 0).value();
  std::vector<Client> clients;
  for (int i = 0; i < 20; ++i) clients.emplace_back(port).Send(kGet);
  gate.WaitUntilInside(20);  // each has a thread of its own
  EXPECT_GE(connections.threads(), 20u);
  gate.Open();
  for (Client& client : clients) EXPECT_TRUE(client.Receive());
  left.WaitFor(18);  // two stay
  EXPECT_EQ(Client(port).Ask("GET", "/").status, 200);
}

TEST(ConnectionsTest, ClientsThatSendByteByByteHoldNobodyUpAndAreSentAway) {
  Connections connections(Echo(), {.threads = 2, .request = milliseconds(300)});
  const int port = connections.Listen("127.0.0.1", 0).value();
  std::vector<Client> slow;
  for (int i = 0; i < 100; ++i)
    slow.emplace_back(port).Send("POST / HTTP/1.1\r\nContent-Length: 9\r\n");
  Client quick(port);
  EXPECT_EQ(quick.Ask("GET", "/").status, 200);
  for (Client& client : slow) client.Send("X: y\r\n");
  EXPECT_EQ(quick.Ask("GET", "/").status, 200);
  for (Client& client : slow) {
    const auto response = client.Receive();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 408);
    EXPECT_TRUE(client.AtEnd());
  }
}

TEST(ConnectionsTest, AClientThatSaysNothingIsSentAway) {
  Connections connections(
      Echo(), {.idle = milliseconds(200), .request = milliseconds(200)});
  const int port = connections.Listen("127.0.0.1", 0).value();
  Client silent(port), once(port);
  EXPECT_EQ(once.Ask("GET", "/").status, 200);
  EXPECT_TRUE(silent.AtEnd());
  EXPECT_TRUE(once.AtEnd());
  EXPECT_EQ(connections.open(), 0u);
}

TEST(ConnectionsTest, ClientsThatDoNotReadHoldNobodyUpAndAreSentAway) {
  Connections::Owner owner = Echo();
  owner.answer = [](const Connections::Request& request) -> Connections::Reply {
    const bool large = request.head.starts_with("GET /large");
    return {.bytes = Message(std::string(large ? 20'000'000 : 2, 'x'))};
  };
  Connections connections(owner, {.threads = 2, .reply = milliseconds(500)});
  const int port = connections.Listen("127.0.0.1", 0).value();
  std::vector<Client> deaf;
  for (int i = 0; i < 10; ++i)
    deaf.emplace_back(port).Send("GET /large HTTP/1.1\r\n\r\n");
  EXPECT_EQ(Client(port).Ask("GET", "/").status, 200);
  EXPECT_EQ(Client(port).Ask("GET", "/large").body.size(), 20'000'000u);
  connections.Stop();  // waits for them, but not for ever
  for (Client& client : deaf) EXPECT_FALSE(client.Receive());
}

TEST(ConnectionsTest, WhenFullTheLongestIdleMakesRoom) {
  Connections connections(Echo(), {.connections = 100});
  const int port = connections.Listen("127.0.0.1", 0).value();
  std::vector<Client> idle;
  for (int i = 0; i < 100; ++i) {
    idle.emplace_back(port);
    EXPECT_EQ(idle.back().Ask("GET", "/").status, 200);
  }
  EXPECT_EQ(Client(port).Ask("GET", "/").status, 200);
  EXPECT_TRUE(idle.front().AtEnd());
  EXPECT_EQ(idle.back().Ask("GET", "/").status, 200);
}

TEST(ConnectionsTest, StopAnswersWhatIsUnderWayAndTakesNothingMore) {
  Gate gate;
  Connections connections(Gated(gate), {});
  const int port = connections.Listen("127.0.0.1", 0).value();
  std::vector<Client> clients;
  for (int i = 0; i < 10; ++i) clients.emplace_back(port).Send(kGet);
  Client idle(port);
  gate.WaitUntilInside(10);

  std::jthread stopping([&] { connections.Stop(); });
  EXPECT_TRUE(idle.AtEnd());
  EXPECT_FALSE(Client(port).connected());
  gate.Open();
  for (Client& client : clients) {
    const auto response = client.Receive();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, "late");
    EXPECT_TRUE(client.AtEnd());
  }
  stopping.join();
  EXPECT_EQ(connections.open(), 0u);
  EXPECT_EQ(connections.threads(), 0u);
  connections.Stop();
}

TEST(ConnectionsTest, AConnectionEndsAfterSoManyRequests) {
  Connections connections(Echo(), {.requests_each = 3});
  Client client(connections.Listen("127.0.0.1", 0).value());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.Ask("GET", "/").status, 200);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ConnectionsTest, WhereItCannotListenItSaysWhy) {
  Connections first(Echo(), {});
  const int port = first.Listen("127.0.0.1", 0).value();
  const auto taken = Connections(Echo(), {}).Listen("127.0.0.1", port);
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error().message,
              testing::HasSubstr("cannot listen on 127.0.0.1:"));
  EXPECT_FALSE(Connections(Echo(), {}).Listen("256.1.1.1", 0));
}

}  // namespace
}  // namespace nearer::http
