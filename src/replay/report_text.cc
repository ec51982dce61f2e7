#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "replay/groups.h"
#include "replay/report.h"

namespace nearer::replay {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kGroupsPrinted = 12;  // of an outcome
constexpr std::size_t kExamples = 2;        // of a group
constexpr std::size_t kTextWidth = 100;

std::string Messages(const Json& reply) {
  std::string text;
  for (const Json& message : reply.at("messages"))
    text += (text.empty() ? "" : " ") + message.get<std::string>();
  return text;
}

std::string HeardIn(const Json& reply) {
  std::string heard;
  if (const Json risk = reply.value("risk", Json()); !risk.is_null())
    heard = risk.at("category").get<std::string>() + ' ' +
            risk.at("level").get<std::string>() + ", ";
  const Json rule = reply.value("rule", Json());
  return heard + (rule.is_null() ? reply.value("theme", "none") + ", no rule"
                                 : rule.get<std::string>());
}

std::string Named(const std::string& label) {
  return label.empty() || label == "none" ? "(nothing)" : label;
}

void PrintExample(std::FILE* out, const std::string& line) {
  Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return;
  const auto print = [&](const char* what, const std::string& text) {
    std::fprintf(out, "      %s%s\n", what,
                 OnOneLine(text, kTextWidth).c_str());
  };
  std::fprintf(out, "    %s, turn %lld\n",
               OnOneLine(json.value("conversation", ""), kTextWidth).c_str(),
               static_cast<long long>(json.value("n", std::int64_t{0})));
  if (const std::string text = json.value("text", ""); !text.empty())
    print("> ", text);
  if (json.contains("reason")) return print("", json["reason"]);
  print("before: ", HeardIn(json["before"]) + ": " + Messages(json["before"]));
  print("after:  ", HeardIn(json["after"]) + ": " + Messages(json["after"]));
  if (json["outcome"] == Name(Outcome::kStateDiverged))
    print("differs in: ", json["state"].dump());
}

}  // namespace

std::string OnOneLine(std::string_view text, std::size_t most) {
  std::string line;
  std::size_t characters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80 && ++characters > most) return line + "…";
    line += byte < 0x20 || byte == 0x7f ? ' ' : c;
  }
  // The two bytes of the other control characters, U+0080 to U+009F.
  for (std::size_t at = 0; (at = line.find('\xc2', at)) != line.npos; ++at)
    if (at + 1 < line.size() && static_cast<unsigned char>(line[at + 1]) < 0xa0)
      line.replace(at, 2, " ");
  return line;
}

Result<Done> PrintText(std::FILE* out, const Options& options,
                       Findings& findings) {
  const Counts& counts = findings.progress().counts;
  std::fprintf(out, "%lld turns of %lld conversations, %s, against %s\n\n",
               static_cast<long long>(counts.compared()),
               static_cast<long long>(counts.conversations),
               options.mode == Mode::kInPlace ? "in place" : "onward",
               Against(options).c_str());
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcome == Outcome::kUnreadable && counts.of(outcome) == 0) continue;
    std::fprintf(out, "%12lld  %s\n",
                 static_cast<long long>(counts.of(outcome)),
                 std::string(Title(outcome)).c_str());
  }
  const auto groups = GroupsOf(findings, kExamples);
  if (!groups) return groups.error();
  auto group = groups->begin();
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    const auto end = std::find_if(group, groups->end(), [&](const Group& g) {
      return g.outcome != outcome;
    });
    if (group == end) continue;
    std::fprintf(out, "\n%s\n", std::string(Title(outcome)).c_str());
    const auto all = end - group;
    // Every lost risk is listed, whatever there is besides.
    const auto shown = outcome == Outcome::kRiskLost
                           ? all
                           : std::min<std::ptrdiff_t>(kGroupsPrinted, all);
    for (const auto last = group + shown; group != last; ++group) {
      std::fprintf(
          out, "  %lld  %s%s\n", static_cast<long long>(group->turns),
          Named(group->from).c_str(),
          group->from == group->to ? "" : (" → " + Named(group->to)).c_str());
      for (const Findings::Place& place : group->examples) {
        const auto line = findings.ReadLine(place);
        if (!line) return line.error();
        PrintExample(out, *line);
      }
    }
    if (shown < all)
      std::fprintf(out, "  … and %lld groups more; --html or --json has all\n",
                   static_cast<long long>(all - shown));
    group = end;
  }
  return Done{};
}

}  // namespace nearer::replay
