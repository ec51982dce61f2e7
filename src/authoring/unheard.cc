#include "authoring/unheard.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>
#include <unordered_map>
#include <utility>

#include "authoring/grouping.h"
#include "authoring/page.h"
#include "authoring/record_walk.h"
#include "core/coach/hearing.h"
#include "insights/calendar.h"

namespace nearer::authoring {
namespace {

using nlohmann::json;

// One text, wherever it was said.
struct Said {
  std::int64_t times = 0;
  Place last;
  std::vector<std::uint32_t> conversations;  // their numbers, ascending
  std::vector<std::int32_t> weeks;  // of each time: its Monday, since 1970
};

// What the pack makes of a text today.
enum class Now : std::uint8_t { kUnheard, kHeard, kDanger };
struct Heard {
  Now now = Now::kUnheard;
  std::vector<std::string> words;
};

bool StartsWithAny(const std::string& text,
                   std::initializer_list<std::string_view> beginnings) {
  return std::any_of(
      beginnings.begin(), beginnings.end(),
      [&](std::string_view beginning) { return text.starts_with(beginning); });
}

bool WasUnheard(const history::Turn& turn) {
  if (turn.n == 0) return false;
  // Most turns were heard; a look spares reading them.
  if (turn.trace.find("\"heard\":[]") == std::string::npos) return false;
  const json trace = json::parse(turn.trace, nullptr, false);
  const json reply = json::parse(turn.reply, nullptr, false);
  if (!trace.is_object() || !reply.is_object()) return false;
  if (!trace.value("heard", json::array()).empty() ||
      trace.contains("near_miss"))
    return false;
  const auto empty = [&](const char* member) {
    const auto found = reply.find(member);
    return found == reply.end() || found->is_null() || *found == "none";
  };
  if (!empty("risk") || !empty("rule") || !empty("theme")) return false;
  const json stage = trace.value("stage", json::object());
  if (!stage.is_object() || stage.value("before", json()) == "safety" ||
      stage.value("after", json()) == "safety")
    return false;
  const json decided = trace.value("decided_by", json(""));
  return decided.is_string() &&
         !StartsWithAny(decided.get<std::string>(),
                        {"choice", "dialog", "risk", "safety", "goodbye",
                         "condolence", "someone else"});
}

Heard Hear(const coach::Pack& pack, const std::string& text) {
  const coach::Hearing hearing(pack, text);
  Heard heard;
  if (!hearing.risks().empty() || hearing.Says(coach::kBereaved) ||
      hearing.Says(coach::kOtherAtRisk)) {
    heard.now = Now::kDanger;
  } else if (!hearing.matches().empty() || !hearing.themes().empty()) {
    heard.now = Now::kHeard;
  }
  for (const text::Token& token : hearing.reading().tokens)
    if (token.is_word()) heard.words.push_back(token.lemma);
  // Nothing but fillers, or no words at all: only the same again is alike.
  if (heard.words.empty()) heard.words.push_back(text);
  return heard;
}

// Nothing when `go_on`, which one thread asks before each text, said no.
std::optional<std::vector<Heard>> HearAll(
    const coach::Pack& pack, const std::vector<const std::string*>& texts,
    int asked, const std::function<bool()>& go_on) {
  std::vector<Heard> all(texts.size());
  const unsigned threads =
      std::clamp(asked > 0 ? static_cast<unsigned>(asked)
                           : std::thread::hardware_concurrency(),
                 1U, 16U);
  std::atomic<bool> ended = false;
  std::vector<std::jthread> working;
  for (unsigned first = 0; first < threads; ++first)
    working.emplace_back([&, first] {
      for (std::size_t i = first; i < texts.size() && !ended; i += threads) {
        if (first == 0 && !go_on()) ended = true;
        all[i] = Hear(pack, *texts[i]);
      }
    });
  working.clear();  // joins
  if (ended) return std::nullopt;
  return all;
}

history::HistoryError Ended() {
  return {history::HistoryErrorCode::kBusy, "it was ended before it was done"};
}

using SaidTexts = std::unordered_map<std::string, Said>;

// Reads the record for what was unheard, into `said`; what is too much is
// counted in `unheard`.
history::HistoryResult<Done> Collect(const history::History& history,
                                     const UnheardQuestion& question,
                                     const UnheardProgress& progress,
                                     std::int64_t& read, SaidTexts& said,
                                     Unheard& unheard) {
  const insights::Calendar calendar;  // UTC
  std::string present;
  std::uint32_t number = 0;
  bool ended = false;
  const auto walked =
      ForEachTurn(history, [&](const history::Conversation& conversation,
                               const history::Turn& turn) {
        ended = !progress(++read);
        if (ended) return GoOn::kNo;
        if (conversation.id != present || number == 0) ++number;
        present = conversation.id;
        if ((question.since && turn.at < *question.since) ||
            (question.until && turn.at >= *question.until) || !WasUnheard(turn))
          return GoOn::kYes;
        auto at = said.find(turn.utterance);
        if (at == said.end()) {
          if (said.size() >= kMostTexts) {
            ++unheard.left_out;
            return GoOn::kYes;
          }
          at = said.emplace(turn.utterance, Said{}).first;
        }
        Said& text = at->second;
        ++text.times;
        if (text.times == 1 || turn.at >= text.last.at)
          text.last = {conversation.id, turn.n, turn.at};
        if (text.conversations.empty() || text.conversations.back() != number)
          text.conversations.push_back(number);
        text.weeks.push_back(static_cast<std::int32_t>(
            calendar.WeekOf(turn.at).time_since_epoch().count()));
        return GoOn::kYes;
      });
  if (!walked) return walked.error();
  if (ended) return Ended();
  return Done{};
}

// Different values with how often they stand there, in order.
std::vector<std::pair<std::int32_t, std::int64_t>> Counted(
    std::vector<std::int32_t> values) {
  std::sort(values.begin(), values.end());
  std::vector<std::pair<std::int32_t, std::int64_t>> counted;
  for (const std::int32_t value : values) {
    if (counted.empty() || counted.back().first != value)
      counted.emplace_back(value, 0);
    ++counted.back().second;
  }
  return counted;
}

// The group of these texts, of which the first leads.
UnheardGroup GroupOf(
    const std::vector<std::pair<const std::string*, const Said*>>& wordings) {
  UnheardGroup group{.text = *wordings.front().first,
                     .wordings = static_cast<std::int64_t>(wordings.size())};
  std::vector<std::uint32_t> conversations;
  std::vector<std::int32_t> weeks;
  for (const auto& [text, said] : wordings) {
    group.times += said->times;
    group.last = std::max(group.last, said->last.at);
    conversations.insert(conversations.end(), said->conversations.begin(),
                         said->conversations.end());
    weeks.insert(weeks.end(), said->weeks.begin(), said->weeks.end());
    if (group.places.size() > kOthers) continue;
    if (!group.places.empty()) group.others.push_back(*text);
    group.places.push_back(said->last);
  }
  std::sort(conversations.begin(), conversations.end());
  group.conversations =
      std::unique(conversations.begin(), conversations.end()) -
      conversations.begin();
  for (const auto& [week, times] : Counted(std::move(weeks)))
    group.weeks.emplace_back(std::chrono::sys_days(std::chrono::days(week)),
                             times);
  return group;
}

std::string DateOf(history::UnixSeconds at) {
  return insights::IsoDate(insights::Calendar().DayOf(at));
}

std::string Count(std::int64_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string SummaryOf(const Unheard& unheard) {
  std::string text = Count(unheard.turns, "turn was", "turns were") +
                     " heard by no rule; " + std::to_string(unheard.heard_now) +
                     " more would be heard by this pack";
  if (unheard.withheld > 0)
    text += "; " + std::to_string(unheard.withheld) +
            " are not shown, for this pack hears danger in them";
  if (unheard.left_out > 0)
    text += "; " + std::to_string(unheard.left_out) +
            " more were too many to be grouped";
  return text;
}

std::string CountsOf(const UnheardGroup& group) {
  return Count(group.times, "time", "times") + " in " +
         Count(group.conversations, "conversation", "conversations") +
         ", last on " + DateOf(group.last);
}

// A line of a terminal: no control characters.
std::string OneLine(const std::string& text) {
  std::string line = text;
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return line;
}

}  // namespace

history::HistoryResult<Unheard> FindUnheard(const history::History& history,
                                            const coach::Pack& pack,
                                            const UnheardQuestion& question,
                                            const UnheardProgress& progress) {
  Unheard unheard;
  SaidTexts said;
  std::int64_t read = 0;
  const auto walked = Collect(history, question, progress, read, said, unheard);
  if (!walked) return walked.error();

  std::vector<const std::string*> texts;
  for (const auto& [text, where] : said) texts.push_back(&text);
  std::sort(texts.begin(), texts.end(),
            [](const std::string* a, const std::string* b) { return *a < *b; });
  auto hearing =
      HearAll(pack, texts, question.threads, [&] { return progress(read); });
  if (!hearing) return Ended();
  std::vector<Heard>& heard = *hearing;

  std::vector<const std::string*> left;
  std::vector<Worded> worded;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::int64_t times = said.at(*texts[i]).times;
    switch (heard[i].now) {
      case Now::kHeard:
        unheard.heard_now += times;
        break;
      case Now::kDanger:
        unheard.withheld += times;
        break;
      case Now::kUnheard:
        unheard.turns += times;
        left.push_back(texts[i]);
        worded.push_back({std::move(heard[i].words), times});
        break;
    }
  }
  const std::vector<std::size_t> leader_of = GroupByWords(worded);
  // Texts of a group, the most frequent first.
  std::map<std::size_t, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < left.size(); ++i)
    members[leader_of[i]].push_back(i);
  for (auto& [leader, group] : members) {
    // Its leader, the first of those said most often, comes first.
    std::stable_sort(group.begin(), group.end(),
                     [&](std::size_t a, std::size_t b) {
                       return worded[a].times > worded[b].times;
                     });
    std::vector<std::pair<const std::string*, const Said*>> wordings;
    for (const std::size_t member : group)
      wordings.emplace_back(left[member], &said.at(*left[member]));
    UnheardGroup made = GroupOf(wordings);
    if (made.times >= question.least) unheard.groups.push_back(std::move(made));
  }
  std::sort(unheard.groups.begin(), unheard.groups.end(),
            [](const UnheardGroup& a, const UnheardGroup& b) {
              return a.times != b.times ? a.times > b.times : a.text < b.text;
            });
  return unheard;
}

nlohmann::ordered_json ToJson(const UnheardGroup& group) {
  return {{"text", group.text},
          {"others", group.others},
          {"wordings", group.wordings},
          {"times", group.times},
          {"conversations", group.conversations},
          {"last", group.last}};
}

std::string ToText(const Unheard& unheard) {
  std::string text;
  for (const UnheardGroup& group : unheard.groups) {
    text += OneLine(group.text) + "\n    " + CountsOf(group) + "\n";
    for (const std::string& other : group.others)
      text += "    " + OneLine(other) + "\n";
    const auto shown = static_cast<std::int64_t>(group.others.size()) + 1;
    if (group.wordings > shown)
      text += "    and " + std::to_string(group.wordings - shown) + " more\n";
  }
  return text + SummaryOf(unheard) + "\n";
}

std::string ToHtml(const Unheard& unheard) {
  std::string body = "<p>" + Escaped(SummaryOf(unheard)) +
                     ".</p>\n<p class=\"soft\">These are people's own words, "
                     "said in confidence: keep this page to those who write "
                     "the rules, and delete it when it has served.</p>\n";
  for (const UnheardGroup& group : unheard.groups) {
    body += "<div class=\"card\"><b>" + Escaped(group.text) +
            "</b><div class=\"soft\">" + CountsOf(group) + "</div>";
    if (!group.others.empty()) {
      body += "<details><summary>" +
              Count(group.wordings - 1, "other wording", "other wordings") +
              "</summary><ul>";
      for (const std::string& other : group.others)
        body += "<li>" + Escaped(other) + "</li>";
      const auto shown = static_cast<std::int64_t>(group.others.size()) + 1;
      if (group.wordings > shown)
        body += "<li class=\"soft\">and " +
                std::to_string(group.wordings - shown) + " more</li>";
      body += "</ul></details>";
    }
    body += "</div>\n";
  }
  return Page("What no rule heard", body);
}

}  // namespace nearer::authoring
