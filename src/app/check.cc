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

}  // namespace

int Check(const CheckOptions& options) {
  const auto pack = LoadPack(options.pack);
  if (!pack) return kFoundWrong;
  const auto problems = content::Check(*pack);
  int errors = 0, warnings = 0;
  for (const Problem& problem : problems) {
    std::fprintf(stderr, "%s\n", Describe(problem).c_str());
    ++(problem.weight == Problem::Weight::kError ? errors : warnings);
  }
  if (options.scores) PrintScores(*pack);
  if (options.coverage)
    std::fputs(content::CoverageTable(pack->authored()).c_str(), stdout);
  const Authored& all = pack->authored();
  std::printf(
      "%zu rules, %zu prompts, %zu dialogs, pack %.12s: %d errors, %d "
      "warnings\n",
      all.rules.size(), all.prompts.size(), all.dialogs.size(),
      pack->hash().c_str(), errors, warnings);
  return errors > 0 ? kFoundWrong : kDone;
}

}  // namespace nearer::app
