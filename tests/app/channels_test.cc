// `nearer serve` with channels, as their operator meets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "app/program.h"
#include "http/client.h"
#include "load/server_process.h"

namespace nearer {
namespace {

using load::ServerProcess;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class ChannelsTest : public ProgramTest {
 protected:
  ChannelsTest() {
    fs::create_directories(folder_ / "dialogs");
    WriteRules("Go on.");
  }
  ~ChannelsTest() override {
    for (const auto& [name, value] : set_) unsetenv(name.c_str());
  }
  void Set(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);
    set_[name] = value;
  }
  std::vector<std::string> PackOptions() {
    return {"--rules", Path("rules"), "--dialogs", Path("dialogs")};
  }
  Ran Serve() {
    return Run("serve --rules rules --dialogs dialogs --listen 127.0.0.1:0");
  }

  std::map<std::string, std::string> set_;
};

TEST_F(ChannelsTest, WithoutVariablesNoChannelIsServed) {
  ServerProcess server(NEARER_BINARY, Path("a.db"), PackOptions());
  http::Client client(server.port());
  EXPECT_EQ(client.Ask("POST", "/webhooks/rest/webhook", {}, "{}").status, 404);
  EXPECT_THAT(client.Ask("GET", "/metrics").body,
              Not(HasSubstr("nearer_webhooks_total")));
}

TEST_F(ChannelsTest, RestAnswersWhoHasTheTokenOfAFile) {
  Write("token", "hush\n");
  Set("NEARER_REST_TOKEN_FILE", Path("token"));
  ServerProcess server(NEARER_BINARY, Path("a.db"), PackOptions());
  http::Client client(server.port());
  const std::string body = R"({"sender":"ana","message":"I do it alone"})";
  const std::string path = "/webhooks/rest/webhook";
  EXPECT_EQ(client.Ask("POST", path, {}, body).status, 401);
  EXPECT_EQ(client.Ask("POST", path + "?token=wrong", {}, body).status, 401);
  const http::Response first =
      client.Ask("POST", path, {"Authorization: Bearer hush"}, body);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.json(),
            json::parse(R"([{"recipient_id":"ana","text":"Hello."},
                            {"recipient_id":"ana","text":"Go on."}])"));
  EXPECT_EQ(client.Ask("POST", path + "?token=hush", {}, body).json().size(),
            1u);
  EXPECT_THAT(
      client.Ask("GET", "/metrics").body,
      HasSubstr("nearer_webhooks_total{channel=\"rest\",end=\"forged\"} 2\n"));
  EXPECT_EQ(client.Ask("POST", "/webhooks/telegram", {}, body).status, 404);
}

TEST_F(ChannelsTest, WrongSettingsSayWhichVariableAndNotWhatIsInIt) {
  Set("NEARER_REST_TOKEN_FILE", Path("none"));
  Ran ran = Serve();
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("NEARER_REST_TOKEN_FILE: " + Path("none") +
                                 " cannot be read"));
  Write("empty", " \n");
  Set("NEARER_REST_TOKEN_FILE", Path("empty"));
  EXPECT_THAT(Serve().err, HasSubstr("is empty"));
  Set("NEARER_REST_TOKEN", "hush");
  ran = Serve();
  EXPECT_THAT(ran.err, HasSubstr("are both set"));
  EXPECT_THAT(ran.err + ran.out, Not(HasSubstr("hush")));
  unsetenv("NEARER_REST_TOKEN_FILE");
  Set("NEARER_REST", "open");
  EXPECT_THAT(Serve().err, HasSubstr("unset one"));
  Set("NEARER_REST", "yes");
  EXPECT_THAT(Serve().err, HasSubstr("expected \"open\""));
}

}  // namespace
}  // namespace nearer
