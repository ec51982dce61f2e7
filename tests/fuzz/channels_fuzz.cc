// Whatever a platform, or somebody who claims to be one, sends: it is read or
// refused, and what is read can be answered. The first line of an input says
// which reader it is for, the rest is what is sent. With libFuzzer:
//   clang++ -std=c++20 -g -fsanitize=fuzzer,address,undefined -Isrc
//     tests/fuzz/channels_fuzz.cc src/chat/choices.cc
//     src/channels/{channel,commands,form,phone,recorded,rest,secrets,slack}.cc
//     src/channels/{split,telegram,twilio,whatsapp}.cc -lcrypto -lutf8proc
//     -o channels_fuzz
//   ./channels_fuzz tests/fuzz/corpus/channels
// The kept corpus is also read by channels_test.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "channels/form.h"
#include "channels/recorded.h"
#include "channels/rest.h"
#include "channels/secrets.h"
#include "channels/slack.h"
#include "channels/split.h"
#include "channels/telegram.h"
#include "channels/twilio.h"
#include "channels/whatsapp.h"

namespace {

using namespace nearer::channels;

constexpr char kSecret[] = "hush";
constexpr std::size_t kLongestText = 4096;  // of a message on Telegram

void Expect(bool holds) {
  if (!holds) std::abort();
}

void ExpectSound(const Reception& reception) {
  Expect(reception.verdict != Reception::Verdict::kForged);
  if (reception.verdict == Reception::Verdict::kMalformed)
    Expect(reception.inbound.empty() && reception.answer.status >= 400);
  for (const Inbound& inbound : reception.inbound) {
    Expect(!inbound.chat.empty());
    if (inbound.kind == Inbound::Kind::kCommand) Expect(!inbound.text.empty());
  }
  for (const Call& call : reception.asides)
    Expect(Unpack(Pack(call)).has_value());
}

WebRequest Post(std::string_view body) {
  return {.method = "POST",
          .path = "/webhook",
          .body = body,
          .header = [](const char* name) -> std::string_view {
            return std::string_view(name) == "X-Telegram-Bot-Api-Secret-Token"
                       ? kSecret
                       : "";
          }};
}

void ReadTelegram(std::string_view body) {
  static const Telegram* const telegram = new Telegram(
      {.token = "123:A", .secret = kSecret, .username = "nearerbot"});
  const Reception reception = telegram->Receive(Post(body), 0);
  ExpectSound(reception);
  for (const Inbound& inbound : reception.inbound) {
    Expect(!inbound.id.empty());
    for (const Call& call :
         telegram->Render(inbound.chat, {.messages = {inbound.text}}))
      Expect(Unpack(Pack(call)).has_value());
  }
  if (const auto updates = telegram->ReadUpdates(body))
    for (const auto& update : updates->updates) ExpectSound(update.reception);
  (void)telegram->Judge({.status = 200, .body = std::string(body)});
  Expect(telegram->Judge({.status = 429, .body = std::string(body)}).wait >=
         std::chrono::seconds(1));
}

// What is truly signed is read. A signature is made as the platform makes it.
void ExpectAnswerable(const Channel& channel, const WebRequest& request) {
  const Reception reception = channel.Receive(request, 1'700'000'000);
  ExpectSound(reception);
  for (const Inbound& inbound : reception.inbound)
    for (const Call& call :
         channel.Render(inbound.chat, {.messages = {inbound.text}}))
      Expect(Unpack(Pack(call)).has_value());
}

void ReadTwilio(std::string_view body) {
  static const Twilio* const twilio =
      new Twilio({.account = "AC1", .tokens = {kSecret}, .url = "https://x"});
  const std::string form_text = "AccountSid=AC1&" + std::string(body);
  Form form = ParseForm(form_text);
  Expect(ParseForm(WriteForm(form)) == form);
  std::sort(form.begin(), form.end());
  form.erase(std::unique(form.begin(), form.end()), form.end());
  std::string base = "https://x";
  for (const auto& [name, value] : form) base += name + value;
  const std::string signature = HmacSha1Base64(kSecret, base);
  WebRequest request = Post(form_text);
  request.path = "";
  request.header = [&](const char*) { return std::string_view(signature); };
  // Another account's messages are forged to us.
  if (FieldOf(ParseForm(form_text), "AccountSid") == "AC1")
    ExpectAnswerable(*twilio, request);
}

void ReadWhatsApp(std::string_view body) {
  static const WhatsApp* const whatsapp = new WhatsApp(
      {.token = "t", .app_secret = kSecret, .verify = "v", .number = "PN1"});
  const std::string signature = "sha256=" + HmacSha256Hex(kSecret, body);
  WebRequest request = Post(body);
  request.header = [&](const char*) { return std::string_view(signature); };
  ExpectAnswerable(*whatsapp, request);
  (void)whatsapp->Judge({.status = 400, .body = std::string(body)});
}

void ReadSlack(std::string_view body) {
  static const Slack* const slack =
      new Slack({.token = "t", .signing_secret = kSecret});
  const std::string signature =
      "v0=" + HmacSha256Hex(kSecret, "v0:1700000000:" + std::string(body));
  WebRequest request = Post(body);
  request.header = [&](const char* name) -> std::string_view {
    return std::string_view(name) == "X-Slack-Signature"
               ? std::string_view(signature)
               : "1700000000";
  };
  ExpectAnswerable(*slack, request);
  (void)slack->Judge({.status = 200, .body = std::string(body)});
}

void ReadRest(std::string_view body) {
  static const Rest* const rest = new Rest({.token = "", .origins = {}});
  ExpectSound(rest->Receive(Post(body)));
}

// What stands in the record, and how it is parted.
void ReadRecorded(std::string_view reply) {
  const nearer::history::Turn turn{.n = 1, .reply = std::string(reply)};
  const Reply read = ReplyOf(turn);
  for (const Choice& choice : read.choices)
    Expect(choice.data.size() <= 64 && ChosenFrom(turn, choice.data));
  for (const Unit unit : {Unit::kUtf16, Unit::kCodePoint})
    for (const std::size_t limit :
         {std::size_t{2}, std::size_t{70}, kLongestText})
      for (const std::string& part :
           Split({std::string(reply), "and more"}, limit, unit))
        Expect(!part.empty() && Length(part, unit) <= limit);
  (void)Unpack(reply);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos) return 0;
  const std::string_view reader = input.substr(0, end);
  const std::string_view bytes = input.substr(end + 1);
  if (reader == "telegram") ReadTelegram(bytes);
  if (reader == "twilio") ReadTwilio(bytes);
  if (reader == "whatsapp") ReadWhatsApp(bytes);
  if (reader == "slack") ReadSlack(bytes);
  if (reader == "rest") ReadRest(bytes);
  if (reader == "recorded") ReadRecorded(bytes);
  return 0;
}
