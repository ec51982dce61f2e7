#include "channels/telegram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

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

constexpr char kPrivate[] =
    R"("message_id":12,"date":1700000000,
       "from":{"id":77,"is_bot":false,"first_name":"Ana"},
       "chat":{"id":77,"type":"private","first_name":"Ana"})";
constexpr char kGroup[] =
    R"("message_id":12,"date":1700000000,
       "from":{"id":77,"is_bot":false,"first_name":"Ana"},
       "chat":{"id":-100123,"type":"supergroup","title":"Us"})";

class TelegramTest : public testing::Test {
 protected:
  Reception Receive(const std::string& body,
                    const std::string& secret = "hush") {
    const Headers headers = {{"X-Telegram-Bot-Api-Secret-Token", secret}};
    return telegram_.Receive(
        {.method = "POST", .body = body, .header = In(headers)}, 0);
  }
  // What is heard of an update with this member.
  std::vector<Inbound> Heard(const std::string& member) {
    const Reception reception = Receive(R"({"update_id":901,)" + member + "}");
    EXPECT_EQ(reception.verdict, Verdict::kAccepted) << member;
    EXPECT_EQ(reception.answer.status, 200) << member;
    return reception.inbound;
  }
  std::vector<Inbound> Message(const std::string& more,
                               const char* where = kPrivate) {
    return Heard(std::string("\"message\":{") + where + "," + more + "}");
  }

  Telegram telegram_{{.token = "123456:ABC",
                      .secret = "hush",
                      .username = "NearerBot",
                      .api = "https://api.example/"}};
};

TEST_F(TelegramTest, HearsWordsAndShowsThatItTypes) {
  const Reception reception =
      Receive(std::string(R"({"update_id":901,)") + "\"message\":{" + kPrivate +
              R"(,"text":"I feel stuck 🧱"}})");
  ASSERT_THAT(reception.inbound, SizeIs(1));
  const Inbound& inbound = reception.inbound[0];
  EXPECT_EQ(inbound.kind, Kind::kWords);
  EXPECT_EQ(inbound.id, "901");
  EXPECT_EQ(inbound.chat, "77");
  EXPECT_EQ(inbound.text, "I feel stuck 🧱");
  ASSERT_THAT(reception.asides, SizeIs(1));
  EXPECT_EQ(reception.asides[0].path, "sendChatAction");
  EXPECT_EQ(json::parse(reception.asides[0].body),
            json::parse(R"({"chat_id":77,"action":"typing"})"));
}

TEST_F(TelegramTest, KnowsWhatKindOfThingAPersonSent) {
  const auto kind = [&](const std::string& more) {
    const auto heard = Message(more);
    return heard.size() == 1 ? std::optional(heard[0].kind) : std::nullopt;
  };
  EXPECT_EQ(kind(R"("voice":{"duration":3})"), Kind::kOther);
  EXPECT_EQ(kind(R"("photo":[{}])"), Kind::kOther);
  EXPECT_EQ(kind(R"("sticker":{"emoji":"🧱"})"), Kind::kOther);
  EXPECT_EQ(kind(R"("text":"hi","forward_origin":{"type":"user"})"),
            Kind::kForwarded);
  EXPECT_EQ(kind(R"("text":"hi","forward_date":5)"), Kind::kForwarded);
  EXPECT_EQ(kind(R"("text":"/help")"), Kind::kCommand);
  EXPECT_EQ(kind(R"("text":"/ help")"), Kind::kWords);
  EXPECT_EQ(kind(R"("text":"and/or")"), Kind::kWords);
  // What Telegram notes in a chat is nobody's words.
  EXPECT_EQ(kind(R"("pinned_message":{"text":"hi"})"), std::nullopt);
  EXPECT_EQ(kind(R"("message_auto_delete_timer_changed":{})"), std::nullopt);
}

TEST_F(TelegramTest, WhatStandsUnderAPictureIsSaid) {
  const auto heard = Message(R"("photo":[{}],"caption":"I want to die")");
  ASSERT_THAT(heard, SizeIs(1));
  EXPECT_EQ(heard[0].kind, Kind::kWords);
  EXPECT_EQ(heard[0].text, "I want to die");
}

TEST_F(TelegramTest, ReadsTheNameOfACommand) {
  for (const auto& [text, name] :
       std::vector<std::pair<std::string, std::string>>{
           {"/start work", "start"},
           {"/Delete", "delete"},
           {"/export@NearerBot", "export"},
           {"/stop\\nplease", "stop"}}) {
    const auto heard = Message("\"text\":\"" + text + "\"");
    ASSERT_THAT(heard, SizeIs(1)) << text;
    EXPECT_EQ(heard[0].kind, Kind::kCommand) << text;
    EXPECT_EQ(heard[0].text, name);
  }
}

TEST_F(TelegramTest, APressIsHeardAndTheButtonLetGo) {
  const Reception reception = Receive(R"({"update_id":902,"callback_query":
      {"id":"4382","data":"3:1:99","from":{"id":77,"is_bot":false},
       "message":{"message_id":13,"date":1700000002,
                  "chat":{"id":77,"type":"private"},"text":"Go on?"}}})");
  ASSERT_THAT(reception.inbound, SizeIs(1));
  EXPECT_EQ(reception.inbound[0].kind, Kind::kPress);
  EXPECT_EQ(reception.inbound[0].text, "3:1:99");
  EXPECT_EQ(reception.inbound[0].chat, "77");
  ASSERT_THAT(reception.asides, SizeIs(1));
  EXPECT_EQ(reception.asides[0].path, "answerCallbackQuery");
  EXPECT_EQ(reception.asides[0].body, R"({"callback_query_id":"4382"})");
  // The message may be too old for Telegram to show.
  const auto old =
      Heard(R"("callback_query":{"id":"1","data":"x","from":{"id":77}})");
  ASSERT_THAT(old, SizeIs(1));
  EXPECT_EQ(old[0].chat, "77");
}

TEST_F(TelegramTest, HearsEditsAndWhetherThePersonBlockedUs) {
  const auto edit = Heard(std::string("\"edited_message\":{") + kPrivate +
                          R"(,"text":"changed"})");
  ASSERT_THAT(edit, SizeIs(1));
  EXPECT_EQ(edit[0].kind, Kind::kEdit);
  EXPECT_EQ(edit[0].text, "");
  const auto member = [&](const std::string& status) {
    return Heard(R"("my_chat_member":{"chat":{"id":77,"type":"private"},
        "new_chat_member":{"status":")" +
                 status + "\"}}");
  };
  EXPECT_EQ(member("kicked").at(0).kind, Kind::kGone);
  EXPECT_EQ(member("member").at(0).kind, Kind::kBack);
}

TEST_F(TelegramTest, AnswersInAGroupOnlyWhenSpokenTo) {
  const auto heard = [&](const std::string& more) {
    const auto all = Message(more, kGroup);
    for (const Inbound& each : all) {
      EXPECT_EQ(each.kind, Kind::kGroup);
      EXPECT_EQ(each.chat, "-100123");
      EXPECT_EQ(each.text, "");
    }
    return !all.empty();
  };
  EXPECT_TRUE(heard(R"("text":"/start")"));
  EXPECT_TRUE(heard(R"("text":"/start@nearerbot")"));
  EXPECT_TRUE(heard(R"("text":"what do you say, @NEARERBOT?")"));
  EXPECT_TRUE(
      heard(R"("text":"why","reply_to_message":{"from":{"id":123456}})"));
  EXPECT_FALSE(heard(R"("text":"/start@otherbot")"));
  EXPECT_FALSE(heard(R"("text":"I feel stuck")"));
  EXPECT_FALSE(heard(R"("text":"why","reply_to_message":{"from":{"id":5}})"));
  EXPECT_FALSE(heard(R"("photo":[{}])"));
  EXPECT_THAT(Heard(std::string("\"edited_message\":{") + kGroup +
                    R"(,"text":"/start"})"),
              IsEmpty());
}

TEST_F(TelegramTest, RefusesWhoDoesNotKnowTheSecret) {
  const std::string body = R"({"update_id":901,"message":{)" +
                           std::string(kPrivate) + R"(,"text":"hi"}})";
  for (const char* secret : {"", "hus", "hushh", "HUSH"}) {
    const Reception reception = Receive(body, secret);
    EXPECT_EQ(reception.verdict, Verdict::kForged) << secret;
    EXPECT_EQ(reception.answer.status, 401) << secret;
    EXPECT_THAT(reception.inbound, IsEmpty()) << secret;
    EXPECT_THAT(reception.asides, IsEmpty()) << secret;
  }
  // Without a secret nothing comes by webhook.
  const Telegram polling({.token = "123456:ABC"});
  const Headers headers;
  EXPECT_EQ(
      polling
          .Receive({.method = "POST", .body = body, .header = In(headers)}, 0)
          .verdict,
      Verdict::kForged);
}

TEST_F(TelegramTest, TakesUpdatesOfUnknownKindsAndAnswersNothing) {
  for (const char* member :
       {R"("poll":{"id":"1"})", R"("message":7)", R"("message":{})",
        R"("message":{"chat":{"id":"77","type":"private"},"text":"hi"})",
        R"("message":{"chat":{"id":7.5,"type":"private"},"text":"hi"})",
        R"("message":{"chat":{"id":77,"type":"private"},
           "from":{"id":5,"is_bot":true},"text":"hi"})",
        R"("message":{"chat":{"id":77,"type":"private"},"text":7})",
        R"("callback_query":{})", R"("my_chat_member":{})", R"("x":null)"})
    EXPECT_THAT(Heard(member), IsEmpty()) << member;
}

TEST_F(TelegramTest, RefusesWhatIsNoUpdate) {
  for (const char* body : {"", "{", "[]", "7", "{}", R"({"update_id":"x"})",
                           R"({"update_id":1.5})", "\xff"}) {
    const Reception reception = Receive(body);
    EXPECT_EQ(reception.verdict, Verdict::kMalformed) << body;
    EXPECT_EQ(reception.answer.status, 400) << body;
  }
}

TEST_F(TelegramTest, AReplyIsOneMessageOfPlainTextWithButtons) {
  const auto calls = telegram_.Render(
      "77", {.messages = {"I <hear> *you*.", "Shall we?"},
             .choices = {{.label = "Yes & now", .data = "3:0:1"},
                         {.label = "No", .data = "3:1:2"}},
             .help = {"In danger now: 112"}});
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].path, "sendMessage");
  EXPECT_EQ(json::parse(calls[0].body), json::parse(R"({
      "chat_id":77,
      "text":"I <hear> *you*.\n\nShall we?\n\nIn danger now: 112",
      "link_preview_options":{"is_disabled":true},
      "reply_markup":{"inline_keyboard":[
        [{"text":"Yes & now","callback_data":"3:0:1"}],
        [{"text":"No","callback_data":"3:1:2"}]]}})"));
}

TEST_F(TelegramTest, ALongReplyIsSeveralMessagesTheLastWithTheButtons) {
  std::string story;
  for (int i = 0; i < 900; ++i) story += "So it goes 🧱. ";
  const auto calls = telegram_.Render(
      "77", {.messages = {story}, .choices = {{.label = "Yes", .data = "1"}}});
  ASSERT_THAT(calls, SizeIs(4));
  for (const Call& call : calls) {
    const std::string text = json::parse(call.body)["text"];
    EXPECT_TRUE(text.starts_with("So it goes")) << text;
    EXPECT_TRUE(text.ends_with("🧱.")) << text;
    EXPECT_EQ(json::parse(call.body).contains("reply_markup"),
              &call == &calls.back());
  }
}

TEST_F(TelegramTest, AFileGoesAsADocument) {
  const auto calls = telegram_.Render(
      "77", {.messages = {"Here."},
             .file = File{.name = "nearer.md",
                          .type = "text/markdown",
                          .bytes = "nearer, nearer-0\r\n--nearer--"}});
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].path, "sendDocument");
  const std::string boundary = "nearer-0-0";
  EXPECT_EQ(calls[0].type, "multipart/form-data; boundary=" + boundary);
  EXPECT_EQ(calls[0].body,
            "--" + boundary +
                "\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n"
                "77\r\n--" +
                boundary +
                "\r\nContent-Disposition: form-data; name=\"caption\"\r\n"
                "Content-Type: text/plain; charset=utf-8\r\n\r\nHere.\r\n--" +
                boundary +
                "\r\nContent-Disposition: form-data; name=\"document\"; "
                "filename=\"nearer.md\"\r\nContent-Type: text/markdown\r\n\r\n"
                "nearer, nearer-0\r\n--nearer--\r\n--" +
                boundary + "--\r\n");
}

TEST_F(TelegramTest, ARequestHasTheTokenOnlyWhenItGoesOut) {
  const auto calls = telegram_.Render("77", {.messages = {"Hello."}});
  EXPECT_THAT(Pack(calls[0]), Not(HasSubstr("ABC")));
  const HttpRequest request = telegram_.Address(Unpack(Pack(calls[0])).value());
  EXPECT_EQ(request.url, "https://api.example/bot123456:ABC/sendMessage");
  EXPECT_EQ(request.body, calls[0].body);
}

TEST_F(TelegramTest, KnowsWhatAnAnswerMeans) {
  using Outcome = Outcome::Kind;
  const auto judge = [&](int status, const std::string& body) {
    return telegram_.Judge({.status = status, .body = body});
  };
  EXPECT_EQ(judge(200, R"({"ok":true,"result":{}})").kind, Outcome::kSent);
  const auto limited = judge(
      429, R"({"ok":false,"error_code":429,"parameters":{"retry_after":35}})");
  EXPECT_EQ(limited.kind, Outcome::kLimited);
  EXPECT_EQ(limited.wait, std::chrono::seconds(35));
  EXPECT_EQ(judge(429, "").wait, std::chrono::seconds(1));
  EXPECT_EQ(judge(429, R"({"parameters":{"retry_after":-5}})").wait,
            std::chrono::seconds(1));
  const auto blocked =
      judge(403, R"({"ok":false,"description":"Forbidden: bot was blocked"})");
  EXPECT_EQ(blocked.kind, Outcome::kUnreachable);
  EXPECT_EQ(blocked.reason, "403 Forbidden: bot was blocked");
  EXPECT_EQ(judge(400, R"({"description":"Bad Request: chat not found"})").kind,
            Outcome::kUnreachable);
  EXPECT_EQ(judge(400, R"({"description":"Bad Request: message"})").kind,
            Outcome::kRefused);
  EXPECT_EQ(judge(401, "").kind, Outcome::kUnauthorized);
  EXPECT_EQ(judge(404, "").kind, Outcome::kUnauthorized);
  for (const int status : {0, 200, 302, 409, 500, 502})
    EXPECT_EQ(judge(status, "?").kind, Outcome::kLater) << status;
}

TEST_F(TelegramTest, ReadsTheUpdatesOfAPoll) {
  const Call call = telegram_.AskForUpdates(5, 50);
  EXPECT_EQ(call.path, "getUpdates");
  EXPECT_EQ(json::parse(call.body), json::parse(R"({"offset":5,"timeout":50,
      "allowed_updates":["message","edited_message","callback_query",
                         "my_chat_member"]})"));
  const auto updates = telegram_.ReadUpdates(
      R"({"ok":true,"result":[{"update_id":901,"poll":{}},{"x":1},
          {"update_id":902,"message":{)" +
      std::string(kPrivate) + R"(,"text":"hi"}}]})");
  ASSERT_TRUE(updates);
  ASSERT_THAT(updates->updates, SizeIs(2));
  EXPECT_EQ(updates->updates[0].id, 901);
  EXPECT_THAT(updates->updates[0].reception.inbound, IsEmpty());
  EXPECT_EQ(updates->updates[1].id, 902);
  EXPECT_EQ(updates->updates[1].reception.inbound.at(0).text, "hi");
  for (const char* body :
       {"", "{}", R"({"ok":false,"result":[]})", R"({"ok":true,"result":{}})"})
    EXPECT_FALSE(telegram_.ReadUpdates(body)) << body;
}

}  // namespace
}  // namespace nearer::channels
