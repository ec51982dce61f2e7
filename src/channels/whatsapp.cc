#include "channels/whatsapp.h"

#include <utf8proc.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "channels/commands.h"
#include "channels/form.h"
#include "channels/phone.h"
#include "channels/secrets.h"
#include "channels/split.h"
#include "channels/untrusted_json.h"

namespace nearer::channels {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestText = 4096;  // code points
constexpr std::size_t kLongestWithButtons = 1024;
constexpr std::size_t kButtons = 3, kLongestTitle = 20;
constexpr history::UnixSeconds kWindow = 24 * 3600;

// As Meta writes what is no ASCII, \uXXXX of each UTF-16 unit, and signs it.
std::string Escaped(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string escaped;
  const auto unit = [&](unsigned value) {
    escaped += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
      escaped += kHex[value >> shift & 15];
  };
  while (!text.empty()) {
    utf8proc_int32_t point = 0;
    const auto taken =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (taken <= 0 || point <= '~') {
      escaped += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto value = static_cast<unsigned>(point);
    if (value > 0xFFFF) {
      unit(0xD800 + ((value - 0x10000) >> 10));
      unit(0xDC00 + ((value - 0x10000) & 0x3FF));
    } else {
      unit(value);
    }
    text.remove_prefix(static_cast<std::size_t>(taken));
  }
  return escaped;
}

std::int64_t Seconds(const json& timestamp) {
  if (const auto number = Integer(timestamp)) return *number;
  const std::string_view text = Text(timestamp);
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return seconds;
}

// Who wrote: their number, or, of who has a username only, their id with us.
std::string_view SenderOf(const json& message, const json& contact) {
  for (const json* each : {&At(message, "from"), &At(message, "from_user_id"),
                           &At(message, "user_id"), &At(contact, "wa_id"),
                           &At(contact, "user_id")})
    if (!Text(*each).empty()) return Text(*each);
  return {};
}

const json& First(const json& list) {
  static const json kNull;
  return list.is_array() && !list.empty() ? list.front() : kNull;
}

// Nothing for what wants no answer.
std::optional<Inbound> ReadMessage(const json& message, const json& contact) {
  Inbound inbound{.id = std::string(Text(At(message, "id"))),
                  .chat = std::string(SenderOf(message, contact))};
  const std::string_view type = Text(At(message, "type"));
  const json& content = At(message, std::string(type).c_str());
  if (inbound.id.empty() || inbound.chat.empty() || type == "reaction" ||
      type == "system")
    return std::nullopt;
  if (type == "interactive") {
    const json& button = At(content, "button_reply");
    inbound.kind = Inbound::Kind::kPress;
    inbound.text =
        Text(At(button.is_object() ? button : At(content, "list_reply"), "id"));
    return inbound;
  }
  // What stands under a picture is as much said as what stands alone.
  std::string_view words = Text(At(content, "body"));
  if (type == "button") words = Text(At(content, "text"));
  if (type != "text" && type != "button") words = Text(At(content, "caption"));
  const json& context = At(message, "context");
  if (At(context, "forwarded") == true ||
      At(context, "frequently_forwarded") == true) {
    inbound.kind = Inbound::Kind::kForwarded;
  } else if (const auto command = ReadCommand(words)) {
    inbound.kind = Inbound::Kind::kCommand;
    inbound.text = command->name;
    inbound.argument = command->argument;
  } else if (words.empty()) {
    inbound.kind = Inbound::Kind::kOther;
  } else {
    inbound.text = words;
  }
  return inbound;
}

// That it was read, and that we write.
Call Typing(const std::string& id) {
  return {.path = "messages",
          .body = json{{"messaging_product", "whatsapp"},
                       {"status", "read"},
                       {"message_id", id},
                       {"typing_indicator", {{"type", "text"}}}}
                      .dump(-1, ' ', false, json::error_handler_t::replace)};
}

bool FitButtons(const std::vector<Choice>& choices) {
  std::set<std::string_view> titles;
  for (const Choice& choice : choices)
    if (Length(choice.label, Unit::kCodePoint) > kLongestTitle ||
        !titles.insert(choice.label).second)
      return false;
  return !choices.empty() && choices.size() <= kButtons;
}

json Message(std::string_view to, std::string_view type, json content) {
  return {{"messaging_product", "whatsapp"},
          {"recipient_type", "individual"},
          {"to", to},
          {"type", type},
          {std::string(type), std::move(content)}};
}

json WithButtons(const std::string& text, const std::vector<Choice>& choices) {
  json buttons = json::array();
  for (const Choice& choice : choices)
    buttons.push_back(
        {{"type", "reply"},
         {"reply", {{"id", choice.data}, {"title", choice.label}}}});
  return {{"type", "button"},
          {"body", {{"text", text}}},
          {"action", {{"buttons", std::move(buttons)}}}};
}

// What Meta's error codes mean for what is to be done.
Outcome::Kind KindOf(std::int64_t code) {
  using Kind = Outcome::Kind;
  switch (code) {
    case 4:
    case 80007:
    case 130429:
    case 131048:
    case 131056:
      return Kind::kLimited;
    case 131026:  // cannot be delivered: blocked, or not on WhatsApp
    case 131047:  // more than a day since they wrote
    case 131049:
    case 131050:
    case 130472:
      return Kind::kUnreachable;
    case 0:
    case 3:
    case 10:
    case 190:
    case 368:
    case 131031:
    case 131042:
      return Kind::kUnauthorized;
    case 1:
    case 2:
    case 131000:
    case 131016:
      return Kind::kLater;
    default:
      return code >= 200 && code < 300 ? Kind::kUnauthorized : Kind::kRefused;
  }
}

}  // namespace

WhatsApp::WhatsApp(Options options) : options_(std::move(options)) {
  while (options_.api.ends_with('/')) options_.api.pop_back();
}

Reception WhatsApp::Verify(const WebRequest& request) const {
  const Form query = ParseForm(request.query);
  if (FieldOf(query, "hub.mode") != "subscribe" ||
      !SameSecret(FieldOf(query, "hub.verify_token"), options_.verify))
    return {.verdict = Reception::Verdict::kForged, .answer = {.status = 403}};
  return {.answer = {.body = std::string(FieldOf(query, "hub.challenge"))}};
}

bool WhatsApp::IsSigned(const WebRequest& request) const {
  const std::string_view signature = request.header("X-Hub-Signature-256");
  const auto signs = [&](std::string_view body) {
    return SameSecret(signature,
                      "sha256=" + HmacSha256Hex(options_.app_secret, body));
  };
  // A proxy may have written out what Meta had escaped.
  return signs(request.body) || signs(Escaped(request.body));
}

Reception WhatsApp::Receive(const WebRequest& request,
                            history::UnixSeconds now) const {
  using Verdict = Reception::Verdict;
  if (request.method == "GET") return Verify(request);
  if (request.method != "POST" || !IsSigned(request))
    return {.verdict = Verdict::kForged, .answer = {.status = 403}};
  const json body = json::parse(request.body, nullptr, false);
  if (!At(body, "entry").is_array())
    return {.verdict = Verdict::kMalformed, .answer = {.status = 400}};
  Reception reception;
  for (const json& entry : At(body, "entry")) {
    const json& changes = At(entry, "changes");
    if (!changes.is_array()) continue;
    for (const json& change : changes) {
      const json& value = At(change, "value");
      const json& messages = At(value, "messages");
      // Several numbers of ours may share one webhook.
      if (!messages.is_array() ||
          Text(At(At(value, "metadata"), "phone_number_id")) != options_.number)
        continue;
      for (const json& message : messages) {
        if (Seconds(At(message, "timestamp")) < now - kWindow) continue;
        auto inbound = ReadMessage(message, First(At(value, "contacts")));
        if (!inbound) continue;
        reception.asides.push_back(Typing(inbound->id));
        reception.inbound.push_back(*std::move(inbound));
      }
    }
  }
  return reception;
}

coach::Reach WhatsApp::ReachOf(std::string_view chat) const {
  return {
      .writes = true, .within = kWhatsAppWindow, .zone = ZoneOfNumber(chat)};
}

std::vector<Call> WhatsApp::Render(std::string_view chat,
                                   const Reply& reply) const {
  const bool buttons = FitButtons(reply.choices);
  std::vector<std::string> paragraphs = Paragraphs(reply);
  if (!buttons) paragraphs.push_back(NumberedLines(reply.choices));
  const std::vector<std::string> texts =
      Split(paragraphs, buttons ? kLongestWithButtons : kLongestText,
            Unit::kCodePoint);
  std::vector<Call> calls;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const json message =
        buttons && i + 1 == texts.size()
            ? Message(chat, "interactive", WithButtons(texts[i], reply.choices))
            : Message(chat, "text",
                      {{"body", texts[i]}, {"preview_url", false}});
    calls.push_back(
        {.path = "messages",
         .body = message.dump(-1, ' ', false, json::error_handler_t::replace)});
  }
  return calls;
}

HttpRequest WhatsApp::Address(const Call& call) const {
  return {.url = options_.api + "/" + options_.number + "/" + call.path,
          .headers = {{"Authorization", "Bearer " + options_.token}},
          .type = call.type,
          .body = call.body};
}

Outcome WhatsApp::Judge(const HttpResponse& response) const {
  using Kind = Outcome::Kind;
  if (response.status == 200) return {.kind = Kind::kSent};
  if (response.status == 0)
    return {.kind = Kind::kLater, .reason = response.body};
  const json answer = json::parse(response.body, nullptr, false);
  const auto code = Integer(At(At(answer, "error"), "code"));
  Outcome outcome{.kind = Kind::kRefused,
                  .reason = std::to_string(response.status) +
                            (code ? ", code " + std::to_string(*code) : "")};
  if (code)
    outcome.kind = KindOf(*code);
  else if (response.status == 429)
    outcome.kind = Kind::kLimited;
  else if (response.status == 401)
    outcome.kind = Kind::kUnauthorized;
  else if (response.status >= 500)
    outcome.kind = Kind::kLater;
  if (outcome.kind == Kind::kLimited) outcome.wait = std::chrono::seconds(6);
  return outcome;
}

}  // namespace nearer::channels
