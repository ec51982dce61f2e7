#include "channels/twilio.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "channels/commands.h"
#include "channels/phone.h"
#include "channels/secrets.h"
#include "channels/split.h"
#include "channels/untrusted_json.h"

namespace nearer::channels {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestText = 1600;
constexpr std::string_view kWhatsApp = "whatsapp:";
constexpr char kBetween = '|';  // the person's address and ours
constexpr char kNoReply[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

// What carriers and Twilio act on when it stands alone in a text message.
constexpr std::string_view kStop[] = {"stop",   "stopall", "unsubscribe",
                                      "cancel", "end",     "quit"};
constexpr std::string_view kStart[] = {"start", "unstop"};
constexpr std::string_view kHelp[] = {"help", "info"};

bool IsOneOf(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

std::string Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return std::string(
      text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin));
}

// Everything a signature is over besides the URL.
std::string SignedFields(Form form) {
  // The same value of the same name counts once.
  std::sort(form.begin(), form.end());
  form.erase(std::unique(form.begin(), form.end()), form.end());
  std::string fields;
  for (const auto& [name, value] : form) fields.append(name).append(value);
  return fields;
}

// With ":443" or ":80" after the host, or without, whatever it is not.
std::string OtherPort(const std::string& url) {
  const auto host = url.find("://");
  if (host == std::string::npos) return url;
  const std::string port = url.starts_with("https") ? ":443" : ":80";
  const auto end = std::min(url.find_first_of("/?", host + 3), url.size());
  const std::string_view authority =
      std::string_view(url).substr(host + 3, end - host - 3);
  if (authority.ends_with(port))
    return url.substr(0, end - port.size()) + url.substr(end);
  if (authority.find(':') != authority.npos) return url;
  return url.substr(0, end) + port + url.substr(end);
}

Inbound ReadMessage(const Form& form) {
  const std::string_view from = FieldOf(form, "From");
  Inbound inbound{
      .id = std::string(FieldOf(form, "MessageSid")),
      .chat = std::string(from) + kBetween + std::string(FieldOf(form, "To")),
      .text = Trimmed(FieldOf(form, "Body"))};
  // What Twilio says it did about it, where that is turned on.
  const std::string asked = Lower(FieldOf(form, "OptOutType"));
  const std::string word = asked.empty() && !from.starts_with(kWhatsApp)
                               ? Lower(inbound.text)
                               : asked;
  if (IsOneOf(word, kStop)) {
    inbound.kind = Inbound::Kind::kGone;
  } else if (IsOneOf(word, kStart)) {
    inbound.kind = Inbound::Kind::kBack;
  } else if (IsOneOf(word, kHelp)) {
    inbound.kind = Inbound::Kind::kCommand;
    inbound.text = "help";
  } else if (const auto command = ReadCommand(inbound.text)) {
    inbound.kind = Inbound::Kind::kCommand;
    inbound.text = command->name;
    inbound.argument = command->argument;
  } else if (inbound.text.empty()) {
    inbound.kind = Inbound::Kind::kOther;
  }
  if (inbound.kind == Inbound::Kind::kGone ||
      inbound.kind == Inbound::Kind::kBack)
    inbound.text.clear();
  return inbound;
}

// One typographic sign makes a text message more than twice as dear.
std::string Plain(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
      {"\u2018", "'"},   {"\u2019", "'"}, {"\u201C", "\""}, {"\u201D", "\""},
      {"\u2026", "..."}, {"\u2013", "-"}, {"\u2014", "-"},  {"\u00A0", " "}};
  for (const auto& [sign, plain] : kSigns)
    for (auto at = text.find(sign); at != std::string::npos;
         at = text.find(sign, at + plain.size()))
      text.replace(at, sign.size(), plain);
  return text;
}

}  // namespace

Twilio::Twilio(Options options) : options_(std::move(options)) {
  while (options_.api.ends_with('/')) options_.api.pop_back();
  while (options_.url.ends_with('/')) options_.url.pop_back();
}

bool Twilio::IsSigned(const WebRequest& request, const Form& form) const {
  const std::string_view signature = request.header("X-Twilio-Signature");
  std::string url = options_.url + std::string(request.path);
  if (!request.query.empty()) url.append("?").append(request.query);
  const std::string fields = SignedFields(form);
  bool right = false;
  for (const std::string& token : options_.tokens)
    for (const std::string& each : {url, OtherPort(url)})
      right |= SameSecret(signature, HmacSha1Base64(token, each + fields));
  return right;
}

Reception Twilio::Receive(const WebRequest& request,
                          history::UnixSeconds) const {
  using Verdict = Reception::Verdict;
  const Form form = ParseForm(request.body);
  if (request.method != "POST" || !IsSigned(request, form) ||
      FieldOf(form, "AccountSid") != options_.account)
    return {.verdict = Verdict::kForged, .answer = {.status = 403}};
  Reception reception{
      .answer = {.type = "text/xml; charset=utf-8", .body = kNoReply}};
  if (FieldOf(form, "MessageSid").empty())
    return {.verdict = Verdict::kMalformed, .answer = {.status = 400}};
  // What became of a message of ours.
  if (!FieldOf(form, "MessageStatus").empty()) return reception;
  if (FieldOf(form, "From").empty() || FieldOf(form, "To").empty())
    return {.verdict = Verdict::kMalformed, .answer = {.status = 400}};
  reception.inbound.push_back(ReadMessage(form));
  return reception;
}

coach::Reach Twilio::ReachOf(std::string_view chat) const {
  coach::Reach reach{.writes = true};
  if (chat.starts_with(kWhatsApp)) {
    reach.within = kWhatsAppWindow;
    chat.remove_prefix(kWhatsApp.size());
  }
  reach.zone = ZoneOfNumber(chat);
  return reach;
}

std::vector<Call> Twilio::Render(std::string_view chat,
                                 const Reply& reply) const {
  const std::string person(chat.substr(0, chat.find(kBetween)));
  const std::string ours(chat.substr(std::min(person.size() + 1, chat.size())));
  std::vector<std::string> paragraphs = Paragraphs(reply);
  paragraphs.push_back(NumberedLines(reply.choices));
  if (!person.starts_with(kWhatsApp))
    for (std::string& paragraph : paragraphs)
      paragraph = Plain(std::move(paragraph));
  std::vector<Call> calls;
  for (std::string& text : Split(paragraphs, kLongestText, Unit::kUtf16))
    calls.push_back(
        {.path = "Messages.json",
         .type = "application/x-www-form-urlencoded",
         .body = WriteForm(
             {{"To", person}, {"From", ours}, {"Body", std::move(text)}})});
  return calls;
}

HttpRequest Twilio::Address(const Call& call) const {
  return {.url = options_.api + "/2010-04-01/Accounts/" + options_.account +
                 "/" + call.path,
          .headers = {{"Authorization",
                       "Basic " + Base64(options_.account + ":" +
                                         options_.tokens.front())}},
          .type = call.type,
          .body = call.body};
}

Outcome Twilio::Judge(const HttpResponse& response) const {
  using Kind = Outcome::Kind;
  if (response.status == 200 || response.status == 201)
    return {.kind = Kind::kSent};
  if (response.status == 0)
    return {.kind = Kind::kLater, .reason = response.body};
  const json answer = json::parse(response.body, nullptr, false);
  const std::int64_t code = Integer(At(answer, "code")).value_or(0);
  Outcome outcome{.kind = Kind::kRefused,
                  .reason = std::to_string(response.status) + ", code " +
                            std::to_string(code)};
  if (response.status == 429 || code == 20429 || code == 63018) {
    int seconds = 1;
    std::from_chars(response.retry_after.data(),
                    response.retry_after.data() + response.retry_after.size(),
                    seconds);
    outcome.kind = Kind::kLimited;
    outcome.wait = std::chrono::seconds(std::clamp(seconds, 1, 24 * 3600));
  } else if (code == 21610) {  // they replied STOP
    outcome.kind = Kind::kUnreachable;
  } else if (response.status == 401 || code == 20003) {
    outcome.kind = Kind::kUnauthorized;
  } else if (response.status >= 500 || code == 21611) {  // its queue is full
    outcome.kind = Kind::kLater;
  }
  return outcome;
}

}  // namespace nearer::channels
