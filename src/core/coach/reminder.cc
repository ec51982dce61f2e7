#include <algorithm>
#include <string>
#include <utility>

#include "core/coach/turn.h"
#include "core/fnv.h"
#include "core/when/plan.h"
#include "core/when/wish.h"

namespace nearer::coach {
namespace {

constexpr char kWhen[] = "when", kZone[] = "zone";
// Longer than this it is no answer to "when".
constexpr std::size_t kLongestAnswer = 10;  // tokens

bool HeardAbuse(const State& state) {
  return std::any_of(state.dangers.begin(), state.dangers.end(),
                     [](const Danger& danger) {
                       return danger.risk.category == RiskCategory::kAbuse;
                     });
}

void Drop(State& state) {
  state.reminder_at = state.reminder_until = state.reminder_turn = 0;
  state.reminder_words.clear();
}

void AskWhen(Turn& turn, std::string_view moment) {
  turn.state.reminder_asks = kWhen;
  turn.speaker.SayMoment(moment);
  OfferChips(turn, "coach.chips.remind_when", {});
}

void AskZone(Turn& turn, std::string_view words) {
  turn.state.reminder_asks = kZone;
  turn.state.reminder_words = words;
  turn.speaker.SayMoment("coach.remind.ask_zone");
  if (const std::string& likely = turn.moment.reach.zone; !likely.empty())
    turn.state.chips.push_back({when::ZoneInWords(likely), ""});
}

void Confirm(Turn& turn, const when::Wish& wish, const when::Plan& plan) {
  State& state = turn.state;
  Speaker& speaker = turn.speaker;
  speaker.slots()["when"] =
      when::InWords(plan.at, state.zone, *turn.moment.zones);
  speaker.slots()["zone"] = when::ZoneInWords(state.zone);
  if (plan.quiet) speaker.SayMoment("coach.remind.quiet");
  if (plan.spaced) speaker.SayMoment("coach.remind.one_a_day");
  if (wish.repeated) speaker.SayMoment("coach.remind.one_at_a_time");
  speaker.SayMoment("coach.remind.confirmed");
  OfferChips(turn, "coach.chips.remind", {"act:unremind"});
}

// Arranges what `words` wish for.
void Arrange(Turn& turn, const std::string& words) {
  State& state = turn.state;
  const Moment& moment = turn.moment;
  const when::Wish wish = when::ParseWish(words);
  if (!wish.said()) return AskWhen(turn, "coach.remind.ask_when");
  if (state.zone.empty()) return AskZone(turn, words);
  const auto plan = when::Arrange(
      wish, {.now = moment.at, .zone = state.zone, .last = state.reminded_at},
      *moment.zones);
  if (!plan) return AskWhen(turn, "coach.remind.too_far");
  const std::int64_t within = moment.reach.within;
  if (within > 0 && plan->at > moment.at + within)
    return AskWhen(turn, "coach.remind.too_late_here");
  state.reminder_at = plan->at;
  state.reminder_until = plan->until;
  state.reminder_turn = moment.n;
  state.reminder_words = words;
  Confirm(turn, wish, *plan);
}

// Says it without a reason where there must be none: who reads along learns
// nothing.
bool CanArrange(Turn& turn) {
  const Moment& moment = turn.moment;
  if (!HeardAbuse(turn.state) && moment.reach.writes && moment.zones)
    return true;
  turn.speaker.SayMoment("coach.remind.not_here");
  return false;
}

void TellZone(Turn& turn) {
  State& state = turn.state;
  const auto zone = turn.moment.zones->Find(turn.hearing.utterance());
  if (!zone) return AskZone(turn, state.reminder_words);
  state.zone = *zone;
  if (state.reminder_at > 0)
    return Arrange(turn, std::string(state.reminder_words));
  turn.speaker.slots()["zone"] = when::ZoneInWords(state.zone);
  turn.speaker.SayMoment("coach.remind.zone_noted");
}

// The answer to what was asked about a check-in. False when it is none.
bool TakeAnswer(Turn& turn) {
  State& state = turn.state;
  const std::string_view said = turn.hearing.utterance();
  if (turn.reminder_asks.empty() || HeardAbuse(state) || !turn.moment.zones)
    return false;
  if (turn.reminder_asks == kZone) {
    if (const auto zone = turn.moment.zones->Find(said)) {
      state.zone = *zone;
      Arrange(turn, std::string(state.reminder_words));
      return true;
    }
  } else if (turn.hearing.reading().tokens.size() <= kLongestAnswer &&
             when::ParseWish(said).said()) {
    Arrange(turn, std::string(said));
    return true;
  }
  if (state.reminder_at == 0) Drop(state);
  turn.speaker.SayMoment("coach.remind.left");
  turn.speaker.NewMessage();
  const auto& themes = turn.hearing.themes();
  return (!themes.empty() && themes.front().theme == "deny") ||
         turn.hearing.act_name() == "refusal";
}

// An exercise that is open goes on after it.
void GoOnWithDialog(Turn& turn) {
  State& state = turn.state;
  if (!state.dialog || !state.reminder_asks.empty()) return;
  if (const auto place = PlaceOf(turn.pack, *state.dialog)) {
    state.chips.clear();
    turn.speaker.NewMessage();
    ShowNode(turn, *place);
  }
}

std::string LineOf(const Pack& pack, std::string_view moment,
                   std::uint64_t draw) {
  const Wordings& wordings = pack.wordings().Of(moment, PromptKind::kSay);
  if (wordings.empty()) return {};
  return std::string(wordings[draw % wordings.size()].text);
}

}  // namespace

bool TakeReminder(Turn& turn) {
  const std::string_view act = turn.hearing.act_name();
  const bool tells_zone = act == "tell_zone" && turn.moment.zones;
  if (act == "remind" || act == "unremind" || tells_zone) {
    turn.trace.note = "act: " + std::string(act);
    if (act == "unremind") {
      EndReminders(turn);
    } else if (CanArrange(turn)) {
      if (tells_zone)
        TellZone(turn);
      else
        Arrange(turn, std::string(turn.hearing.utterance()));
    }
  } else if (TakeAnswer(turn)) {
    turn.trace.note = "check-in";
  } else {
    return false;
  }
  GoOnWithDialog(turn);
  return true;
}

void EndReminders(Turn& turn) {
  const bool any = turn.state.reminder_at > 0;
  Drop(turn.state);
  turn.speaker.SayMoment(any ? "coach.remind.ended" : "coach.remind.none");
}

void AgeReminder(State& state, std::int64_t now) {
  if (state.reminder_at == 0 || state.reminder_at > now) return;
  state.reminded_at = state.reminder_at;
  Drop(state);
}

void ForgetReminderIfUnsafe(State& state) {
  if (!HeardAbuse(state)) return;
  Drop(state);
  state.reminder_asks.clear();
}

std::string ReminderText(const Pack& pack, const Moment& moment) {
  return LineOf(pack, "coach.remind.message",
                Fnv1a(std::to_string(moment.at), Fnv1a(moment.conversation)));
}

std::string HowToEndReminders(const Pack& pack) {
  return LineOf(pack, "coach.remind.how_to_end", 0);
}

}  // namespace nearer::coach
