#include "channels/slack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "channels/form.h"
#include "channels/phrases.h"
#include "channels/secrets.h"
#include "channels/world.h"

namespace nearer::channels {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Kind = Inbound::Kind;
using Verdict = Reception::Verdict;

constexpr history::UnixSeconds kAt = 1'700'000'000;

class SlackTest : public testing::Test {
 protected:
  Reception Receive(const std::string& body, const std::string& signature,
                    const std::string& timestamp = "1700000000",
                    history::UnixSeconds now = kAt) {
    const Headers headers = {{"X-Slack-Request-Timestamp", timestamp},
                             {"X-Slack-Signature", signature}};
    return slack_.Receive(
        {.method = "POST", .body = body, .header = In(headers)}, now);
  }
  Reception Receive(const std::string& body) {
    return Receive(body, "v0=" + HmacSha256Hex("coach-signing-secret",
                                               "v0:1700000000:" + body));
  }
  std::vector<Inbound> Heard(const json& event) {
    const Reception reception = Receive(json{
        {"type", "event_callback"},
        {"team_id", "T1"},
        {"event_id", "Ev08"},
        {"authorizations", {{{"user_id", "U0BOT"}, {"is_bot", true}}}},
        {"event", event}}.dump());
    EXPECT_EQ(reception.verdict, Verdict::kAccepted);
    EXPECT_EQ(reception.answer.status, 200);
    return reception.inbound;
  }
  std::vector<Inbound> Said(const char* more, const char* where = "im") {
    json event = {{"type", "message"},
                  {"channel_type", where},
                  {"channel", "D1"},
                  {"user", "U1"},
                  {"ts", "1700000000.000100"}};
    event.update(json::parse(more));
    return Heard(event);
  }

  Slack slack_{{.token = "xoxb-secret",
                .signing_secret = "coach-signing-secret",
                .api = "https://slack.example/api"}};
};

TEST_F(SlackTest, BelievesWhatIsSignedAndFresh) {
  // Accepted by two official libraries.
  const std::string challenge =
      R"({"type":"url_verification","token":"t","challenge":"c0ffee"})";
  const std::string signature =
      "v0=4aa8b50deff79aa73082e64eb40bc8324ce5a7833f174f88878922d2e01f2684";
  const Reception right = Receive(challenge, signature);
  EXPECT_EQ(right.verdict, Verdict::kAccepted);
  EXPECT_EQ(json::parse(right.answer.body), json({{"challenge", "c0ffee"}}));
  EXPECT_EQ(
      Receive(
          R"({"type":"event_callback","event_id":"Ev1","event":)"
          R"({"type":"message","text":"hé 🙂"}})",
          "v0=46635cc85a4e4d22b5cfe6302d690db47191605ac97a5787d87086395238a2a8")
          .verdict,
      Verdict::kAccepted);

  const auto at = [&](history::UnixSeconds now) {
    return Receive(challenge, signature, "1700000000", now).verdict;
  };
  EXPECT_EQ(at(kAt + 300), Verdict::kAccepted);
  EXPECT_EQ(at(kAt + 301), Verdict::kForged);
  EXPECT_EQ(at(kAt - 300), Verdict::kAccepted);
  EXPECT_EQ(at(kAt - 301), Verdict::kForged);

  EXPECT_EQ(Receive(challenge + " ", signature).answer.status, 401);
  EXPECT_EQ(Receive(challenge, "").verdict, Verdict::kForged);
  for (const char* timestamp : {"", "1700000001", "1700000000x", "-1",
                                "99999999999999999999", "-9223372036854775808"})
    EXPECT_EQ(Receive(challenge, signature, timestamp).verdict,
              Verdict::kForged)
        << timestamp;
}

TEST_F(SlackTest, HearsADirectMessageAsPeopleSeeIt) {
  const auto heard = Said(
      R"({"text":"<@U0BOT> a &lt;b&gt; &amp;amp; <https://x|this> <#C1|us> )"
      R"(<!here> <@U2> <https://y> 1 < 2"})");
  ASSERT_THAT(heard, SizeIs(1));
  EXPECT_EQ(heard[0].kind, Kind::kWords);
  EXPECT_EQ(heard[0].chat, "D1");
  EXPECT_EQ(heard[0].text, "a <b> &amp; this #us @here @U2 https://y 1 < 2");
  // A mention may come as two events about one message.
  EXPECT_EQ(heard[0].id, Said(R"({"text":"x","type":"app_mention"})").at(0).id);
}

TEST_F(SlackTest, KnowsWhatKindOfThingAPersonSent) {
  EXPECT_EQ(Said(R"({"text":"!delete"})").at(0).kind, Kind::kCommand);
  EXPECT_EQ(Said(R"({"text":"!delete"})").at(0).text, "delete");
  EXPECT_EQ(
      Said(R"({"text":"","subtype":"file_share","files":[{}]})").at(0).kind,
      Kind::kOther);
  EXPECT_EQ(Said(R"({"text":"hi","subtype":"thread_broadcast"})").at(0).kind,
            Kind::kWords);
  for (const char* ignored :
       {R"({"text":"hi","bot_id":"B1"})", R"({"text":"hi","user":"U0BOT"})",
        R"({"text":"hi","user":null})", R"({"subtype":"bot_message"})",
        R"({"subtype":"message_deleted"})", R"({"subtype":"channel_join"})",
        R"({"type":"reaction_added"})", R"({"text":"hi","ts":""})"})
    EXPECT_THAT(Said(ignored), IsEmpty()) << ignored;
}

TEST_F(SlackTest, AChangeOfTheirWordsIsHeardOneOfSlacksOwnIsNot) {
  const auto changed = [&](const char* now, const char* before) {
    return Said((R"({"subtype":"message_changed","user":null,"message":)" +
                 std::string(now) + R"(,"previous_message":{"text":")" +
                 before + "\"}}")
                    .c_str());
  };
  const auto heard = changed(R"({"user":"U1","text":"b"})", "a");
  ASSERT_THAT(heard, SizeIs(1));
  EXPECT_EQ(heard[0].kind, Kind::kEdit);
  EXPECT_EQ(heard[0].chat, "D1");
  EXPECT_THAT(changed(R"({"user":"U1","text":"a"})", "a"), IsEmpty());
  EXPECT_THAT(changed(R"({"user":"U0BOT","text":"b"})", "a"), IsEmpty());
  EXPECT_THAT(changed(R"({"user":"U1","bot_id":"B1","text":"b"})", "a"),
              IsEmpty());
}

TEST_F(SlackTest, AnswersInAChannelOnlyWhenMentionedAndInTheThread) {
  EXPECT_THAT(Said(R"({"text":"hi all"})", "channel"), IsEmpty());
  const auto heard =
      Said(R"({"type":"app_mention","text":"<@U0BOT> hi","channel":"C1"})",
           "channel");
  ASSERT_THAT(heard, SizeIs(1));
  EXPECT_EQ(heard[0].kind, Kind::kGroup);
  EXPECT_EQ(heard[0].chat, "C1|1700000000.000100");
  const auto calls = slack_.Render(heard[0].chat, {.messages = {"Privately."}});
  const json message = json::parse(calls.at(0).body);
  EXPECT_EQ(message["channel"], "C1");
  EXPECT_EQ(message["thread_ts"], "1700000000.000100");
}

TEST_F(SlackTest, APressIsHeardOnce) {
  const std::string payload =
      R"({"type":"block_actions","user":{"id":"U1"},"channel":{"id":"D1"},
          "actions":[{"action_id":"choice_0","value":"3:0:1",
                      "action_ts":"1700000000.5"}]})";
  const Reception reception = Receive(WriteForm({{"payload", payload}}));
  ASSERT_THAT(reception.inbound, SizeIs(1));
  EXPECT_EQ(reception.inbound[0].kind, Kind::kPress);
  EXPECT_EQ(reception.inbound[0].chat, "D1");
  EXPECT_EQ(reception.inbound[0].text, "3:0:1");
  EXPECT_EQ(reception.inbound[0].id, "action 1700000000.5 choice_0 U1");
  EXPECT_EQ(reception.answer.status, 200);
  EXPECT_EQ(reception.answer.body, "");
  EXPECT_EQ(Receive("payload=%7B").verdict, Verdict::kMalformed);
  EXPECT_THAT(
      Receive(WriteForm({{"payload", R"({"type":"view_closed"})"}})).inbound,
      IsEmpty());
}

TEST_F(SlackTest, RefusesWhatIsNoEvent) {
  for (const char* body : {"", "{", "[]", "{}"})
    EXPECT_EQ(Receive(body).verdict, Verdict::kMalformed) << body;
  EXPECT_EQ(Receive(R"({"type":"app_rate_limited"})").verdict,
            Verdict::kAccepted);
}

TEST_F(SlackTest, ChoicesAreButtonsAndTextIsEscaped) {
  const auto calls =
      slack_.Render("D1", {.messages = {"I <hear> & see."},
                           .choices = {{.label = "Yes & now", .data = "3:0:1"}},
                           .help = {"In danger now: 112"}});
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].path, "chat.postMessage");
  EXPECT_EQ(json::parse(calls[0].body), json::parse(R"({
      "channel":"D1","mrkdwn":false,"unfurl_links":false,"unfurl_media":false,
      "text":"I &lt;hear&gt; &amp; see.\n\nIn danger now: 112",
      "blocks":[
        {"type":"section","text":{"type":"plain_text","emoji":false,
          "text":"I <hear> & see.\n\nIn danger now: 112"}},
        {"type":"actions","elements":[{"type":"button","action_id":"choice_0",
          "text":{"type":"plain_text","text":"Yes & now","emoji":false},
          "value":"3:0:1"}]}]})"));
  const auto plain = slack_.Render(
      "D1", {.messages = {"Pick."},
             .choices = {{.label = std::string(76, 'x'), .data = "1"}}});
  EXPECT_FALSE(json::parse(plain.at(0).body).contains("blocks"));
  EXPECT_THAT(json::parse(plain.at(0).body)["text"].get<std::string>(),
              HasSubstr("1  xxx"));
}

TEST_F(SlackTest, CommandsAreShownAsTheyAreWritten) {
  World world;
  EXPECT_EQ(
      world.desk.Take(
          slack_,
          {.kind = Kind::kCommand, .id = "1", .chat = "D1", .text = "help"}),
      Desk::Taken::kRecorded);
  const std::string text =
      json::parse(world.WaitingFor("D1").at(0).body)["text"];
  EXPECT_THAT(text, HasSubstr("!delete removes"));
  EXPECT_THAT(text, Not(HasSubstr("/delete")));
}

TEST_F(SlackTest, ARequestHasTheTokenOnlyWhenItGoesOut) {
  const auto calls = slack_.Render("D1", {.messages = {"Hello."}});
  EXPECT_THAT(Pack(calls[0]), Not(HasSubstr("xoxb")));
  const HttpRequest request = slack_.Address(calls[0]);
  EXPECT_EQ(request.url, "https://slack.example/api/chat.postMessage");
  EXPECT_THAT(request.headers,
              ElementsAre(std::pair("Authorization", "Bearer xoxb-secret")));
}

TEST_F(SlackTest, KnowsWhatAnAnswerMeans) {
  using Outcome = Outcome::Kind;
  const auto judge = [&](const std::string& error) {
    return slack_
        .Judge({.status = 200,
                .body = json{{"ok", false}, {"error", error}}.dump()})
        .kind;
  };
  EXPECT_EQ(slack_.Judge({.status = 200, .body = R"({"ok":true})"}).kind,
            Outcome::kSent);
  EXPECT_EQ(judge("invalid_auth"), Outcome::kUnauthorized);
  EXPECT_EQ(judge("account_inactive"), Outcome::kUnauthorized);
  EXPECT_EQ(judge("channel_not_found"), Outcome::kUnreachable);
  EXPECT_EQ(judge("restricted_action_thread_locked"), Outcome::kUnreachable);
  EXPECT_EQ(judge("msg_too_long"), Outcome::kRefused);
  EXPECT_EQ(judge("rate_limited"), Outcome::kLimited);
  EXPECT_EQ(judge("internal_error"), Outcome::kLater);
  const auto limited = slack_.Judge(
      {.status = 429, .body = R"({"ok":false})", .retry_after = "12"});
  EXPECT_EQ(limited.kind, Outcome::kLimited);
  EXPECT_EQ(limited.wait, std::chrono::seconds(12));
  for (const int status : {0, 200, 502})
    EXPECT_EQ(slack_.Judge({.status = status, .body = "?"}).kind,
              Outcome::kLater);
}

}  // namespace
}  // namespace nearer::channels
