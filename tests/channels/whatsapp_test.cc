#include "channels/whatsapp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

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

constexpr history::UnixSeconds kNow = 1'700'000'100;

class WhatsAppTest : public testing::Test {
 protected:
  Reception Receive(const std::string& body, const std::string& signature) {
    const Headers headers = {{"X-Hub-Signature-256", signature}};
    return whatsapp_.Receive(
        {.method = "POST", .body = body, .header = In(headers)}, kNow);
  }
  Reception Receive(const std::string& body) {
    return Receive(body, "sha256=" + HmacSha256Hex("coach-app-secret", body));
  }
  static std::string With(const json& messages,
                          const std::string& number = "PN1") {
    return json{{"object", "whatsapp_business_account"},
                {"entry",
                 {{{"changes",
                    {{{"field", "messages"},
                      {"value",
                       {{"metadata", {{"phone_number_id", number}}},
                        {"contacts", {{{"wa_id", "491701234567"}}}},
                        {"messages", messages}}}}}}}}}}
        .dump();
  }
  std::vector<Inbound> Heard(json message) {
    message["id"] = "wamid.X";
    if (!message.contains("timestamp")) message["timestamp"] = "1700000000";
    if (!message.contains("from")) message["from"] = "491701234567";
    const Reception reception = Receive(With(json::array({message})));
    EXPECT_EQ(reception.verdict, Verdict::kAccepted);
    EXPECT_EQ(reception.answer.status, 200);
    return reception.inbound;
  }

  WhatsApp whatsapp_{{.token = "access-token",
                      .app_secret = "coach-app-secret",
                      .verify = "verify-me",
                      .number = "PN1",
                      .api = "https://graph.example/v1"}};
};

TEST_F(WhatsAppTest, BelievesWhatIsSignedEscapedOrNot) {
  // Computed and accepted by others' libraries; escapes are six characters.
  const std::string body =
      R"({"object":"whatsapp_business_account","entry":[{"id":"W1",)"
      R"("changes":[{"field":"messages","value":{"messaging_product":)"
      R"("whatsapp","messages":[{"from":"491701234567","id":"wamid.T1",)"
      R"("timestamp":"1700000000","type":"text","text":{"body":)"
      "\"h\\u00e9 \\ud83d\\ude42\"}}]}}]}]}";
  const std::string signature =
      "sha256="
      "5dc4a547673846a00874bc8f50395a18de61752799280a9debc0710c26485b12";
  EXPECT_EQ(Receive(body, signature).verdict, Verdict::kAccepted);
  // A proxy wrote the escapes out.
  std::string plain = body;
  plain.replace(plain.find("h\\u00e9"), 20, "hé 🙂");
  EXPECT_EQ(Receive(plain, signature).verdict, Verdict::kAccepted);

  EXPECT_EQ(Receive(body + " ", signature).verdict, Verdict::kForged);
  EXPECT_EQ(Receive(body, signature.substr(7)).verdict, Verdict::kForged);
  EXPECT_EQ(Receive(body, "").answer.status, 403);
  EXPECT_EQ(Receive("{").answer.status, 400);
  EXPECT_EQ(Receive("[]").verdict, Verdict::kMalformed);
}

TEST_F(WhatsAppTest, IsSetUpByWhoKnowsTheWord) {
  const auto ask = [&](const std::string& query) {
    return whatsapp_
        .Receive({.method = "GET", .query = query, .header = In({})}, kNow)
        .answer;
  };
  const WebAnswer right = ask(
      "hub.mode=subscribe&hub.verify_token=verify-me&hub.challenge=1158%2B1");
  EXPECT_EQ(right.status, 200);
  EXPECT_EQ(right.body, "1158+1");
  EXPECT_EQ(
      ask("hub.mode=subscribe&hub.verify_token=no&hub.challenge=1").status,
      403);
  EXPECT_EQ(ask("hub.mode=x&hub.verify_token=verify-me").status, 403);
  EXPECT_EQ(ask("").status, 403);
}

TEST_F(WhatsAppTest, HearsEveryMessageOfABatchAndShowsThatItTypes) {
  json messages = json::array();
  for (int i = 0; i < 3; ++i)
    messages.push_back({{"from", "4917" + std::to_string(i)},
                        {"id", "wamid." + std::to_string(i)},
                        {"timestamp", "1700000000"},
                        {"type", "text"},
                        {"text", {{"body", "number " + std::to_string(i)}}}});
  const Reception reception = Receive(With(messages));
  ASSERT_THAT(reception.inbound, SizeIs(3));
  EXPECT_EQ(reception.inbound[2].id, "wamid.2");
  EXPECT_EQ(reception.inbound[2].chat, "49172");
  EXPECT_EQ(reception.inbound[2].text, "number 2");
  ASSERT_THAT(reception.asides, SizeIs(3));
  EXPECT_EQ(json::parse(reception.asides[0].body)["message_id"], "wamid.0");
  // Another number of ours is not this one's business.
  EXPECT_THAT(Receive(With(messages, "PN2")).inbound, IsEmpty());
}

TEST_F(WhatsAppTest, KnowsWhatKindOfThingAPersonSent) {
  const auto one = [&](const char* message) {
    const auto heard = Heard(json::parse(message));
    return heard.size() == 1
               ? std::optional(std::pair(heard[0].kind, heard[0].text))
               : std::nullopt;
  };
  EXPECT_EQ(one(R"({"type":"text","text":{"body":"/delete"}})"),
            std::pair(Kind::kCommand, std::string("delete")));
  EXPECT_EQ(one(R"({"type":"interactive","interactive":
                {"type":"button_reply","button_reply":{"id":"3:0:1"}}})"),
            std::pair(Kind::kPress, std::string("3:0:1")));
  EXPECT_EQ(one(R"({"type":"interactive","interactive":
                {"type":"list_reply","list_reply":{"id":"3:1:1"}}})"),
            std::pair(Kind::kPress, std::string("3:1:1")));
  EXPECT_EQ(one(R"({"type":"button","button":{"text":"Yes"}})"),
            std::pair(Kind::kWords, std::string("Yes")));
  EXPECT_EQ(one(R"({"type":"image","image":{"caption":"I want to die"}})"),
            std::pair(Kind::kWords, std::string("I want to die")));
  EXPECT_EQ(one(R"({"type":"audio","audio":{}})"),
            std::pair(Kind::kOther, std::string()));
  EXPECT_EQ(one(R"({"type":"text","text":{"body":"hi"},
                "context":{"forwarded":true}})"),
            std::pair(Kind::kForwarded, std::string()));
  EXPECT_EQ(one(R"({"type":"reaction","reaction":{"emoji":"x"}})"),
            std::nullopt);
  EXPECT_EQ(one(R"({"type":"system","system":{}})"), std::nullopt);
}

TEST_F(WhatsAppTest, FindsWhoWroteAlsoWithoutANumber) {
  const auto chat = [&](json message) {
    message["type"] = "text";
    message["text"] = {{"body", "hi"}};
    return Heard(message).at(0).chat;
  };
  EXPECT_EQ(chat({{"from", "4917"}, {"from_user_id", "DE.1"}}), "4917");
  EXPECT_EQ(chat({{"from", ""}, {"from_user_id", "DE.1"}}), "DE.1");
  EXPECT_EQ(chat({{"from", nullptr}}), "491701234567");
}

TEST_F(WhatsAppTest, WhatIsOlderThanADayIsNotAnswered) {
  const auto heard = [&](const json& timestamp) {
    return Heard({{"type", "text"},
                  {"text", {{"body", "hi"}}},
                  {"timestamp", timestamp}})
        .size();
  };
  EXPECT_EQ(heard(std::to_string(kNow - 24 * 3600)), 1u);
  EXPECT_EQ(heard(std::to_string(kNow - 24 * 3600 - 1)), 0u);
  EXPECT_EQ(heard(kNow), 1u);
}

TEST_F(WhatsAppTest, FewShortChoicesAreButtonsOthersNumbers) {
  const auto rendered = [&](const std::vector<Choice>& choices) {
    const auto calls = whatsapp_.Render(
        "4917",
        {.messages = {"Shall we?"}, .choices = choices, .help = {"Call 112"}});
    EXPECT_THAT(calls, SizeIs(1));
    return json::parse(calls[0].body);
  };
  EXPECT_EQ(rendered({{"Yes", "1:0"}, {"No", "1:1"}}), json::parse(R"({
      "messaging_product":"whatsapp","recipient_type":"individual",
      "to":"4917","type":"interactive","interactive":{"type":"button",
        "body":{"text":"Shall we?\n\nCall 112"},
        "action":{"buttons":[
          {"type":"reply","reply":{"id":"1:0","title":"Yes"}},
          {"type":"reply","reply":{"id":"1:1","title":"No"}}]}}})"));
  EXPECT_EQ(rendered({})["text"],
            json({{"body", "Shall we?\n\nCall 112"}, {"preview_url", false}}));
  for (const std::vector<Choice>& choices : std::vector<std::vector<Choice>>{
           {{"a", "0"}, {"b", "1"}, {"c", "2"}, {"d", "3"}},
           {{"a label of twenty-one", "0"}},
           {{"same", "0"}, {"same", "1"}}})
    EXPECT_THAT(rendered(choices)["text"]["body"].get<std::string>(),
                HasSubstr("1  " + choices[0].label + "\n"));
}

TEST_F(WhatsAppTest, ALongReplyWithButtonsIsPartedForThem) {
  const auto calls = whatsapp_.Render(
      "4917",
      {.messages = {std::string(3000, 'x')}, .choices = {{"Yes", "1:0"}}});
  ASSERT_THAT(calls, SizeIs(3));
  EXPECT_EQ(json::parse(calls[0].body)["type"], "text");
  EXPECT_EQ(json::parse(calls[2].body)["type"], "interactive");
}

TEST_F(WhatsAppTest, ARequestHasTheTokenOnlyWhenItGoesOut) {
  const auto calls = whatsapp_.Render("4917", {.messages = {"Hello."}});
  EXPECT_THAT(Pack(calls[0]), Not(HasSubstr("access-token")));
  const HttpRequest request = whatsapp_.Address(calls[0]);
  EXPECT_EQ(request.url, "https://graph.example/v1/PN1/messages");
  EXPECT_THAT(request.headers,
              ElementsAre(std::pair("Authorization", "Bearer access-token")));
}

TEST_F(WhatsAppTest, KnowsWhatAnAnswerMeans) {
  using Outcome = Outcome::Kind;
  const auto judge = [&](int status, int code) {
    return whatsapp_
        .Judge({.status = status,
                .body = json{{"error", {{"code", code}}}}.dump()})
        .kind;
  };
  EXPECT_EQ(whatsapp_.Judge({.status = 200}).kind, Outcome::kSent);
  EXPECT_EQ(judge(400, 131056), Outcome::kLimited);
  EXPECT_EQ(judge(400, 131026), Outcome::kUnreachable);
  EXPECT_EQ(judge(400, 131047), Outcome::kUnreachable);
  EXPECT_EQ(judge(400, 131009), Outcome::kRefused);
  EXPECT_EQ(judge(401, 190), Outcome::kUnauthorized);
  EXPECT_EQ(judge(403, 200), Outcome::kUnauthorized);
  EXPECT_EQ(judge(500, 131000), Outcome::kLater);
  for (const int status : {0, 502})
    EXPECT_EQ(whatsapp_.Judge({.status = status}).kind, Outcome::kLater);
  EXPECT_EQ(whatsapp_.Judge({.status = 429}).kind, Outcome::kLimited);
  EXPECT_EQ(whatsapp_.Judge({.status = 401}).kind, Outcome::kUnauthorized);
}

}  // namespace
}  // namespace nearer::channels
