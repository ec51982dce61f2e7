// `nearer serve` as its operator meets it: signals, the port, the options.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "app/program.h"
#include "http/client.h"
#include "load/server_process.h"

namespace nearer {
namespace {

using load::ServerProcess;
using nlohmann::json;
using testing::AnyOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kLoaded[] = "nearer speaks with pack";

// Somebody who talks with the server.
class Person {
 public:
  explicit Person(int port) : client_(port) {
    const json begun = client_.Ask("POST", "/v1/conversations").json();
    path_ = "/v1/conversations/" + begun.at("id").get<std::string>();
    token_ = "Authorization: Bearer " + begun.at("token").get<std::string>();
  }

  // What is answered to turn `n`, the next one.
  std::string Say(int n) {
    const json turn = {{"text", "I do it alone"},
                       {"client_turn_id", std::to_string(n)}};
    const http::Response response =
        client_.Ask("POST", path_ + "/turns",
                    {token_, "Content-Type: application/json"}, turn.dump());
    if (response.status != 200) return response.body;
    EXPECT_EQ(response.json().at("n"), n);
    return response.json().at("messages").at(0);
  }

  std::string PackOfTurn(int n) {
    return client_
        .Ask("GET", path_ + "/turns/" + std::to_string(n) + "/why", {token_})
        .json()
        .at("pack");
  }

 private:
  http::Client client_;
  std::string path_, token_;
};

class ServeTest : public ProgramTest {
 protected:
  // A pack that answers everything with `sentence`.
  void WritePack(const std::string& sentence) {
    fs::create_directories(folder_ / "dialogs");
    WriteRules(sentence);
  }
  std::vector<std::string> PackOptions() {
    return {"--rules", Path("rules"), "--dialogs", Path("dialogs")};
  }
};

TEST_F(ServeTest, SighupLoadsTheChangedPackAndConversationsGoOn) {
  WritePack("Go on.");
  ServerProcess server(NEARER_BINARY, Path("a.db"), PackOptions());
  Person before(server.port());
  EXPECT_EQ(before.Say(1), "Go on.");

  WritePack("Tell me more.");
  server.Signal(SIGHUP);
  server.WaitForLine(kLoaded);
  EXPECT_EQ(before.Say(2), "Tell me more.");
  EXPECT_EQ(Person(server.port()).Say(1), "Tell me more.");
  EXPECT_NE(before.PackOfTurn(1), before.PackOfTurn(2));
}

TEST_F(ServeTest, SighupWithABrokenPackIsRefusedAndTheOldOneSpeaksOn) {
  WritePack("Go on.");
  ServerProcess server(NEARER_BINARY, Path("a.db"), PackOptions(),
                       ServerProcess::Stderr::kRead);
  Person person(server.port());
  http::Client client(server.port());
  const std::string ready = client.Ask("GET", "/readyz").body;
  int turn = 0;
  const auto expect_the_old = [&] {
    EXPECT_EQ(client.Ask("GET", "/healthz").status, 200);
    EXPECT_EQ(client.Ask("GET", "/readyz").body, ready);
    EXPECT_EQ(person.Say(++turn), "Go on.");
  };

  Write("rules/say.yaml", "prompts:\n  - id: more\n    them: coach.welcome\n");
  server.Signal(SIGHUP);
  EXPECT_THAT(server.WaitForLine("was refused"),
              HasSubstr("rules/say.yaml:3:5: error: "));
  expect_the_old();

  fs::rename(folder_ / "dialogs", folder_ / "elsewhere");
  server.Signal(SIGHUP);
  EXPECT_THAT(server.WaitForLine("was refused"),
              ContainsRegex("nearer: [^\n]*dialogs"));
  expect_the_old();

  WritePack("Tell me more.");
  server.Signal(SIGHUP);
  server.WaitForLine(kLoaded);
  EXPECT_EQ(person.Say(++turn), "Tell me more.");
}

TEST_F(ServeTest, SighupDisturbsNoTurnUnderWay) {
  constexpr int kPeople = 8, kReloads = 10;
  WritePack("Go on.");
  ServerProcess server(NEARER_BINARY, Path("a.db"), PackOptions());
  std::counting_semaphore<> answered(0);
  std::vector<std::jthread> talking;
  for (int i = 0; i < kPeople; ++i)
    talking.emplace_back([&](const std::stop_token& stop) {
      Person person(server.port());
      for (int n = 1; !stop.stop_requested(); ++n) {
        EXPECT_THAT(person.Say(n), AnyOf("Go on.", "Tell me more."));
        answered.release();
      }
    });
  for (int i = 0; i < kReloads; ++i) {
    for (int turn = 0; turn < 5 * kPeople; ++turn) answered.acquire();
    WritePack(i % 2 == 0 ? "Tell me more." : "Go on.");
    server.Signal(SIGHUP);
    server.WaitForLine(kLoaded);
  }
}

TEST_F(ServeTest, SighupWithTheBuiltInPackSaysThatThereIsNothingToLoad) {
  ServerProcess server(NEARER_BINARY, Path("a.db"), {},
                       ServerProcess::Stderr::kRead);
  server.Signal(SIGHUP);
  EXPECT_THAT(server.WaitForLine("SIGHUP"), HasSubstr("--rules"));
  EXPECT_EQ(server.Terminate(), 0);
}

TEST_F(ServeTest, ASecondServerOnThePortSaysWhyItCannotAndTheFirstGoesOn) {
  WritePack("Go on.");
  ServerProcess server(NEARER_BINARY, Path("a.db"), PackOptions());
  const std::string address = "127.0.0.1:" + std::to_string(server.port());
  const Ran ran =
      Run("serve --db b.db --rules rules --dialogs dialogs "
          "--listen " +
          address);
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err,
              StartsWith("nearer: cannot listen on " + address + ": "));
  EXPECT_THAT(ran.err, HasSubstr("--listen"));
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(Person(server.port()).Say(1), "Go on.");
}

TEST_F(ServeTest, OptionsComeFromAFileUnlessTheyStandOnTheCommandLine) {
  WritePack("Go on.");
  Write("nearer.toml",
        "# the pack we wrote\n"
        "rules = \"" +
            Path("rules") +
            "\"  # a comment\n"
            "dialogs = '" +
            Path("dialogs") +
            "'\r\n"
            "\n"
            "db = \"no/such/folder/x.db\"\n"
            "no-limits = true\n");
  ServerProcess server(NEARER_BINARY, Path("a.db"),
                       {"--config", Path("nearer.toml")});
  EXPECT_EQ(Person(server.port()).Say(1), "Go on.");
  EXPECT_TRUE(fs::exists(Path("a.db")));
}

}  // namespace
}  // namespace nearer
