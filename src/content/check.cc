#include "content/check.h"

#include <unordered_map>

#include "content/content.h"
#include "content/source_text.h"

namespace nearer::content {

std::vector<Covered> Coverage(const Authored& authored) {
  std::vector<Covered> table;
  std::unordered_map<std::string_view, std::size_t> row_of;
  for (const SourceItem& item : authored.sources) {
    row_of.emplace(item.id, table.size());
    table.push_back({item, {}});
  }
  const auto note = [&](const std::vector<std::string>& sources,
                        const std::string& carrier) {
    for (const std::string& source : sources)
      if (const auto row = row_of.find(source); row != row_of.end())
        table[row->second].carriers.push_back(carrier);
  };
  for (const Rule& rule : authored.rules) note(rule.source, rule.id);
  for (const Prompt& prompt : authored.prompts) note(prompt.source, prompt.id);
  for (const Scene& scene : authored.scenes) note(scene.source, scene.id);
  for (const Dialog& dialog : authored.dialogs) {
    note(dialog.source, dialog.id);
    for (const DialogNode& node : dialog.nodes)
      note(node.source, dialog.id + '/' + node.id);
  }
  return table;
}

std::vector<Problem> Check(const coach::Pack& pack) {
  const Authored& authored = pack.authored();
  std::vector<Problem> problems;
  CheckTexts(authored, problems);
  CheckDialogs(authored, problems);
  CheckHearing(pack, problems);
  CheckBeaten(pack, problems);
  for (const Covered& row : Coverage(authored))
    if (row.carriers.empty()) {
      problems.push_back(ErrorAt(Place{"rules/sources.yaml"},
                                 "nothing that is said names the source " +
                                     row.item.id + " (" + row.item.heading +
                                     "); add it to a prompt or a dialog"));
      problems.back().weight = Problem::Weight::kWarning;
    }
  SortByPlace(problems);
  return problems;
}

}  // namespace nearer::content
