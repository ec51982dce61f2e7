#include <iostream>

#include "app/commands.h"
#include "app/json_lines.h"
#include "core/coach/coach.h"

namespace nearer::app {

int MatchLines(const PackSource& source) {
  const auto pack = LoadPack(source);
  if (!pack) return kFoundWrong;
  std::ios::sync_with_stdio(false);
  return ForEachLine([&](const nlohmann::json& line) -> Result<Done> {
    const auto& text = line["text"].get_ref<const std::string&>();
    const coach::Recognized recognized = coach::Recognize(*pack, text);
    nlohmann::ordered_json out;
    out["text"] = text;
    out["theme"] = recognized.theme;
    out["rule"] = nullptr;
    if (!recognized.rule.empty()) out["rule"] = recognized.rule;
    out["risk"] = nullptr;
    if (recognized.risk)
      out["risk"] = {{"category", Name(recognized.risk->category)},
                     {"level", Name(recognized.risk->level)}};
    std::cout << out.dump() << '\n';
    return Done{};
  });
}

}  // namespace nearer::app
