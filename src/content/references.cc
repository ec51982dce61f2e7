#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "content/draft.h"
#include "content/keys.h"
#include "content/scan.h"
#include "content/suggest.h"

namespace nearer::content {
namespace {

using Names = std::unordered_set<std::string_view>;

std::string Written(const Place& at) {
  return at.file + ':' + std::to_string(at.line);
}

// Reports every id that stood before in `all`.
template <typename T>
void CheckUnique(const std::vector<T>& all, std::string T::*id,
                 std::string_view what, Draft& draft) {
  std::unordered_map<std::string_view, const T*> first;
  for (const T& one : all) {
    const std::string& name = one.*id;
    if (name.empty()) continue;  // reported where it is missing
    const auto [same, is_new] = first.try_emplace(name, &one);
    if (!is_new)
      draft.Error(one.at, "the " + std::string(what) + " '" + name +
                              "' stands here a second time, first in " +
                              Written(same->second->at) +
                              "; give one of them another name");
  }
}

// What a name may be, and how that is called in a message.
struct Known {
  std::string what;
  std::vector<std::string> names;
  Names set;
  void Add(const std::string& name) { names.push_back(name); }
  void Close() { set = Names(names.begin(), names.end()); }
};

void CheckMentions(Draft& draft) {
  Known themes{"theme (rules/themes.txt lists them)", {}, {}};
  Known moves{"act (rules/themes.txt lists them as 'move')", {}, {}};
  Known sources{"source (rules/sources.yaml lists them)", {"coaching"}, {}};
  Known dialogs{"dialog", {}, {}};
  for (const Dialog& dialog : draft.authored.dialogs) dialogs.Add(dialog.id);
  for (const Theme& theme : draft.themes)
    (theme.kind == "move" ? moves : themes).Add(theme.id);
  for (const SourceItem& item : draft.authored.sources) sources.Add(item.id);
  themes.Close();
  moves.Close();
  sources.Close();
  dialogs.Close();

  const bool check_themes = !draft.themes.empty();
  const bool check_sources = !draft.authored.sources.empty();
  for (const Mention& mention : draft.mentions) {
    const Known* known = &themes;
    bool check = check_themes;
    std::string_view name = mention.name;
    switch (mention.of) {
      case Mention::Of::kTheme:
        break;
      case Mention::Of::kPromptTheme:
        check = check && !name.starts_with("coach.");
        if (name.starts_with("topic.")) name.remove_prefix(6);
        break;
      case Mention::Of::kMove:
        known = &moves;
        break;
      case Mention::Of::kDialog:
        known = &dialogs;
        check = !draft.incomplete;
        break;
      case Mention::Of::kSource:
        known = &sources;
        check = check_sources;
        break;
    }
    if (!check || known->set.contains(name)) continue;
    std::string message =
        "'" + std::string(name) + "' is no known " + known->what;
    if (known == &themes && moves.set.contains(name))
      message +=
          "; it is an act without a theme, write 'act: " + mention.name + "'";
    else if (known == &moves && themes.set.contains(name))
      message += "; it is a theme, write 'theme: " + mention.name + "'";
    else
      message += DidYouMean(name, known->names);
    draft.Error(mention.at, std::move(message));
  }
}

void CheckConcepts(Draft& draft) {
  const Authored& authored = draft.authored;
  std::vector<std::string> names;
  for (const Concept& one : authored.concepts) names.push_back(one.name);
  const Names known(names.begin(), names.end());
  Names used;
  std::vector<Problem> unknown;
  const auto check = [&](const std::vector<Line>& lines) {
    for (const Line& line : lines)
      for (const Named& named : ConceptsIn(line.text)) {
        if (known.contains(named.name))
          used.insert(named.name);
        else
          unknown.push_back(
              ErrorAt(PlaceIn(line, named.byte),
                      "no concept is called '@" + std::string(named.name) +
                          "'; add it under 'concepts:' or mend the name" +
                          DidYouMean(named.name, names)));
      }
  };
  for (const Concept& one : authored.concepts) check(one.members);
  for (const Rule& rule : authored.rules) {
    check(rule.when);
    check(rule.unless);
  }
  for (const Dialog& dialog : authored.dialogs) {
    check(dialog.ask);
    for (const DialogReply& reply : dialog.volunteered) check(reply.when);
    for (const DialogNode& node : dialog.nodes)
      for (const DialogReply& reply : node.replies) check(reply.when);
  }
  // A file that could not be read may hold what is missing or uses it.
  if (draft.incomplete) return;
  draft.problems.insert(draft.problems.end(), unknown.begin(), unknown.end());
  for (const Concept& one : authored.concepts)
    if (!used.contains(one.name))
      draft.Warn(one.at,
                 "no pattern uses '@" + one.name + "'; use it or delete it");
}

std::string_view ThemeOf(const Rule& rule) {
  return rule.risk ? Name(rule.risk->category) : std::string_view(rule.theme);
}

// A line with a slot that nothing fills is passed over in silence, so a slip
// in its name would go unseen.
void CheckSlots(Draft& draft) {
  const auto check = [&](const std::vector<Line>& lines,
                         const std::set<std::string_view>& captures) {
    for (const Line& line : lines)
      for (const Named& slot : SlotsIn(line.text)) {
        if (slot.name.empty()) {
          draft.Error(PlaceIn(line, slot.byte),
                      "this brace belongs to no slot; write {name} or "
                      "{name|words if it is empty}");
          continue;
        }
        std::vector<std::string_view> known(captures.begin(), captures.end());
        known.insert(known.end(), kFilledSlots.begin(), kFilledSlots.end());
        known.insert(known.end(), kRememberedSlots.begin(),
                     kRememberedSlots.end());
        if (std::find(known.begin(), known.end(), slot.name) == known.end())
          draft.Error(PlaceIn(line, slot.byte),
                      "nothing fills {" + std::string(slot.name) +
                          "} here; capture it in the rule's 'when' as {" +
                          std::string(slot.name) + ": …}, or mend the name" +
                          DidYouMean(slot.name, known));
      }
  };
  std::unordered_map<std::string_view, std::set<std::string_view>> of_theme;
  for (const Rule& rule : draft.authored.rules) {
    std::set<std::string_view> captures;
    for (const Line& pattern : rule.when)
      for (const Named& capture : CapturesIn(pattern.text))
        captures.insert(capture.name);
    check(rule.reflect, captures);
    if (!captures.empty()) of_theme[ThemeOf(rule)].merge(captures);
  }
  for (const Prompt& prompt : draft.authored.prompts)
    if (!prompt.theme.starts_with("coach."))  // the coach fills these itself
      check(prompt.say, of_theme[prompt.theme]);
  for (const Scene& scene : draft.authored.scenes) {
    check(scene.reflect, {});
    check(scene.deeper, {});
    check(scene.ask, {});
  }
}

// Themes that nothing hears, or that the coach has no words for.
void CheckCoverage(Draft& draft) {
  std::set<std::string_view> heard;
  for (const Rule& rule : draft.authored.rules)
    heard.insert(rule.act.empty() ? ThemeOf(rule) : std::string_view(rule.act));
  std::map<std::string_view, std::set<PromptKind>> said;
  for (const Prompt& prompt : draft.authored.prompts)
    said[prompt.theme].insert(prompt.kind);
  for (const Theme& theme : draft.themes) {
    if (!heard.contains(theme.id))
      draft.Warn(theme.at, "no rule hears '" + theme.id + "'; add one");
    std::vector<std::string_view> missing;
    const auto want = [&](PromptKind kind) {
      if (!said[theme.id].contains(kind))
        missing.push_back(kPromptKinds[static_cast<std::size_t>(kind)]);
    };
    if (theme.kind == "self" || theme.kind == "partner") {
      want(PromptKind::kSimple);
      want(PromptKind::kComplex);
      want(PromptKind::kReframe);
      want(PromptKind::kQuestion);
    } else if (theme.kind == "request") {
      want(PromptKind::kLesson);
      want(PromptKind::kOffer);
      if (missing.size() == 1) missing.clear();  // either will do
    }
    if (!missing.empty())
      draft.Warn(theme.at, "'" + theme.id + "' has no prompt of kind " +
                               Listed(missing) + "; add one");
  }
}

}  // namespace

void CheckReferences(Draft& draft) {
  const Authored& authored = draft.authored;
  CheckUnique(authored.concepts, &Concept::name, "concept", draft);
  CheckUnique(authored.rules, &Rule::id, "rule", draft);
  CheckUnique(authored.prompts, &Prompt::id, "prompt", draft);
  CheckUnique(authored.scenes, &Scene::id, "scene", draft);
  CheckUnique(authored.dialogs, &Dialog::id, "dialog", draft);
  CheckMentions(draft);
  CheckConcepts(draft);
  CheckSlots(draft);
  if (!draft.incomplete) CheckCoverage(draft);
}

}  // namespace nearer::content
