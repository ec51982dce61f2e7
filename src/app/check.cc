#include <chrono>
#include <cstdio>

#include "app/commands.h"
#include "content/content.h"

namespace nearer::app {
namespace {

void PrintScores(const coach::Pack& pack) {
  const auto& rules = pack.authored().rules;
  for (std::size_t r = 0; r < rules.size(); ++r)
    for (std::size_t p = 0; p < rules[r].when.size(); ++p)
      std::printf("%5.1f  %-32s %s\n",
                  static_cast<double>(pack.matcher().BaseScore(r, p)),
                  rules[r].id.c_str(), rules[r].when[p].text.c_str());
}

void PrintCoverage(const Authored& authored) {
  int covered = 0;
  const auto table = content::Coverage(authored);
  for (const content::Covered& row : table) {
    covered += row.carriers.empty() ? 0 : 1;
    std::printf("%s ", row.item.id.c_str());
    for (const std::string& carrier : row.carriers)
      std::printf(" %s", carrier.c_str());
    std::printf("%s\n", row.carriers.empty() ? " (nothing carries it)" : "");
  }
  std::printf("%d of %zu items of the inventory are carried\n", covered,
              table.size());
}

}  // namespace

int Check(const CheckOptions& options) {
  const auto pack = LoadPack(options.pack);
  if (!pack) return kFoundWrong;
  int errors = 0, warnings = 0;
  const auto print = [&](const std::vector<Problem>& problems) {
    for (const Problem& problem : problems) {
      std::fprintf(stderr, "%s\n", Describe(problem).c_str());
      ++(problem.weight == Problem::Weight::kError ? errors : warnings);
    }
  };
  if (!options.safety) print(content::Check(*pack));
  print(content::CheckSafety(pack->authored()));
  print(content::CheckHelpLines(
      pack->authored(),
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())));
  if (options.safety) {
    std::printf("%zu answers in danger audited: %d errors, %d warnings\n",
                content::SafetyAnswers(pack->authored()), errors, warnings);
    return errors > 0 ? kFoundWrong : kDone;
  }
  if (options.scores) PrintScores(*pack);
  if (options.coverage) PrintCoverage(pack->authored());
  const Authored& all = pack->authored();
  std::printf(
      "%zu rules, %zu prompts, %zu dialogs, pack %.12s: %d errors, %d "
      "warnings\n",
      all.rules.size(), all.prompts.size(), all.dialogs.size(),
      pack->hash().c_str(), errors, warnings);
  return errors > 0 ? kFoundWrong : kDone;
}

}  // namespace nearer::app
