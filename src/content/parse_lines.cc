// rules/safety/lines.yaml: where help is to be had, country by country.
#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "content/content.h"
#include "content/draft.h"
#include "content/fields.h"
#include "content/keys.h"
#include "content/yaml_tree.h"

namespace nearer::content {
namespace {

// The ways to reach help, by the keys that name them.
constexpr std::array<std::pair<std::string_view, HelpEntry HelpLines::*>, 5>
    kEntries = {{{"emergency", &HelpLines::emergency},
                 {"crisis", &HelpLines::crisis},
                 {"abuse", &HelpLines::abuse},
                 {"abuse_men", &HelpLines::abuse_men},
                 {"violence", &HelpLines::violence}}};

// "2026-11-22"; nothing when it is no day of the calendar.
std::optional<std::chrono::sys_days> ParseDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-')
    return std::nullopt;
  const auto year = ParseInt(text.substr(0, 4));
  const auto month = ParseInt(text.substr(5, 2));
  const auto day = ParseInt(text.substr(8, 2));
  if (!year || !month || !day || *month < 1 || *day < 1) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year{*year},
      std::chrono::month{static_cast<unsigned>(*month)},
      std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date};
}

HelpEntry ReadEntry(const YamlNode& node, const SourceText& source,
                    Draft& draft) {
  HelpEntry entry;
  Fields fields(node, "a way to reach help", kHelpEntryKeys, source, draft);
  if (node.kind != YamlNode::Kind::kMap) return entry;
  entry.at = fields.At();
  fields.Require("say", "the words after the colon in an answer");
  fields.Require("confidence", "A or B");
  entry.say = fields.Text("say");
  if (const auto which = fields.OneOf("confidence", kConfidences))
    entry.confidence = kConfidences[*which];
  entry.checked = fields.Text("checked");
  if (!entry.checked.empty() && !ParseDate(entry.checked))
    draft.Error(fields.At("checked"),
                "expected the day somebody confirmed it, as in 2026-11-22, but "
                "'" +
                    entry.checked + "' stands here");
  return entry;
}

HelpLines ReadCountry(const YamlNode& node, const SourceText& source,
                      Draft& draft) {
  HelpLines lines;
  Fields fields(node, "a country", kHelpLinesKeys, source, draft);
  if (node.kind != YamlNode::Kind::kMap) return lines;
  lines.at = fields.At();
  fields.Require("country", "as in US, or fallback");
  fields.Require("name", "as it is said in a sentence");
  lines.country = fields.Text("country");
  lines.name = fields.Text("name");
  for (Line& name : fields.List("called"))
    lines.called.push_back(std::move(name.text));
  fields.Require("emergency", "");
  // What a country lacks is taken from the fallback.
  if (lines.country == "fallback")
    for (const std::string_view key : {"crisis", "abuse", "violence"})
      fields.Require(key, "for the countries that have none of their own");
  for (const auto& [key, entry] : kEntries)
    if (const YamlNode* found = fields.Find(key))
      lines.*entry = ReadEntry(*found, source, draft);
  return lines;
}

}  // namespace

void ReadHelpLines(const SourceText& source, Draft& draft) {
  const std::vector<YamlNode> documents = ReadYaml(source, draft.problems);
  const YamlNode* document = OnlyDocument(documents, source, draft);
  if (document == nullptr) return;
  Fields file(*document, "a file of help lines", kHelpFileKeys, source, draft);
  file.Require("lines", "one entry a country");
  const YamlNode* list = file.Find("lines");
  if (list == nullptr) return;
  std::vector<HelpLines>& all = draft.authored.help;
  for (const YamlNode& node : ItemsOf(*list, "countries", source, draft)) {
    HelpLines lines = ReadCountry(node, source, draft);
    const bool twice = std::any_of(
        all.begin(), all.end(),
        [&](const HelpLines& one) { return one.country == lines.country; });
    if (twice && !lines.country.empty())
      draft.Error(lines.at, "the country '" + lines.country +
                                "' stands here a second time; join the two");
    all.push_back(std::move(lines));
  }
  if (all.empty() || all.front().country != "fallback")
    draft.Error(file.At("lines"),
                "the first entry must be 'country: fallback', for people whose "
                "country is not known");
}

std::vector<Problem> CheckHelpLines(const Authored& authored,
                                    std::chrono::sys_days today) {
  constexpr std::chrono::days kTrusted{90};
  std::vector<Problem> problems;
  for (const HelpLines& lines : authored.help) {
    std::string unconfirmed;
    for (const auto& [key, entry] : kEntries) {
      const HelpEntry& one = lines.*entry;
      const auto checked = ParseDate(one.checked);
      if (one.say.empty() || (checked && today - *checked <= kTrusted))
        continue;
      if (!unconfirmed.empty()) unconfirmed += ", ";
      unconfirmed += key;
    }
    if (unconfirmed.empty()) continue;
    problems.push_back(
        ErrorAt(lines.at,
                "nobody has confirmed within 90 days how help is reached in " +
                    lines.name + " (" + unconfirmed +
                    "); look at the official sites and write 'checked: "
                    "YYYY-MM-DD' behind each"));
    problems.back().weight = Problem::Weight::kWarning;
  }
  return problems;
}

}  // namespace nearer::content
