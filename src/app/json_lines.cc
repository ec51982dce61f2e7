#include "app/json_lines.h"

#include <iostream>

#include "app/commands.h"

namespace nearer::app {

int ForEachLine(
    const std::function<Result<Done>(const nlohmann::json&)>& each) {
  std::string line;
  for (int number = 1; std::getline(std::cin, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto wrong = [&](const std::string& what) {
      std::cout.flush();
      return Fail("stdin:" + std::to_string(number) + ": " + what);
    };
    const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("text") ||
        !json["text"].is_string())
      return wrong(
          "expected a JSON object with a \"text\", one a line, as in "
          "{\"text\": \"…\"}");
    if (const auto done = each(json); !done) return wrong(done.error().message);
  }
  std::cout.flush();
  return kDone;
}

}  // namespace nearer::app
