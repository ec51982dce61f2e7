#include "channels/slack.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>

#include "channels/commands.h"
#include "channels/form.h"
#include "channels/secrets.h"
#include "channels/split.h"
#include "channels/untrusted_json.h"

namespace nearer::channels {
namespace {

using nlohmann::json;
using Verdict = Reception::Verdict;

constexpr history::UnixSeconds kFresh = 300;
constexpr std::size_t kLongestText = 3000;  // of a section, in characters
constexpr std::size_t kLongestLabel = 75;   // of a button
constexpr std::size_t kButtons = 25;
constexpr char kThread = '|';  // between a channel and a thread in it

// "<@U1> look at <https://x|this> &amp; that" as people see it, without
// mentions of the bot itself.
std::string Unescaped(std::string_view text, std::string_view bot) {
  std::string plain;
  while (!text.empty()) {
    if (text.front() == '<') {
      const auto end = text.find('>');
      if (end != text.npos) {
        const std::string_view token = text.substr(1, end - 1);
        const auto bar = token.find('|');
        const std::string_view target = token.substr(0, bar);
        const std::string_view label =
            bar == token.npos ? std::string_view() : token.substr(bar + 1);
        text.remove_prefix(end + 1);
        if (target.starts_with('@') && target.substr(1) == bot) continue;
        if (target.starts_with('!'))
          plain.append("@").append(label.empty() ? target.substr(1) : label);
        else if (target.starts_with('#') && !label.empty())
          plain.append("#").append(label);
        else
          plain.append(label.empty() ? target : label);
        continue;
      }
    }
    constexpr std::pair<std::string_view, char> kEscapes[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}};
    const auto* escape = std::ranges::find_if(kEscapes, [&](const auto& each) {
      return text.starts_with(each.first);
    });
    if (escape != std::end(kEscapes)) {
      plain += escape->second;
      text.remove_prefix(escape->first.size());
    } else {
      plain += text.front();
      text.remove_prefix(1);
    }
  }
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto begin = plain.find_first_not_of(kBlanks);
  if (begin == std::string::npos) return {};
  return plain.substr(begin, plain.find_last_not_of(kBlanks) + 1 - begin);
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else
      escaped += c;
  }
  return escaped;
}

bool IsDirect(const json& event) {
  return Text(At(event, "channel_type")) == "im";
}

// Whether somebody, not a bot, wrote it.
bool IsPersons(const json& message, std::string_view bot) {
  const std::string_view user = Text(At(message, "user"));
  return !user.empty() && user != bot && At(message, "bot_id").is_null();
}

// Nothing for what wants no answer.
std::optional<Inbound> ReadMessage(const json& event, std::string_view team,
                                   std::string_view bot) {
  const std::string_view subtype = Text(At(event, "subtype"));
  const bool said = subtype.empty() || subtype == "file_share" ||
                    subtype == "thread_broadcast";
  if (!said || !IsPersons(event, bot)) return std::nullopt;
  const std::string channel(Text(At(event, "channel")));
  const std::string ts(Text(At(event, "ts")));
  if (channel.empty() || ts.empty()) return std::nullopt;
  // A mention in a channel may come as two events about one message.
  Inbound inbound{
      .id = "message " + std::string(team) + " " + channel + " " + ts,
      .chat = channel};
  if (!IsDirect(event)) {
    if (Text(At(event, "type")) != "app_mention") return std::nullopt;
    const std::string_view thread = Text(At(event, "thread_ts"));
    inbound.kind = Inbound::Kind::kGroup;
    (inbound.chat += kThread) += thread.empty() ? ts : thread;
    return inbound;
  }
  inbound.text = Unescaped(Text(At(event, "text")), bot);
  if (const auto command = ReadCommand(inbound.text, '!')) {
    inbound.kind = Inbound::Kind::kCommand;
    inbound.text = command->name;
    inbound.argument = command->argument;
  } else if (inbound.text.empty()) {
    inbound.kind = Inbound::Kind::kOther;
  }
  return inbound;
}

// When a person changed their words; Slack also tells of changes of its own,
// such as a link's preview.
std::optional<Inbound> ReadEdit(const json& body, const json& event,
                                std::string_view bot) {
  const json& now = At(event, "message");
  if (Text(At(event, "subtype")) != "message_changed" || !IsDirect(event) ||
      !IsPersons(now, bot) ||
      Text(At(now, "text")) == Text(At(At(event, "previous_message"), "text")))
    return std::nullopt;
  const std::string_view channel = Text(At(event, "channel"));
  const std::string_view id = Text(At(body, "event_id"));
  if (channel.empty() || id.empty()) return std::nullopt;
  return Inbound{.kind = Inbound::Kind::kEdit,
                 .id = "event " + std::string(id),
                 .chat = std::string(channel)};
}

Reception ReadEvent(const json& body) {
  const std::string_view type = Text(At(body, "type"));
  if (type == "url_verification")
    return {
        .answer = {
            .type = "application/json",
            .body = json{{"challenge", Text(At(body, "challenge"))}}.dump()}};
  Reception reception;
  const json& event = At(body, "event");
  if (type != "event_callback") {
    if (type.empty())
      return {.verdict = Verdict::kMalformed, .answer = {.status = 400}};
    return reception;
  }
  const json& authorizations = At(body, "authorizations");
  const std::string_view bot =
      authorizations.is_array() && !authorizations.empty()
          ? Text(At(authorizations.front(), "user_id"))
          : std::string_view();
  const std::string_view kind = Text(At(event, "type"));
  if (kind != "message" && kind != "app_mention") return reception;
  auto inbound = ReadMessage(event, Text(At(body, "team_id")), bot);
  if (!inbound) inbound = ReadEdit(body, event, bot);
  if (inbound) reception.inbound.push_back(*std::move(inbound));
  return reception;
}

Reception ReadInteraction(const json& payload) {
  Reception reception;
  if (!payload.is_object())
    return {.verdict = Verdict::kMalformed, .answer = {.status = 400}};
  const json& actions = At(payload, "actions");
  const std::string channel(Text(At(At(payload, "channel"), "id")));
  const std::string user(Text(At(At(payload, "user"), "id")));
  if (Text(At(payload, "type")) != "block_actions" || !actions.is_array() ||
      channel.empty())
    return reception;
  for (const json& action : actions) {
    const std::string at(Text(At(action, "action_ts")));
    if (at.empty()) continue;
    reception.inbound.push_back(
        {.kind = Inbound::Kind::kPress,
         .id = "action " + at + " " +
               std::string(Text(At(action, "action_id"))) + " " + user,
         .chat = channel,
         .text = std::string(Text(At(action, "value")))});
  }
  return reception;
}

bool FitButtons(const std::vector<Choice>& choices) {
  return !choices.empty() && choices.size() <= kButtons &&
         std::ranges::all_of(choices, [](const Choice& choice) {
           return Length(choice.label, Unit::kUtf16) <= kLongestLabel;
         });
}

json PlainText(std::string_view text) {
  return {{"type", "plain_text"}, {"text", text}, {"emoji", false}};
}

json WithButtons(const std::string& text, const std::vector<Choice>& choices) {
  json buttons = json::array();
  for (const Choice& choice : choices)
    buttons.push_back(
        {{"type", "button"},
         {"action_id", "choice_" + std::to_string(buttons.size())},
         {"text", PlainText(choice.label)},
         {"value", choice.data}});
  return json::array(
      {json{{"type", "section"}, {"text", PlainText(text)}},
       json{{"type", "actions"}, {"elements", std::move(buttons)}}});
}

// What Slack's errors mean for what is to be done.
Outcome::Kind KindOf(std::string_view error) {
  using Kind = Outcome::Kind;
  constexpr std::string_view kUnauthorized[] = {
      "invalid_auth",          "not_authed",    "token_revoked",
      "token_expired",         "missing_scope", "account_inactive",
      "not_allowed_token_type"};
  constexpr std::string_view kUnreachable[] = {
      "channel_not_found", "not_in_channel",        "is_archived",
      "access_denied",     "messages_tab_disabled", "no_permission"};
  constexpr std::string_view kLimited[] = {"ratelimited", "rate_limited"};
  constexpr std::string_view kLater[] = {
      "service_unavailable", "internal_error", "fatal_error", "request_timeout",
      "team_added_to_org"};
  const auto is_one_of = [&](std::span<const std::string_view> errors) {
    return std::ranges::find(errors, error) != errors.end();
  };
  if (is_one_of(kUnauthorized)) return Kind::kUnauthorized;
  if (is_one_of(kUnreachable) || error.starts_with("restricted_action"))
    return Kind::kUnreachable;
  if (is_one_of(kLimited)) return Kind::kLimited;
  if (is_one_of(kLater)) return Kind::kLater;
  return Kind::kRefused;
}

}  // namespace

Slack::Slack(Options options) : options_(std::move(options)) {
  while (options_.api.ends_with('/')) options_.api.pop_back();
}

bool Slack::IsSigned(const WebRequest& request,
                     history::UnixSeconds now) const {
  const std::string_view at = request.header("X-Slack-Request-Timestamp");
  history::UnixSeconds seconds = 0;
  const auto [end, wrong] =
      std::from_chars(at.data(), at.data() + at.size(), seconds);
  // The length keeps the difference from overflowing.
  if (wrong != std::errc() || end != at.data() + at.size() || at.size() > 12 ||
      std::abs(now - seconds) > kFresh)
    return false;
  std::string base = "v0:";
  base.append(at).append(":").append(request.body);
  return SameSecret(request.header("X-Slack-Signature"),
                    "v0=" + HmacSha256Hex(options_.signing_secret, base));
}

Reception Slack::Receive(const WebRequest& request,
                         history::UnixSeconds now) const {
  if (request.method != "POST" || !IsSigned(request, now))
    return {.verdict = Verdict::kForged, .answer = {.status = 401}};
  if (request.body.starts_with("payload="))
    return ReadInteraction(json::parse(
        FieldOf(ParseForm(request.body), "payload"), nullptr, false));
  return ReadEvent(json::parse(request.body, nullptr, false));
}

std::vector<Call> Slack::Render(std::string_view chat,
                                const Reply& reply) const {
  const auto bar = chat.find(kThread);
  const bool buttons = FitButtons(reply.choices);
  std::vector<std::string> paragraphs = Paragraphs(reply);
  if (!buttons) paragraphs.push_back(NumberedLines(reply.choices));
  const std::vector<std::string> texts =
      Split(paragraphs, kLongestText, Unit::kUtf16);
  std::vector<Call> calls;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    json message = {{"channel", chat.substr(0, bar)},
                    {"text", Escaped(texts[i])},
                    {"mrkdwn", false},
                    {"unfurl_links", false},
                    {"unfurl_media", false}};
    if (bar != chat.npos) message["thread_ts"] = chat.substr(bar + 1);
    if (buttons && i + 1 == texts.size())
      message["blocks"] = WithButtons(texts[i], reply.choices);
    calls.push_back(
        {.path = "chat.postMessage",
         .type = "application/json; charset=utf-8",
         .body = message.dump(-1, ' ', false, json::error_handler_t::replace)});
  }
  return calls;
}

HttpRequest Slack::Address(const Call& call) const {
  return {.url = options_.api + "/" + call.path,
          .headers = {{"Authorization", "Bearer " + options_.token}},
          .type = call.type,
          .body = call.body};
}

Outcome Slack::Judge(const HttpResponse& response) const {
  using Kind = Outcome::Kind;
  if (response.status == 0)
    return {.kind = Kind::kLater, .reason = response.body};
  const json answer = json::parse(response.body, nullptr, false);
  if (response.status == 200 && At(answer, "ok") == true)
    return {.kind = Kind::kSent};
  const std::string_view error = Text(At(answer, "error"));
  Outcome outcome{
      .kind = Kind::kLater,
      .reason = std::to_string(response.status) + " " + std::string(error)};
  if (response.status == 429)
    outcome.kind = Kind::kLimited;
  else if (!error.empty())
    outcome.kind = KindOf(error);
  if (outcome.kind == Kind::kLimited) {
    int seconds = 1;
    std::from_chars(response.retry_after.data(),
                    response.retry_after.data() + response.retry_after.size(),
                    seconds);
    outcome.wait = std::chrono::seconds(std::clamp(seconds, 1, 24 * 3600));
  }
  return outcome;
}

}  // namespace nearer::channels
