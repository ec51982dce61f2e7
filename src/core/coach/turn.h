#ifndef NEARER_CORE_COACH_TURN_H_
#define NEARER_CORE_COACH_TURN_H_

#include <array>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/coach/coach.h"
#include "core/coach/echo.h"
#include "core/coach/hearing.h"
#include "core/coach/pack.h"
#include "core/coach/speaker.h"
#include "core/coach/state.h"
#include "core/coach/themes.h"

// One turn under way, and what each kind of turn does. Internal to the coach.
namespace nearer::coach {

struct Turn {
  const Pack& pack;
  const Moment& moment;
  const Hearing& hearing;
  State& state;  // as it will be after this turn
  Trace& trace;
  Speaker& speaker;
  std::vector<Chip> offered_chips;  // of the turn before
  std::string offer;          // the dialog whose invitation was the last word
  bool was_question = false;  // the turn before asked something
  std::string reminder_asks;  // what it asked about a check-in
  std::optional<LikeliestScenes> scenes;  // once they were looked for
  bool asks_if_safe = false;              // after a faint hearing of danger
  std::optional<Echo> echo;               // once their words were said back
};

// ---- safety.cc: outranks everything.
// Answers what is risky in the utterance.
void AnswerRisk(Turn& turn);
// Whether all the danger that was heard was heard by next to nothing, outside
// an exercise or in a goodbye that ends it. Then the talk answers as ever, and
// after it they are asked whether they are safe, with the line.
bool HearsFaintly(const Turn& turn);
// Before and after that answer. Where they were asked a few turns ago, they are
// not asked again. False when there is nothing left to ask it with; then
// nothing is done.
bool BeginFaintly(Turn& turn);
void EndFaintly(Turn& turn);
// What answers the question of the safety answer before: a "yes" to a gentle
// question or a "no" to "are you safe" is danger confirmed, a "no" to the
// gentle one is believed. False when something else shall answer.
bool AnswerAfterDanger(Turn& turn);
// Whether the utterance says no to a gentle question just asked, and the model
// alone, that was unsure already, hears danger in it again: it is believed.
bool DeniesDoubt(Turn& turn);
// Care for someone who speaks of another in danger, or lost one. False when the
// utterance does not.
bool AnswerForAnother(Turn& turn);
// While an imminent or active danger holds the coaching. False when the person
// chose to go on and something else shall answer.
bool AnswerWhileHolding(Turn& turn);
bool Holding(const State& state);
// Lines for the person's country, or the fallback; null when the pack has none.
const HelpLines* LinesFor(const Pack& pack, const State& state);

// ---- language.cc
// Tells whoever writes in another language than English that it is not
// understood. False when the message is in English, or in none of those known.
bool AnswerOtherLanguage(Turn& turn);

// ---- exercise.cc: dialogs.
// Begins a dialog and says its first node, or the one that proposes an act when
// one fits the theme in talk. False when the pack has none such, or it must not
// be begun now.
bool BeginDialog(Turn& turn, std::string_view id);
// Begins it only with such an act.
bool BeginWithAct(Turn& turn, std::string_view id);
// Begins a dialog whose first node the utterance answers already. False when it
// does not, and nothing is begun.
bool TakeStart(Turn& turn, std::string_view id);
// The open dialog takes the utterance. False when it closed and something else
// shall answer.
bool ContinueDialog(Turn& turn);
// Begins the dialog whose answer the utterance brings of its own accord, "I
// could tell her tonight", at the place where that leads. False when it brings
// none, or the dialog was gone through in this session.
bool TakeVolunteered(Turn& turn);
// A dialog that the utterance asks for; empty when it asks for none.
std::string AskedDialog(const Turn& turn);
// Says a dialog's invitation, if there is one that fits `theme`.
bool InviteToDialog(Turn& turn, std::string_view theme);
bool InviteTo(Turn& turn, std::string_view dialog);
// Where the open dialog stands in the pack; nothing when the pack no longer has
// the dialog or the node.
struct DialogPlace {
  std::size_t dialog = 0, node = 0;
};
std::optional<DialogPlace> PlaceOf(const Pack& pack, const OpenDialog& open);
// Says a node and offers its choices.
void ShowNode(Turn& turn, const DialogPlace& place);
// Leaves the open dialog so that it can be resumed.
void PutAside(State& state);

// ---- talk.cc: themes, requests, acts, and when nothing was heard.
// Whether the message ends with a goodbye.
bool Leaves(const Turn& turn);
// Says goodbye to whoever ends with it, at any place of a dialog. False when
// they do not.
bool TakeLeave(Turn& turn);
void Talk(Turn& turn);
// Answers a theme with a reflection alone, for use inside a dialog.
void AnswerBriefly(Turn& turn, const HeardTheme& heard);
void PerformAct(Turn& turn, std::string_view act);
void AnswerTheme(Turn& turn, const HeardTheme& heard);
// Drops for good what the coach took the message before to be about.
void DropTheme(State& state);
// Whether the message ends with a question.
bool EndsAsking(const Turn& turn);
// A denial of more tokens says something else besides.
inline constexpr std::size_t kBareDenial = 4;
// "No, it's her funeral I meant": a no that stands for itself, with more behind
// it. "No one can help me" is none.
bool SaysNoAndMore(const Turn& turn);
// Counts a reflection; `kind` is that of what was said.
inline void CountReflection(State& state, PromptKind kind) {
  ++state.reflections;
  if (kind == PromptKind::kComplex) ++state.complex_reflections;
}
// Counts a theme of the session; it is what the talk is about from now on.
void NoteTheme(State& state, std::string_view theme);
// The talk is under way: an opening, a close or a danger answered is over.
void Explore(State& state);
// Asks one of `questions`, unless the turn before asked something. False when
// nothing is asked.
bool Ask(Turn& turn, const Wordings& questions);
// The moment of the session that answers an act: "coach.verdict".
std::string MomentOf(std::string_view act);

// ---- scene.cc: what a message tells, narrower than its theme.
// Answers the scene that the message tells. False when none is sure, or nothing
// is left to be said of it; then nothing is said.
bool AnswerScene(Turn& turn);
// Says its reflection alone. False as above.
bool ReflectScene(Turn& turn);
// Answers what was said or asked of the coach itself; where a rule heard a
// request only if it is surer than usual. False as above.
bool AnswerToCoach(Turn& turn, bool beside_request);
// Says that answer alone, with nothing that follows. False as above.
bool AnswerToCoachAlone(Turn& turn);

// ---- own_words.cc
// Takes back a line of the coach's that the person asks about: "the lookout for
// what?". False when they ask about none.
bool AnswerAboutOwnWords(Turn& turn);

// ---- reminder.cc: check-ins that the person asks for.
// What asks for one, ends it, or answers what was asked about one. False when
// something else shall answer.
bool TakeReminder(Turn& turn);
void EndReminders(Turn& turn);
// What has come due, and what must not come any more.
void AgeReminder(State& state, std::int64_t now);
void ForgetReminderIfUnsafe(State& state);

// ---- say_back.cc: where no theme is sure.
// The person's own words, and a statement of the moment `before` ahead of them.
// False when there are no words that can be said back; then nothing is said.
bool SayWordsBack(Turn& turn, std::string_view before = {});
// Their words, then a careful guess, an open question, or room. False as above.
bool SayBack(Turn& turn);
// A careful guess at what shows in the message, an open question, or room.
void AskOpenly(Turn& turn);
// As many turns in a row may ask something.
inline constexpr int kQuestionsInRow = 1;

// What the choices of the menu do, in the order of "coach.chips.menu".
inline constexpr std::array<std::string_view, 3> kMenuActions = {
    "moment:coach.start_talk", "act:learn", "act:practise"};

// The lines of a moment ("coach.chips.menu") as quick replies; `actions` go
// with the lines in order, missing ones are empty.
std::vector<Chip> ChipsOf(const Pack& pack, std::string_view moment,
                          std::span<const std::string_view> actions);
// Offers them.
void OfferChips(Turn& turn, std::string_view moment,
                std::span<const std::string_view> actions);
inline void OfferChips(Turn& turn, std::string_view moment,
                       std::initializer_list<std::string_view> actions) {
  OfferChips(turn, moment, std::span(actions.begin(), actions.size()));
}

// The dialogs the engine itself begins.
inline constexpr std::string_view kSmallStep = "small_step";
inline constexpr std::string_view kCheckIn = "check_in";

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_TURN_H_
