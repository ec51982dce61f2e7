#include "channels/telegram.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "channels/commands.h"
#include "channels/secrets.h"
#include "channels/split.h"
#include "channels/untrusted_json.h"

namespace nearer::channels {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestText = 4096;  // UTF-16 units
constexpr std::size_t kLongestCaption = 1024;
constexpr char kUpdates[] = R"(["message","edited_message","callback_query",)"
                            R"("my_chat_member"])";

// Something a person sent, as against what Telegram itself notes in a chat
// ("joined the group").
bool HasContent(const json& message) {
  constexpr const char* kKinds[] = {
      "animation", "audio",      "contact", "dice",       "document", "game",
      "location",  "photo",      "poll",    "sticker",    "story",    "venue",
      "video",     "video_note", "voice",   "paid_media", "checklist"};
  return std::ranges::any_of(
      kKinds, [&](const char* kind) { return message.contains(kind); });
}

// Reads what one update tells. Knows no state.
class UpdateReader {
 public:
  UpdateReader(std::int64_t bot, std::string username)
      : bot_(bot), username_(Lower(username)) {}

  // Nothing when `update` is no update at all.
  std::optional<Telegram::Updates::Update> Read(const json& update) const {
    const auto id = Integer(At(update, "update_id"));
    if (!id) return std::nullopt;
    Telegram::Updates::Update read{.id = *id, .reception = {}};
    Reception& reception = read.reception;
    if (auto inbound = ReadInbound(update, reception.asides)) {
      inbound->id = std::to_string(*id);
      reception.inbound.push_back(*std::move(inbound));
    }
    return read;
  }

 private:
  using Kind = Inbound::Kind;

  std::optional<Inbound> ReadInbound(const json& update,
                                     std::vector<Call>& asides) const {
    if (const json& message = At(update, "message"); message.is_object())
      return ReadMessage(message, asides);
    if (const json& message = At(update, "edited_message"); message.is_object())
      return ReadEdit(message);
    if (const json& query = At(update, "callback_query"); query.is_object())
      return ReadPress(query, asides);
    if (const json& member = At(update, "my_chat_member"); member.is_object())
      return ReadMembership(member);
    return std::nullopt;
  }

  // Where an answer to something in `chat` goes; nothing when none can.
  static std::optional<std::string> ChatOf(const json& chat) {
    const auto id = Integer(At(chat, "id"));
    if (!id) return std::nullopt;
    return std::to_string(*id);
  }

  static bool IsPrivate(const json& chat) {
    return Text(At(chat, "type")) == "private";
  }

  std::optional<Inbound> ReadMessage(const json& message,
                                     std::vector<Call>& asides) const {
    const json& chat = At(message, "chat");
    const auto where = ChatOf(chat);
    if (!where || At(At(message, "from"), "is_bot") == true)
      return std::nullopt;
    Inbound inbound{.chat = *where};
    if (!IsPrivate(chat)) {
      if (!IsAddressed(message)) return std::nullopt;
      inbound.kind = Kind::kGroup;
      return inbound;
    }
    // What stands under a picture is as much said as what stands alone.
    const std::string_view text =
        Text(At(message, message.contains("text") ? "text" : "caption"));
    if (message.contains("forward_origin") ||
        message.contains("forward_date")) {
      inbound.kind = Kind::kForwarded;
    } else if (const auto command = ReadCommand(text)) {
      inbound.kind = Kind::kCommand;
      inbound.text = command->name;
      inbound.argument = command->argument;
    } else if (!text.empty()) {
      inbound.text = text;
      asides.push_back({.path = "sendChatAction",
                        .body = json{{"chat_id", *Integer(At(chat, "id"))},
                                     {"action", "typing"}}
                                    .dump()});
    } else if (HasContent(message)) {
      inbound.kind = Kind::kOther;
    } else {
      return std::nullopt;
    }
    return inbound;
  }

  static std::optional<Inbound> ReadEdit(const json& message) {
    const json& chat = At(message, "chat");
    const auto where = ChatOf(chat);
    if (!where || !IsPrivate(chat)) return std::nullopt;
    return Inbound{.kind = Kind::kEdit, .chat = *where};
  }

  static std::optional<Inbound> ReadPress(const json& query,
                                          std::vector<Call>& asides) {
    // Else the button shows for a minute that it was pressed.
    if (const std::string_view id = Text(At(query, "id")); !id.empty())
      asides.push_back({.path = "answerCallbackQuery",
                        .body = json{{"callback_query_id", id}}.dump()});
    // In a private chat the person's id is the chat's; the message may be too
    // old to be shown.
    const json& chat = At(At(query, "message"), "chat");
    const auto where = ChatOf(chat.is_object() ? chat : At(query, "from"));
    if (!where || (chat.is_object() && !IsPrivate(chat))) return std::nullopt;
    return Inbound{.kind = Kind::kPress,
                   .chat = *where,
                   .text = std::string(Text(At(query, "data")))};
  }

  static std::optional<Inbound> ReadMembership(const json& member) {
    const json& chat = At(member, "chat");
    const auto where = ChatOf(chat);
    if (!where || !IsPrivate(chat)) return std::nullopt;
    const std::string_view status =
        Text(At(At(member, "new_chat_member"), "status"));
    return Inbound{.kind = status == "kicked" ? Kind::kGone : Kind::kBack,
                   .chat = *where};
  }

  // In a group: a command to us, an answer to us, or our name.
  bool IsAddressed(const json& message) const {
    const std::string_view text = Text(At(message, "text"));
    if (const auto command = ReadCommand(text))
      return command->bot.empty() || command->bot == username_;
    if (Integer(At(At(At(message, "reply_to_message"), "from"), "id")) == bot_)
      return true;
    return !username_.empty() &&
           Lower(text).find("@" + username_) != std::string::npos;
  }

  const std::int64_t bot_;
  const std::string username_;
};

json ChatId(std::string_view chat) {
  std::int64_t id = 0;
  const auto [end, wrong] =
      std::from_chars(chat.data(), chat.data() + chat.size(), id);
  if (wrong == std::errc() && end == chat.data() + chat.size()) return id;
  return chat;
}

// One button a row: labels are sentences.
json Buttons(const std::vector<Choice>& choices) {
  json rows = json::array();
  for (const Choice& choice : choices)
    rows.push_back(json::array(
        {json{{"text", choice.label}, {"callback_data", choice.data}}}));
  return {{"inline_keyboard", std::move(rows)}};
}

void AddPart(std::string& body, std::string_view boundary,
             std::string_view disposition, std::string_view type,
             std::string_view bytes) {
  body.append("--").append(boundary).append("\r\n");
  body.append("Content-Disposition: form-data; ").append(disposition);
  if (!type.empty()) body.append("\r\nContent-Type: ").append(type);
  body.append("\r\n\r\n").append(bytes).append("\r\n");
}

Call SendDocument(std::string_view chat, const File& file,
                  std::string_view caption) {
  std::string boundary = "nearer";
  while (file.bytes.find(boundary) != std::string::npos ||
         caption.find(boundary) != caption.npos)
    boundary += "-0";
  std::string body;
  AddPart(body, boundary, "name=\"chat_id\"", "", chat);
  if (!caption.empty())
    AddPart(body, boundary, "name=\"caption\"", "text/plain; charset=utf-8",
            caption);
  AddPart(body, boundary, "name=\"document\"; filename=\"" + file.name + "\"",
          file.type, file.bytes);
  body.append("--").append(boundary).append("--\r\n");
  return {.path = "sendDocument",
          .type = "multipart/form-data; boundary=" + boundary,
          .body = std::move(body)};
}

// What Telegram says for the operator. Its descriptions name no person.
std::string Reason(int status, std::string_view description) {
  return std::to_string(status) + " " + std::string(description);
}

}  // namespace

Telegram::Telegram(Options options) : options_(std::move(options)) {
  const std::string& token = options_.token;
  std::from_chars(token.data(), token.data() + token.size(), id_);
  while (options_.api.ends_with('/')) options_.api.pop_back();
}

Reception Telegram::Receive(const WebRequest& request,
                            history::UnixSeconds) const {
  using Verdict = Reception::Verdict;
  if (!SameSecret(request.header("X-Telegram-Bot-Api-Secret-Token"),
                  options_.secret))
    return {.verdict = Verdict::kForged, .answer = {.status = 401}};
  const json update = json::parse(request.body, nullptr, false);
  auto read = UpdateReader(id_, options_.username).Read(update);
  if (!read || request.method != "POST")
    return {.verdict = Verdict::kMalformed, .answer = {.status = 400}};
  return std::move(read->reception);
}

Call Telegram::AskForUpdates(std::int64_t offset, int seconds) const {
  return {.path = "getUpdates",
          .body = json{{"offset", offset},
                       {"timeout", seconds},
                       {"allowed_updates", json::parse(kUpdates)}}
                      .dump()};
}

std::optional<Telegram::Updates> Telegram::ReadUpdates(
    std::string_view body) const {
  const json answer = json::parse(body, nullptr, false);
  const json& result = At(answer, "result");
  if (At(answer, "ok") != true || !result.is_array()) return std::nullopt;
  const UpdateReader reader(id_, options_.username);
  Updates updates;
  for (const json& each : result)
    if (auto update = reader.Read(each))
      updates.updates.push_back(*std::move(update));
  return updates;
}

std::vector<Call> Telegram::Render(std::string_view chat,
                                   const Reply& reply) const {
  std::vector<Call> calls;
  std::vector<std::string> texts =
      Split(Paragraphs(reply), kLongestText, Unit::kUtf16);
  if (reply.file) {
    const bool one = texts.size() == 1 &&
                     Length(texts.front(), Unit::kUtf16) <= kLongestCaption;
    calls.push_back(SendDocument(chat, *reply.file, one ? texts.front() : ""));
    if (one) return calls;
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    json message = {{"chat_id", ChatId(chat)},
                    {"text", texts[i]},
                    {"link_preview_options", {{"is_disabled", true}}}};
    if (i + 1 == texts.size() && !reply.choices.empty())
      message["reply_markup"] = Buttons(reply.choices);
    calls.push_back(
        {.path = "sendMessage",
         .body = message.dump(-1, ' ', false, json::error_handler_t::replace)});
  }
  return calls;
}

HttpRequest Telegram::Address(const Call& call) const {
  return {.url = options_.api + "/bot" + options_.token + "/" + call.path,
          .headers = {},
          .type = call.type,
          .body = call.body};
}

Outcome Telegram::Judge(const HttpResponse& response) const {
  using Kind = Outcome::Kind;
  const json answer = json::parse(response.body, nullptr, false);
  if (response.status == 200 && At(answer, "ok") == true)
    return {.kind = Kind::kSent};
  if (response.status == 0)
    return {.kind = Kind::kLater, .reason = response.body};
  const std::string_view description = Text(At(answer, "description"));
  Outcome outcome{.kind = Kind::kLater,
                  .reason = Reason(response.status, description)};
  switch (response.status) {
    case 429: {
      const auto seconds = Integer(At(At(answer, "parameters"), "retry_after"));
      outcome.kind = Kind::kLimited;
      outcome.wait = std::chrono::seconds(
          std::clamp<std::int64_t>(seconds.value_or(1), 1, 24 * 3600));
      break;
    }
    case 401:
    case 404:  // so Telegram answers when the token is none at all
      outcome.kind = Kind::kUnauthorized;
      break;
    case 403:
      outcome.kind = Kind::kUnreachable;
      break;
    case 400:
      outcome.kind = description.find("chat not found") != description.npos
                         ? Kind::kUnreachable
                         : Kind::kRefused;
      break;
    case 413:
      outcome.kind = Kind::kRefused;
      break;
    default:
      break;
  }
  return outcome;
}

}  // namespace nearer::channels
