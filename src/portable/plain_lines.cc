#include "portable/plain_lines.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "chat/chat.h"
#include "content/content.h"
#include "core/coach/coach.h"
#include "core/sha256.h"

namespace nearer::portable {
namespace {

using nlohmann::json;

// The earliest and latest times that four digits of a year can say.
constexpr std::int64_t kEarliest = -62167219200;
constexpr std::int64_t kLatest = 253402300799;

enum class Role : std::uint8_t { kPerson, kCoach, kNeither };

std::optional<Role> RoleOf(const json& line) {
  const auto role = line.find("role");
  if (role == line.end() || !role->is_string()) return std::nullopt;
  const auto& name = role->get_ref<const std::string&>();
  if (name == "user" || name == "person") return Role::kPerson;
  if (name == "assistant" || name == "coach") return Role::kCoach;
  if (name == "system") return Role::kNeither;
  return std::nullopt;
}

// "2026-01-05T09:00:00Z", "2026-01-05 10:00:00.5+01:00".
std::optional<std::int64_t> ParseRfc3339(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, read = 0;
  char between = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%c%2d:%2d:%2d%n", &year, &month,
                  &day, &between, &hour, &minute, &second, &read) != 7 ||
      read != 19 || (between != 'T' && between != 't' && between != ' '))
    return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 60)
    return std::nullopt;
  std::size_t at = 19;
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = text.find_first_not_of("0123456789", at + 1);
    if (end == at + 1 || end == std::string::npos) return std::nullopt;
    at = end;
  }
  std::int64_t offset = 0;
  const std::string zone = text.substr(at);
  if (zone != "Z" && zone != "z") {
    int hours = 0, minutes = 0;
    char sign = 0;
    read = 0;
    if (std::sscanf(zone.c_str(), "%c%2d:%2d%n", &sign, &hours, &minutes,
                    &read) != 3 ||
        read != 6 || zone.size() != 6 || (sign != '+' && sign != '-') ||
        hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
      return std::nullopt;
    offset = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  }
  const std::int64_t days =
      std::chrono::sys_days(date).time_since_epoch().count();
  return days * 86400 + hour * 3600 + minute * 60 + second - offset;
}

std::optional<std::int64_t> ParseTime(const json& time) {
  std::optional<std::int64_t> at;
  if (time.is_string()) {
    at = ParseRfc3339(time.get_ref<const std::string&>());
  } else if (time.is_number()) {
    const double seconds = std::floor(time.get<double>());
    if (seconds >= static_cast<double>(kEarliest) &&
        seconds <= static_cast<double>(kLatest))
      at = static_cast<std::int64_t>(seconds);
  }
  if (at && (*at < kEarliest || *at > kLatest)) return std::nullopt;
  return at;
}

const std::string* TextOf(const json& line) {
  for (const char* name : {"text", "content"})
    if (const auto text = line.find(name); text != line.end())
      return text->is_string() ? &text->get_ref<const std::string&>() : nullptr;
  return nullptr;
}

void KeepAnswers(const std::vector<std::string>& answers, history::Turn& turn) {
  if (answers.empty()) return;
  auto trace = nlohmann::ordered_json::parse(turn.trace);
  trace["answered_elsewhere"] = answers;
  turn.trace = trace.dump();
}

}  // namespace

PlainReader::PlainReader(std::shared_ptr<const coach::Pack> pack,
                         history::Receiver& receiver)
    : pack_(std::move(pack)), receiver_(receiver) {}

Result<Done> PlainReader::Read(std::string_view text) {
  const json line = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!line.is_object())
    return Error{
        "expected a JSON object, one a line, as in {\"role\": \"user\", "
        "\"text\": \"…\"}"};
  const auto role = RoleOf(line);
  if (!role)
    return Error{
        "\"role\" must be user or person, assistant or coach, or system"};
  const std::string* said = TextOf(line);
  if (said == nullptr) return Error{"\"text\" is missing, or is no string"};
  if (*role == Role::kPerson &&
      (said->find_first_not_of(" \t\r\n") == std::string::npos ||
       said->find('\0') != std::string::npos))
    return Error{
        "the person's \"text\" is blank or has a NUL in it; take the line "
        "out, or mend it"};

  std::string name;
  const auto conversation = line.find("conversation");
  const bool named = conversation != line.end();
  if (named) {
    if (conversation->is_string()) name = conversation->get<std::string>();
    if (name.empty() || name.size() > 64)
      return Error{"\"conversation\" must be a string of 1 to 64 bytes"};
  }
  if (!exchanges_.empty() && (named != named_ || name != name_)) {
    if (auto given = GiveConversation(); !given) return given;
  }
  if (named && given_.contains(name))
    return Error{
        "the lines of this conversation must stand together; sort them"};
  named_ = named;
  name_ = std::move(name);

  const bool first = exchanges_.empty();
  std::int64_t at = first ? kPlainBegins
                    : *role == Role::kPerson
                        ? exchanges_.back().at + kPlainPause
                        : exchanges_.back().at;
  if (const auto time = line.find("at"); time != line.end()) {
    const auto parsed = ParseTime(*time);
    if (!parsed)
      return Error{
          "\"at\" must be Unix seconds, or a time as in "
          "\"2026-01-05T09:00:00Z\""};
    if (!first && *parsed < exchanges_.back().at)
      return Error{"\"at\" is before the line above; sort the lines by time"};
    at = *parsed;
  }
  if (first) exchanges_.push_back({.at = at});
  if (*role == Role::kPerson)
    exchanges_.push_back({.at = at, .utterance = *said});
  if (*role == Role::kCoach) exchanges_.back().answers.push_back(*said);
  return Done{};
}

Result<Done> PlainReader::Finish() {
  if (auto given = GiveConversation(); !given) return given;
  return receiver_.TakeEnd();
}

Result<Done> PlainReader::GiveConversation() {
  const std::vector<Exchange> exchanges = std::exchange(exchanges_, {});
  if (exchanges.empty()) return Done{};
  if (!std::exchange(archived_, true)) {
    auto kept = receiver_.TakePack(pack_->hash(), content::ArchiveOf(*pack_));
    if (!kept) return kept;
  }
  std::string id = name_;
  if (named_) {
    given_.insert(id);
  } else {
    // A name of its own, and the same one each time.
    json all = json::array();
    for (const Exchange& exchange : exchanges)
      all.push_back({exchange.at, exchange.utterance, exchange.answers});
    id = "imported-" + Sha256(all.dump()).substr(0, 22);
  }
  auto taken = receiver_.TakeConversation(
      {.id = id,
       .token_hash = {},
       .channel = "import",
       .began = exchanges.front().at,
       .version = static_cast<std::int64_t>(exchanges.size()) - 1});
  coach::State state;
  for (std::size_t n = 0; taken && n < exchanges.size(); ++n) {
    const Exchange& exchange = exchanges[n];
    const coach::Moment moment{exchange.at, id, static_cast<std::int64_t>(n)};
    coach::Answer answer =
        n == 0 ? coach::Open(*pack_, moment)
               : coach::Respond(*pack_, state, exchange.utterance, moment);
    history::Turn turn = chat::RecordOf(answer, *pack_, moment);
    turn.utterance = exchange.utterance;
    KeepAnswers(exchange.answers, turn);
    state = std::move(answer.state);
    taken = receiver_.TakeTurn(turn);
  }
  return taken;
}

}  // namespace nearer::portable
