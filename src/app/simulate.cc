#include <iostream>
#include <optional>
#include <string_view>

#include "app/commands.h"
#include "app/duration.h"
#include "app/json_lines.h"
#include "core/coach/coach.h"

namespace nearer::app {
namespace {

// Simulated conversations begin on a Monday morning; a turn follows the last
// after half a minute unless its line says otherwise.
constexpr std::int64_t kBegin = 1767603600;  // 2026-01-05 09:00 UTC
constexpr std::int64_t kBetweenTurns = 30;

void Print(std::int64_t n, const nlohmann::ordered_json& text,
           const coach::Reply& reply) {
  std::string out = nlohmann::ordered_json{{"n", n}, {"text", text}}.dump();
  out.back() = ',';
  std::cout << out << ToJson(reply).substr(1) << std::endl;
}

}  // namespace

int Simulate(const PackSource& source, const std::string& seed) {
  const auto pack = LoadPack(source);
  if (!pack) return kFoundWrong;
  const std::string conversation = "simulated-" + seed;
  coach::Moment moment{.at = kBegin, .conversation = conversation};
  coach::Answer answer = coach::Open(*pack, moment);
  Print(0, nullptr, answer.reply);
  return ForEachLine([&](const nlohmann::json& line) -> Result<Done> {
    std::int64_t pause = kBetweenTurns;
    if (line.contains("after") && !line["after"].is_null()) {
      const auto parsed = line["after"].is_string()
                              ? ParseDuration(line["after"].get<std::string>())
                              : std::nullopt;
      if (!parsed)
        return Error{
            "\"after\" takes a number and a unit (s, m, h, d, w), as in "
            "\"7d\""};
      pause = *parsed;
    }
    moment.at += pause;
    ++moment.n;
    const auto& text = line["text"].get_ref<const std::string&>();
    answer = coach::Respond(*pack, answer.state, text, moment);
    Print(moment.n, text, answer.reply);
    return Done{};
  });
}

}  // namespace nearer::app
