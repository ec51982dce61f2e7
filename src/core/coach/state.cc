#include "core/coach/state.h"

#include <array>
#include <nlohmann/json.hpp>

namespace nearer::coach {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;
constexpr std::array<std::string_view, 7> kStages = {
    "open", "last_step", "explore", "reframe", "step", "close", "safety"};
constexpr std::array<std::string_view, 5> kSettings = {
    "any", "romantic", "family", "friend", "work"};

template <typename T, std::size_t N>
T ParseName(const std::array<std::string_view, N>& names, const Json& json) {
  const auto& text = json.get_ref<const std::string&>();
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == text) return static_cast<T>(i);
  throw Json::other_error::create(501, "unknown name", &json);
}

// Writing and reading name the same members in the same order: a visitor that
// is given each member with its key.
class Writer {
 public:
  void operator()(const char* key, std::int64_t value) {
    if (value != 0) json_[key] = value;
  }
  void operator()(const char* key, int value) {
    (*this)(key, static_cast<std::int64_t>(value));
  }
  void operator()(const char* key, bool value) {
    if (value) json_[key] = true;
  }
  template <typename T>
  void operator()(const char* key, const T& value) {
    if (!value.empty()) json_[key] = value;
  }
  Json Take() { return std::move(json_); }

 private:
  Json json_ = Json::object();
};

class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) {}
  template <typename T>
  void operator()(const char* key, T& value) {
    if (const auto it = json_.find(key); it != json_.end()) it->get_to(value);
  }

 private:
  const Json& json_;
};

template <typename Visit, typename T>
void VisitPerson(Visit& visit, T& person) {
  visit("role", person.role);
  visit("name", person.name);
  visit("turn", person.turn);
}

template <typename Visit, typename T>
void VisitStep(Visit& visit, T& step) {
  visit("what", step.what);
  visit("when", step.when);
  visit("state", step.state);
  visit("chosen_at", step.chosen_at);
  visit("session", step.session);
}

template <typename Visit, typename T>
void VisitDialog(Visit& visit, T& dialog) {
  visit("id", dialog.id);
  visit("node", dialog.node);
  visit("kept", dialog.kept);
  visit("path", dialog.path);
  visit("digressions", dialog.digressions);
}

template <typename Visit, typename T>
void VisitDanger(Visit& visit, T& danger) {
  visit("session", danger.session);
  visit("turn", danger.turn);
  visit("holding", danger.holding);
  visit("answers", danger.answers);
}

template <typename Visit, typename T>
void VisitState(Visit& visit, T& state) {
  visit("last_at", state.last_at);
  visit("turns", state.turns);
  visit("session", state.session);
  visit("session_turns", state.session_turns);
  visit("theme", state.theme);
  visit("depth", state.depth);
  visit("rule", state.rule);
  visit("later_theme", state.later_theme);
  visit("dropped_themes", state.dropped_themes);
  visit("said", state.said);
  visit("said_before", state.said_before);
  visit("questions_in_row", state.questions_in_row);
  visit("reflections", state.reflections);
  visit("complex_reflections", state.complex_reflections);
  visit("misses", state.misses);
  visit("short_answers", state.short_answers);
  visit("vents", state.vents);
  visit("offered", state.offered);
  visit("refused", state.refused);
  visit("finished", state.finished);
  visit("ask_step", state.ask_step);
  visit("practice", state.practice);
  visit("country", state.country);
  visit("asked_country", state.asked_country);
  visit("disclosed_at", state.disclosed_at);
  visit("reminder_at", state.reminder_at);
  visit("reminder_until", state.reminder_until);
  visit("reminder_turn", state.reminder_turn);
  visit("reminder_words", state.reminder_words);
  visit("reminder_asks", state.reminder_asks);
  visit("reminded_at", state.reminded_at);
  visit("zone", state.zone);
}

template <typename T, typename VisitMember>
Json Write(const T& value, const VisitMember& members) {
  Writer writer;
  members(writer, value);
  return writer.Take();
}

Json WriteDialog(const OpenDialog& dialog) {
  return Write(dialog, [](auto& v, auto& d) { VisitDialog(v, d); });
}

OpenDialog ReadDialog(const Json& json) {
  OpenDialog dialog;
  Reader reader(json);
  VisitDialog(reader, dialog);
  return dialog;
}

template <typename T, typename Make>
Json WriteAll(const std::vector<T>& values, const Make& make) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(make(value));
  return array;
}

State Read(const Json& json) {
  State state;
  Reader reader(json);
  VisitState(reader, state);
  state.stage = ParseName<Stage>(kStages, json.at("stage"));
  if (json.contains("themes"))
    for (const auto& [theme, times] : json.at("themes").items())
      state.themes.push_back({theme, times.get<int>()});
  if (json.contains("dialog")) state.dialog = ReadDialog(json.at("dialog"));
  if (json.contains("aside")) state.aside = ReadDialog(json.at("aside"));
  for (const Json& item : json.value("chips", Json::array()))
    state.chips.push_back({item.at(0), item.at(1)});
  for (const Json& item : json.value("people", Json::array())) {
    Person person;
    Reader members(item);
    VisitPerson(members, person);
    person.setting = ParseName<Setting>(kSettings, item.at("setting"));
    state.people.push_back(std::move(person));
  }
  if (json.contains("step")) {
    state.step.emplace();
    Reader members(json.at("step"));
    VisitStep(members, *state.step);
    state.step->confidence = json.at("step").at("confidence");
  }
  for (const Json& item : json.value("journal", Json::array()))
    state.journal.push_back({item.at("at"), item.at("parts")});
  for (const Json& item : json.value("dangers", Json::array())) {
    Danger danger;
    Reader members(item);
    VisitDanger(members, danger);
    const auto category =
        ParseRiskCategory(item.at("category").get<std::string>());
    const auto level = ParseRiskLevel(item.at("level").get<std::string>());
    if (!category || !level)
      throw Json::other_error::create(501, "unknown risk", &item);
    danger.risk = {*category, *level};
    state.dangers.push_back(danger);
  }
  return state;
}

}  // namespace

std::string_view Name(Stage stage) {
  return kStages[static_cast<std::size_t>(stage)];
}

std::string ToJson(const State& state) {
  Writer writer;
  VisitState(writer, state);
  Json json = writer.Take();
  json["v"] = kVersion;
  json["stage"] = Name(state.stage);
  if (!state.themes.empty()) {
    Json& themes = json["themes"] = Json::object();
    for (const ThemeSeen& seen : state.themes) themes[seen.theme] = seen.times;
  }
  if (state.dialog) json["dialog"] = WriteDialog(*state.dialog);
  if (state.aside) json["aside"] = WriteDialog(*state.aside);
  if (!state.chips.empty())
    json["chips"] = WriteAll(state.chips, [](const Chip& chip) {
      return Json::array({chip.text, chip.action});
    });
  if (!state.people.empty())
    json["people"] = WriteAll(state.people, [](const Person& person) {
      Json item = Write(person, [](auto& v, auto& p) { VisitPerson(v, p); });
      item["setting"] = kSettings[static_cast<std::size_t>(person.setting)];
      return item;
    });
  if (state.step) {
    Json& step = json["step"] =
        Write(*state.step, [](auto& v, auto& s) { VisitStep(v, s); });
    step["confidence"] = state.step->confidence;
  }
  if (!state.journal.empty())
    json["journal"] = WriteAll(state.journal, [](const Entry& entry) {
      return Json{{"at", entry.at}, {"parts", entry.parts}};
    });
  if (!state.dangers.empty())
    json["dangers"] = WriteAll(state.dangers, [](const Danger& danger) {
      Json item = Write(danger, [](auto& v, auto& d) { VisitDanger(v, d); });
      item["category"] = Name(danger.risk.category);
      item["level"] = Name(danger.risk.level);
      return item;
    });
  // What a person wrote may hold broken UTF-8; it is kept as it can be.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<State> ParseState(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("v").get<int>() != kVersion)
      return Error{"the conversation's state is of version " +
                   json.at("v").dump() +
                   "; this program reads version 1: use a newer one"};
    return Read(json);
  } catch (const Json::exception&) {
    return Error{
        "the conversation's state cannot be read; restore it from a backup"};
  }
}

}  // namespace nearer::coach
