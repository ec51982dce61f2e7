#include <string_view>
#include <utility>

#include "content/content.h"
#include "content/draft.h"
#include "content/source_text.h"

namespace nearer::content {
namespace {

using Reader = void (*)(const SourceText&, Draft&);

// Which kind of file a path is; null if it is none of ours.
Reader ReaderFor(std::string_view path) {
  const bool yaml = path.ends_with(".yaml");
  const bool text = path.ends_with(".txt");
  if (path.starts_with("dialogs/")) return yaml ? ReadDialogs : nullptr;
  if (path == "rules/sources.yaml") return ReadSources;
  if (path == "rules/safety/lines.yaml") return ReadHelpLines;
  if (path == "rules/themes.txt") return ReadThemes;
  if (path.starts_with("rules/words/") && text) return ReadWords;
  if (path.starts_with("rules/bank/") && text) return ReadBank;
  if (path.starts_with("rules/")) return yaml ? ReadRules : nullptr;
  return nullptr;
}

}  // namespace

Parsed Parse(const Files& files) {
  Draft draft;
  for (const auto& [path, bytes] : files) {
    const Reader read = ReaderFor(path);
    if (read == nullptr) {
      draft.Error({path},
                  "this file has no place here: .yaml below rules/ and "
                  "dialogs/, .txt in rules/words/ and rules/bank/; move or "
                  "delete it");
      continue;
    }
    const SourceText source(path, bytes, draft.problems);
    if (source.usable())
      read(source, draft);
    else
      draft.incomplete = true;
  }
  for (const std::string_view needed :
       {"rules/sources.yaml", "rules/themes.txt"})
    if (!files.contains(std::string(needed)))
      draft.Warn({std::string(needed)},
                 "there is no such file, so the names it would list are not "
                 "checked; add it");
  CheckReferences(draft);
  SortByPlace(draft.problems);
  return {std::move(draft.authored), std::move(draft.problems)};
}

}  // namespace nearer::content
