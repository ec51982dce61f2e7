#include <algorithm>

#include "core/coach/turn.h"
#include "core/dialog/dialog.h"

namespace nearer::coach {
namespace {

std::string_view ShortName(RiskCategory category) {
  switch (category) {
    case RiskCategory::kSuicideSelfHarm:
      return "suicide";
    case RiskCategory::kAbuse:
      return "abuse";
    case RiskCategory::kHarmToOthers:
      return "harm";
  }
  std::abort();  // not a RiskCategory
}

const HelpLines* FindLines(const Pack& pack, std::string_view country) {
  for (const HelpLines& lines : pack.authored().help)
    if (lines.country == country) return &lines;
  return nullptr;
}

// The lines of the country, where it has none those of the fallback.
void SetLineSlots(Turn& turn) {
  const HelpLines* fallback = FindLines(turn.pack, "fallback");
  const HelpLines* lines = LinesFor(turn.pack, turn.state);
  if (!lines) return;
  const auto say = [&](const char* slot, const HelpEntry HelpLines::*entry) {
    const std::string& own = (lines->*entry).say;
    turn.speaker.slots()[slot] =
        own.empty() && fallback ? (fallback->*entry).say : own;
  };
  say("emergency", &HelpLines::emergency);
  say("crisis", &HelpLines::crisis);
  say("abuse", &HelpLines::abuse);
  say("violence", &HelpLines::violence);
  Slots& slots = turn.speaker.slots();
  if (slots["violence"].empty()) slots["violence"] = slots["crisis"];
  slots["country"] = lines->name;
}

// Notes the danger; returns what is known of the category after it.
Danger& Note(State& state, const Risk& risk) {
  const auto known = std::find_if(
      state.dangers.begin(), state.dangers.end(),
      [&](const Danger& d) { return d.risk.category == risk.category; });
  Danger& danger =
      known == state.dangers.end() ? state.dangers.emplace_back() : *known;
  danger.risk = risk;
  danger.session = state.session;
  danger.turn = state.turns;
  // Past and passive: the person may go on as they like.
  danger.holding = risk.level >= RiskLevel::kActive;
  return danger;
}

void SayAnswer(Turn& turn, Danger& danger) {
  const std::string theme =
      "coach.safety." + std::string(ShortName(danger.risk.category));
  const std::string by_level =
      theme + '.' + std::string(Name(danger.risk.level));
  ++danger.answers;
  if (turn.speaker.Say(by_level, PromptKind::kSay)) return;
  if (turn.speaker.Say(theme + ".again", PromptKind::kSay)) return;
  turn.speaker.Say(by_level, PromptKind::kSay, Speaker::Repeat::kLeastRecent);
}

void Release(State& state) {
  for (Danger& danger : state.dangers) danger.holding = false;
  state.stage = Stage::kExplore;
}

// The country the utterance names; null when it names none.
const HelpLines* CountryIn(const Turn& turn) {
  const auto& tokens = turn.hearing.reading().tokens;
  std::string words = " ";
  for (const text::Token& token : tokens) words += token.word + ' ';
  for (const HelpLines& lines : turn.pack.authored().help)
    for (const std::string& name : lines.called)
      if (words.find(' ' + name + ' ') != words.npos) return &lines;
  return nullptr;
}

// Whether the person wants to go back to what they were doing.
bool ChoosesToGoOn(const Turn& turn) {
  return turn.hearing.act_name() == "resume" ||
         turn.hearing.act_name() == "back";
}

}  // namespace

const HelpLines* LinesFor(const Pack& pack, const State& state) {
  if (!state.country.empty())
    if (const HelpLines* lines = FindLines(pack, state.country)) return lines;
  return FindLines(pack, "fallback");
}

bool Holding(const State& state) {
  return std::any_of(
      state.dangers.begin(), state.dangers.end(),
      [&](const Danger& d) { return d.holding && d.session == state.session; });
}

void AnswerRisk(Turn& turn) {
  State& state = turn.state;
  if (const HelpLines* lines = CountryIn(turn);
      lines && state.country.empty() && state.asked_country)
    state.country = lines->country;
  SetLineSlots(turn);
  for (const HeardRisk& heard : turn.hearing.risks()) {
    turn.speaker.NewMessage();
    SayAnswer(turn, Note(state, heard.risk));
  }
  state.stage = Stage::kSafety;
  state.misses = 0;
  state.offered.clear();
  turn.trace.note = "risk";
}

bool AnswerWhileHolding(Turn& turn) {
  State& state = turn.state;
  state.stage = Stage::kSafety;
  turn.trace.note = "safety holds";
  if (const HelpLines* lines = CountryIn(turn); lines && state.asked_country) {
    state.country = lines->country;
    SetLineSlots(turn);
    turn.speaker.SayMoment("coach.safety.country_noted");
    return true;
  }
  SetLineSlots(turn);
  const auto& themes = turn.hearing.themes();
  const std::string_view theme = themes.empty()
                                     ? std::string_view()
                                     : std::string_view(themes.front().theme);
  if (theme == "goodbye" || theme == "data_request") return false;
  if (ChoosesToGoOn(turn)) {
    Release(state);
    if (state.dialog || state.aside) {
      PerformAct(turn, "resume");
      return true;
    }
    turn.speaker.SayMoment("coach.offer_talk_on");
    return true;
  }
  if (turn.hearing.act_name() == "stop") {
    PutAside(state);
    Release(state);
    turn.speaker.SayMoment("coach.stopped");
    return true;
  }
  if (turn.hearing.act_name() == "joke" || theme == "deny" ||
      turn.hearing.act_name() == "correction") {
    turn.speaker.SayMoment("coach.safety.joking");
  } else if (state.country.empty() && !state.asked_country) {
    state.asked_country = true;
    turn.speaker.SayMoment("coach.safety.ask_country");
    return true;
  } else {
    turn.speaker.SayMoment("coach.safety.resume");
  }
  OfferChips(turn, "coach.chips.safety", {"", "act:resume", "act:stop"});
  return true;
}

}  // namespace nearer::coach
