#include "http/api.h"

#include <openssl/crypto.h>
#include <spdlog/spdlog.h>
#include <strings.h>

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>

#include "core/sha256.h"
#include "http/accept_encoding.h"
#include "http/json_body.h"
#include "insights/export.h"
#include "insights/insights.h"
#include "insights/shown.h"
#include "replay/replay.h"
#include "replay/why.h"
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
constexpr int kBusyRetrySeconds = 1, kCodeRetrySeconds = 60;

constexpr std::string_view kLauncher = "/widget.js";

// The page loads only what comes from this server and is framed by nobody.
constexpr char kPagePolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types nearer";

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
    case ChatErrorCode::kWrongCode:
      return problem(404, "wrong_code");
    case ChatErrorCode::kTooMany: {
      Answer too_many = problem(429, "too_many_requests");
      too_many.headers.emplace_back("Retry-After",
                                    std::to_string(kCodeRetrySeconds));
      return too_many;
    }
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

// The calendar that "utc_offset" asks for, in minutes; UTC's when it is absent.
std::optional<insights::Calendar> CalendarOf(const Call& call) {
  const auto minutes =
      call.utc_offset.empty() ? 0 : ReadNumber(call.utc_offset);
  const std::int64_t most = insights::kMostOffset.count();
  if (!minutes || *minutes < -most || *minutes > most) return std::nullopt;
  return insights::Calendar{std::chrono::minutes(*minutes)};
}

Answer BadOffset() {
  return Problem(400, "bad_parameter",
                 "The parameter \"utc_offset\" must be the minutes by which a "
                 "clock is ahead of UTC, from -1080 to 1080.");
}

// Compressed when the client takes that: nothing in it is secret.
Answer Give(const Call& call, const web::Asset& asset) {
  const bool gzip = AcceptsGzip(call.accept_encoding);
  const std::string tag =
      "\"" + std::string(asset.hash) + (gzip ? ".gz\"" : "\"");
  Answer answer{.status = 200,
                .type = std::string(asset.type),
                .body = {},
                .headers = {{"Content-Security-Policy", kPagePolicy},
                            {"Cache-Control", "no-cache"},
                            {"ETag", tag},
                            {"Vary", "Accept-Encoding"}}};
  if (call.if_none_match.find(tag) != std::string_view::npos) {
    answer.status = 304;
    return answer;
  }
  if (gzip) answer.headers.emplace_back("Content-Encoding", "gzip");
  answer.body = gzip ? asset.gzip : asset.bytes;
  return answer;
}

// How many turns a page of them has at most.
Result<int, Answer> LimitOf(const Call& call) {
  const auto limit =
      call.limit.empty() ? kTurnsUnlessAsked : ReadNumber(call.limit);
  if (!limit || *limit < 1 || *limit > kMostTurns)
    return Problem(400, "bad_parameter",
                   "The parameter \"limit\" must be a number from 1 to " +
                       std::to_string(kMostTurns) + ".");
  return static_cast<int>(*limit);
}

// What was taken in from elsewhere need not be UTF-8.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool IsGet(const Call& call) {
  return call.method == "GET" || call.method == "HEAD";
}

// The number of the turn after which a page begins.
Result<std::int64_t, Answer> TurnBefore(const Call& call) {
  const auto after =
      call.after.empty() ? std::int64_t{-1} : ReadNumber(call.after);
  if (!after || *after < -1)
    return Problem(400, "bad_parameter",
                   "The parameter \"after\" must be the number of a turn.");
  return *after;
}

Answer BadPage() {
  return Problem(400, "bad_parameter",
                 "The parameter \"after\" must be the \"next\" of a page.");
}

Answer NoSuchTurn() {
  return Problem(404, "not_found", "There is no such conversation or turn.");
}

// A conversation as lists and pages of turns begin with it.
std::string Heading(const history::Conversation& conversation) {
  return Dump({{"id", conversation.id},
               {"channel", conversation.channel},
               {"began", conversation.began},
               {"last", conversation.version}});
}

Answer Page(const Call& call) {
  for (const web::Asset& asset : web::Assets())
    if (asset.path == call.path) return Give(call, asset);
  return Problem(404, "not_found", "There is nothing at this path.");
}

}  // namespace

Api::Api(chat::Chat& chat, history::History& history, chat::PackShelf& shelf,
         Limits limits, Origins origins, std::string_view operator_key,
         Messengers messengers)
    : chat_(chat),
      history_(history),
      shelf_(shelf),
      packs_(history),
      conversations_(limits.conversations),
      turns_(limits.turns),
      reviews_(limits.reviews),
      wrong_keys_(limits.wrong_keys),
      origins_(std::move(origins)),
      messengers_(std::move(messengers)),
      operator_key_hash_(operator_key.empty() ? "" : Sha256(operator_key)),
      replays_(history, shelf, packs_, chat.zones()),
      survey_(history, shelf) {}

Answer Api::Respond(const Call& call) {
  const bool asks = call.method == "OPTIONS" && !call.preflight.empty() &&
                    origins_.Allow(call.origin);
  Answer answer = asks ? Origins::Preflight() : RespondTo(call);
  origins_.Open(call.origin, answer);
  // The launcher comes by a script element, which asks for no permission.
  if (call.path == kLauncher && !origins_.empty())
    answer.headers.emplace_back("Cross-Origin-Resource-Policy", "cross-origin");
  return answer;
}

Answer Api::RespondTo(const Call& call) {
  const bool get = IsGet(call);
  const bool post = call.method == "POST";
  switch (call.route.name) {
    case RouteName::kConversations:
      return post ? Begin(call) : NotAllowed("POST");
    case RouteName::kTurns:
      return post ? Say(call) : NotAllowed("POST");
    case RouteName::kLink:
      return post ? GiveLink(call) : NotAllowed("POST");
    case RouteName::kLinks:
      if (post) return TakeLink(call);
      return get ? ListMessengers() : NotAllowed("GET, HEAD, POST");
    case RouteName::kConversation:
      if (call.method == "DELETE") return Erase(call);
      return get ? Read(call) : NotAllowed("GET, HEAD, DELETE");
    case RouteName::kReplays:
      return Replays(call);
    case RouteName::kReplay:
      return Replay(call);
    case RouteName::kRecord:
      return Record(call);
    case RouteName::kRecorded:
      return Recorded(call);
    case RouteName::kRecordedWhy:
      return RecordedWhy(call);
    case RouteName::kUnheard:
      return Unheard(call);
    case RouteName::kWebhook:  // of a server without channels
    case RouteName::kNone:
      return Problem(404, "not_found", "There is nothing at this path.");
    default:
      if (!get) return NotAllowed("GET, HEAD");
  }
  switch (call.route.name) {
    case RouteName::kWhy:
      return Why(call);
    case RouteName::kInsights:
      return LookBack(call);
    case RouteName::kExport:
      return Export(call);
    case RouteName::kExported:
      return Exported(call);
    case RouteName::kReady:
      return Ready();
    case RouteName::kDescription:
      return {.body = {reinterpret_cast<const char*>(kDescription),
                       sizeof kDescription},
              .headers = {{"Cache-Control", "no-cache"}}};
    case RouteName::kPage:
      return Page(call);
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
      chat::NetworkOf(call.address), std::chrono::steady_clock::now());
  if (wait > 0) return TooMany(wait);

  const auto begun = chat_.Begin("web");
  if (!begun) return From(begun.error());
  return {.status = 201,
          .body = insights::Join(
              {{"id", begun->id}, {"token", begun->token}, {"n", 0}},
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
  return {.body = insights::Join({{"n", turn->n}}, turn->reply), .headers = {}};
}

Answer Api::Read(const Call& call) {
  const std::string_view token = BearerToken(call.authorization);
  if (token.empty()) return Unauthorized();
  const auto after = TurnBefore(call);
  if (!after) return after.error();
  const auto limit = LimitOf(call);
  if (!limit) return limit.error();
  const auto conversation = chat_.Authorize(call.route.id, token);
  if (!conversation) return From(conversation.error());
  return TurnsOf(*conversation, *after, *limit);
}

Answer Api::TurnsOf(const history::Conversation& conversation,
                    std::int64_t after, int limit) const {
  const auto turns = history_.ReadTurns(conversation.id, after, limit);
  if (!turns) return From(turns.error());
  std::string body = Heading(conversation);
  body.pop_back();
  body += ",\"turns\":[";
  for (const history::Turn& turn : *turns) {
    if (body.back() == '}') body += ',';
    body += insights::Shown(turn);
  }
  body += "]}";
  return {.body = std::move(body), .headers = {}};
}

Answer Api::Why(const Call& call) {
  const std::string_view token = BearerToken(call.authorization);
  if (token.empty()) return Unauthorized();
  const auto conversation = chat_.Authorize(call.route.id, token);
  if (!conversation) return From(conversation.error());
  return WhyOf(conversation->id, call.route.n);
}

Answer Api::WhyOf(std::string_view id, std::string_view text) {
  const auto n = ReadNumber(text);
  if (!n || *n < 0) return NoSuchTurn();
  const auto turn = history_.ReadTurn(id, *n);
  if (!turn) return From(turn.error());

  auto pack = shelf_.current();
  if (turn->pack != pack->hash()) {
    auto archived = packs_.Find(turn->pack);
    if (!archived && archived.error().code != HistoryErrorCode::kNotFound)
      return From(archived.error());
    pack = archived ? *std::move(archived) : nullptr;
  }
  return {.body = Dump(replay::Why(*turn, pack.get())), .headers = {}};
}

Result<history::Conversation, Answer> Api::Review(const Call& call) {
  const std::string_view token = BearerToken(call.authorization);
  if (token.empty()) return Unauthorized();
  auto conversation = chat_.Authorize(call.route.id, token);
  if (!conversation) return From(conversation.error());
  const int wait = reviews_.SecondsToWait(conversation->id,
                                          std::chrono::steady_clock::now());
  if (wait > 0) return TooMany(wait);
  return *std::move(conversation);
}

Answer Api::LookBack(const Call& call) {
  const auto conversation = Review(call);
  if (!conversation) return conversation.error();
  if (call.by != "" && call.by != "day" && call.by != "week")
    return Problem(400, "bad_parameter",
                   "The parameter \"by\" must be \"day\" or \"week\".");
  const auto length =
      call.by == "day" ? insights::Length::kDay : insights::Length::kWeek;
  const auto calendar = CalendarOf(call);
  if (!calendar) return BadOffset();
  const auto insights =
      insights::LookBack(history_, conversation->id, *calendar, length);
  if (!insights) return From(insights.error());
  return {.body = insights::ToJson(*insights, *calendar, length).dump(),
          .headers = {}};
}

Answer Api::Export(const Call& call) {
  const auto conversation = Review(call);
  if (!conversation) return conversation.error();
  if (call.format != "" && call.format != "json" && call.format != "md")
    return Problem(400, "bad_parameter",
                   "The parameter \"format\" must be \"json\" or \"md\".");
  const auto calendar = CalendarOf(call);
  if (!calendar) return BadOffset();
  return ExportOf(*conversation, *calendar, call.format == "md");
}

Answer Api::ExportOf(const history::Conversation& conversation,
                     const insights::Calendar& calendar, bool markdown) {
  auto text = markdown
                  ? insights::ExportMarkdown(history_, conversation, calendar)
                  : insights::ExportJson(history_, conversation);
  if (!text) return From(text.error());
  const std::string name =
      "nearer-" + insights::IsoDate(calendar.DayOf(conversation.began)) +
      (markdown ? ".md" : ".json");
  return {
      .type = markdown ? "text/markdown; charset=utf-8" : "application/json",
      .body = *std::move(text),
      .headers = {
          {"Content-Disposition", "attachment; filename=\"" + name + "\""}}};
}

Answer Api::Exported(const Call& call) {
  const int wait =
      reviews_.SecondsToWait("exports " + chat::NetworkOf(call.address),
                             std::chrono::steady_clock::now());
  if (wait > 0) return TooMany(wait);
  const auto conversation = chat_.FindExport(call.route.id);
  if (!conversation) {
    if (conversation.error().code == ChatErrorCode::kWrongCode)
      return Problem(404, "not_found",
                     "This address shows nothing, or not any more; ask for a "
                     "new one.");
    return From(conversation.error());
  }
  return ExportOf(*conversation, insights::Calendar{}, true);
}

Answer Api::ListMessengers() const {
  return {.body = Json({{"messengers", messengers_.names}}).dump(),
          .headers = {}};
}

Answer Api::GiveLink(const Call& call) {
  if (!call.body.empty()) {
    if (auto problem = NotJson(call)) return *std::move(problem);
    const auto fields = ReadFields(call.body, {});
    if (!fields) return fields.error();
  }
  const auto conversation = Review(call);
  if (!conversation) return conversation.error();
  const auto link =
      chat_.GiveLink(conversation->id, BearerToken(call.authorization));
  if (!link) return From(link.error());
  return {
      .status = 201,
      .body =
          Json({{"code", link->code},
                {"until", link->until},
                {"telegram", messengers_.telegram.empty()
                                 ? Json()
                                 : Json(messengers_.telegram + link->code)}})
              .dump(),
      .headers = {}};
}

Answer Api::TakeLink(const Call& call) {
  static constexpr std::array<std::string_view, 1> kFields = {"code"};
  if (auto problem = NotJson(call)) return *std::move(problem);
  const auto fields = ReadFields(call.body, kFields);
  if (!fields) return fields.error();
  const auto moved = chat_.TakeLink(fields->find("code")->second,
                                    "web " + chat::NetworkOf(call.address));
  if (!moved) return From(moved.error());
  return {.body = Json({{"id", moved->id}, {"token", moved->token}}).dump(),
          .headers = {}};
}

Answer Api::Erase(const Call& call) {
  const std::string_view token = BearerToken(call.authorization);
  if (token.empty()) return Unauthorized();
  const auto erased = chat_.Erase(call.route.id, token);
  if (!erased) return From(erased.error());
  return {.status = 204, .body = {}, .headers = {}};
}

std::optional<Answer> Api::NotTheOperator(const Call& call) {
  if (operator_key_hash_.empty())
    return Problem(404, "not_found", "There is nothing at this path.");
  // Both hashes have one length, whatever was sent.
  const std::string hash = Sha256(BearerToken(call.authorization));
  if (CRYPTO_memcmp(hash.data(), operator_key_hash_.data(), hash.size()) == 0)
    return std::nullopt;
  const int wait = wrong_keys_.SecondsToWait(chat::NetworkOf(call.address),
                                             std::chrono::steady_clock::now());
  if (wait > 0) return TooMany(wait);
  Answer problem = Problem(401, "unauthorized",
                           "Send the operator's key as Authorization: Bearer "
                           "KEY.");
  problem.headers.emplace_back("WWW-Authenticate", "Bearer");
  return problem;
}

Answer Api::Replays(const Call& call) {
  if (auto problem = NotTheOperator(call)) return *std::move(problem);
  if (call.method != "POST") return NotAllowed("POST");
  if (auto problem = NotJson(call)) return *std::move(problem);
  return replays_.Begin(call.body);
}

Answer Api::Replay(const Call& call) {
  if (auto problem = NotTheOperator(call)) return *std::move(problem);
  if (call.method == "DELETE") return replays_.End(call.route.id);
  if (!IsGet(call)) return NotAllowed("GET, HEAD, DELETE");
  const auto after = call.after.empty() ? 0 : ReadNumber(call.after);
  if (!after || *after < 0) return BadPage();
  const auto limit = LimitOf(call);
  if (!limit) return limit.error();
  return replays_.Read(call.route.id, *after, *limit);
}

Answer Api::Record(const Call& call) {
  if (auto problem = NotTheOperator(call)) return *std::move(problem);
  if (!IsGet(call)) return NotAllowed("GET, HEAD");
  const auto limit = LimitOf(call);
  if (!limit) return limit.error();
  const auto after =
      call.after.empty() ? history::kLatest : ReadNumber(call.after);
  if (!after || (!call.after.empty() && *after < 0)) return BadPage();
  // One more than is shown tells whether there is more.
  auto listed = history_.ListLatest(*after, *limit + 1);
  if (!listed) return From(listed.error());
  const bool more = listed->size() > static_cast<std::size_t>(*limit);
  if (more) listed->pop_back();
  std::string body = R"({"conversations":[)";
  for (const history::Placed& placed : *listed) {
    if (body.back() == '}') body += ',';
    body += Heading(placed.conversation);
  }
  body += R"(],"next":)" +
          (more ? std::to_string(listed->back().place) : "null") + '}';
  return {.body = std::move(body), .headers = {}};
}

Answer Api::Recorded(const Call& call) {
  if (auto problem = NotTheOperator(call)) return *std::move(problem);
  if (!IsGet(call)) return NotAllowed("GET, HEAD");
  const auto after = TurnBefore(call);
  if (!after) return after.error();
  const auto limit = LimitOf(call);
  if (!limit) return limit.error();
  const auto conversation = history_.Find(call.route.id);
  if (!conversation) return From(conversation.error());
  return TurnsOf(*conversation, *after, *limit);
}

Answer Api::RecordedWhy(const Call& call) {
  if (auto problem = NotTheOperator(call)) return *std::move(problem);
  if (!IsGet(call)) return NotAllowed("GET, HEAD");
  return WhyOf(call.route.id, call.route.n);
}

Answer Api::Unheard(const Call& call) {
  if (auto problem = NotTheOperator(call)) return *std::move(problem);
  if (!IsGet(call)) return NotAllowed("GET, HEAD");
  authoring::UnheardQuestion question;
  for (const auto& [text, at] : {std::pair(call.since, &question.since),
                                 std::pair(call.until, &question.until)}) {
    if (text.empty()) continue;
    *at = replay::ParseDate(std::string(text));
    if (!*at)
      return Problem(400, "bad_parameter",
                     "The parameters \"since\" and \"until\" must be dates, "
                     "as in \"2026-01-31\" or \"2026-01-31T18:00\".");
  }
  const auto least = call.least.empty() ? 1 : ReadNumber(call.least);
  if (!least || *least < 1)
    return Problem(400, "bad_parameter",
                   "The parameter \"least\" must be a number from 1 on.");
  question.least = *least;
  const auto after = call.after.empty() ? 0 : ReadNumber(call.after);
  if (!after || *after < 0) return BadPage();
  const auto limit = LimitOf(call);
  if (!limit) return limit.error();
  return survey_.Read(question, chat_.now(), *after, *limit);
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
