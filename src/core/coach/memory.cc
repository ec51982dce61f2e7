#include "core/coach/memory.h"

#include <algorithm>
#include <array>

#include "core/text/pronouns.h"

namespace nearer::coach {
namespace {

constexpr std::int64_t kInTalk = 3;  // turns
constexpr std::size_t kMaxPeople = 12;

// Roles that name somebody without "my".
constexpr std::array<std::string_view, 8> kNamesOfTheirOwn = {
    "mom", "dad", "mother", "father", "grandma", "grandpa", "mommy", "daddy"};

bool StandsAlone(std::string_view role) {
  return std::find(kNamesOfTheirOwn.begin(), kNamesOfTheirOwn.end(), role) !=
         kNamesOfTheirOwn.end();
}

// "her mother" is somebody else's.
bool IsTheirs(const std::vector<text::Token>& tokens, std::size_t at) {
  static constexpr std::array<std::string_view, 6> kOwners = {
      "her", "his", "their", "your", "whose", "the"};
  return at > 0 && std::find(kOwners.begin(), kOwners.end(),
                             tokens[at - 1].word) != kOwners.end();
}

// "my", directly before or with one word between ("my older sister").
bool IsMine(const std::vector<text::Token>& tokens, std::size_t at) {
  for (std::size_t back = 1; back <= 2 && back <= at; ++back)
    if (tokens[at - back].word == "my") return true;
  return false;
}

// "Not my sister", "not about my sister", "forget my sister", "stop talking
// about my sister".
bool IsPutAway(const std::vector<text::Token>& tokens, std::size_t at) {
  if (at < 2 || tokens[at - 1].word != "my") return false;
  const std::string& before = tokens[at - 2].lemma;
  if (before == "not" || before == "forget") return true;
  if (before != "about") return false;
  for (std::size_t back = 3; back <= 4 && back <= at; ++back) {
    const std::string& word = tokens[at - back].lemma;
    if (word == "not" || word == "forget" || word == "stop") return true;
  }
  return false;
}

// A capitalised word that follows a role: "my sister Anna".
std::string NameAfter(const std::vector<text::Token>& tokens, std::size_t at,
                      std::string_view utterance) {
  if (at + 1 >= tokens.size()) return {};
  const text::Token& next = tokens[at + 1];
  if (!next.capital || next.word == "i" || next.clause != tokens[at].clause)
    return {};
  std::string_view name = utterance.substr(next.begin, next.end - next.begin);
  if (name.ends_with("'s")) name.remove_suffix(2);
  return std::string(name);
}

Person& Meet(State& state, const std::string& role, const std::string& name) {
  for (Person& person : state.people) {
    if (!name.empty() && person.name == name) return person;
    if (person.role == role && (name.empty() || person.name.empty())) {
      if (!name.empty()) person.name = name;
      return person;
    }
  }
  if (state.people.size() == kMaxPeople)
    state.people.erase(std::min_element(
        state.people.begin(), state.people.end(),
        [](const Person& a, const Person& b) { return a.turn < b.turn; }));
  state.people.push_back({.role = role, .name = name});
  return state.people.back();
}

}  // namespace

const Person* RememberPeople(const Pack& pack, const Hearing& hearing,
                             State& state) {
  const auto& tokens = hearing.reading().tokens;
  std::string last_role, last_name;
  bool any = false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const text::Token& token = tokens[i];
    if (const auto setting = pack.SettingOf(token.lemma)) {
      if (!IsMine(tokens, i) &&
          (!StandsAlone(token.lemma) || IsTheirs(tokens, i)))
        continue;
      if (IsPutAway(tokens, i)) {
        // "Not my sister": nobody to speak of.
        std::erase_if(state.people, [&](const Person& known) {
          return known.role == token.lemma;
        });
        continue;
      }
      Person& person =
          Meet(state, token.lemma, NameAfter(tokens, i, hearing.utterance()));
      person.setting = *setting;
      person.turn = state.turns;
      last_role = person.role;
      last_name = person.name;
      any = true;
    } else if (token.capital) {
      const std::string_view word =
          hearing.utterance().substr(token.begin, token.end - token.begin);
      for (Person& person : state.people)
        if (!person.name.empty() && word.starts_with(person.name)) {
          person.turn = state.turns;
          last_role = person.role;
          last_name = person.name;
          any = true;
        }
    }
  }
  if (!any) return nullptr;
  for (const Person& person : state.people)
    if (person.role == last_role && person.name == last_name) return &person;
  return nullptr;
}

const Person* PersonInTalk(const State& state) {
  const Person* latest = nullptr;
  for (const Person& person : state.people)
    if (state.turns - person.turn <= kInTalk &&
        (!latest || person.turn >= latest->turn))
      latest = &person;
  return latest;
}

bool OnlyOneInTalk(const State& state) {
  return std::count_if(state.people.begin(), state.people.end(),
                       [&](const Person& person) {
                         return state.turns - person.turn <= kInTalk;
                       }) == 1;
}

std::string Called(const Person& person) {
  return person.name.empty() ? "your " + person.role : person.name;
}

std::string Turned(std::string_view said, int max_words) {
  return text::TurnToYou(said, max_words).value_or(std::string());
}

}  // namespace nearer::coach
