#include "http/api.h"

#include <spdlog/spdlog.h>
#include <strings.h>

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>

#include "content/content.h"
#include "core/fnv.h"
#include "http/json_body.h"
#include "http/why.h"
#include "web/assets.h"

namespace nearer::http {
namespace {

using chat::ChatError;
using chat::ChatErrorCode;
using history::HistoryErrorCode;
using Json = nlohmann::ordered_json;

constexpr unsigned char kDescription[] = {
#include "openapi.json.inc"
};

constexpr std::int64_t kTurnsUnlessAsked = 100;
constexpr std::int64_t kMostTurns = 500;
constexpr int kBusyRetrySeconds = 1;

// The page loads only what comes from this server and is framed by nobody.
constexpr char kPagePolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

// The one table from what went wrong to what is answered.
Answer From(const ChatError& error) {
  const auto problem = [&](int status, std::string_view code) {
    return Problem(status, code, error.message);
  };
  switch (error.code) {
    case ChatErrorCode::kNotFound:
      return problem(404, "not_found");
    case ChatErrorCode::kTooLong:
      return problem(422, "text_too_long");
    case ChatErrorCode::kEmpty:
      return problem(422, "text_empty");
    case ChatErrorCode::kNotUtf8:
      return problem(422, "text_not_utf8");
    case ChatErrorCode::kBadTurnId:
      return problem(422, "bad_client_turn_id");
    case ChatErrorCode::kBusy: {
      spdlog::warn("busy: {}", error.cause);
      Answer busy = problem(503, "busy");
      busy.headers.emplace_back("Retry-After",
                                std::to_string(kBusyRetrySeconds));
      return busy;
    }
    case ChatErrorCode::kBroken:
      spdlog::error("broken: {}", error.cause);
      return problem(500, "broken");
  }
  std::abort();  // not a ChatErrorCode
}

Answer From(const history::HistoryError& error) {
  switch (error.code) {
    case HistoryErrorCode::kNotFound:
      return From(ChatError{ChatErrorCode::kNotFound,
                            "There is no such conversation or turn.",
                            {}});
    case HistoryErrorCode::kSeen:
    case HistoryErrorCode::kConflict:
    case HistoryErrorCode::kBusy:
      return From(ChatError{ChatErrorCode::kBusy,
                            "Too much is going on just now; try again.",
                            error.message});
    case HistoryErrorCode::kBroken:
      return From(ChatError{
          ChatErrorCode::kBroken,
          "Something is broken here; it has been noted for the operator.",
          error.message});
  }
  std::abort();  // not a HistoryErrorCode
}

Answer Unauthorized() {
  Answer problem = Problem(401, "unauthorized",
                           "Send the conversation's token as Authorization: "
                           "Bearer TOKEN.");
  problem.headers.emplace_back("WWW-Authenticate", "Bearer");
  return problem;
}

Answer NotAllowed(std::string_view allowed) {
  Answer problem = Problem(
      405, "method_not_allowed",
      "This path has no such method; it has " + std::string(allowed) + ".");
  problem.headers.emplace_back("Allow", allowed);
  return problem;
}

Answer TooMany(int seconds) {
  Answer problem = Problem(429, "too_many_requests",
                           "That was too much at once; try again in " +
                               std::to_string(seconds) + " s.");
  problem.headers.emplace_back("Retry-After", std::to_string(seconds));
  return problem;
}

bool StartsWithWord(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         strncasecmp(text.data(), word.data(), word.size()) == 0;
}

// The token of "Bearer TOKEN"; empty when there is none.
std::string_view BearerToken(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!StartsWithWord(authorization, kScheme)) return {};
  const auto token = authorization.substr(kScheme.size());
  return token.substr(std::min(token.size(), token.find_first_not_of(' ')));
}

// application/json, whatever its parameters.
bool IsJson(std::string_view content_type) {
  constexpr std::string_view kJson = "application/json";
  if (!StartsWithWord(content_type, kJson)) return false;
  const auto rest = content_type.substr(kJson.size());
  const auto next = rest.find_first_not_of(" \t");
  return next == std::string_view::npos || rest[next] == ';';
}

std::optional<Answer> NotJson(const Call& call) {
  if (IsJson(call.content_type) && call.content_encoding.empty())
    return std::nullopt;
  return Problem(415, "unsupported_media_type",
                 "Send the body as Content-Type: application/json and without "
                 "a Content-Encoding.");
}

std::optional<std::int64_t> ReadNumber(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (text.empty() || read.ec != std::errc() || read.ptr != end)
    return std::nullopt;
  return number;
}

// `first`'s members and then those of `object`, the JSON text of an object,
// which is taken as it stands: a recorded reply need not be parsed to be shown.
std::string Join(const Json& first, std::string_view object) {
  std::string joined = first.dump();
  joined.pop_back();
  if (object.size() > 2)
    joined.append(",").append(object.substr(1));
  else
    joined.append("}");
  return joined;
}

std::string Shown(const history::Turn& turn) {
  return Join({{"n", turn.n}}, turn.reply);
}

std::string EntityTag(std::string_view bytes) {
  return "\"" + std::to_string(Fnv1a(bytes)) + "\"";
}

Answer Page(const Call& call, std::string_view path) {
  for (const web::Asset& asset : web::Assets()) {
    if (asset.path != path) continue;
    const std::string tag = EntityTag(asset.bytes);
    Answer answer{.status = 200,
                  .type = std::string(asset.type),
                  .body = {},
                  .headers = {{"Content-Security-Policy", kPagePolicy},
                              {"Cache-Control", "no-cache"},
                              {"ETag", tag}}};
    if (call.if_none_match.find(tag) != std::string_view::npos) {
      answer.status = 304;
    } else {
      answer.body = asset.bytes;
    }
    return answer;
  }
  return Problem(404, "not_found", "There is nothing at this path.");
}

}  // namespace

Api::Api(chat::Chat& chat, history::History& history, chat::PackShelf& shelf,
         Limits limits)
    : chat_(chat),
      history_(history),
      shelf_(shelf),
      conversations_(limits.conversations),
      turns_(limits.turns) {}

Answer Api::Respond(const Call& call) {
  const bool get = call.method == "GET" || call.method == "HEAD";
  const bool post = call.method == "POST";
  switch (call.route.name) {
    case RouteName::kConversations:
      return post ? Begin(call) : NotAllowed("POST");
    case RouteName::kTurns:
      return post ? Say(call) : NotAllowed("POST");
    case RouteName::kConversation:
      if (call.method == "DELETE") return Erase(call);
      return get ? Read(call) : NotAllowed("GET, HEAD, DELETE");
    case RouteName::kWebhook:  // of a server without channels
    case RouteName::kNone:
      return Problem(404, "not_found", "There is nothing at this path.");
    default:
      if (!get) return NotAllowed("GET, HEAD");
  }
  switch (call.route.name) {
    case RouteName::kWhy:
      return Why(call);
    case RouteName::kReady:
      return Ready();
    case RouteName::kDescription:
      return {.body = {reinterpret_cast<const char*>(kDescription),
                       sizeof kDescription},
              .headers = {{"Cache-Control", "no-cache"}}};
    case RouteName::kPage:
      return Page(call, call.path);
    default:
      return {.body = R"({"status":"ok"})", .headers = {}};
  }
}

Answer Api::Begin(const Call& call) {
  if (!call.body.empty()) {
    if (auto problem = NotJson(call)) return *std::move(problem);
    const auto fields = ReadFields(call.body, {});
    if (!fields) return fields.error();
  }
  const int wait = conversations_.SecondsToWait(
      NetworkOf(call.address), std::chrono::steady_clock::now());
  if (wait > 0) return TooMany(wait);

  const auto begun = chat_.Begin("web");
  if (!begun) return From(begun.error());
  return {.status = 201,
          .body = Join({{"id", begun->id}, {"token", begun->token}, {"n", 0}},
                       begun->opening.reply),
          .headers = {{"Location", "/v1/conversations/" + begun->id}}};
}

Answer Api::Say(const Call& call) {
  static constexpr std::array<std::string_view, 2> kFields = {"text",
                                                              "client_turn_id"};
  const std::string_view token = BearerToken(call.authorization);
  if (token.empty()) return Unauthorized();
  if (auto problem = NotJson(call)) return *std::move(problem);
  const auto fields = ReadFields(call.body, kFields);
  if (!fields) return fields.error();
  // By token too, so that only who holds it can use up its allowance.
  const int wait =
      turns_.SecondsToWait(std::string(call.route.id).append(" ").append(token),
                           std::chrono::steady_clock::now());
  if (wait > 0) return TooMany(wait);

  const auto turn =
      chat_.Say(call.route.id, token, fields->find("text")->second,
                fields->find("client_turn_id")->second);
  if (!turn) return From(turn.error());
  return {.body = Shown(*turn), .headers = {}};
}

Answer Api::Read(const Call& call) {
  const std::string_view token = BearerToken(call.authorization);
  if (token.empty()) return Unauthorized();
  const auto after =
      call.after.empty() ? std::int64_t{-1} : ReadNumber(call.after);
  if (!after || *after < -1)
    return Problem(400, "bad_parameter",
                   "The parameter \"after\" must be the number of a turn.");
  const auto limit =
      call.limit.empty() ? kTurnsUnlessAsked : ReadNumber(call.limit);
  if (!limit || *limit < 1 || *limit > kMostTurns)
    return Problem(400, "bad_parameter",
                   "The parameter \"limit\" must be a number from 1 to " +
                       std::to_string(kMostTurns) + ".");

  const auto conversation = chat_.Authorize(call.route.id, token);
  if (!conversation) return From(conversation.error());
  const auto turns =
      history_.ReadTurns(conversation->id, *after, static_cast<int>(*limit));
  if (!turns) return From(turns.error());

  std::string body = Json({{"id", conversation->id},
                           {"channel", conversation->channel},
                           {"began", conversation->began},
                           {"last", conversation->version}})
                         .dump();
  body.pop_back();
  body += ",\"turns\":[";
  for (const history::Turn& turn : *turns) {
    if (body.back() == '}') body += ',';
    Json head = {{"n", turn.n}, {"at", turn.at}};
    if (turn.n > 0) {
      head["client_turn_id"] = turn.client_turn_id;
      head["text"] = turn.utterance;
    }
    body += Join(head, turn.reply);
  }
  body += "]}";
  return {.body = std::move(body), .headers = {}};
}

Answer Api::Why(const Call& call) {
  const std::string_view token = BearerToken(call.authorization);
  if (token.empty()) return Unauthorized();
  const auto n = ReadNumber(call.route.n);
  const auto conversation = chat_.Authorize(call.route.id, token);
  if (!conversation) return From(conversation.error());
  if (!n || *n < 0)
    return Problem(404, "not_found", "There is no such conversation or turn.");
  const auto turn = history_.ReadTurn(conversation->id, *n);
  if (!turn) return From(turn.error());

  const auto pack = shelf_.current();
  if (turn->pack == pack->hash())
    return {
        .body =
            http::Why(*turn, pack->wordings(), pack->authored().sources).dump(),
        .headers = {}};
  const auto archive = history_.ReadPack(turn->pack);
  if (!archive) return From(archive.error());
  const auto authored = content::ReadArchive(*archive);
  if (!authored)
    return From(history::HistoryError{
        HistoryErrorCode::kBroken,
        "the archive of pack " + turn->pack +
            " cannot be read: " + authored.error().message});
  return {.body = http::Why(*turn, coach::WordingIndex(*authored),
                            authored->sources)
                      .dump(),
          .headers = {}};
}

Answer Api::Erase(const Call& call) {
  const std::string_view token = BearerToken(call.authorization);
  if (token.empty()) return Unauthorized();
  const auto erased = chat_.Erase(call.route.id, token);
  if (!erased) return From(erased.error());
  return {.status = 204, .body = {}, .headers = {}};
}

Answer Api::Ready() const {
  // Any answer but these two shows that the record can be read.
  const auto found = history_.Find("readyz");
  if (!found && (found.error().code == HistoryErrorCode::kBusy ||
                 found.error().code == HistoryErrorCode::kBroken)) {
    spdlog::error("not ready: {}", found.error().message);
    return Problem(503, "not_ready", "The record cannot be read just now.");
  }
  return {
      .body = Json({{"status", "ready"}, {"pack", shelf_.current()->hash()}})
                  .dump(),
      .headers = {}};
}

}  // namespace nearer::http
