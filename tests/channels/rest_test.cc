#include "channels/rest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "channels/phrases.h"
#include "channels/webhooks.h"
#include "channels/world.h"

namespace nearer::channels {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Asked {
  std::string body;
  std::string path = "/webhook";
  std::string method = "POST";
  std::string query;
  Headers headers;
};

class RestTest : public testing::Test {
 protected:
  WebAnswer Ask(const Asked& asked) {
    return webhooks_.Answer("rest", {.method = asked.method,
                                     .path = asked.path,
                                     .query = asked.query,
                                     .body = asked.body,
                                     .header = In(asked.headers)});
  }
  json Say(const std::string& sender, const std::string& message) {
    const WebAnswer answer =
        Ask({.body = json{{"sender", sender}, {"message", message}}.dump()});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.type, "application/json");
    return json::parse(answer.body);
  }
  static std::string HeaderOf(const WebAnswer& answer, const char* name) {
    for (const auto& [each, value] : answer.headers)
      if (each == name) return value;
    return "";
  }

  World world_;
  Rest rest_{{.token = "", .origins = {"https://site.example"}}};
  Webhooks webhooks_{world_.desk, &rest_, {}, [] { return 0; }, nullptr};
};

TEST_F(RestTest, AnswersInRasasShape) {
  const json go_on = {{"recipient_id", "ana"}, {"text", "Go on."}};
  EXPECT_EQ(Say("ana", " I keep busy \n"), json::array({go_on, go_on}));
  EXPECT_EQ(Say("ana", "and alone"), json::array({go_on}));
  EXPECT_EQ(world_.Turns("rest", "ana")[1].utterance, "I keep busy");
}

TEST_F(RestTest, SendersAreKeptApart) {
  Say("ana", "hello");
  Say("ben", "hello");
  EXPECT_EQ(world_.Turns("rest", "ana").size(), 2u);
  EXPECT_EQ(world_.Turns("rest", "ben").size(), 2u);
}

TEST_F(RestTest, ChoicesAreButtonsWhosePayloadIsWhatIsSaid) {
  const Reply reply{.messages = {"Shall we?", "Or not?"},
                    .choices = {{.label = "Yes, let's", .data = "1:0"}},
                    .help = {"In danger now: 112"}};
  const WebAnswer answer = rest_.Answer({.header = In({})}, "ana", {&reply, 1});
  EXPECT_EQ(json::parse(answer.body), json::parse(R"([
    {"recipient_id":"ana","text":"Shall we?"},
    {"recipient_id":"ana","text":"Or not?"},
    {"recipient_id":"ana","text":"In danger now: 112",
     "buttons":[{"title":"Yes, let's","payload":"Yes, let's"}]}])"));
}

TEST_F(RestTest, ReadsWhateverTypeTheBodyClaimsToBe) {
  const WebAnswer answer =
      Ask({.body = R"({"sender":"ana","message":"hi"})",
           .headers = {{"Content-Type", "text/plain;charset=UTF-8"}}});
  EXPECT_EQ(json::parse(answer.body).size(), 2u);
}

TEST_F(RestTest, StreamsOneObjectALineWhenAsked) {
  const WebAnswer answer = Ask(
      {.body = R"({"sender":"ana","message":"hi"})", .query = "stream=true"});
  EXPECT_EQ(answer.type, "text/event-stream");
  EXPECT_EQ(answer.body,
            "{\"recipient_id\":\"ana\",\"text\":\"Go on.\"}\n"
            "{\"recipient_id\":\"ana\",\"text\":\"Go on.\"}\n");
}

TEST_F(RestTest, NobodySharesAConversationWithThoseWhoNameNoSender) {
  for (const char* body :
       {R"({"message":"my secret"})", R"({"sender":"","message":"x"})",
        R"({"sender":"default","message":"x"})",
        R"({"sender":7,"message":"x"})"}) {
    const WebAnswer answer = Ask({.body = body});
    EXPECT_EQ(answer.status, 200) << body;
    EXPECT_THAT(answer.body, HasSubstr("does not say who is writing")) << body;
  }
  EXPECT_TRUE(world_.Turns("rest", "default").empty());
}

TEST_F(RestTest, TheSameMessageIdIsOneTurnPerSender) {
  const std::string body =
      R"({"sender":"ana","message":"hi","metadata":{"message_id":"7"}})";
  Ask({.body = body});
  Ask({.body = body});
  EXPECT_EQ(world_.Turns("rest", "ana").size(), 2u);
  Ask({.body =
           R"({"sender":"ben","message":"hi","metadata":{"message_id":"7"}})"});
  EXPECT_EQ(world_.Turns("rest", "ben").size(), 2u);
}

TEST_F(RestTest, CommandsAreObeyed) {
  EXPECT_EQ(Say("ana", "/session_start")[0]["text"], "Go on.");
  EXPECT_EQ(Say("ana", "/session_start{\"a\":1}")[0]["text"], "Go on.");
  EXPECT_EQ(Say("ana", "/help")[0]["text"], phrases::kHelpToAnswers);
  const json asked = Say("ana", "/delete");
  EXPECT_EQ(asked[0]["buttons"][0]["payload"], phrases::kDeleteYes);
  EXPECT_EQ(Say("ana", phrases::kDeleteYes)[0]["text"], phrases::kDeleted);
  EXPECT_TRUE(world_.Turns("rest", "ana").empty());
}

TEST_F(RestTest, RefusesWhatIsNoMessageAndSaysWhatToSend) {
  for (const char* body :
       {"", "{", "[]", "7", R"({"sender":"ana","message":7})", "\xff"}) {
    const WebAnswer answer = Ask({.body = body});
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_TRUE(json::parse(answer.body).contains("error")) << body;
  }
  EXPECT_EQ(Ask({.path = "/elsewhere"}).status, 404);
  EXPECT_EQ(Ask({.method = "GET"}).status, 405);
  EXPECT_EQ(Ask({.path = "/", .method = "GET"}).body, R"({"status":"ok"})");
  EXPECT_EQ(Ask({.path = "", .method = "GET"}).body, R"({"status":"ok"})");
  EXPECT_THAT(
      webhooks_.MetricsText(),
      HasSubstr(
          "nearer_webhooks_total{channel=\"rest\",end=\"malformed\"} 8\n"));
}

TEST_F(RestTest, ATokenIsAskedForWhenThereIsOne) {
  const Rest guarded({.token = "hush", .origins = {}});
  const auto verdict = [&](const std::string& authorization,
                           const std::string& query) {
    const Headers headers = {{"Authorization", authorization}};
    return guarded
        .Receive({.method = "POST",
                  .path = "/webhook",
                  .query = query,
                  .body = R"({"sender":"ana","message":"hi"})",
                  .header = In(headers)})
        .verdict;
  };
  using Verdict = Reception::Verdict;
  EXPECT_EQ(verdict("Bearer hush", ""), Verdict::kAccepted);
  EXPECT_EQ(verdict("bearer hush", ""), Verdict::kAccepted);
  EXPECT_EQ(verdict("", "stream=true&token=hush"), Verdict::kAccepted);
  for (const auto& [authorization, query] :
       std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                        {"Bearer", ""},
                                                        {"Bearer ", ""},
                                                        {"Bearer hus", ""},
                                                        {"Bearer hushh", ""},
                                                        {"Basic hush", ""},
                                                        {"", "token="},
                                                        {"", "xtoken=hush"},
                                                        {"", "token"}})
    EXPECT_EQ(verdict(authorization, query), Verdict::kForged)
        << authorization << " " << query;
}

TEST_F(RestTest, PagesOfNamedOriginsMayCallAndNoOthers) {
  const WebAnswer preflight = Ask(
      {.method = "OPTIONS", .headers = {{"Origin", "https://site.example"}}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(HeaderOf(preflight, "Access-Control-Allow-Origin"),
            "https://site.example");
  EXPECT_EQ(HeaderOf(preflight, "Access-Control-Allow-Headers"),
            "Authorization, Content-Type");
  const WebAnswer answer =
      Ask({.body = R"({"sender":"ana","message":"hi"})",
           .headers = {{"Origin", "https://site.example"}}});
  EXPECT_EQ(HeaderOf(answer, "Access-Control-Allow-Origin"),
            "https://site.example");
  EXPECT_EQ(HeaderOf(Ask({.method = "OPTIONS",
                          .headers = {{"Origin", "https://evil.example"}}}),
                     "Access-Control-Allow-Origin"),
            "");
  EXPECT_EQ(HeaderOf(Ask({.body = "{}"}), "Access-Control-Allow-Origin"), "");
}

}  // namespace
}  // namespace nearer::channels
