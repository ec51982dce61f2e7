#include "channels/rest.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "channels/commands.h"
#include "channels/secrets.h"
#include "channels/split.h"
#include "channels/untrusted_json.h"

namespace nearer::channels {
namespace {

using nlohmann::json;
using Json = nlohmann::ordered_json;

// The sender that Rasa gives to all clients that name none.
constexpr char kShared[] = "default";
constexpr std::size_t kLongestSender = 256;
constexpr char kNoSender[] =
    "This client does not say who is writing (\"sender\"), so everybody would "
    "share one conversation. Nothing was read or kept.";

// The value of a parameter, as sent; tokens need no escapes.
std::string_view Parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) == name && equals != pair.npos)
      return pair.substr(equals + 1);
  }
  return {};
}

std::string_view BearerToken(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (Lower(authorization.substr(0, kScheme.size())) != kScheme) return {};
  return authorization.substr(kScheme.size());
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

Json Message(std::string_view sender, std::string_view text) {
  return {{"recipient_id", sender}, {"text", text}};
}

// A reply as Rasa's messages, the choices with the last.
void Add(Json& messages, std::string_view sender, const Reply& reply) {
  for (const std::string& paragraph : Paragraphs(reply))
    messages.push_back(Message(sender, paragraph));
  if (reply.file) messages.push_back(Message(sender, reply.file->bytes));
  if (reply.choices.empty()) return;
  if (messages.empty()) messages.push_back(Message(sender, ""));
  Json buttons = Json::array();
  for (const Choice& choice : reply.choices)
    buttons.push_back({{"title", choice.label}, {"payload", choice.label}});
  messages.back()["buttons"] = std::move(buttons);
}

std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Rest::Rest(Options options) : options_(std::move(options)) {}

bool Rest::MayCall(const WebRequest& request) const {
  if (options_.token.empty()) return true;
  return SameSecret(BearerToken(request.header("Authorization")),
                    options_.token) ||
         SameSecret(Parameter(request.query, "token"), options_.token);
}

void Rest::AllowOrigin(const WebRequest& request, WebAnswer& answer) const {
  const std::string_view origin = request.header("Origin");
  if (std::ranges::find(options_.origins, origin) == options_.origins.end())
    return;
  answer.headers.emplace_back("Access-Control-Allow-Origin", origin);
  answer.headers.emplace_back("Access-Control-Allow-Headers",
                              "Authorization, Content-Type");
  answer.headers.emplace_back("Access-Control-Allow-Methods",
                              "GET, POST, OPTIONS");
  answer.headers.emplace_back("Cross-Origin-Resource-Policy", "cross-origin");
  answer.headers.emplace_back("Vary", "Origin");
}

Reception Rest::Receive(const WebRequest& request) const {
  using Verdict = Reception::Verdict;
  const auto done = [&](Verdict verdict, int status, std::string body) {
    Reception reception{.verdict = verdict,
                        .answer = {.status = status,
                                   .type = "application/json",
                                   .body = std::move(body)}};
    AllowOrigin(request, reception.answer);
    return reception;
  };
  if (request.method == "OPTIONS") return done(Verdict::kAccepted, 204, "");
  if ((request.path.empty() || request.path == "/") &&
      (request.method == "GET" || request.method == "HEAD"))
    return done(Verdict::kAccepted, 200, R"({"status":"ok"})");
  if (request.path != "/webhook")
    return done(Verdict::kMalformed, 404, R"({"error":"no such path"})");
  if (request.method != "POST")
    return done(Verdict::kMalformed, 405, R"({"error":"POST it"})");
  if (!MayCall(request))
    return done(Verdict::kForged, 401,
                R"({"error":"send the token as Authorization: Bearer"})");

  // Whatever its type says: the official widget sends JSON as text/plain.
  const json body = json::parse(request.body, nullptr, false);
  const json& message = At(body, "message");
  if (!body.is_object() || !(message.is_string() || message.is_null()))
    return done(Verdict::kMalformed, 400,
                R"({"error":"send {\"sender\": …, \"message\": …}"})");
  const std::string_view sender = Text(At(body, "sender"));
  if (sender.empty() || sender == kShared || sender.size() > kLongestSender) {
    const Reply refusal{.messages = {kNoSender}};
    return {.answer = Answer(request, kShared, {&refusal, 1})};
  }

  Inbound inbound{.chat = std::string(sender),
                  .text = std::string(Trimmed(Text(message)))};
  inbound.id = Text(At(At(body, "metadata"), "message_id"));
  // Ids are unique to a sender only.
  if (!inbound.id.empty()) inbound.id.insert(0, inbound.chat + '\0');
  if (const auto command = ReadCommand(inbound.text)) {
    inbound.kind = Inbound::Kind::kCommand;
    // What Rasa's widgets say when they are opened.
    inbound.text = command->name == "session_start" ? "start" : command->name;
    inbound.argument = command->argument;
  }
  Reception reception;
  reception.inbound.push_back(std::move(inbound));
  return reception;
}

WebAnswer Rest::Answer(const WebRequest& request, std::string_view sender,
                       std::span<const Reply> replies) const {
  Json messages = Json::array();
  for (const Reply& reply : replies) Add(messages, sender, reply);
  WebAnswer answer{.type = "application/json"};
  if (Parameter(request.query, "stream") == "true") {
    // One object a line; the type is what Rasa sends with it.
    answer.type = "text/event-stream";
    for (const Json& message : messages)
      answer.body.append(Dump(message)).append("\n");
  } else {
    answer.body = Dump(messages);
  }
  AllowOrigin(request, answer);
  return answer;
}

WebAnswer Rest::AnswerBusy(const WebRequest& request) const {
  WebAnswer answer{.status = 503,
                   .type = "application/json",
                   .body = R"({"error":"busy; try again"})",
                   .headers = {{"Retry-After", "1"}}};
  AllowOrigin(request, answer);
  return answer;
}

}  // namespace nearer::channels
