#include "replay/stepper.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/json_text.h"

namespace nearer::replay {
namespace {

// A hearing takes about ten KiB for a line of text, and grows with it.
constexpr std::size_t kLongestKept = 256;

constexpr std::string_view kMended = "\xEF\xBF\xBD";  // U+FFFD

void Member(std::string_view key, std::string_view text, std::string& json) {
  json += key;
  AppendJson(text, json);
}

void Member(std::string_view key, std::int64_t number, std::string& json) {
  json += key;
  AppendJson(number, json);
}

// What was heard, in one name.
std::string_view Label(const coach::Reply& reply) {
  return reply.rule.empty() ? reply.theme : reply.rule;
}

// {"pattern","words","decided_by"} of the rule that was answered, if one was.
std::string Why(const nlohmann::ordered_json& trace, const std::string& rule,
                const std::string& utterance) {
  nlohmann::ordered_json why = {{"pattern", nullptr}, {"words", nullptr}};
  for (const auto& heard : trace.value("heard", nlohmann::ordered_json())) {
    if (heard.value("rule", "") != rule) continue;
    why["pattern"] = heard.value("pattern", "");
    const auto begin = heard.value("begin", std::size_t{0});
    const auto end = heard.value("end", std::size_t{0});
    if (begin <= end && end <= utterance.size())
      why["words"] = utterance.substr(begin, end - begin);
  }
  why["decided_by"] = trace.value("decided_by", "");
  return why.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string WhyOfRecorded(const history::Turn& turn, const std::string& rule) {
  try {
    return Why(nlohmann::ordered_json::parse(turn.trace), rule, turn.utterance);
  } catch (const nlohmann::json::exception&) {
    return "null";  // explains nothing, but the reply stands
  }
}

// The members of two states in which they differ, as a JSON array.
std::string Differing(std::string_view before, std::string_view after) {
  using Json = nlohmann::json;
  const Json a = Json::parse(before, nullptr, false);
  const Json b = Json::parse(after, nullptr, false);
  Json names = Json::array();
  if (!a.is_object() || !b.is_object()) return names.dump();
  Json both = a;
  both.update(b);
  for (const auto& [name, value] : both.items())
    if (a.value(name, Json()) != b.value(name, Json())) names.push_back(name);
  return names.dump();
}

}  // namespace

const coach::Hearing& Hearings::Of(
    const std::shared_ptr<const coach::Pack>& pack,
    std::string_view utterance) {
  if (utterance.size() > kLongestKept) {
    passing_ = std::make_unique<Kept>(pack, utterance);
    return passing_->hearing;
  }
  const std::string key(utterance);
  if (const auto* kept = kept_.Find(key); kept && (*kept)->pack == pack)
    return (*kept)->hearing;
  return kept_.Put(key, std::make_unique<Kept>(pack, utterance))->hearing;
}

void Stepper::Begin(const history::Conversation& conversation) {
  conversation_ = conversation;
  recorded_.clear();
  made_.reset();
  made_is_recorded_ = false;
  differs_since_ = -1;
}

std::optional<Stepper::Step> Stepper::Take(history::Turn turn) {
  const Filter& filter = options_.filter;
  std::optional<Step> step;
  const bool in_time = (!filter.since || turn.at >= *filter.since) &&
                       (!filter.until || turn.at < *filter.until);
  if (in_time) {
    step = Answer(turn);
  } else {
    made_.reset();
  }
  recorded_ = std::move(turn.state);
  return step;
}

Result<coach::State> Stepper::StateBefore() {
  if (made_ && (made_is_recorded_ || options_.mode == Mode::kOnward))
    return *std::exchange(made_, std::nullopt);
  return coach::ParseState(recorded_);
}

Packs::Found Stepper::PackFor(const history::Turn& turn) {
  if (options_.pack) return options_.pack;
  if (!last_ || last_->hash() != turn.pack) {
    auto found = archived_.Find(turn.pack);
    if (!found) return found.error();
    last_ = *std::move(found);
  }
  return last_;
}

std::optional<Stepper::Step> Stepper::Answer(const history::Turn& turn) {
  const auto fail = [&](std::string_view reason) {
    made_.reset();
    return Unreadable(turn, reason);
  };
  const auto pack = PackFor(turn);
  if (!pack) return fail("the pack that spoke is not in the archive");
  const coach::Moment moment{.at = turn.at,
                             .conversation = conversation_.id,
                             .n = turn.n,
                             .reach = coach::ReachIn(turn.trace),
                             .zones = options_.zones};
  if (turn.n == 0) return Judge(turn, coach::Open(**pack, moment));
  auto before = StateBefore();
  if (!before) return fail("the state before it cannot be read");
  return Judge(turn,
               coach::Respond(**pack, std::move(before).value(),
                              hearings_.Of(*pack, turn.utterance), moment));
}

void Stepper::Remember(const history::Turn& turn, coach::State state) {
  state_.clear();
  AppendJson(state, state_);
  made_is_recorded_ = state_ == turn.state;
  made_ = std::move(state);
  // Bytes that are not UTF-8 are mended when they are written, and read back
  // so.
  if (state_.find(kMended) != state_.npos)
    if (auto read = coach::ParseState(state_)) made_ = std::move(read).value();
  if (made_is_recorded_) {
    differs_since_ = -1;
  } else if (differs_since_ < 0) {
    differs_since_ = turn.n;
  }
}

std::optional<Stepper::Step> Stepper::Judge(const history::Turn& turn,
                                            coach::Answer answer) {
  Remember(turn, std::move(answer.state));
  const coach::Reply& after = answer.reply;
  reply_.clear();
  AppendJson(after, reply_);
  if (made_is_recorded_ && reply_ == turn.reply) {
    if (!Passes(after.theme, after.rule)) return std::nullopt;
    return Step{};
  }
  // What an older program wrote may be the same in other bytes.
  const auto before = ParseReply(turn.reply);
  if (!before) return Unreadable(turn, before.error().message);
  if (!Passes(after.theme, after.rule) && !Passes(before->theme, before->rule))
    return std::nullopt;
  Outcome outcome = Compare(*before, after);
  if (outcome == Outcome::kSame && !SameState(turn))
    outcome = Outcome::kStateDiverged;
  if (outcome == Outcome::kSame) return Step{};
  std::string line = LineOf(outcome, Label(*before), Label(after), turn);
  line += Difference(turn, *before, answer) + '}';
  return Step{.outcome = outcome, .line = std::move(line)};
}

bool Stepper::SameState(const history::Turn& turn) const {
  if (made_is_recorded_) return true;
  const auto recorded = coach::ParseState(turn.state);
  return recorded.ok() && *recorded == *made_;
}

Stepper::Step Stepper::Unreadable(const history::Turn& turn,
                                  std::string_view reason) const {
  std::string line = LineOf(Outcome::kUnreadable, "", "", turn);
  Member(R"(,"reason":)", reason, line);
  line += '}';
  return {.outcome = Outcome::kUnreadable, .line = std::move(line)};
}

std::string Stepper::LineOf(Outcome outcome, std::string_view from,
                            std::string_view to,
                            const history::Turn& turn) const {
  std::string line;
  Member(R"({"outcome":)", Name(outcome), line);
  Member(R"(,"from":)", from, line);
  Member(R"(,"to":)", to, line);
  Member(R"(,"conversation":)", conversation_.id, line);
  Member(R"(,"channel":)", conversation_.channel, line);
  Member(R"(,"n":)", turn.n, line);
  Member(R"(,"at":)", turn.at, line);
  Member(R"(,"text":)", turn.utterance, line);
  Member(R"(,"pack":)", turn.pack, line);
  return line;
}

std::string Stepper::Difference(const history::Turn& turn,
                                const coach::Reply& before,
                                const coach::Answer& answer) const {
  std::string json;
  if (options_.mode == Mode::kOnward && differs_since_ >= 0) {
    Member(R"(,"differs_since":)", differs_since_, json);
  } else {
    json += R"(,"differs_since":null)";
  }
  json += R"(,"state":)" + Differing(turn.state, state_);
  // As recorded, unless that takes more than a line.
  json += R"(,"before":)" + (turn.reply.find('\n') == std::string::npos
                                 ? turn.reply
                                 : coach::ToJson(before));
  json += R"(,"after":)" + reply_;
  json += R"(,"why_before":)" + WhyOfRecorded(turn, before.rule);
  json += R"(,"why_after":)" +
          Why(coach::ToJson(answer.trace), answer.reply.rule, turn.utterance);
  return json;
}

bool Stepper::Passes(const std::string& theme, const std::string& rule) const {
  const Filter& filter = options_.filter;
  return (filter.theme.empty() || filter.theme == theme) &&
         (filter.rule.empty() || filter.rule == rule);
}

}  // namespace nearer::replay
