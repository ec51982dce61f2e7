// rules/**/*.yaml: themes, concepts, rules and prompts; and rules/sources.yaml.
#include <algorithm>
#include <string>
#include <utility>

#include "content/draft.h"
#include "content/fields.h"
#include "content/keys.h"
#include "content/suggest.h"
#include "content/yaml_tree.h"

namespace nearer::content {
namespace {

constexpr std::size_t kFewestOfScene = 20;

// Moments of the session, and how a theme is called in a sentence.
bool IsMoment(std::string_view theme) {
  return theme.starts_with("coach.") || theme.starts_with("topic.");
}

std::vector<std::string> Sources(Fields& fields, Draft& draft) {
  std::vector<std::string> sources;
  for (Line& line : fields.List("source")) {
    draft.mentions.push_back({Mention::Of::kSource, line.text, line.at});
    sources.push_back(std::move(line.text));
  }
  return sources;
}

std::string Id(Fields& fields, Draft& draft) {
  fields.Require("id", "a name that stays when the texts change");
  std::string id = fields.Text("id");
  if (!id.empty()) CheckId(id, fields.At("id"), draft);
  return id;
}

void ReadConcepts(const YamlNode& node, const SourceText& source,
                  Draft& draft) {
  if (node.kind != YamlNode::Kind::kMap) {
    draft.Error(source.At(node.line, node.byte),
                "expected concepts as in 'alone: |' with one member a line, "
                "but " +
                    Stands(node) + " stands here");
    return;
  }
  for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
    const YamlNode& name = node.items[i];
    const YamlNode& members = node.items[i + 1];
    if (name.kind != YamlNode::Kind::kText) continue;  // reported with the tree
    Concept set{.name = name.text,
                .members = {},
                .at = source.At(name.line, name.byte)};
    const bool plain =
        std::all_of(set.name.begin(), set.name.end(), [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
    if (!plain)
      draft.Error(set.at, "'" + set.name +
                              "' cannot name a concept; write small letters, "
                              "digits and '_', without the '@'");
    if (members.kind == YamlNode::Kind::kText)
      set.members = LinesOf(members, source);
    if (set.members.empty())
      draft.Error(set.at,
                  "expected a '|' block with one member a line after '" +
                      set.name + ":', but " + Stands(members) +
                      " stands there");
    for (const Line& member : set.members) {
      std::string_view text = member.text;
      if (text.size() > 2 && text.starts_with('"') && text.ends_with('"'))
        text = text.substr(1, text.size() - 2);  // exactly this form
      const std::size_t sign = text.find_first_of("()[]{}*<>|^&\"#:");
      if (sign != std::string_view::npos)
        draft.Error(member.at,
                    "'" + std::string(1, text[sign]) +
                        "' stands in a member of a concept; members are plain "
                        "words, phrases or @other, write one a line");
      else if (text.find('@', 1) != std::string_view::npos)
        draft.Error(member.at,
                    "'@' stands inside a member; give @other a line "
                    "of its own");
    }
    draft.authored.concepts.push_back(std::move(set));
  }
}

// What the rule is about: its own `theme`, `act` or `risk`, else the file's.
void ReadSubject(Fields& fields, const SourceText& source,
                 const std::string& file_theme, Rule& rule, Draft& draft) {
  const int own = int{fields.Has("theme")} + int{fields.Has("act")} +
                  int{fields.Has("risk")};
  if (own > 1) {
    draft.Error(fields.At(),
                "a rule has one of 'theme', 'act' and 'risk'; "
                "split it in two or delete one");
    return;
  }
  if (fields.Has("act")) {
    rule.act = fields.Text("act");
    if (!rule.act.empty())
      draft.mentions.push_back(
          {Mention::Of::kMove, rule.act, fields.At("act")});
    return;
  }
  if (const YamlNode* node = fields.Find("risk")) {
    Fields risk(*node, "a risk", kRiskKeys, source, draft);
    risk.Require("category", "one of " + Listed(kRiskCategories));
    risk.Require("level", "one of " + Listed(kRiskLevels));
    const auto category = risk.OneOf("category", kRiskCategories);
    const auto level = risk.OneOf("level", kRiskLevels);
    if (!category || !level) return;
    rule.risk = Risk{.category = static_cast<RiskCategory>(*category),
                     .level = static_cast<RiskLevel>(*level)};
    rule.any_polarity = true;  // safety rules hear through negation
    if (ParseRiskCategory(file_theme) &&
        file_theme != Name(rule.risk->category))
      draft.Error(risk.At("category"),
                  "the file is about " + file_theme +
                      "; move the rule, or mend one of the two");
    return;
  }
  const std::string theme =
      fields.Has("theme") ? fields.Text("theme") : file_theme;
  const Place at = fields.Has("theme") ? fields.At("theme") : fields.At();
  if (theme.empty()) {
    if (!fields.Has("theme"))
      draft.Error(at,
                  "nothing says what this rule is about; add 'theme', "
                  "'act' or 'risk', or a 'theme' for the whole file");
  } else if (IsMoment(theme)) {
    draft.Error(at,
                "'" + theme +
                    "' is for prompts only; give the rule its own 'theme' or "
                    "'act'");
  } else if (ParseRiskCategory(theme)) {
    draft.Error(
        at, "a rule about " + theme + " needs 'risk: {category: " + theme +
                ", level: …}' with one of the levels " + Listed(kRiskLevels));
  } else {
    rule.theme = theme;
    if (fields.Has("theme"))
      draft.mentions.push_back({Mention::Of::kTheme, theme, at});
  }
}

void ReadRule(const YamlNode& node, const SourceText& source,
              const std::string& file_theme, Draft& draft) {
  Fields fields(node, "a rule", kRuleKeys, source, draft);
  if (node.kind != YamlNode::Kind::kMap) return;
  Rule rule;
  rule.at = fields.At();
  rule.id = Id(fields, draft);
  ReadSubject(fields, source, file_theme, rule, draft);
  if (fields.Has("polarity")) {
    static constexpr std::array<std::string_view, 1> kAny = {"any"};
    if (fields.OneOf("polarity", kAny)) rule.any_polarity = true;
  }
  rule.priority = fields.Number("priority", -9, 9).value_or(0);
  fields.Require("when", "the patterns by which it hears");
  rule.when = fields.Lines("when");
  rule.unless = fields.Lines("unless");
  rule.examples = fields.Lines("examples");
  rule.counterexamples = fields.Lines("counterexamples");
  rule.reflect = fields.Lines("reflect");
  rule.source = Sources(fields, draft);
  if (!fields.Has("examples"))
    draft.Warn(rule.at,
               "the rule has no 'examples', so nothing shows that it "
               "hears what it should; add one sentence or more");
  if (!rule.reflect.empty() && !fields.Has("source"))
    draft.Error(fields.At("reflect"),
                "the rule's 'reflect' needs a 'source' beside it, as in "
                "[S001-05]");
  draft.authored.rules.push_back(std::move(rule));
}

void ReadPrompt(const YamlNode& node, const SourceText& source,
                const std::string& file_theme, Draft& draft) {
  Fields fields(node, "a prompt", kPromptKeys, source, draft);
  if (node.kind != YamlNode::Kind::kMap) return;
  Prompt prompt;
  prompt.at = fields.At();
  prompt.id = Id(fields, draft);
  if (fields.Has("theme")) {
    prompt.theme = fields.Text("theme");
    if (!prompt.theme.empty())
      draft.mentions.push_back(
          {Mention::Of::kPromptTheme, prompt.theme, fields.At("theme")});
  } else {
    prompt.theme = file_theme;
    if (file_theme.empty())
      draft.Error(prompt.at,
                  "nothing says what this prompt is about; add "
                  "'theme' here or for the whole file");
  }
  fields.Require("kind", "one of " + Listed(kPromptKinds));
  prompt.kind = static_cast<PromptKind>(
      fields.OneOf("kind", kPromptKinds)
          .value_or(static_cast<std::size_t>(PromptKind::kSay)));
  prompt.setting =
      static_cast<Setting>(fields.OneOf("setting", kSettings).value_or(0));
  fields.Require("say", "one alternative a line");
  prompt.say = fields.Lines("say");
  fields.Require("source",
                 "items of rules/sources.yaml as in [S001-05], or "
                 "[coaching]");
  prompt.source = Sources(fields, draft);
  draft.authored.prompts.push_back(std::move(prompt));
}

void ReadScene(const YamlNode& node, const SourceText& source, Draft& draft) {
  Fields fields(node, "a scene", kSceneKeys, source, draft);
  if (node.kind != YamlNode::Kind::kMap) return;
  Scene scene;
  scene.at = fields.At();
  scene.id = Id(fields, draft);
  fields.Require("about", "what people tell in it, in a few words");
  scene.about = fields.Text("about");
  if (fields.Has("theme")) {
    scene.theme = fields.Text("theme");
    if (!scene.theme.empty())
      draft.mentions.push_back(
          {Mention::Of::kTheme, scene.theme, fields.At("theme")});
  }
  if (fields.Has("offer")) {
    scene.offer = fields.Text("offer");
    if (!scene.offer.empty())
      draft.mentions.push_back(
          {Mention::Of::kDialog, scene.offer, fields.At("offer")});
  }
  scene.to_coach = fields.True("to_coach");
  scene.corrects = fields.True("corrects");
  fields.Require("examples", "messages from which it is learned");
  scene.examples = fields.Lines("examples");
  fields.Require("reflect", "one alternative a line");
  scene.reflect = fields.Lines("reflect");
  scene.deeper = fields.Lines("deeper");
  scene.ask = fields.Lines("ask");
  fields.Require("source",
                 "items of rules/sources.yaml as in [S001-05], or "
                 "[coaching]");
  scene.source = Sources(fields, draft);
  if (scene.examples.size() < kFewestOfScene)
    draft.Warn(scene.at, "the scene has " +
                             std::to_string(scene.examples.size()) +
                             " examples; the model learns little from fewer "
                             "than " +
                             std::to_string(kFewestOfScene));
  draft.authored.scenes.push_back(std::move(scene));
}

}  // namespace

void ReadRules(const SourceText& source, Draft& draft) {
  const std::size_t problems = draft.problems.size();
  const std::vector<YamlNode> documents = ReadYaml(source, draft.problems);
  const YamlNode* document = OnlyDocument(documents, source, draft);
  if (document == nullptr) {
    draft.incomplete |= draft.problems.size() > problems;
    return;
  }
  Fields file(*document, "a file of rules", kRulesFileKeys, source, draft);
  const std::string theme = file.Text("theme");
  if (!theme.empty())
    draft.mentions.push_back(
        {Mention::Of::kPromptTheme, theme, file.At("theme")});
  if (const YamlNode* concepts = file.Find("concepts"))
    ReadConcepts(*concepts, source, draft);
  if (const YamlNode* rules = file.Find("rules"))
    for (const YamlNode& rule : ItemsOf(*rules, "rules", source, draft))
      ReadRule(rule, source, theme, draft);
  if (const YamlNode* prompts = file.Find("prompts"))
    for (const YamlNode& prompt : ItemsOf(*prompts, "prompts", source, draft))
      ReadPrompt(prompt, source, theme, draft);
  if (const YamlNode* scenes = file.Find("scenes"))
    for (const YamlNode& scene : ItemsOf(*scenes, "scenes", source, draft))
      ReadScene(scene, source, draft);
}

void ReadSources(const SourceText& source, Draft& draft) {
  const std::size_t problems = draft.problems.size();
  const std::vector<YamlNode> documents = ReadYaml(source, draft.problems);
  const YamlNode* document = OnlyDocument(documents, source, draft);
  if (document == nullptr) {
    draft.incomplete |= draft.problems.size() > problems;
    return;
  }
  for (const YamlNode& node : ItemsOf(*document, "sources", source, draft)) {
    Fields fields(node, "a source", kSourceKeys, source, draft);
    if (node.kind != YamlNode::Kind::kMap) continue;
    for (const std::string_view key : kSourceKeys) fields.Require(key, "");
    SourceItem item{.id = fields.Text("id"),
                    .article = fields.Text("article"),
                    .heading = fields.Text("heading"),
                    .line = fields.Number("line", 1, 1'000'000).value_or(0)};
    const auto same = std::find_if(
        draft.authored.sources.begin(), draft.authored.sources.end(),
        [&](const SourceItem& other) { return other.id == item.id; });
    if (same != draft.authored.sources.end() && !item.id.empty())
      draft.Error(fields.At("id"), "the source '" + item.id +
                                       "' stands here a second time; delete "
                                       "one or number it anew");
    draft.authored.sources.push_back(std::move(item));
  }
}

}  // namespace nearer::content
