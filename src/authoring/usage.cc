#include "authoring/usage.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "authoring/record_walk.h"
#include "insights/calendar.h"

namespace nearer::authoring {
namespace {

using nlohmann::json;
using Kind = Used::Kind;

constexpr std::pair<Kind, const char*> kKinds[] = {{Kind::kRule, "rule"},
                                                   {Kind::kPrompt, "prompt"},
                                                   {Kind::kDialog, "dialog"},
                                                   {Kind::kNode, "node"}};

const char* Name(Kind kind) {
  for (const auto& [each, name] : kKinds)
    if (each == kind) return name;
  return "";
}

void Count(Use& use, history::UnixSeconds at) {
  ++use.times;
  use.last = use.times == 1 ? at : std::max(use.last, at);
}

// A wording's id is its author's id and a hash of the text behind a colon.
std::string AuthorsId(const std::string& wording) {
  return wording.substr(0, wording.rfind(':'));
}

class Counter {
 public:
  explicit Counter(const coach::Pack& pack) {
    const Authored& authored = pack.authored();
    for (const Rule& rule : authored.rules) {
      Add(Kind::kRule, rule.id);
      if (!rule.reflect.empty()) reflecting_.insert(rule.id);
    }
    for (const Prompt& prompt : authored.prompts) Add(Kind::kPrompt, prompt.id);
    for (const Dialog& dialog : authored.dialogs) {
      Add(Kind::kDialog, dialog.id);
      for (const DialogNode& node : dialog.nodes)
        Add(Kind::kNode, dialog.id + '.' + node.id);
    }
  }

  void CountTurn(const history::Turn& turn, const std::string& dialog_before,
                 std::string& dialog_after) {
    const json trace = json::parse(turn.trace, nullptr, false);
    const json reply = json::parse(turn.reply, nullptr, false);
    if (!trace.is_object() || !reply.is_object()) return;
    if (const std::string rule = TextIn(reply, "rule"); !rule.empty())
      Count(Find(Kind::kRule, rule).use, turn.at);
    std::set<std::string> heard;
    for (const json& match : ListIn(trace, "heard"))
      heard.insert(TextIn(match, "rule"));
    for (const std::string& rule : heard)
      if (!rule.empty()) Count(Find(Kind::kRule, rule).heard, turn.at);
    std::set<std::string> said;
    for (const json& wording : ListIn(trace, "prompts"))
      if (wording.is_string())
        said.insert(AuthorsId(wording.get<std::string>()));
    for (const std::string& id : said) CountSaid(id, turn.at);
    dialog_after = TextIn(reply, "dialog");
    if (!dialog_after.empty() && dialog_after != dialog_before)
      Count(Find(Kind::kDialog, dialog_after).use, turn.at);
  }

  std::vector<Used> Take() && {
    std::vector<Used> all;
    for (auto& [key, used] : used_) all.push_back(std::move(used));
    std::stable_sort(all.begin(), all.end(), [](const Used& a, const Used& b) {
      if (a.kind != b.kind) return a.kind < b.kind;
      return a.use.times > b.use.times;
    });
    return all;
  }

 private:
  void Add(Kind kind, const std::string& id) {
    used_[{kind, id}] = {.kind = kind, .id = id};
  }
  bool Has(Kind kind, const std::string& id) const {
    return used_.contains({kind, id});
  }
  Used& Find(Kind kind, const std::string& id) {
    const auto [at, added] = used_.try_emplace({kind, id});
    if (added) at->second = {.kind = kind, .id = id, .in_pack = false};
    return at->second;
  }

  // What was said may be a prompt's, a node's, a rule's reflection or a
  // dialog's invitation; only the first two are uses of their own.
  void CountSaid(const std::string& id, history::UnixSeconds at) {
    if (Has(Kind::kNode, id)) {
      Count(Find(Kind::kNode, id).use, at);
    } else if (Has(Kind::kPrompt, id) ||
               (!reflecting_.contains(id) && !Has(Kind::kDialog, id))) {
      Count(Find(Kind::kPrompt, id).use, at);
    }
  }

  static std::string TextIn(const json& object, const char* member) {
    if (!object.is_object()) return {};
    const auto found = object.find(member);
    return found != object.end() && found->is_string()
               ? found->get<std::string>()
               : std::string();
  }
  static json ListIn(const json& object, const char* member) {
    const auto found = object.find(member);
    return found != object.end() && found->is_array() ? *found : json::array();
  }

  std::map<std::pair<Kind, std::string>, Used> used_;
  std::set<std::string> reflecting_;  // rules that have a say of their own
};

std::string DateOf(history::UnixSeconds at) {
  return insights::IsoDate(insights::Calendar().DayOf(at));
}

}  // namespace

history::HistoryResult<Usage> FindUsage(const history::History& history,
                                        const coach::Pack& pack) {
  Usage usage;
  Counter counter(pack);
  std::string dialog, next;
  const auto walked = ForEachTurn(
      history, [&](const history::Conversation&, const history::Turn& turn) {
        if (turn.n == 0) {
          ++usage.conversations;
          dialog.clear();
        }
        ++usage.turns;
        counter.CountTurn(turn, dialog, next);
        dialog = std::exchange(next, {});
        return GoOn::kYes;
      });
  if (!walked) return walked.error();
  usage.used = std::move(counter).Take();
  return usage;
}

nlohmann::ordered_json ToJson(const Used& used) {
  const auto last = [](const Use& use) {
    return use.times == 0 ? nlohmann::ordered_json()
                          : nlohmann::ordered_json(use.last);
  };
  nlohmann::ordered_json json = {{"kind", Name(used.kind)},
                                 {"id", used.id},
                                 {"times", used.use.times},
                                 {"last", last(used.use)}};
  if (used.kind == Kind::kRule) {
    json["heard"] = used.heard.times;
    json["heard_last"] = last(used.heard);
  }
  json["in_pack"] = used.in_pack;
  return json;
}

std::string ToText(const Usage& usage) {
  std::string text;
  char line[256];
  for (const auto& [kind, name] : kKinds) {
    std::int64_t all = 0, never = 0;
    for (const Used& used : usage.used)
      if (used.kind == kind && used.in_pack) {
        ++all;
        never += used.use.times == 0 ? 1 : 0;
      }
    std::snprintf(line, sizeof line, "%ss: %lld, never used %lld\n", name,
                  static_cast<long long>(all), static_cast<long long>(never));
    text += line;
    for (const Used& used : usage.used) {
      if (used.kind != kind) continue;
      std::snprintf(
          line, sizeof line, "%9lld  %-10s  ",
          static_cast<long long>(used.use.times),
          used.use.times > 0 ? DateOf(used.use.last).c_str() : "never");
      text.append(line).append(used.id);
      if (kind == Kind::kRule && used.heard.times > used.use.times)
        text += "  (heard " + std::to_string(used.heard.times) + " times)";
      if (!used.in_pack) text += "  (not in this pack)";
      text += '\n';
    }
  }
  return text + std::to_string(usage.turns) + " turns in " +
         std::to_string(usage.conversations) + " conversations\n";
}

}  // namespace nearer::authoring
