// `nearer serve` with channels, as their operator meets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "app/program.h"
#include "history/sqlite_history.h"
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

TEST_F(ChannelsTest, TelegramIsServedByWebhookWhenThereIsASecret) {
  Set("NEARER_TELEGRAM_TOKEN", "123456:ABC");
  Set("NEARER_TELEGRAM_SECRET", "hush");
  Set("NEARER_TELEGRAM_API", "http://127.0.0.1:1");
  ServerProcess server(NEARER_BINARY, Path("a.db"), PackOptions());
  http::Client client(server.port());
  const std::string body =
      R"({"update_id":1,"message":{"chat":{"id":7,"type":"private"},
          "text":"I do it alone"}})";
  const std::string secret = "X-Telegram-Bot-Api-Secret-Token: hush";
  EXPECT_EQ(client.Ask("POST", "/webhooks/telegram", {}, body).status, 401);
  EXPECT_EQ(client.Ask("POST", "/webhooks/telegram", {secret}, "{").status,
            400);
  EXPECT_EQ(client.Ask("POST", "/webhooks/telegram", {secret}, body).status,
            200);
  // Longer than a turn may be, as platforms send it.
  const std::string padded = body + std::string(200'000, ' ');
  EXPECT_EQ(client.Ask("POST", "/webhooks/telegram", {secret}, padded).status,
            200);
  EXPECT_THAT(
      client.Ask("GET", "/metrics").body,
      testing::AllOf(HasSubstr("{channel=\"telegram\",end=\"forged\"} 1\n"),
                     HasSubstr("{channel=\"telegram\",end=\"malformed\"} 1\n"),
                     HasSubstr("{channel=\"telegram\",end=\"taken\"} 2\n")));
  EXPECT_EQ(server.Terminate(), 0);
}

TEST_F(ChannelsTest, WrongTelegramSettingsSayWhichVariable) {
  Set("NEARER_TELEGRAM_SECRET", "hush");
  EXPECT_THAT(Serve().err, HasSubstr("NEARER_TELEGRAM_TOKEN is not"));
  for (const char* token : {"ABC", ":ABC", "12:", "12:a b", "12a:b"}) {
    Set("NEARER_TELEGRAM_TOKEN", token);
    const Ran ran = Serve();
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("NEARER_TELEGRAM_TOKEN is no token"));
    EXPECT_THAT(ran.err, Not(HasSubstr("'" + std::string(token) + "'")));
  }
  Set("NEARER_TELEGRAM_TOKEN", "12:ab");
  Set("NEARER_TELEGRAM_SECRET", "two words");
  EXPECT_THAT(Serve().err, HasSubstr("NEARER_TELEGRAM_SECRET must be"));
  Set("NEARER_TELEGRAM_SECRET", "hush");
  Set("NEARER_TELEGRAM_API", "api.example");
  EXPECT_THAT(Serve().err, HasSubstr("NEARER_TELEGRAM_API: expected"));
}

TEST_F(ChannelsTest, EveryPlatformIsServedAtItsOwnPathAndBelievesNoStranger) {
  Set("NEARER_TWILIO_ACCOUNT", "AC1");
  Set("NEARER_TWILIO_TOKEN", "hush");
  Set("NEARER_TWILIO_URL", "https://coach.example/webhooks/twilio");
  Set("NEARER_WHATSAPP_TOKEN", "hush");
  Set("NEARER_WHATSAPP_APP_SECRET", "hush");
  Set("NEARER_WHATSAPP_VERIFY_TOKEN", "verify-me");
  Set("NEARER_WHATSAPP_NUMBER_ID", "PN1");
  Set("NEARER_SLACK_TOKEN", "xoxb-1");
  Set("NEARER_SLACK_SIGNING_SECRET", "hush");
  ServerProcess server(NEARER_BINARY, Path("a.db"), PackOptions());
  http::Client client(server.port());
  EXPECT_EQ(client.Ask("POST", "/webhooks/twilio", {}, "a=b").status, 403);
  EXPECT_EQ(client.Ask("POST", "/webhooks/whatsapp", {}, "{}").status, 403);
  EXPECT_EQ(client.Ask("POST", "/webhooks/slack", {}, "{}").status, 401);
  EXPECT_EQ(client
                .Ask("GET",
                     "/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token="
                     "verify-me&hub.challenge=77")
                .body,
            "77");
  const std::string metrics = client.Ask("GET", "/metrics").body;
  for (const char* channel : {"twilio", "whatsapp", "slack"})
    EXPECT_THAT(metrics,
                HasSubstr("nearer_webhooks_total{channel=\"" +
                          std::string(channel) + "\",end=\"forged\"} 1\n"));
}

TEST_F(ChannelsTest, HalfASettingSaysWhatIsMissing) {
  Set("NEARER_SLACK_TOKEN", "xoxb-1");
  const Ran ran = Serve();
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("NEARER_SLACK_TOKEN is set, but "
                                 "NEARER_SLACK_SIGNING_SECRET is not"));
  EXPECT_THAT(ran.err, Not(HasSubstr("xoxb-1")));
  Set("NEARER_SLACK_SIGNING_SECRET", "hush");
  Set("NEARER_TWILIO_ACCOUNT", "AC1");
  Set("NEARER_TWILIO_TOKEN", "hush");
  Set("NEARER_TWILIO_URL", "coach.example");
  EXPECT_THAT(Serve().err, HasSubstr("NEARER_TWILIO_URL: expected http"));
}

TEST_F(ChannelsTest, TheOutboxIsListedRetriedAndDropped) {
  const Ran none = Run("outbox --db none.db");
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.err, HasSubstr("none.db does not exist"));
  {
    const auto history = history::OpenSqlite(Path("a.db"));
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE((*history)
                      ->Deliver({.from = {"telegram", "chat-77"},
                                 .at = 1'700'000'000,
                                 .outbound = {"my secret"}})
                      .ok());
      const auto waiting = (*history)->ReadOutbox(0, 1);
      ASSERT_TRUE((*history)->GiveUp(waiting->front().id, "400 too long").ok());
    }
  }
  const Ran listed = Run("outbox --db a.db");
  EXPECT_EQ(listed.code, 0);
  EXPECT_EQ(listed.out,
            "1\ttelegram\t2023-11-14 22:13:20Z\t400 too long\n"
            "2\ttelegram\t2023-11-14 22:13:20Z\t400 too long\n"
            "3\ttelegram\t2023-11-14 22:13:20Z\t400 too long\n");
  EXPECT_EQ(Run("outbox --db a.db --retry 2").out, "1 to be sent again\n");
  EXPECT_EQ(Run("outbox --db a.db --drop 1").out, "1 forgotten\n");
  EXPECT_EQ(Run("outbox --db a.db --drop all").out, "1 forgotten\n");
  EXPECT_EQ(Run("outbox --db a.db").out, "");
  EXPECT_EQ((*history::OpenSqlite(Path("a.db")))->ReadOutbox(0, 9)->size(), 1u);

  EXPECT_EQ(Run("outbox --db a.db --retry 1").code, 1);
  EXPECT_EQ(Run("outbox --db a.db --retry one").code, 2);
  EXPECT_EQ(Run("outbox --db a.db --retry 1 --drop 1").code, 2);
}

}  // namespace
}  // namespace nearer
