#include "authoring/unheard.h"

#include <algorithm>
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
  history::UnixSeconds last = 0;
  std::vector<std::uint32_t> conversations;  // their numbers, ascending
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

std::vector<Heard> HearAll(const coach::Pack& pack,
                           const std::vector<const std::string*>& texts) {
  std::vector<Heard> all(texts.size());
  const std::size_t threads =
      std::max(1U, std::min(16U, std::thread::hardware_concurrency()));
  std::vector<std::jthread> working;
  for (std::size_t first = 0; first < threads; ++first)
    working.emplace_back([&, first] {
      for (std::size_t i = first; i < texts.size(); i += threads)
        all[i] = Hear(pack, *texts[i]);
    });
  working.clear();  // joins
  return all;
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
                                            std::int64_t least) {
  Unheard unheard;
  std::unordered_map<std::string, Said> said;
  std::string present;
  std::uint32_t number = 0;
  const auto walked =
      ForEachTurn(history, [&](const history::Conversation& conversation,
                               const history::Turn& turn) {
        if (conversation.id != present || number == 0) ++number;
        present = conversation.id;
        if (!WasUnheard(turn)) return;
        auto at = said.find(turn.utterance);
        if (at == said.end()) {
          if (said.size() >= kMostTexts) {
            ++unheard.left_out;
            return;
          }
          at = said.emplace(turn.utterance, Said{}).first;
        }
        Said& text = at->second;
        ++text.times;
        text.last = std::max(text.last, turn.at);
        if (text.conversations.empty() || text.conversations.back() != number)
          text.conversations.push_back(number);
      });
  if (!walked) return walked.error();

  std::vector<const std::string*> texts;
  for (const auto& [text, where] : said) texts.push_back(&text);
  std::sort(texts.begin(), texts.end(),
            [](const std::string* a, const std::string* b) { return *a < *b; });
  std::vector<Heard> heard = HearAll(pack, texts);

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
    std::stable_sort(group.begin(), group.end(),
                     [&](std::size_t a, std::size_t b) {
                       return worded[a].times > worded[b].times;
                     });
    UnheardGroup made{.text = *left[leader],
                      .wordings = static_cast<std::int64_t>(group.size())};
    std::vector<std::uint32_t> conversations;
    for (const std::size_t member : group) {
      const Said& text = said.at(*left[member]);
      made.times += text.times;
      made.last = std::max(made.last, text.last);
      conversations.insert(conversations.end(), text.conversations.begin(),
                           text.conversations.end());
      if (member != leader && made.others.size() < kOthers)
        made.others.push_back(*left[member]);
    }
    if (made.times < least) continue;
    std::sort(conversations.begin(), conversations.end());
    made.conversations =
        std::unique(conversations.begin(), conversations.end()) -
        conversations.begin();
    unheard.groups.push_back(std::move(made));
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
