#include <algorithm>
#include <array>

#include "core/coach/help_lines.h"
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

// The lines of the country, where it has none those of the fallback.
void SetLineSlots(Turn& turn) {
  if (const HelpLines* lines = LinesFor(turn.pack, turn.state))
    for (const auto& [slot, say] : LineSlots(turn.pack.authored(), *lines))
      turn.speaker.slots()[slot] = say;
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
  danger.doubtful = false;
  return danger;
}

// When it is not clear that there is danger: a line, one gentle question, and
// the talk may go on.
bool SayLightAnswer(Turn& turn, Danger& danger) {
  danger.holding = false;
  danger.doubtful = true;
  ++danger.answers;
  const std::string unsure = "coach.safety.unsure.";
  return turn.speaker.Say(unsure + std::string(ShortName(danger.risk.category)),
                          PromptKind::kSay);
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
  const auto named = [&](std::string_view name) {
    for (auto at = words.find(name); at != words.npos;
         at = words.find(name, at + 1))
      if (at > 0 && words[at - 1] == ' ' && at + name.size() < words.size() &&
          words[at + name.size()] == ' ')
        return true;
    return false;
  };
  for (const HelpLines& lines : turn.pack.authored().help) {
    // "US" alone is a country, "us" in a sentence is not.
    if (dialog::SameWords(turn.hearing.utterance(), lines.country))
      return &lines;
    if (std::any_of(lines.called.begin(), lines.called.end(), named))
      return &lines;
  }
  return nullptr;
}

// The danger that the turn before answered; null when it answered none.
Danger* JustAnswered(State& state) {
  for (Danger& danger : state.dangers)
    if (danger.session == state.session && danger.turn == state.turns - 1)
      return &danger;
  return nullptr;
}

// Whether the last thing asked was whether they, or all, are safe.
bool AskedIfSafe(const Turn& turn) {
  if (!turn.was_question || turn.state.said.empty()) return false;
  const Wording* last = turn.pack.wordings().Find(turn.state.said.back());
  if (!last) return false;
  const std::size_t end = last->text.rfind('?');
  if (end == last->text.npos) return false;
  const std::size_t begin = last->text.find_last_of(".:", end);
  return last->text.substr(begin + 1, end - begin).find(" safe") !=
         last->text.npos;
}

// Whether the person wants to go back to what they were doing.
bool ChoosesToGoOn(const Turn& turn) {
  return turn.hearing.act_name() == "resume" ||
         turn.hearing.act_name() == "back";
}

// The strongest theme; empty when none was heard.
std::string_view FirstTheme(const Turn& turn) {
  const auto& themes = turn.hearing.themes();
  return themes.empty() ? std::string_view()
                        : std::string_view(themes.front().theme);
}

// Whether the utterance takes back, or says no to, what was asked.
bool Denies(const Turn& turn) {
  const std::string_view act = turn.hearing.act_name();
  if (FirstTheme(turn) == "deny" || act == "joke" || act == "correction" ||
      act == "repair")
    return true;
  static constexpr std::array<std::string_view, 5> kNo = {"no", "nope", "nah",
                                                          "nothing", "not"};
  const auto& tokens = turn.hearing.reading().tokens;
  // "What? No." and "lol no" too.
  for (std::size_t i = 0; i < std::min<std::size_t>(tokens.size(), 3); ++i)
    if (std::find(kNo.begin(), kNo.end(), tokens[i].word) != kNo.end())
      return true;
  return false;
}

// "I am perfectly safe, thank you." Where anything is negated, "ok, no, I'm
// not", nobody is taken for safe.
bool SaysTheyAreSafe(const Turn& turn) {
  static constexpr std::array<std::string_view, 4> kSafe = {"safe", "fine",
                                                            "okay", "ok"};
  constexpr std::size_t kNear = 6;  // tokens from the start
  const auto& tokens = turn.hearing.reading().tokens;
  const auto no = turn.pack.matcher().concepts().Find("no_word");
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (tokens[i].is_operator || tokens[i].marked ||
        (no && turn.hearing.heard().IsTagged(i, *no)))
      return false;
  for (std::size_t i = 0; i < std::min(tokens.size(), kNear); ++i)
    if (std::find(kSafe.begin(), kSafe.end(), tokens[i].word) != kSafe.end())
      return true;
  return false;
}

// What they said besides an answer of a few words.
void SayWordsBackUnlessBrief(Turn& turn) {
  constexpr std::size_t kBrief = 10;  // tokens
  if (turn.hearing.reading().tokens.size() > kBrief && SayBack(turn)) return;
  turn.speaker.SayMoment("coach.offer_talk_on");
}

// Whether danger was only doubted a few turns ago, and none is known: to be
// asked again and again whether one is safe makes one watch one's words.
bool DoubtedLately(const State& state) {
  constexpr int kLately = 8;  // turns
  bool lately = false;
  for (const Danger& danger : state.dangers) {
    if (danger.session != state.session) continue;
    if (!danger.doubtful) return false;
    lately = lately || danger.turn >= state.turns - kLately;
  }
  return lately;
}

// What the same message asks for besides is done after the safety words.
void ObeyCommand(Turn& turn) {
  for (const HeardTheme& heard : turn.hearing.themes())
    if (heard.theme == "data_request") {
      turn.speaker.NewMessage();
      turn.speaker.SayStatement("data_request");
      return;
    }
  if (turn.hearing.act_name() == "stop") PutAside(turn.state);
}

}  // namespace

const HelpLines* LinesFor(const Pack& pack, const State& state) {
  if (!state.country.empty())
    if (const HelpLines* lines = FindLines(pack.authored(), state.country))
      return lines;
  return FindLines(pack.authored(), "fallback");
}

bool Holding(const State& state) {
  return std::any_of(
      state.dangers.begin(), state.dangers.end(),
      [&](const Danger& d) { return d.holding && d.session == state.session; });
}

void AnswerRisk(Turn& turn) {
  State& state = turn.state;
  if (state.country.empty() && state.asked_country)
    if (const HelpLines* lines = CountryIn(turn))
      state.country = lines->country;
  SetLineSlots(turn);
  const auto& risks = turn.hearing.risks();
  // Who is in danger now is told where to turn before anything else.
  if (risks.size() > 1 && risks.front().risk.level < RiskLevel::kImminent)
    turn.speaker.SayMoment("coach.safety.both");
  for (const HeardRisk& heard : risks) {
    turn.speaker.NewMessage();
    Danger& danger = Note(state, heard.risk);
    if (heard.surety == Surety::kCertain || !SayLightAnswer(turn, danger))
      SayAnswer(turn, danger);
  }
  if (turn.hearing.Says(kYoung)) {
    turn.speaker.NewMessage();
    turn.speaker.SayStatement("coach.safety.young");
  }
  ObeyCommand(turn);
  state.stage = Stage::kSafety;
  state.misses = 0;
  state.offered.clear();
  turn.trace.note = "risk";
}

bool AnswerAfterDanger(Turn& turn) {
  State& state = turn.state;
  Danger* const danger = JustAnswered(state);
  if (!danger || !turn.was_question) return false;
  const std::string_view theme = FirstTheme(turn);
  const bool asked_if_safe = AskedIfSafe(turn);
  const bool gentle = !danger->holding;  // asked whether there is danger at all
  // "Are you thinking about suicide?" "Yes." Or: "Are you safe?" "No."
  if ((theme == "affirm" && gentle && !asked_if_safe) ||
      (theme == "deny" && asked_if_safe)) {
    const RiskLevel level =
        asked_if_safe ? RiskLevel::kImminent : RiskLevel::kActive;
    SetLineSlots(turn);
    SayAnswer(turn, Note(state, {danger->risk.category, level}));
    state.stage = Stage::kSafety;
    turn.trace.note = "risk confirmed";
    return true;
  }
  if (gentle && asked_if_safe && SaysTheyAreSafe(turn)) {
    turn.trace.note = "safe";
    state.stage = Stage::kExplore;
    turn.speaker.SayStatement("coach.safe_then");
    turn.speaker.NewMessage();
    if (!TakeLeave(turn)) SayWordsBackUnlessBrief(turn);
    return true;
  }
  if (gentle && Denies(turn)) {
    SetLineSlots(turn);
    turn.trace.note = "risk denied";
    state.stage = Stage::kExplore;
    if (turn.hearing.reading().tokens.size() > kBareDenial) {
      turn.speaker.SayStatement("coach.believed");
      if (SayBack(turn)) return true;
    }
    turn.speaker.SayMoment("coach.safety.joking");
    return true;
  }
  return false;
}

bool DeniesDoubt(Turn& turn) {
  const Danger* const danger = JustAnswered(turn.state);
  const auto& risks = turn.hearing.risks();
  return danger && !danger->holding && turn.was_question && Denies(turn) &&
         std::all_of(risks.begin(), risks.end(), [](const HeardRisk& risk) {
           return !risk.match && (risk.surety != Surety::kCertain ||
                                  risk.risk.level <= RiskLevel::kPassive);
         });
}

bool HearsFaintly(const Turn& turn) {
  const auto& risks = turn.hearing.risks();
  const bool doubted = DoubtedLately(turn.state);
  const bool in_exercise = turn.state.dialog && !Leaves(turn);
  return !risks.empty() && !in_exercise && !Holding(turn.state) &&
         std::all_of(risks.begin(), risks.end(), [&](const HeardRisk& risk) {
           return risk.surety == Surety::kFaint ||
                  (doubted && risk.surety == Surety::kUnsure);
         });
}

bool BeginFaintly(Turn& turn) {
  Speaker& speaker = turn.speaker;
  SetLineSlots(turn);
  const Wordings& wordings =
      turn.pack.wordings().Of("coach.safety.faint", PromptKind::kSay);
  const bool asks = !DoubtedLately(turn.state);
  if (asks && !speaker.Can(wordings)) return false;
  for (const HeardRisk& heard : turn.hearing.risks()) {
    Danger& danger = Note(turn.state, heard.risk);
    danger.holding = false;
    danger.doubtful = true;
    if (asks) ++danger.answers;
  }
  if (asks) speaker.AllowNoQuestion();
  turn.asks_if_safe = asks;
  return true;
}

void EndFaintly(Turn& turn) {
  turn.trace.note = "risk, faintly heard";
  if (!turn.asks_if_safe) return;
  turn.speaker.AllowQuestion();
  turn.speaker.NewMessage();
  turn.speaker.Say("coach.safety.faint", PromptKind::kSay);
}

bool AnswerForAnother(Turn& turn) {
  const bool bereaved = turn.hearing.Says(kBereaved);
  if (!bereaved && !turn.hearing.Says(kOtherAtRisk)) return false;
  SetLineSlots(turn);
  turn.speaker.SayMoment(bereaved ? "coach.safety.condolence"
                                  : "coach.safety.third_person");
  turn.trace.note = bereaved ? "condolence" : "someone else at risk";
  turn.state.misses = 0;
  return true;
}

bool AnswerWhileHolding(Turn& turn) {
  State& state = turn.state;
  state.stage = Stage::kSafety;
  turn.trace.note = "safety holds";
  if (const HelpLines* lines =
          state.asked_country ? CountryIn(turn) : nullptr) {
    state.country = lines->country;
    SetLineSlots(turn);
    turn.speaker.SayMoment("coach.safety.country_noted");
    return true;
  }
  SetLineSlots(turn);
  const std::string_view theme = FirstTheme(turn);
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
  // A bare "no" answers the question; more than that takes it back.
  const bool takes_back =
      (theme == "deny" && turn.hearing.reading().tokens.size() > 1) ||
      SaysNoAndMore(turn);
  const std::string_view act = turn.hearing.act_name();
  if (act == "joke" || act == "correction" || act == "repair" || takes_back) {
    // Believed: they go on as they like from here, the line stays in view.
    turn.speaker.SayMoment("coach.safety.joking");
    Release(state);
    state.stage = Stage::kSafety;
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
