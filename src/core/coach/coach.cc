#include "core/coach/coach.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/coach/hearing.h"
#include "core/coach/memory.h"
#include "core/coach/speaker.h"
#include "core/coach/turn.h"
#include "core/dialog/dialog.h"
#include "core/json_text.h"

namespace nearer::coach {
namespace {

constexpr std::int64_t kSessionPause = 4 * 3600;     // ends a session
constexpr std::int64_t kDisclosureEvery = 3 * 3600;  // of a continuing talk
constexpr std::size_t kCandidatesTraced = 8;

// A pause of hours: what was said stays known, what was refused may be offered
// again, and the step is asked about.
void BeginSession(State& state, const Moment& moment) {
  ++state.session;
  state.disclosed_at = moment.at;
  state.session_turns = 0;
  state.stage = Stage::kOpen;
  state.said_before.insert(state.said_before.end(), state.said.begin(),
                           state.said.end());
  state.said.clear();
  state.themes.clear();
  state.dropped_themes.clear();
  state.refused.clear();
  state.finished.clear();
  state.depth = state.questions_in_row = state.misses = state.vents = 0;
  state.reflections = state.complex_reflections = state.short_answers = 0;
  PutAside(state);
  state.ask_step = state.step && state.step->state == "chosen";
}

void BeginTurn(State& state, const Moment& moment) {
  if (state.last_at > 0 && moment.at - state.last_at >= kSessionPause)
    BeginSession(state, moment);
  AgeReminder(state, moment.at);
  ++state.turns;
  ++state.session_turns;
}

// The step as it can be said: turned to "you", or in quotes as they wrote it.
std::string StepInWords(const Step& step) {
  std::string turned = Turned(step.what, kStepWords);
  if (!turned.empty()) return turned;
  if (static_cast<std::size_t>(
          std::count(step.what.begin(), step.what.end(), ' ')) >= kStepWords)
    return {};
  return '"' + step.what + '"';
}

void SetSlots(const Pack& pack, const Hearing* hearing, State& state,
              Speaker& speaker) {
  if (hearing) RememberPeople(pack, *hearing, state);
  if (const Person* person = PersonInTalk(state)) {
    // Of two people in the talk it is not sure who is meant now.
    if (OnlyOneInTalk(state)) speaker.slots()["person"] = Called(*person);
    speaker.set_setting(person->setting);
  }
  if (state.step) {
    speaker.slots()["step"] = StepInWords(*state.step);
    speaker.slots()["step_when"] = Turned(state.step->when);
    if (state.step->confidence >= 0)
      speaker.slots()["confidence"] = std::to_string(state.step->confidence);
  }
  if (state.dialog)
    if (const auto d = pack.FindDialog(state.dialog->id))
      speaker.slots()["dialog"] = pack.authored().dialogs[*d].title;
}

// What a tapped (or typed) quick reply does; empty when it was none.
std::string ChipAction(const Turn& turn) {
  for (const Chip& chip : turn.offered_chips)
    if (dialog::SameWords(chip.text, turn.hearing.utterance()))
      return chip.action;
  return {};
}

bool PerformChip(Turn& turn, const std::string& action) {
  const auto colon = action.find(':');
  if (colon == std::string::npos) return false;
  const std::string_view kind = std::string_view(action).substr(0, colon);
  const std::string_view what = std::string_view(action).substr(colon + 1);
  turn.trace.note = "choice";
  if (kind == "dialog") return BeginDialog(turn, what);
  if (kind == "moment") {
    turn.speaker.SayMoment(what);
    return true;
  }
  if (kind == "act") {
    PerformAct(turn, what);
    return true;
  }
  const HeardTheme chosen{.theme = std::string(what)};
  AnswerTheme(turn, chosen);
  return true;
}

// The order of precedence: danger, what a dialog waits for, then the talk.
void Decide(Turn& turn) {
  State& state = turn.state;
  if (!turn.hearing.risks().empty() && !DeniesDoubt(turn)) {
    if (!HearsFaintly(turn) || !BeginFaintly(turn)) return AnswerRisk(turn);
    if (!TakeLeave(turn)) Talk(turn);
    return EndFaintly(turn);
  }
  if (AnswerForAnother(turn) || AnswerAfterDanger(turn)) return;
  if (Holding(state) && AnswerWhileHolding(turn)) return;
  if (AnswerOtherLanguage(turn)) return;
  if (const std::string action = ChipAction(turn); !action.empty())
    if (PerformChip(turn, action)) return;
  if (TakeReminder(turn)) return;
  if (TakeLeave(turn)) return;
  if (state.dialog && ContinueDialog(turn)) return;
  if (const std::string dialog = AskedDialog(turn); !dialog.empty())
    if (BeginDialog(turn, dialog)) return;
  if (!state.dialog && TakeVolunteered(turn)) return;
  Talk(turn);
}

// The class of the model that spoke where no rule did; empty when a rule spoke,
// or nothing was heard.
std::string HeardByModel(const Hearing& hearing) {
  if (!hearing.risks().empty()) {
    const HeardRisk& heard = hearing.risks().front();
    return heard.match ? std::string() : Name(heard.risk);
  }
  if (hearing.themes().empty() || hearing.themes().front().match) return {};
  return hearing.themes().front().theme;
}

void TraceHearing(const Hearing& hearing, const Pack& pack, Trace& trace) {
  for (const match::Match& match : hearing.matches()) {
    if (trace.heard.size() == kCandidatesTraced) break;
    const Rule& rule = pack.authored().rules[match.rule];
    trace.heard.push_back({.rule = rule.id,
                           .theme = rule.risk
                                        ? std::string(Name(rule.risk->category))
                                    : rule.theme.empty() ? rule.act
                                                         : rule.theme,
                           .score = match.score,
                           .begin = match.begin,
                           .end = match.end,
                           .pattern = rule.when[match.pattern].text});
  }
  if (const std::string name = HeardByModel(hearing); !name.empty())
    trace.near_miss = hearing.ClaimOf(name);
}

Recognized RecognizedIn(const Hearing& hearing) {
  Recognized recognized;
  const match::Match* match = nullptr;
  if (!hearing.risks().empty()) {
    recognized.risk = hearing.risks().front().risk;
    recognized.theme = Name(recognized.risk->category);
    match = hearing.risks().front().match;
  } else if (!hearing.themes().empty()) {
    recognized.theme = hearing.themes().front().theme;
    match = hearing.themes().front().match;
  }
  if (match) recognized.rule = hearing.RuleOf(*match).id;
  return recognized;
}

void FillReply(const Pack& pack, const Speaker& speaker, State& state,
               Reply& reply) {
  for (const Chip& chip : state.chips) reply.choices.push_back(chip.text);
  if (state.dialog) reply.dialog = state.dialog->id;
  reply.stage = Name(state.stage);
  state.questions_in_row = speaker.asked() ? state.questions_in_row + 1 : 0;
  const bool danger =
      std::any_of(state.dangers.begin(), state.dangers.end(),
                  [&](const Danger& d) { return d.session == state.session; });
  const HelpLines* lines = danger ? LinesFor(pack, state) : nullptr;
  if (!lines) return;
  const std::pair<const char*, const HelpEntry*> entries[] = {
      {"emergency", &lines->emergency},
      {"crisis", &lines->crisis},
      {"abuse", &lines->abuse},
      {"violence", &lines->violence}};
  for (const auto& [kind, entry] : entries)
    if (!entry->say.empty()) reply.help.emplace_back(kind, entry->say);
}

}  // namespace

Answer Open(const Pack& pack, const Moment& moment) {
  Answer answer;
  answer.state.last_at = answer.state.disclosed_at = moment.at;
  Speaker speaker(pack, answer.state, moment, answer.trace);
  speaker.SayMoment("coach.welcome");
  answer.state.chips = ChipsOf(pack, "coach.chips.menu", kMenuActions);
  answer.trace.stage_before = answer.trace.stage_after = Name(Stage::kOpen);
  answer.trace.note = "opening";
  FillReply(pack, speaker, answer.state, answer.reply);
  answer.state.questions_in_row = 0;
  answer.reply.theme = "none";
  answer.reply.messages = speaker.Take();
  return answer;
}

Answer Respond(const Pack& pack, const State& before,
               std::string_view utterance, const Moment& moment) {
  const Hearing hearing(pack, utterance);
  Answer answer = Respond(pack, before, hearing, moment);
  Explain(hearing, answer.trace);
  return answer;
}

void Explain(const Hearing& hearing, Trace& trace) {
  if (trace.near_miss) hearing.ExplainClass(*trace.near_miss);
  if (trace.scene) hearing.ExplainScene(*trace.scene);
}

Answer Respond(const Pack& pack, State before, const Hearing& hearing,
               const Moment& moment) {
  Answer answer{.reply = {}, .state = std::move(before), .trace = {}};
  State& state = answer.state;
  answer.trace.stage_before = Name(state.stage);
  answer.trace.reach = moment.reach;
  BeginTurn(state, moment);

  Speaker speaker(pack, state, moment, answer.trace);
  Turn turn{.pack = pack,
            .moment = moment,
            .hearing = hearing,
            .state = state,
            .trace = answer.trace,
            .speaker = speaker,
            .offered_chips = std::move(state.chips),
            .offer = std::move(state.offered),
            .was_question = state.questions_in_row > 0,
            .reminder_asks = std::exchange(state.reminder_asks, {})};
  state.chips.clear();
  state.offered.clear();
  SetSlots(pack, &hearing, state, speaker);
  TraceHearing(hearing, pack, answer.trace);
  Decide(turn);
  ForgetReminderIfUnsafe(state);
  if (speaker.silent()) speaker.SayMoment("coach.offer_talk_on");
  if (moment.at - state.disclosed_at >= kDisclosureEvery) {
    state.disclosed_at = moment.at;
    speaker.NewMessage();
    speaker.SayMoment("coach.disclosure_short");
  }

  const Recognized recognized = RecognizedIn(hearing);
  answer.reply.theme = recognized.theme;
  answer.reply.rule = recognized.rule;
  answer.reply.risk = recognized.risk;
  state.rule = recognized.rule;
  state.last_at = moment.at;
  FillReply(pack, speaker, state, answer.reply);
  answer.trace.stage_after = answer.reply.stage;
  answer.reply.messages = speaker.Take();
  return answer;
}

Recognized Recognize(const Pack& pack, std::string_view utterance) {
  return RecognizedIn(Hearing(pack, utterance));
}

void AppendJson(const Reply& reply, std::string& json) {
  const auto text = [&](std::string_view key, const std::string& value) {
    json += key;
    if (value.empty()) {
      json += "null";
    } else {
      nearer::AppendJson(std::string_view(value), json);
    }
  };
  json += R"({"messages":)";
  nearer::AppendJson(reply.messages, json);
  json += R"(,"choices":)";
  nearer::AppendJson(reply.choices, json);
  json += R"(,"theme":)";
  nearer::AppendJson(std::string_view(reply.theme), json);
  text(R"(,"rule":)", reply.rule);
  text(R"(,"dialog":)", reply.dialog);
  json += R"(,"stage":)";
  nearer::AppendJson(std::string_view(reply.stage), json);
  json += R"(,"risk":)";
  if (reply.risk) {
    text(R"({"category":)", std::string(Name(reply.risk->category)));
    text(R"(,"level":)", std::string(Name(reply.risk->level)));
    json += '}';
  } else {
    json += "null";
  }
  json += R"(,"help":)";
  char before = '{';
  for (const auto& [kind, say] : reply.help) {
    json += before;
    before = ',';
    nearer::AppendJson(std::string_view(kind), json);
    json += ':';
    nearer::AppendJson(std::string_view(say), json);
  }
  json += reply.help.empty() ? "null}" : "}}";
}

std::string ToJson(const Reply& reply) {
  std::string json;
  AppendJson(reply, json);
  return json;
}

nlohmann::ordered_json ToJson(const Trace& trace) {
  nlohmann::ordered_json json;
  json["heard"] = nlohmann::ordered_json::array();
  for (const Trace::Candidate& candidate : trace.heard)
    json["heard"].push_back({{"rule", candidate.rule},
                             {"theme", candidate.theme},
                             {"score", candidate.score},
                             {"begin", candidate.begin},
                             {"end", candidate.end},
                             {"pattern", candidate.pattern}});
  json["prompts"] = trace.prompts;
  json["stage"] = {{"before", trace.stage_before},
                   {"after", trace.stage_after}};
  json["decided_by"] = trace.note;
  if (trace.reach.writes)
    json["reach"] = {{"within", trace.reach.within},
                     {"zone", trace.reach.zone}};
  if (trace.near_miss)
    json["near_miss"] = {{"heard", trace.near_miss->heard},
                         {"log_odds", trace.near_miss->log_odds},
                         {"example", trace.near_miss->example},
                         {"words", trace.near_miss->words}};
  if (trace.scene)
    json["scene"] = {{"heard", trace.scene->heard},
                     {"log_odds", trace.scene->log_odds},
                     {"words", trace.scene->words}};
  return json;
}

Reach ReachIn(std::string_view trace) {
  // To parse every trace would slow a replay, and most say nothing of it.
  if (trace.find("\"reach\":") == trace.npos) return {};
  const auto json = nlohmann::json::parse(trace, nullptr, false);
  if (!json.is_object() || !json.contains("reach")) return {};
  const auto& reach = json["reach"];
  return {.writes = true,
          .within = reach.value("within", std::int64_t{0}),
          .zone = reach.value("zone", "")};
}

}  // namespace nearer::coach
