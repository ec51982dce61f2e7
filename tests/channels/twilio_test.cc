#include "channels/twilio.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "channels/form.h"
#include "channels/phrases.h"
#include "channels/secrets.h"
#include "channels/world.h"

namespace nearer::channels {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Kind = Inbound::Kind;
using Verdict = Reception::Verdict;

constexpr char kUrl[] = "https://coach.example/channels/twilio";

class TwilioTest : public testing::Test {
 protected:
  Reception Receive(const Form& form, const std::string& signature,
                    const std::string& query = "") {
    const Headers headers = {{"X-Twilio-Signature", signature}};
    const std::string body = WriteForm(form);
    return twilio_.Receive(
        {.method = "POST", .query = query, .body = body, .header = In(headers)},
        0);
  }
  // Signed as Twilio does, the fields being in order of their names.
  static std::string Signature(const Form& form) {
    std::string base = kUrl;
    for (const auto& [name, value] : form) base += name + value;
    return HmacSha1Base64("coach-auth-token", base);
  }
  std::vector<Inbound> Heard(const std::string& from, const std::string& body,
                             const std::string& opt_out = "") {
    Form form = {{"AccountSid", "AC1"},
                 {"Body", body},
                 {"From", from},
                 {"MessageSid", "SM1"}};
    if (!opt_out.empty()) form.push_back({"OptOutType", opt_out});
    form.push_back({"To", "+14155238886"});
    const Reception reception = Receive(form, Signature(form));
    EXPECT_EQ(reception.verdict, Verdict::kAccepted);
    return reception.inbound;
  }

  Twilio twilio_{{.account = "AC1",
                  .tokens = {"coach-auth-token", "the-next-token"},
                  .url = kUrl,
                  .api = "https://api.example"}};
};

TEST_F(TwilioTest, BelievesASignatureOfUrlAndFieldsOnly) {
  // Made by Twilio's own library.
  const Form form = {{"AccountSid", "AC1"},
                     {"Body", "I feel stuck & tired, hé 🙂"},
                     {"From", "whatsapp:+491701234567"},
                     {"MessageSid", "SM1"},
                     {"NumMedia", "0"},
                     {"ProfileName", ""},
                     {"To", "whatsapp:+14155238886"}};
  const std::string signature = "csJeRgABFpugp1zErGL5Es4XpU0=";
  const Reception reception = Receive(form, signature, "lang=en");
  EXPECT_EQ(reception.verdict, Verdict::kAccepted);
  EXPECT_EQ(reception.answer.status, 200);
  EXPECT_THAT(reception.answer.type, HasSubstr("text/xml"));
  EXPECT_THAT(reception.answer.body, HasSubstr("<Response/>"));
  ASSERT_THAT(reception.inbound, SizeIs(1));
  EXPECT_EQ(reception.inbound[0].kind, Kind::kWords);
  EXPECT_EQ(reception.inbound[0].id, "SM1");
  EXPECT_EQ(reception.inbound[0].chat,
            "whatsapp:+491701234567|whatsapp:+14155238886");
  EXPECT_EQ(reception.inbound[0].text, "I feel stuck & tired, hé 🙂");

  EXPECT_EQ(Receive(form, signature, "lang=de").verdict, Verdict::kForged);
  EXPECT_EQ(Receive(form, "").verdict, Verdict::kForged);
  EXPECT_EQ(Receive(form, signature.substr(1), "lang=en").answer.status, 403);
  Form more = form;
  more.push_back({"NumSegments", "1"});
  EXPECT_EQ(Receive(more, signature, "lang=en").verdict, Verdict::kForged);
  Form other = form;
  other[1].second = "I feel fine";
  EXPECT_THAT(Receive(other, signature, "lang=en").inbound, IsEmpty());
}

TEST_F(TwilioTest, AcceptsTheSecondTokenTheOtherPortAndFieldsInAnyOrder) {
  const std::string fields = "AccountSidAC1BodyaBodybFrom+1MessageSidSM1To+2";
  const Form form = {{"To", "+2"},          {"Body", "b"},
                     {"Body", "a"},         {"Body", "b"},
                     {"AccountSid", "AC1"}, {"From", "+1"},
                     {"MessageSid", "SM1"}};
  EXPECT_EQ(
      Receive(form, HmacSha1Base64("the-next-token", kUrl + fields)).verdict,
      Verdict::kAccepted);
  EXPECT_EQ(
      Receive(form, HmacSha1Base64(
                        "coach-auth-token",
                        "https://coach.example:443/channels/twilio" + fields))
          .verdict,
      Verdict::kAccepted);
  EXPECT_EQ(
      Receive(form, HmacSha1Base64("another-token", kUrl + fields)).verdict,
      Verdict::kForged);
}

TEST_F(TwilioTest, RefusesOtherAccountsAndWhatIsNoMessage) {
  const Form other = {{"AccountSid", "AC2"}, {"MessageSid", "SM1"}};
  EXPECT_EQ(Receive(other, Signature(other)).verdict, Verdict::kForged);
  const Form empty = {{"AccountSid", "AC1"}};
  EXPECT_EQ(Receive(empty, Signature(empty)).answer.status, 400);
  const Form status = {{"AccountSid", "AC1"},
                       {"MessageSid", "SM1"},
                       {"MessageStatus", "delivered"}};
  EXPECT_EQ(Receive(status, Signature(status)).verdict, Verdict::kAccepted);
  EXPECT_THAT(Receive(status, Signature(status)).inbound, IsEmpty());
}

TEST_F(TwilioTest, KnowsTheWordsOfCarriersOnSmsOnly) {
  const auto kind = [&](const std::string& from, const std::string& body) {
    return Heard(from, body).at(0).kind;
  };
  for (const char* word : {"STOP", " Stop ", "unsubscribe", "CANCEL", "quit"})
    EXPECT_EQ(kind("+49170", word), Kind::kGone) << word;
  EXPECT_EQ(kind("+49170", "START"), Kind::kBack);
  EXPECT_EQ(kind("+49170", "HELP"), Kind::kCommand);
  EXPECT_EQ(Heard("+49170", "INFO").at(0).text, "help");
  // Said in a sentence, or as an answer, they are words.
  EXPECT_EQ(kind("+49170", "I can't stop"), Kind::kWords);
  EXPECT_EQ(kind("+49170", "yes"), Kind::kWords);
  EXPECT_EQ(kind("whatsapp:+49170", "stop"), Kind::kWords);
  // What Twilio says it did counts everywhere.
  EXPECT_EQ(Heard("whatsapp:+49170", "basta", "STOP").at(0).kind, Kind::kGone);
  EXPECT_EQ(Heard("+49170", "/delete").at(0).text, "delete");
  EXPECT_EQ(kind("+49170", " "), Kind::kOther);
}

TEST_F(TwilioTest, ChoicesHaveNumbersAndTextMessagesPlainSigns) {
  const Reply reply{
      .messages = {"It’s “hard” — isn’t it…"},
      .choices = {{.label = "Yes", .data = "1"}, {.label = "No", .data = "2"}},
      .help = {"In danger now: 112"}};
  const auto body = [&](const std::string& chat) {
    const auto calls = twilio_.Render(chat, reply);
    EXPECT_THAT(calls, SizeIs(1));
    EXPECT_EQ(calls[0].path, "Messages.json");
    return ParseForm(calls[0].body);
  };
  EXPECT_THAT(body("+49170|+1415"),
              ElementsAre(std::pair("To", "+49170"), std::pair("From", "+1415"),
                          std::pair("Body",
                                    "It's \"hard\" - isn't it...\n\n"
                                    "In danger now: 112\n\n1  Yes\n2  No\n"
                                    "Answer with a number, or in your own "
                                    "words.")));
  EXPECT_THAT(
      std::string(FieldOf(body("whatsapp:+49170|whatsapp:+1415"), "Body")),
      HasSubstr("It’s “hard” — isn’t it…"));
  const auto calls =
      twilio_.Render("+1|+2", {.messages = {std::string(4000, 'x')}});
  EXPECT_THAT(calls, SizeIs(3));
}

TEST_F(TwilioTest, ARequestHasTheCredentialsOnlyWhenItGoesOut) {
  const auto calls = twilio_.Render("+1|+2", {.messages = {"Hello."}});
  EXPECT_THAT(Pack(calls[0]), Not(HasSubstr("token")));
  const HttpRequest request = twilio_.Address(calls[0]);
  EXPECT_EQ(request.url,
            "https://api.example/2010-04-01/Accounts/AC1/Messages.json");
  EXPECT_THAT(request.headers,
              ElementsAre(std::pair(
                  "Authorization", "Basic " + Base64("AC1:coach-auth-token"))));
  EXPECT_EQ(request.type, "application/x-www-form-urlencoded");
}

TEST_F(TwilioTest, KnowsWhatAnAnswerMeans) {
  using Outcome = Outcome::Kind;
  const auto judge = [&](int status, int code) {
    return twilio_
        .Judge({.status = status,
                .body = "{\"code\":" + std::to_string(code) + "}"})
        .kind;
  };
  EXPECT_EQ(judge(201, 0), Outcome::kSent);
  EXPECT_EQ(judge(400, 21610), Outcome::kUnreachable);
  EXPECT_EQ(judge(400, 21211), Outcome::kRefused);
  EXPECT_EQ(judge(400, 21617), Outcome::kRefused);
  EXPECT_EQ(judge(400, 63016), Outcome::kRefused);
  EXPECT_EQ(judge(401, 20003), Outcome::kUnauthorized);
  EXPECT_EQ(judge(429, 20429), Outcome::kLimited);
  EXPECT_EQ(judge(429, 21611), Outcome::kLimited);
  EXPECT_EQ(judge(400, 21611), Outcome::kLater);
  EXPECT_EQ(judge(503, 0), Outcome::kLater);
  EXPECT_EQ(judge(0, 0), Outcome::kLater);
  EXPECT_EQ(twilio_.Judge({.status = 429, .retry_after = "9"}).wait,
            std::chrono::seconds(9));
}

TEST_F(TwilioTest, ANumberPicksAChoiceAndConfirmsADeletion) {
  World world;
  int id = 0;
  const auto say = [&](const std::string& text) {
    Inbound inbound{.id = std::to_string(++id), .chat = "+1|+2", .text = text};
    if (text.starts_with('/')) {
      inbound.kind = Kind::kCommand;
      inbound.text = text.substr(1);
    }
    EXPECT_EQ(world.desk.Take(twilio_, inbound), Desk::Taken::kRecorded);
    const Form sent = ParseForm(world.WaitingFor("+1|+2").back().body);
    return std::string(FieldOf(sent, "Body"));
  };
  say("hello");
  history::Turn asked = world.Turns("twilio", "+1|+2").back();
  asked.n = 2;
  asked.client_turn_id = "asked";
  asked.reply = R"({"messages":["Which?"],"choices":["This","That"]})";
  ASSERT_TRUE(
      world.history
          .History::Append(
              world.history.FindContact({"twilio", "+1|+2"})->conversation,
              asked)
          .ok());
  say(" 2. ");
  EXPECT_EQ(world.Turns("twilio", "+1|+2").back().utterance, "That");
  say("2");  // nothing is asked any more
  EXPECT_EQ(world.Turns("twilio", "+1|+2").back().utterance, "2");
  EXPECT_THAT(say("/export"),
              testing::HasSubstr("https://coach.example/v1/exports/"));
  EXPECT_THAT(say("/delete"), HasSubstr("1  Delete everything\n2  Keep it"));
  EXPECT_EQ(say("2"), phrases::kKept);
  say("/delete");
  EXPECT_EQ(say("1"), phrases::kDeleted);
  EXPECT_THAT(world.Turns("twilio", "+1|+2"), IsEmpty());
}

TEST(FormTest, IsReadAsItWasWritten) {
  const Form form = {{"a b", "1 & 2 = 3"}, {"", "hé 🙂\n%+"}, {"empty", ""}};
  EXPECT_EQ(ParseForm(WriteForm(form)), form);
  EXPECT_THAT(ParseForm("a=%4&b=%zz&c&&d=x%41+y"),
              ElementsAre(std::pair("a", "%4"), std::pair("b", "%zz"),
                          std::pair("c", ""), std::pair("d", "xA y")));
  EXPECT_THAT(ParseForm(""), IsEmpty());
}

}  // namespace
}  // namespace nearer::channels
