#ifndef NEARER_TESTS_CORE_TEXT_SHIPPED_TABLES_H_
#define NEARER_TESTS_CORE_TEXT_SHIPPED_TABLES_H_

#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/authored.h"

namespace nearer::text {

// The lines of rules/words/<name>.txt that say something.
inline std::vector<std::string> ShippedLines(const std::string& name) {
  std::ifstream file(std::string(NEARER_SOURCE_DIR) + "/rules/words/" + name +
                     ".txt");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line[0] != '#') lines.push_back(line);
  return lines;
}

// "a = b c" -> {"a", "b c"}, for any separator.
inline std::pair<std::string, std::string> Split(const std::string& line,
                                                 const std::string& at) {
  const std::size_t found = line.find(at);
  if (found == std::string::npos) return {line, {}};
  return {line.substr(0, found), line.substr(found + at.size())};
}

// The tables in rules/words, read without the loader of content/.
inline WordTables ShippedTables() {
  WordTables tables;
  for (const std::string& line : ShippedLines("contractions"))
    tables.contractions.insert(Split(line, " = "));
  for (const std::string& line : ShippedLines("chat"))
    tables.chat.insert(Split(line, " = "));
  for (const std::string& line : ShippedLines("inflections")) {
    const auto [lemma, forms] = Split(line, ": ");
    std::istringstream words(forms);
    for (std::string form; words >> form;)
      tables.inflections.emplace(form, lemma);
  }
  tables.common = ShippedLines("common");
  tables.fillers = ShippedLines("fillers");
  tables.operators = ShippedLines("operators");
  tables.clause_openers = ShippedLines("clause_openers");
  tables.abbreviations = ShippedLines("abbreviations");
  for (const std::string& line : ShippedLines("people"))
    tables.roles.push_back({Split(line, " ").first, Setting::kAny});
  return tables;
}

}  // namespace nearer::text

#endif  // NEARER_TESTS_CORE_TEXT_SHIPPED_TABLES_H_
