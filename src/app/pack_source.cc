#include <algorithm>
#include <cstdio>
#include <vector>

#include "app/commands.h"
#include "content/content.h"

namespace nearer::app {
namespace {

// Prints all; true when one of them is an error.
bool Report(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems)
    std::fprintf(stderr, "%s\n", Describe(problem).c_str());
  return std::any_of(problems.begin(), problems.end(),
                     [](const Problem& problem) {
                       return problem.weight == Problem::Weight::kError;
                     });
}

}  // namespace

int Fail(const std::string& message, int code) {
  std::fprintf(stderr, "nearer: %s\n", message.c_str());
  return code;
}

std::shared_ptr<const coach::Pack> LoadPack(const PackSource& source,
                                            const coach::Pack* before) {
  const auto finish = [](auto made) -> std::shared_ptr<const coach::Pack> {
    if (made) return *made;
    Report(made.error());
    return nullptr;
  };
  if (source.shipped()) return finish(content::ShippedPack());
  const auto files = content::ReadFolders(source.rules, source.dialogs);
  if (!files) {
    Fail(files.error().message);
    return nullptr;
  }
  content::Parsed parsed = content::Parse(*files);
  if (Report(parsed.problems)) return nullptr;
  const auto make = [&](const coach::Pack* taught) {
    return finish(content::MakePack(std::move(parsed.authored), taught));
  };
  if (before) return make(before);
  const auto shipped = content::ShippedPack();
  return make(shipped ? shipped->get() : nullptr);
}

}  // namespace nearer::app
