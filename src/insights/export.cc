#include "insights/export.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "insights/insights.h"
#include "insights/markdown.h"
#include "insights/shown.h"

namespace nearer::insights {
namespace {

using history::HistoryResult;
using insights::Calendar;
using insights::Insights;
using insights::LongDate;
using Json = nlohmann::ordered_json;

constexpr int kExportVersion = 1;
constexpr std::string_view kQuote = "> ";
constexpr std::pair<const char*, const char*> kEntryParts[] = {
    {"trigger", "What set it off"},
    {"urge", "What you felt like doing"},
    {"did", "What you did"},
    {"guarded", "What it may have guarded"}};

// Gives each turn to `show` and looks back over all of them.
template <typename Show>
HistoryResult<Insights> Read(const history::History& history,
                             const std::string& id, Calendar calendar,
                             const Show& show) {
  insights::Retrospect retrospect(calendar, insights::Length::kWeek);
  const auto read = insights::ForEachTurn(
      history, id, [&](const history::Turn& turn) -> Result<Done> {
        auto added = retrospect.Add(turn);
        if (added) show(turn);
        return added;
      });
  if (!read) return read.error();
  return std::move(retrospect).Take();
}

bool IsEntry(const insights::Moment& moment) { return moment.theme.empty(); }

void AppendTurn(std::string& out, const history::Turn& turn,
                const Calendar& calendar) {
  const std::string clock = calendar.ClockAt(turn.at);
  if (turn.n > 0) {
    out.append("\n**You**, ").append(clock).append("\n\n");
    out.append(MarkdownOf(turn.utterance, kQuote)).append("\n");
  }
  out.append("\n**nearer**, ").append(clock).append("\n");
  const Json reply = Json::parse(turn.reply, nullptr, false);
  for (const Json& message : reply.value("messages", Json::array()))
    out.append("\n")
        .append(MarkdownOf(message.get<std::string>(), ""))
        .append("\n");
}

void AppendEntries(std::string& out, const Insights& insights,
                   const Calendar& calendar) {
  bool any = false;
  for (const insights::Moment& moment : insights.moments) {
    if (!IsEntry(moment)) continue;
    if (!std::exchange(any, true)) out.append("\n## Journal\n");
    out.append("\n### ")
        .append(LongDate(calendar.DayOf(moment.at)))
        .append(", ")
        .append(calendar.ClockAt(moment.at))
        .append("\n");
    for (const auto& [part, title] : kEntryParts) {
      const auto found = moment.entry.find(part);
      if (found == moment.entry.end()) continue;
      out.append("\n").append(title).append(":\n\n");
      out.append(MarkdownOf(found->second, kQuote)).append("\n");
    }
  }
}

std::string_view InWords(std::string_view state) {
  if (state == "done") return "Done";
  if (state == "partly") return "Partly done";
  if (state == "missed") return "Did not come about";
  if (state == "dropped") return "Let go";
  return "Chosen";
}

void AppendSteps(std::string& out, const Insights& insights,
                 const Calendar& calendar) {
  if (!insights.steps.empty()) out.append("\n## Steps\n");
  for (const insights::ChosenStep& chosen : insights.steps) {
    const coach::Step& step = chosen.step;
    out.append("\n### ")
        .append(LongDate(calendar.DayOf(step.chosen_at)))
        .append("\n\n")
        .append(MarkdownOf(step.what, kQuote))
        .append("\n");
    if (!step.when.empty())
      out.append("\nWhen:\n\n")
          .append(MarkdownOf(step.when, kQuote))
          .append("\n");
    out.append("\n").append(InWords(step.state));
    if (chosen.state_at != 0)
      out.append(", told on ")
          .append(LongDate(calendar.DayOf(chosen.state_at)));
    out.append(".\n");
  }
}

}  // namespace

HistoryResult<std::string> ExportJson(
    const history::History& history,
    const history::Conversation& conversation) {
  std::string out = Json({{"format", "nearer.conversation"},
                          {"version", kExportVersion},
                          {"id", conversation.id},
                          {"channel", conversation.channel},
                          {"began", conversation.began}})
                        .dump();
  out.pop_back();
  out += ",\"turns\":[";
  const auto insights = Read(history, conversation.id, Calendar{},
                             [&](const history::Turn& turn) {
                               out += turn.n == 0 ? "\n" : ",\n";
                               out += Shown(turn);
                             });
  if (!insights) return insights.error();
  Json rest = {{"journal", Json::array()}, {"steps", Json::array()}};
  for (const insights::Moment& moment : insights->moments) {
    if (!IsEntry(moment)) continue;
    Json entry = {{"n", moment.n}, {"at", moment.at}};
    for (const auto& [part, title] : kEntryParts) {
      const auto found = moment.entry.find(part);
      entry[part] = found == moment.entry.end() ? Json() : Json(found->second);
    }
    rest["journal"].push_back(std::move(entry));
  }
  for (const insights::ChosenStep& step : insights->steps)
    rest["steps"].push_back(ToJson(step));
  out.append("],").append(rest.dump().substr(1)).append("\n");
  return out;
}

HistoryResult<std::string> ExportMarkdown(
    const history::History& history, const history::Conversation& conversation,
    const Calendar& calendar) {
  std::string out = "# A conversation with nearer\n\nBegun on " +
                    LongDate(calendar.DayOf(conversation.began)) + ", at " +
                    calendar.ClockAt(conversation.began) + " (" +
                    calendar.Name() +
                    ").\nnearer is a program: no person, and not therapy.\n";
  std::optional<std::chrono::sys_days> day;
  const auto insights =
      Read(history, conversation.id, calendar, [&](const history::Turn& turn) {
        if (day != calendar.DayOf(turn.at)) {
          day = calendar.DayOf(turn.at);
          out.append("\n## ").append(LongDate(*day)).append("\n");
        }
        AppendTurn(out, turn, calendar);
      });
  if (!insights) return insights.error();
  AppendEntries(out, *insights, calendar);
  AppendSteps(out, *insights, calendar);
  return out;
}

}  // namespace nearer::insights
