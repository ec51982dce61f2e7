#include "tests/core/coach/scripts.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace nearer::coach {
namespace {

constexpr std::int64_t kBetweenTwo = 45;  // seconds

// Every .txt of a folder below tests/, in the order of their names, each read
// line by line into a script.
template <typename TakeLine>
std::vector<Script> ReadScripts(const std::string& folder,
                                const TakeLine& take) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(
           NEARER_SOURCE_DIR "/tests/" + folder))
    if (entry.path().extension() == ".txt") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Script> scripts;
  for (const auto& path : paths) {
    Script& script = scripts.emplace_back();
    script.name = path.stem().string();
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
      if (!line.empty() && line[0] != '#') take(line, script);
  }
  return scripts;
}

}  // namespace

std::int64_t Seconds(const std::string& pause) {
  const std::int64_t number = std::stoll(pause);
  switch (pause.back()) {
    case 'm':
      return number * 60;
    case 'h':
      return number * 3600;
    case 'd':
      return number * 86400;
    default:
      return number;
  }
}

std::vector<Script> People() {
  return ReadScripts("people", [](const std::string& line, Script& script) {
    script.utterances.push_back({line, kBetweenTwo});
  });
}

std::vector<Script> Transcripts() {
  std::int64_t pause = kBetweenTwo;
  return ReadScripts("conversations",
                     [&](const std::string& line, Script& script) {
                       if (line.starts_with("after: "))
                         pause = Seconds(line.substr(7));
                       if (!line.starts_with("> ")) return;
                       script.utterances.push_back({line.substr(2), pause});
                       pause = kBetweenTwo;
                     });
}

std::string Sent(const std::string& text, const Reply& reply) {
  if (text.size() != 3 || text.front() != '{' || text.back() != '}')
    return text;
  const auto choice = static_cast<std::size_t>(text[1] - '1');
  return choice < reply.choices.size() ? reply.choices[choice] : text;
}

}  // namespace nearer::coach
