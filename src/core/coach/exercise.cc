#include <algorithm>
#include <array>
#include <span>

#include "core/coach/memory.h"
#include "core/coach/turn.h"
#include "core/dialog/dialog.h"

namespace nearer::coach {
namespace {

constexpr int kMaxDigressions = 2;
constexpr std::size_t kMaxJournal = 40;
constexpr std::size_t kMaxPath = 20;
// An answer in a dialog that takes any words is longer than a question to the
// coach.
constexpr std::size_t kShortQuestion = 16;  // tokens

bool Contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// Slots with a life beyond the dialog.
void Remember(Turn& turn, const std::string& slot, const std::string& value) {
  State& state = turn.state;
  if (slot == "step") {
    Step step{.what = value, .state = "chosen"};
    step.chosen_at = turn.moment.at;
    step.session = state.session;
    state.step = std::move(step);
    state.ask_step = false;
  } else if (slot == "practice") {
    state.practice = value;
  } else if (state.step) {
    if (slot == "step_when") {
      state.step->when = value;
    } else if (slot == "confidence") {
      state.step->confidence = std::atoi(value.c_str());
    } else if (slot == "step_state") {
      state.step->state = value;
      state.ask_step = false;
    }
  }
}

// What makes a step. It is one when the dialog has come to its end: a step that
// was only thought aloud is not asked about later.
constexpr std::array<std::string_view, 3> kOfStep = {"step", "step_when",
                                                     "confidence"};

bool IsOfStep(std::string_view slot) {
  return std::find(kOfStep.begin(), kOfStep.end(), slot) != kOfStep.end();
}

void RememberStep(Turn& turn, const OpenDialog& dialog) {
  const auto state = dialog.kept.find("step_state");
  if (state != dialog.kept.end() && state->second == "dropped") return;
  for (const std::string_view slot : kOfStep)
    if (const auto kept = dialog.kept.find(std::string(slot));
        kept != dialog.kept.end())
      Remember(turn, kept->first, kept->second);
}

// A finished dialog that kept parts of an entry leaves a journal entry.
void WriteEntry(Turn& turn, const OpenDialog& dialog) {
  Entry entry{.at = turn.moment.at};
  for (const auto& [slot, value] : dialog.kept)
    if (slot.starts_with("entry.")) entry.parts[slot.substr(6)] = value;
  if (entry.parts.empty()) return;
  auto& journal = turn.state.journal;
  if (journal.size() == kMaxJournal) journal.erase(journal.begin());
  journal.push_back(std::move(entry));
}

void SetDialogSlots(Turn& turn, const OpenDialog& dialog) {
  for (const auto& [slot, value] : dialog.kept)
    turn.speaker.slots()[slot] = Turned(value, kStepWords);
}

Stage StageOf(std::string_view dialog) {
  if (dialog == kSmallStep) return Stage::kStep;
  if (dialog == kCheckIn) return Stage::kLastStep;
  return Stage::kReframe;
}

// The acts that fit what is talked of; none when nothing has a name yet.
const Wordings& ActsThatFit(const Turn& turn) {
  return turn.pack.wordings().Of(turn.state.theme, PromptKind::kTry);
}

// One that fits, else one for anybody.
std::string ChooseAct(Turn& turn) {
  std::string act = turn.speaker.Choose(ActsThatFit(turn));
  if (act.empty())
    act = turn.speaker.Choose(
        turn.pack.wordings().Of("coach.try_any", PromptKind::kTry));
  return act;
}

// Says a node and offers its choices; an end closes the dialog.
void SayNode(Turn& turn, std::size_t d, std::size_t n) {
  const Dialog& dialog = turn.pack.authored().dialogs[d];
  const DialogNode& node = dialog.nodes[n];
  State& state = turn.state;
  if (node.id == dialog.suggests)
    state.dialog->kept["suggested"] = ChooseAct(turn);
  SetDialogSlots(turn, *state.dialog);
  ShowNode(turn, {d, n});
  state.stage = StageOf(dialog.id);
  if (!node.end) return;
  RememberStep(turn, *state.dialog);
  WriteEntry(turn, *state.dialog);
  state.finished.push_back(dialog.id);
  state.dialog.reset();
  state.stage = Stage::kExplore;
}

void GoTo(Turn& turn, std::size_t d, const std::string& to) {
  OpenDialog& open = *turn.state.dialog;
  const auto n = Pack::FindNode(turn.pack.authored().dialogs[d], to);
  open.path.push_back(open.node);
  if (open.path.size() > kMaxPath) open.path.erase(open.path.begin());
  open.node = turn.pack.authored().dialogs[d].nodes[*n].id;
  open.digressions = 0;
  SayNode(turn, d, *n);
}

// What a reply keeps under `slot`. An author's template may carry what was kept
// before, "in writing: {step}"; the person's words are no template.
std::string Kept(const OpenDialog& dialog, const dialog::Taken& taken,
                 const std::string& slot, const std::string& value) {
  const auto& forms = taken.reply->keep;
  const bool is_template =
      std::any_of(forms.begin(), forms.end(), [&](const auto& form) {
        return form.first == slot && form.second == value;
      });
  if (!is_template) return value;
  return Fill(value, Slots(dialog.kept.begin(), dialog.kept.end()));
}

void Take(Turn& turn, std::size_t d, const dialog::Taken& taken) {
  turn.trace.note = "dialog reply";
  for (const auto& [slot, said] : taken.kept) {
    auto& kept = turn.state.dialog->kept;
    const std::string value = Kept(*turn.state.dialog, taken, slot, said);
    kept[slot] = value;
    // What becomes of a step that this dialog has named concerns that one, and
    // none chosen earlier.
    const bool of_named = slot == "step_state" && kept.contains("step");
    if (!IsOfStep(slot) && !of_named) Remember(turn, slot, value);
  }
  GoTo(turn, d, taken.reply->to);
}

// Whether something else than the open step is meant: a question to the coach
// always; where the step does not take any words, whatever a rule hears.
const HeardTheme* Digression(const Turn& turn, const DialogNode& node) {
  const bool takes_anything = dialog::TakesAnything(node);
  for (const HeardTheme& heard : turn.hearing.themes()) {
    if (!heard.match) continue;
    const bool question = IsRequest(heard.theme) ||
                          heard.theme == "ask_about_coach" ||
                          heard.theme == "data_request";
    if (question && (!takes_anything ||
                     turn.hearing.reading().tokens.size() <= kShortQuestion))
      return &heard;
    if (!takes_anything && !IsAct(heard.theme)) return &heard;
  }
  return nullptr;
}

void Digress(Turn& turn, std::size_t d, std::size_t n,
             const HeardTheme& heard) {
  turn.trace.note = "digression from a dialog";
  AnswerBriefly(turn, heard);
  ++turn.state.dialog->digressions;
  SayNode(turn, d, n);
}

// A question that is no answer to the step is met, and the step waits.
bool AnswerAside(Turn& turn, const DialogPlace& place) {
  if (!EndsAsking(turn) ||
      turn.hearing.reading().tokens.size() > kShortQuestion ||
      turn.state.dialog->digressions >= kMaxDigressions)
    return false;
  if (!AnswerToCoachAlone(turn))
    turn.speaker.SayStatement("coach.question_aside");
  turn.speaker.NewMessage();
  ++turn.state.dialog->digressions;
  SayNode(turn, place.dialog, place.node);
  turn.trace.note = "digression from a dialog";
  return true;
}

void Leave(Turn& turn) {
  PutAside(turn.state);
  turn.state.stage = Stage::kExplore;
  turn.speaker.SayMoment("coach.stopped");
}

// Acts that are answered in a dialog without leaving it.
bool IsAside(std::string_view act) {
  return act == "repair" || act == "correction" || act == "ask_verdict" ||
         act == "ask_wording" || act == "loss" || act == "insult";
}

// "stop", "back", "what?" and refusals inside a dialog. False: not such an act.
bool SteerDialog(Turn& turn, std::size_t d, std::size_t n) {
  const std::string_view act = turn.hearing.act_name();
  State& state = turn.state;
  if (act == "stop") {
    Leave(turn);
    turn.trace.note = "dialog left";
    return true;
  }
  if (act == "refusal") {
    state.refused.push_back(state.dialog->id);
    state.dialog.reset();
    state.stage = Stage::kExplore;
    turn.speaker.SayMoment("coach.refusal");
    turn.trace.note = "dialog refused";
    return true;
  }
  if (IsAside(act) && state.dialog->digressions < kMaxDigressions) {
    turn.trace.note = "digression from a dialog";
    turn.speaker.SayStatement(MomentOf(act));
    turn.speaker.NewMessage();
    ++state.dialog->digressions;
    SayNode(turn, d, n);
    return true;
  }
  if (act == "repeat") {
    SayNode(turn, d, n);
    turn.trace.note = "dialog step repeated";
    return true;
  }
  if (act == "back") {
    OpenDialog& open = *state.dialog;
    if (open.path.empty()) {
      Leave(turn);
      return true;
    }
    const auto before =
        Pack::FindNode(turn.pack.authored().dialogs[d], open.path.back());
    open.path.pop_back();
    turn.speaker.SayStatement("coach.back");
    if (before) {
      open.node = turn.pack.authored().dialogs[d].nodes[*before].id;
      SayNode(turn, d, *before);
    }
    turn.trace.note = "dialog step back";
    return true;
  }
  return false;
}

bool AbuseHeard(const State& state) {
  return std::any_of(
      state.dangers.begin(), state.dangers.end(),
      [](const Danger& d) { return d.risk.category == RiskCategory::kAbuse; });
}

bool MayBegin(const State& state, const Dialog& dialog) {
  return !(dialog.careful && AbuseHeard(state));
}

// Where a dialog begins; nothing when the pack has none such, or it must not be
// begun now.
std::optional<DialogPlace> StartOf(const Turn& turn, std::string_view id) {
  const auto d = turn.pack.FindDialog(id);
  if (!d) return std::nullopt;
  const Dialog& dialog = turn.pack.authored().dialogs[*d];
  const auto n = Pack::FindNode(dialog, dialog.start);
  if (!n || !MayBegin(turn.state, dialog)) return std::nullopt;
  return DialogPlace{*d, *n};
}

// Opens a dialog at its start; what is open waits.
void Open(Turn& turn, std::size_t d) {
  const Dialog& dialog = turn.pack.authored().dialogs[d];
  PutAside(turn.state);
  turn.state.dialog = OpenDialog{.id = dialog.id, .node = dialog.start};
}

// Opens a dialog where it proposes an act that fits the theme in talk. False
// when it proposes none, or none fits.
bool OpenWithAct(Turn& turn, std::size_t d) {
  const Dialog& dialog = turn.pack.authored().dialogs[d];
  const auto n = Pack::FindNode(dialog, dialog.suggests);
  if (!n || !turn.speaker.Can(ActsThatFit(turn))) return false;
  Open(turn, d);
  turn.state.dialog->node = dialog.suggests;
  turn.trace.note = "dialog begun with an act that fits";
  SayNode(turn, d, *n);
  return true;
}

// The first of `replies` that the utterance takes.
std::optional<dialog::Taken> TakenOf(
    const Turn& turn, std::span<const DialogReply> replies,
    const std::vector<dialog::PatternRange>& patterns) {
  return dialog::TakeReply(replies, patterns, turn.pack.matcher(),
                           turn.hearing.heard(), turn.hearing.utterance());
}

std::optional<dialog::Taken> TakenAt(const Turn& turn,
                                     const DialogPlace& place) {
  return TakenOf(
      turn,
      turn.pack.authored().dialogs[place.dialog].nodes[place.node].replies,
      turn.pack.patterns_of(place.dialog).replies[place.node]);
}

}  // namespace

void PutAside(State& state) {
  if (!state.dialog) return;
  state.aside = std::move(state.dialog);
  state.dialog.reset();
}

std::optional<DialogPlace> PlaceOf(const Pack& pack, const OpenDialog& open) {
  const auto d = pack.FindDialog(open.id);
  if (!d) return std::nullopt;
  const auto n = Pack::FindNode(pack.authored().dialogs[*d], open.node);
  if (!n) return std::nullopt;
  return DialogPlace{*d, *n};
}

void ShowNode(Turn& turn, const DialogPlace& place) {
  turn.speaker.Say(turn.pack.wordings().OfNode(place.dialog, place.node),
                   Speaker::Repeat::kLeastRecent);
  const Dialog& dialog = turn.pack.authored().dialogs[place.dialog];
  for (const std::string& choice : dialog.nodes[place.node].choices)
    turn.state.chips.push_back({choice, ""});
}

bool BeginWithAct(Turn& turn, std::string_view id) {
  const auto start = StartOf(turn, id);
  return start && OpenWithAct(turn, start->dialog);
}

bool BeginDialog(Turn& turn, std::string_view id) {
  const auto start = StartOf(turn, id);
  if (!start) return false;
  if (OpenWithAct(turn, start->dialog)) return true;
  Open(turn, start->dialog);
  turn.trace.note = "dialog begun";
  SayNode(turn, start->dialog, start->node);
  return true;
}

bool TakeStart(Turn& turn, std::string_view id) {
  const auto start = StartOf(turn, id);
  if (!start) return false;
  const auto taken = TakenAt(turn, *start);
  if (!taken) return false;
  Open(turn, start->dialog);
  Take(turn, start->dialog, *taken);
  return true;
}

bool ContinueDialog(Turn& turn) {
  State& state = turn.state;
  const auto place = PlaceOf(turn.pack, *state.dialog);
  if (!place) {
    // The exercise is not what it was when it was left open.
    state.dialog.reset();
    turn.speaker.SayMoment("coach.dialog_gone");
    turn.trace.note = "dialog gone";
    return false;
  }
  const Dialog& dialog = turn.pack.authored().dialogs[place->dialog];
  const DialogNode& node = dialog.nodes[place->node];
  state.dialog->id = dialog.id;
  state.dialog->node = node.id;

  if (const auto taken = TakenAt(turn, *place)) {
    // "Tonight. Is the sentence good?" asks beside the answer.
    if (EndsAsking(turn) && AnswerToCoachAlone(turn)) turn.speaker.NewMessage();
    Take(turn, place->dialog, *taken);
    return true;
  }
  if (SteerDialog(turn, place->dialog, place->node)) return true;
  const auto& themes = turn.hearing.themes();
  if (!themes.empty() && themes.front().theme == "goodbye") {
    PutAside(state);
    return false;
  }
  if (const HeardTheme* heard = Digression(turn, node)) {
    if (state.dialog->digressions < kMaxDigressions) {
      Digress(turn, place->dialog, place->node, *heard);
      return true;
    }
    // They have moved on; the exercise waits.
    PutAside(state);
    turn.speaker.SayMoment("coach.stopped");
    turn.speaker.AllowNoQuestion();
    return false;
  }
  if (AnswerAside(turn, *place)) return true;
  Take(turn, place->dialog, dialog::TakeElse(node, turn.hearing.utterance()));
  return true;
}

bool TakeVolunteered(Turn& turn) {
  State& state = turn.state;
  const auto& dialogs = turn.pack.authored().dialogs;
  for (std::size_t d = 0; d < dialogs.size(); ++d) {
    const Dialog& dialog = dialogs[d];
    if (dialog.volunteered.empty() || !MayBegin(state, dialog) ||
        Contains(state.finished, dialog.id))
      continue;
    const auto taken =
        TakenOf(turn, dialog.volunteered, turn.pack.patterns_of(d).volunteered);
    if (!taken) continue;
    Open(turn, d);
    Take(turn, d, *taken);
    turn.trace.note = "dialog begun by what was said";
    return true;
  }
  return false;
}

std::string AskedDialog(const Turn& turn) {
  const auto& dialogs = turn.pack.authored().dialogs;
  for (std::size_t d = 0; d < dialogs.size(); ++d) {
    if (dialog::SameWords(dialogs[d].title, turn.hearing.utterance()))
      return dialogs[d].id;
    const auto& range = turn.pack.patterns_of(d).ask;
    for (std::size_t p = range.begin; p < range.end; ++p)
      if (turn.pack.matcher().HearExtra(p, turn.hearing.heard()))
        return dialogs[d].id;
  }
  return {};
}

bool InviteTo(Turn& turn, std::string_view id) {
  const auto d = turn.pack.FindDialog(id);
  if (!d) return false;
  const Dialog& dialog = turn.pack.authored().dialogs[*d];
  State& state = turn.state;
  if (Contains(state.refused, id) || Contains(state.finished, id) ||
      !MayBegin(state, dialog))
    return false;
  if (!turn.speaker.Say(turn.pack.wordings().OfInvitation(*d))) return false;
  state.offered = dialog.id;
  state.stage = Stage::kStep;
  OfferChips(turn, "coach.chips.offer", {});
  return true;
}

bool InviteToDialog(Turn& turn, std::string_view theme) {
  // Not always the same first: begins further on as the talk goes on.
  const auto& dialogs = turn.pack.authored().dialogs;
  const auto first = static_cast<std::size_t>(turn.state.reflections);
  for (std::size_t i = 0; i < dialogs.size(); ++i) {
    const Dialog& dialog = dialogs[(first + i) % dialogs.size()];
    if (Contains(dialog.about, theme) && InviteTo(turn, dialog.id)) return true;
  }
  // Once a session has gone some way, a small step suits any theme.
  return turn.state.reflections >= 5 && !turn.state.step &&
         InviteTo(turn, kSmallStep);
}

}  // namespace nearer::coach
