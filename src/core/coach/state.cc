#include "core/coach/state.h"

#include <array>
#include <concepts>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "core/json_text.h"

namespace nearer::coach {
namespace {

using nearer::AppendJson;
using Json = nlohmann::json;

constexpr int kVersion = 1;
constexpr std::array<std::string_view, 7> kStages = {
    "open", "last_step", "explore", "reframe", "step", "close", "safety"};
constexpr std::array<std::string_view, 5> kSettings = {
    "any", "romantic", "family", "friend", "work"};

// Writing and reading name the same members: a visitor is given each with its
// key, in the order of the keys, which is the order they are written in. What
// is visited by `Always` is written even when it is empty, and must be there
// when it is read.

class Writer {
 public:
  explicit Writer(std::string& json) : json_(json) {}

  template <typename T>
  void operator()(std::string_view key, const T& value) {
    if (!IsEmpty(value)) Always(key, value);
  }
  template <typename T>
  void Always(std::string_view key, const T& value) {
    if (!first_) json_ += ',';
    first_ = false;
    AppendJson(key, json_);
    json_ += ':';
    Write(value);
  }

  template <typename T>
  void Object(const T& value) {
    json_ += '{';
    Writer members(json_);
    VisitMembers(members, value);
    json_ += '}';
  }

 private:
  static bool IsEmpty(std::int64_t value) { return value == 0; }
  static bool IsEmpty(int value) { return value == 0; }
  static bool IsEmpty(bool value) { return !value; }
  template <typename T>
  static bool IsEmpty(const std::optional<T>& value) {
    return !value;
  }
  template <typename T>
  static bool IsEmpty(const T& value) {
    return value.empty();
  }

  void Write(std::int64_t value) { AppendJson(value, json_); }
  void Write(int value) { AppendJson(static_cast<std::int64_t>(value), json_); }
  void Write(bool value) { json_ += value ? "true" : "false"; }
  void Write(const std::string& value) {
    AppendJson(std::string_view(value), json_);
  }
  void Write(const std::vector<std::string>& value) {
    AppendJson(value, json_);
  }
  void Write(const std::map<std::string, std::string>& value) {
    AppendJson(value, json_);
  }
  void Write(Stage value) { AppendJson(Name(value), json_); }
  void Write(Setting value) {
    AppendJson(kSettings[static_cast<std::size_t>(value)], json_);
  }
  void Write(RiskCategory value) { AppendJson(Name(value), json_); }
  void Write(RiskLevel value) { AppendJson(Name(value), json_); }
  template <typename T>
  void Write(const std::optional<T>& value) {
    Object(*value);
  }
  template <typename T>
  void Write(const std::vector<T>& values) {
    json_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) json_ += ',';
      Object(values[i]);
    }
    json_ += ']';
  }
  void Write(const std::vector<Chip>& chips) {
    json_ += '[';
    for (std::size_t i = 0; i < chips.size(); ++i) {
      json_ += i > 0 ? ",[" : "[";
      AppendJson(std::string_view(chips[i].text), json_);
      json_ += ',';
      AppendJson(std::string_view(chips[i].action), json_);
      json_ += ']';
    }
    json_ += ']';
  }
  void Write(const std::vector<ThemeSeen>& themes) {
    // An object: in the order of its keys, a later one in place of an earlier.
    std::map<std::string_view, int> times;
    for (const ThemeSeen& seen : themes) times[seen.theme] = seen.times;
    json_ += '{';
    Writer members(json_);
    for (const auto& [theme, count] : times) members.Always(theme, count);
    json_ += '}';
  }

  std::string& json_;
  bool first_ = true;
};

class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) {}

  template <typename T>
  void operator()(const char* key, T& value) {
    if (const auto it = json_.find(key); it != json_.end()) Read(*it, value);
  }
  template <typename T>
  void Always(const char* key, T& value) {
    Read(json_.at(key), value);
  }

 private:
  template <typename T, std::size_t N>
  static T ParseName(const std::array<std::string_view, N>& names,
                     const Json& json) {
    const auto& text = json.get_ref<const std::string&>();
    for (std::size_t i = 0; i < N; ++i)
      if (names[i] == text) return static_cast<T>(i);
    throw Json::other_error::create(501, "unknown name", &json);
  }
  template <typename T>
  static T Known(const std::optional<T>& value, const Json& json) {
    if (!value) throw Json::other_error::create(501, "unknown risk", &json);
    return *value;
  }

  static void Read(const Json& json, Stage& value) {
    value = ParseName<Stage>(kStages, json);
  }
  static void Read(const Json& json, Setting& value) {
    value = ParseName<Setting>(kSettings, json);
  }
  static void Read(const Json& json, RiskCategory& value) {
    value = Known(ParseRiskCategory(json.get_ref<const std::string&>()), json);
  }
  static void Read(const Json& json, RiskLevel& value) {
    value = Known(ParseRiskLevel(json.get_ref<const std::string&>()), json);
  }
  template <typename T>
  static void Read(const Json& json, std::optional<T>& value) {
    Reader members(json);
    VisitMembers(members, value.emplace());
  }
  template <typename T>
  static void Read(const Json& json, std::vector<T>& values) {
    for (const Json& item : json) {
      Reader members(item);
      VisitMembers(members, values.emplace_back());
    }
  }
  static void Read(const Json& json, std::vector<std::string>& values) {
    json.get_to(values);
  }
  static void Read(const Json& json, std::vector<Chip>& chips) {
    for (const Json& item : json) chips.push_back({item.at(0), item.at(1)});
  }
  static void Read(const Json& json, std::vector<ThemeSeen>& themes) {
    for (const auto& [theme, times] : json.items())
      themes.push_back({theme, times.get<int>()});
  }
  template <typename T>
  static void Read(const Json& json, T& value) {
    json.get_to(value);
  }

  const Json& json_;
};

template <typename Visit, typename T>
void VisitMembers(Visit& visit, T& person) requires
    std::same_as<std::remove_const_t<T>, Person> {
  visit("name", person.name);
  visit("role", person.role);
  visit.Always("setting", person.setting);
  visit("turn", person.turn);
}

template <typename Visit, typename T>
void VisitMembers(Visit& visit,
                  T& step) requires std::same_as<std::remove_const_t<T>, Step> {
  visit("chosen_at", step.chosen_at);
  visit.Always("confidence", step.confidence);
  visit("session", step.session);
  visit("state", step.state);
  visit("what", step.what);
  visit("when", step.when);
}

template <typename Visit, typename T>
void VisitMembers(Visit& visit, T& entry) requires
    std::same_as<std::remove_const_t<T>, Entry> {
  visit.Always("at", entry.at);
  visit.Always("parts", entry.parts);
}

template <typename Visit, typename T>
void VisitMembers(Visit& visit, T& dialog) requires
    std::same_as<std::remove_const_t<T>, OpenDialog> {
  visit("digressions", dialog.digressions);
  visit("id", dialog.id);
  visit("kept", dialog.kept);
  visit("node", dialog.node);
  visit("path", dialog.path);
}

template <typename Visit, typename T>
void VisitMembers(Visit& visit, T& danger) requires
    std::same_as<std::remove_const_t<T>, Danger> {
  visit("answers", danger.answers);
  visit.Always("category", danger.risk.category);
  visit("doubtful", danger.doubtful);
  visit("holding", danger.holding);
  visit.Always("level", danger.risk.level);
  visit("session", danger.session);
  visit("turn", danger.turn);
}

template <typename Visit, typename T>
void VisitMembers(Visit& visit, T& state) requires
    std::same_as<std::remove_const_t<T>, State> {
  visit("aside", state.aside);
  visit("ask_step", state.ask_step);
  visit("asked_country", state.asked_country);
  visit("chips", state.chips);
  visit("complex_reflections", state.complex_reflections);
  visit("country", state.country);
  visit("dangers", state.dangers);
  visit("depth", state.depth);
  visit("dialog", state.dialog);
  visit("disclosed_at", state.disclosed_at);
  visit("dropped_themes", state.dropped_themes);
  visit("finished", state.finished);
  visit("journal", state.journal);
  visit("last_at", state.last_at);
  visit("later_theme", state.later_theme);
  visit("misses", state.misses);
  visit("offered", state.offered);
  visit("people", state.people);
  visit("practice", state.practice);
  visit("questions_in_row", state.questions_in_row);
  visit("reflections", state.reflections);
  visit("refused", state.refused);
  visit("reminded_at", state.reminded_at);
  visit("reminder_asks", state.reminder_asks);
  visit("reminder_at", state.reminder_at);
  visit("reminder_turn", state.reminder_turn);
  visit("reminder_until", state.reminder_until);
  visit("reminder_words", state.reminder_words);
  visit("rule", state.rule);
  visit("said", state.said);
  visit("said_before", state.said_before);
  visit("session", state.session);
  visit("session_turns", state.session_turns);
  visit("short_answers", state.short_answers);
  visit.Always("stage", state.stage);
  visit("step", state.step);
  visit("theme", state.theme);
  visit("themes", state.themes);
  visit("turns", state.turns);
  int version = kVersion;  // seen to before anything is read
  visit.Always("v", version);
  visit("vents", state.vents);
  visit("zone", state.zone);
}

}  // namespace

std::string_view Name(Stage stage) {
  return kStages[static_cast<std::size_t>(stage)];
}

void AppendJson(const State& state, std::string& json) {
  Writer(json).Object(state);
}

std::string ToJson(const State& state) {
  std::string json;
  AppendJson(state, json);
  return json;
}

Result<State> ParseState(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("v").get<int>() != kVersion)
      return Error{"the conversation's state is of version " +
                   json.at("v").dump() +
                   "; this program reads version 1: use a newer one"};
    State state;
    Reader members(json);
    VisitMembers(members, state);
    return state;
  } catch (const Json::exception&) {
    return Error{
        "the conversation's state cannot be read; restore it from a backup"};
  }
}

}  // namespace nearer::coach
