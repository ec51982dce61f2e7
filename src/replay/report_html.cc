#include <array>
#include <cstdint>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "replay/draft.h"
#include "replay/groups.h"
#include "replay/report.h"

namespace nearer::replay {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kExamples = 20;  // of a group

constexpr std::string_view kHead =
    R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>What would change</title>
<style>
:root {
  --paper: #fbfaf7; --card: #ffffff; --ink: #23211d; --quiet: #65605a;
  --line: #dcd8d0; --grave: #a3261f; --before: #f6ece9; --after: #e9f2ea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #191816; --card: #22201d; --ink: #ebe7e0; --quiet: #a8a198;
    --line: #3d3934; --grave: #ff8f83; --before: #33231f; --after: #1f2c22;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 72rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
h1 { font-size: 1.5rem; margin: .5rem 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.grave { color: var(--grave); }
p.of, .where, dt, .more { color: var(--quiet); }
table { border-collapse: collapse; }
td { padding: .15rem .75rem .15rem 0; }
td:first-child { text-align: right; font-variant-numeric: tabular-nums; }
details {
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  margin: .5rem 0; padding: 0 .75rem;
}
summary { padding: .6rem 0; cursor: pointer; }
summary b { font-variant-numeric: tabular-nums; }
article { border-top: 1px solid var(--line); padding: .75rem 0; }
.where { font-size: .85rem; }
blockquote {
  margin: .25rem 0 .5rem; padding-left: .75rem;
  border-left: 3px solid var(--line); white-space: pre-wrap;
}
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
.pair > div { border-radius: .4rem; padding: .5rem .75rem; }
.pair > div:first-child { background: var(--before); }
.pair > div:last-child { background: var(--after); }
.pair p { margin: .35rem 0; white-space: pre-wrap; }
.pair h3 { font-size: .8rem; margin: 0; color: var(--quiet); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .6rem;
     margin: .5rem 0 0; font-size: .85rem; }
dd { margin: 0; }
@media (max-width: 40rem) { .pair { grid-template-columns: 1fr; } }
</style>
</head>
<body>
<main>
)html";

std::string Escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'
                    ? ' '
                    : c;
    }
  }
  return html;
}

std::string Text(const Json& value) {
  return value.is_string() ? Escaped(value.get_ref<const std::string&>())
                           : std::string();
}

std::string Named(const std::string& label) {
  return label.empty() || label == "none" ? "(nothing)" : Escaped(label);
}

std::string Number(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0;
       at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string Date(std::int64_t at) {
  const std::time_t time = at;
  std::tm utc{};
  if (gmtime_r(&time, &utc) == nullptr) return {};
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &utc);
  return text.data();
}

std::string Term(std::string_view name, const std::string& html) {
  if (html.empty()) return {};
  return "<dt>" + std::string(name) + "</dt><dd>" + html + "</dd>";
}

std::string Side(std::string_view title, const Json& reply, const Json& why) {
  std::string html = "<div><h3>" + std::string(title) + "</h3>";
  for (const Json& message : reply.at("messages"))
    html += "<p>" + Text(message) + "</p>";
  html += "<dl>";
  if (const Json risk = reply.value("risk", Json()); risk.is_object())
    html += Term("risk", "<strong>" + Text(risk.at("category")) + ", " +
                             Text(risk.at("level")) + "</strong>");
  html += Term("theme", Text(reply.value("theme", Json())));
  html += Term("rule", Text(reply.value("rule", Json())));
  if (why.is_object()) {
    html += Term("pattern", Text(why.value("pattern", Json())));
    html += Term("words", Text(why.value("words", Json())));
    html += Term("decided by", Text(why.value("decided_by", Json())));
  }
  html += Term("dialog", Text(reply.value("dialog", Json())));
  html += Term("stage", Text(reply.value("stage", Json())));
  std::string choices;
  for (const Json& choice : reply.value("choices", Json::array()))
    choices += (choices.empty() ? "" : " · ") + Text(choice);
  return html + Term("choices", choices) + "</dl></div>";
}

std::string Article(const std::string& line) {
  Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return {};
  std::string html = "<article><div class=\"where\">conversation " +
                     Text(json["conversation"]) + ", turn " +
                     std::to_string(json.value("n", std::int64_t{0})) + ", " +
                     Date(json.value("at", std::int64_t{0})) + ", " +
                     Text(json["channel"]);
  if (json.contains("differs_since") && !json["differs_since"].is_null())
    html += ", another state since turn " + json["differs_since"].dump();
  html += "</div>";
  if (json.value("text", "") != "")
    html += "<blockquote>" + Text(json["text"]) + "</blockquote>";
  if (json.contains("reason"))
    return html + "<p>" + Text(json["reason"]) + "</p></article>\n";
  html += "<div class=\"pair\">" +
          Side("before", json["before"], json["why_before"]) +
          Side("after", json["after"], json["why_after"]) + "</div>";
  std::string members;
  for (const Json& member : json["state"])
    members += (members.empty() ? "" : ", ") + Text(member);
  if (!members.empty())
    html += "<div class=\"where\">what is remembered differs in " + members +
            "</div>";
  return html + "</article>\n";
}

Result<Done> WriteGroup(const Group& group, Findings& findings, Draft& draft) {
  std::string html =
      group.outcome == Outcome::kRiskLost ? "<details open>" : "<details>";
  html +=
      "<summary><b>" + Number(group.turns) + "</b> &nbsp;" + Named(group.from);
  if (group.from != group.to) html += " → " + Named(group.to);
  html += "</summary>\n";
  if (const auto wrote = draft.Write(html); !wrote) return wrote;
  for (const Findings::Place& place : group.examples) {
    const auto line = findings.ReadLine(place);
    if (!line) return line.error();
    if (const auto wrote = draft.Write(Article(*line)); !wrote) return wrote;
  }
  const auto rest =
      group.turns - static_cast<std::int64_t>(group.examples.size());
  if (rest > 0) {
    const auto wrote = draft.Write("<p class=\"more\">and " + Number(rest) +
                                   " turns more</p>\n");
    if (!wrote) return wrote;
  }
  return draft.Write("</details>\n");
}

std::string Opening(const Options& options, const Counts& counts) {
  std::string html(kHead);
  html += "<h1>What would change</h1>\n<p class=\"of\">" +
          Number(counts.compared()) + " turns of " +
          Number(counts.conversations) + " conversations, " +
          (options.mode == Mode::kInPlace
               ? "each from the state it had"
               : "the state flowing on from the first difference") +
          ", against " + Escaped(Against(options)) + "</p>\n<table>\n";
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcome == Outcome::kUnreadable && counts.of(outcome) == 0) continue;
    const bool grave = outcome == Outcome::kRiskLost && counts.of(outcome) > 0;
    html += std::string("<tr") + (grave ? " class=\"grave\"" : "") + "><td>" +
            Number(counts.of(outcome)) + "</td><td>" +
            std::string(Title(outcome)) + "</td></tr>\n";
  }
  return html + "</table>\n";
}

}  // namespace

Result<Done> WriteHtml(const std::string& path, const Options& options,
                       Findings& findings) {
  const auto groups = GroupsOf(findings, kExamples);
  if (!groups) return groups.error();
  auto draft = Draft::At(path);
  if (!draft) return draft.error();
  const Counts& counts = findings.progress().counts;
  if (auto wrote = draft->Write(Opening(options, counts)); !wrote) return wrote;
  auto outcome = Outcome::kSame;
  for (const Group& group : *groups) {
    if (group.outcome != outcome) {
      outcome = group.outcome;
      const auto wrote = draft->Write(std::string(outcome == Outcome::kRiskLost
                                                      ? "<h2 class=\"grave\">"
                                                      : "<h2>") +
                                      std::string(Title(outcome)) + "</h2>\n");
      if (!wrote) return wrote;
    }
    const auto wrote = WriteGroup(group, findings, *draft);
    if (!wrote) return wrote;
  }
  if (auto wrote = draft->Write("</main>\n</body>\n</html>\n"); !wrote)
    return wrote;
  return draft->Finish();
}

}  // namespace nearer::replay
