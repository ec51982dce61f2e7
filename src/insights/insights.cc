#include "insights/insights.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/coach/themes.h"
#include "core/dialog/dialog.h"
#include "core/risk.h"
#include "insights/json_members.h"

namespace nearer::insights {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kTurnsInAPage = 200;
constexpr std::string_view kEntryPrefix = "entry.";
// What is heard when somebody tells of the urge to get away.
constexpr std::array<std::string_view, 4> kPullingAway = {
    "pulling_away", "shutting_down", "ending_abruptly", "push_pull"};
constexpr std::array<const char*, 4> kEntryParts = {"trigger", "urge", "did",
                                                    "guarded"};

template <typename Range>
bool Contains(const Range& range, std::string_view item) {
  return std::find(std::begin(range), std::end(range), item) != std::end(range);
}

bool IsTalkedAbout(std::string_view theme) {
  return !theme.empty() && theme != "none" && !coach::IsAct(theme) &&
         !coach::IsRequest(theme) && !ParseRiskCategory(theme);
}

bool WasOffered(const coach::State& before, std::string_view text) {
  return std::any_of(before.chips.begin(), before.chips.end(),
                     [&](const coach::Chip& chip) {
                       return dialog::SameWords(chip.text, text);
                     });
}

bool HoldsEntry(const std::optional<coach::OpenDialog>& dialog) {
  return dialog && std::any_of(dialog->kept.begin(), dialog->kept.end(),
                               [](const auto& kept) {
                                 return kept.first.starts_with(kEntryPrefix);
                               });
}

// The one of whom that very turn spoke.
std::optional<coach::Person> SpokenOf(const coach::State& state) {
  for (const coach::Person& person : state.people)
    if (person.turn == state.turns) return person;
  return std::nullopt;
}

// The one of whom the latest turns spoke, while an entry was written.
std::optional<coach::Person> SpokenOfLately(const coach::State& state) {
  constexpr std::int64_t kTurnsOfAnEntry = 5;
  std::optional<coach::Person> latest;
  for (const coach::Person& person : state.people)
    if (state.turns - person.turn < kTurnsOfAnEntry &&
        (!latest || person.turn >= latest->turn))
      latest = person;
  return latest;
}

// The members of a state that tell what is needed here. The largest, what the
// coach has said before, is not among them.
constexpr std::array<std::string_view, 9> kNeeded = {
    "v",      "stage",          "session", "turns", "step",
    "people", "dropped_themes", "chips",   "dialog"};

// Reads the needed members of a state, and its journal unless that stands there
// as it did before. Gives the journal's text in `journal`.
Result<coach::State> ReadNeeded(std::string_view state,
                                const std::string& journal_before,
                                std::string& journal) {
  const auto members = MembersOf(state);
  if (!members) return coach::ParseState(state);  // which says what is wrong
  std::string needed = "{";
  const auto need = [&](const JsonMember& member) {
    if (needed.size() > 1) needed += ',';
    needed.append("\"").append(member.first).append("\":");
    needed.append(member.second);
  };
  for (const JsonMember& member : *members) {
    if (member.first == "journal") {
      journal = member.second;
      if (journal != journal_before) need(member);
    } else if (Contains(kNeeded, member.first)) {
      need(member);
    }
  }
  return coach::ParseState(needed += '}');
}

// The theme of a recorded reply; nothing when the reply is none.
std::optional<std::string> ThemeOf(std::string_view reply) {
  const auto members = MembersOf(reply);
  if (!members) return std::nullopt;
  for (const auto& [name, value] : *members) {
    if (name != "theme") continue;
    const auto theme = Json::parse(value, nullptr, /*allow_exceptions=*/false);
    if (theme.is_null()) return std::string();
    if (theme.is_string()) return theme.get<std::string>();
  }
  return std::nullopt;
}

Json TextOrNull(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json ToJson(const coach::Person& person) {
  return {{"role", TextOrNull(person.role)}, {"name", TextOrNull(person.name)}};
}

// How often each of some texts was said, the most frequent first, equally
// frequent ones as they came. The same words are the same text.
class Tally {
 public:
  void Add(const std::string& text) {
    const auto same = std::ranges::find_if(counts_, [&](const auto& count) {
      return dialog::SameWords(count.first, text);
    });
    if (same == counts_.end())
      counts_.emplace_back(text, 1);
    else
      ++same->second;
  }

  Json ToJson() && {
    std::ranges::stable_sort(counts_, std::greater(),
                             [](const auto& count) { return count.second; });
    Json json = Json::array();
    for (auto& [text, times] : counts_)
      json.push_back({{"text", std::move(text)}, {"times", times}});
    return json;
  }

 private:
  std::vector<std::pair<std::string, int>> counts_;
};

Json ThemesJson(const Insights& insights, Calendar calendar, Length length) {
  Json periods = Json::array();
  std::map<std::string, int> totals;
  for (const Period& period : insights.periods) {
    periods.push_back({{"begins", IsoDate(period.begins)},
                       {"messages", period.messages},
                       {"counts", Json::object()}});
    for (const auto& [theme, times] : period.theme_times) {
      periods.back()["counts"][theme] = times;
      totals[theme] += times;
    }
  }
  Json json = {{"by", length == Length::kDay ? "day" : "week"},
               {"utc_offset", calendar.utc_offset.count()},
               {"periods", std::move(periods)},
               {"totals", Json::object()}};
  for (const auto& [theme, times] : totals) json["totals"][theme] = times;
  return json;
}

Json PullingAwayJson(const Insights& insights) {
  Json moments = Json::array();
  Tally triggers;
  for (const Moment& moment : insights.moments) {
    moments.push_back(ToJson(moment));
    const auto trigger = moment.entry.find("trigger");
    if (trigger != moment.entry.end()) triggers.Add(trigger->second);
  }
  return {{"moments", std::move(moments)},
          {"triggers", std::move(triggers).ToJson()}};
}

}  // namespace

Retrospect::Retrospect(Calendar calendar, Length length)
    : calendar_(calendar), length_(length) {}

Result<Done> Retrospect::Add(const history::Turn& turn) {
  const auto unreadable = [&](const std::string& why) {
    return Error{"turn " + std::to_string(turn.n) + ": " + why};
  };
  std::string journal_text;
  auto state = ReadNeeded(turn.state, journal_text_, journal_text);
  if (!state) return unreadable(state.error().message);
  const auto theme = ThemeOf(turn.reply);
  if (!theme)
    return unreadable("its reply cannot be read; restore it from a backup");
  if (turn.n > 0) {
    if (insights_.messages++ == 0) insights_.first_at = turn.at;
    insights_.last_at = turn.at;
    if (insights_.sessions == 0 || state->session != before_.session)
      ++insights_.sessions;
    ++PeriodOf(turn.at).messages;
    TakeBackWhatWasCorrected(*state);
    Count(turn, *theme, *state);
    if (journal_text != journal_text_) NoteEntry(turn, *state);
    NoteStep(turn, *state);
  }
  if (journal_text != journal_text_) {
    journal_text_ = std::move(journal_text);
    entries_ = state->journal.size();
  }
  before_ = *std::move(state);
  return Done{};
}

Insights Retrospect::Take() && { return std::move(insights_); }

Period& Retrospect::PeriodOf(std::int64_t at) {
  const auto begins =
      length_ == Length::kDay ? calendar_.DayOf(at) : calendar_.WeekOf(at);
  auto& periods = insights_.periods;
  // A clock that was set back puts a turn into the period before.
  auto place = std::ranges::upper_bound(periods, begins, {}, &Period::begins);
  if (place == periods.begin() || std::prev(place)->begins != begins) {
    place = periods.insert(place, Period{.begins = begins});
    return *place;
  }
  return *std::prev(place);
}

void Retrospect::Count(const history::Turn& turn, const std::string& theme,
                       const coach::State& state) {
  if (!IsTalkedAbout(theme) || Contains(state.dropped_themes, theme) ||
      WasOffered(before_, turn.utterance))
    return;
  ++PeriodOf(turn.at).theme_times[theme];
  last_counted_[theme] = {.at = turn.at, .n = turn.n};
  // What is written into an entry is told by the entry.
  if (!Contains(kPullingAway, theme) || HoldsEntry(before_.dialog) ||
      HoldsEntry(state.dialog))
    return;
  insights_.moments.push_back({.n = turn.n,
                               .at = turn.at,
                               .theme = theme,
                               .text = turn.utterance,
                               .entry = {},
                               .about = SpokenOf(state)});
}

// A person who says "no, that is not it" takes back the latest message that was
// heard so in this session.
void Retrospect::TakeBackWhatWasCorrected(const coach::State& state) {
  if (state.session != before_.session) last_counted_.clear();
  for (const std::string& theme : state.dropped_themes) {
    const auto counted = last_counted_.find(theme);
    if (counted == last_counted_.end() ||
        Contains(before_.dropped_themes, theme))
      continue;
    auto& times = PeriodOf(counted->second.at).theme_times;
    if (--times[theme] == 0) times.erase(theme);
    std::erase_if(insights_.moments, [&](const Moment& moment) {
      return moment.n == counted->second.n && moment.theme == theme;
    });
    last_counted_.erase(counted);
  }
}

// A turn ends one entry at most, for which the oldest may have been let go; or
// the latest is taken back ("forget that").
void Retrospect::NoteEntry(const history::Turn& turn,
                           const coach::State& state) {
  auto& moments = insights_.moments;
  if (state.journal.size() < entries_) {
    const auto latest =
        std::find_if(moments.rbegin(), moments.rend(),
                     [](const Moment& moment) { return moment.theme.empty(); });
    if (latest != moments.rend()) moments.erase(std::next(latest).base());
    return;
  }
  if (state.journal.empty()) return;
  moments.push_back({.n = turn.n,
                     .at = turn.at,
                     .theme = {},
                     .text = {},
                     .entry = state.journal.back().parts,
                     .about = SpokenOfLately(state)});
}

void Retrospect::NoteStep(const history::Turn& turn,
                          const coach::State& state) {
  auto& steps = insights_.steps;
  if (!state.step || state.step == before_.step) return;
  const coach::Step& now = *state.step;
  const bool other = !before_.step || before_.step->what != now.what ||
                     before_.step->chosen_at != now.chosen_at;
  // Chosen anew within the same exercise, it was made smaller.
  const bool amended = other && !steps.empty() && before_.step &&
                       before_.dialog &&
                       before_.dialog->kept.contains("step") &&
                       before_.dialog->kept.at("step") == before_.step->what;
  if (other && !amended) {
    steps.push_back({.n = turn.n, .step = now, .state_at = 0});
    return;
  }
  if (steps.empty()) return;
  ChosenStep& last = steps.back();
  const std::string when = last.step.when;
  if (last.step.state != now.state)
    last.state_at = now.state == "chosen" ? 0 : turn.at;
  last.step = now;
  // The plan for when to do it holds for what is smaller, too.
  if (now.when.empty()) last.step.when = when;
}

history::HistoryResult<Done> ForEachTurn(
    const history::History& history, std::string_view id,
    const std::function<Result<Done>(const history::Turn&)>& take) {
  std::int64_t after = -1;
  while (true) {
    const auto turns = history.ReadTurns(id, after, kTurnsInAPage);
    if (!turns) return turns.error();
    for (const history::Turn& turn : *turns) {
      if (const auto taken = take(turn); !taken)
        return history::HistoryError{history::HistoryErrorCode::kBroken,
                                     taken.error().message};
      after = turn.n;
    }
    if (turns->size() < static_cast<std::size_t>(kTurnsInAPage)) return Done{};
  }
}

history::HistoryResult<Insights> LookBack(const history::History& history,
                                          std::string_view id,
                                          Calendar calendar, Length length) {
  Retrospect retrospect(calendar, length);
  const auto read = ForEachTurn(history, id, [&](const history::Turn& turn) {
    return retrospect.Add(turn);
  });
  if (!read) return read.error();
  return std::move(retrospect).Take();
}

Json ToJson(const Moment& moment) {
  Json json = {{"n", moment.n},
               {"at", moment.at},
               {"from", moment.theme.empty() ? "journal" : "talk"},
               {"theme", TextOrNull(moment.theme)},
               {"text", TextOrNull(moment.text)}};
  for (const char* part : kEntryParts) {
    const auto found = moment.entry.find(part);
    json[part] = found == moment.entry.end() ? Json() : Json(found->second);
  }
  json["about"] = moment.about ? ToJson(*moment.about) : Json();
  return json;
}

Json ToJson(const ChosenStep& chosen) {
  const coach::Step& step = chosen.step;
  return {{"n", chosen.n},
          {"what", step.what},
          {"when", TextOrNull(step.when)},
          {"confidence", step.confidence < 0 ? Json() : Json(step.confidence)},
          {"chosen_at", step.chosen_at},
          {"state", step.state},
          {"state_at", chosen.state_at == 0 ? Json() : Json(chosen.state_at)}};
}

Json ToJson(const Insights& insights, Calendar calendar, Length length) {
  const auto when = [](std::int64_t at) { return at == 0 ? Json() : Json(at); };
  Json steps = Json::array();
  for (const ChosenStep& step : insights.steps) steps.push_back(ToJson(step));
  return {{"messages", insights.messages},
          {"sessions", insights.sessions},
          {"first_at", when(insights.first_at)},
          {"last_at", when(insights.last_at)},
          {"themes", ThemesJson(insights, calendar, length)},
          {"pulling_away", PullingAwayJson(insights)},
          {"steps", std::move(steps)}};
}

}  // namespace nearer::insights
