#ifndef NEARER_CONTENT_CONTENT_H_
#define NEARER_CONTENT_CONTENT_H_

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/authored.h"
#include "core/coach/pack.h"
#include "core/problem.h"
#include "core/result.h"

// From files that people write to a pack.
namespace nearer::content {

// Path as shown in errors ("rules/acts/x.yaml", "dialogs/protector.yaml") ->
// the file's bytes. Sorted, so that everything made from it is reproducible.
using Files = std::map<std::string, std::string>;

// Reads every .yaml and .txt below `rules` and every .yaml below `dialogs`,
// README and schema files left out. Follows no links out of the folders.
Result<Files> ReadFolders(const std::filesystem::path& rules,
                          const std::filesystem::path& dialogs);

// What was read, and everything wrong with it, all at once, in order of place.
struct Parsed {
  Authored authored;
  std::vector<Problem> problems;
};

// Parses YAML and word tables: unknown and duplicate keys, wrong types, missing
// ids and sources, duplicate ids, unknown slots, kinds, themes, sources, tags,
// anchors, tabs. Never throws; any bytes give problems, not crashes.
Parsed Parse(const Files& files);

// What only a compiled pack can tell: examples that their rule does not hear
// or another rule wins, counterexamples that it hears, dialogs with dead ends
// or unreachable nodes, rules that another always beats, lengths, reading
// grade, more than one question in a prompt.
std::vector<Problem> Check(const coach::Pack& pack);

// Parses, compiles and names a pack by the SHA-256 of its archive. Trains the
// near-miss model when `authored.model` is empty. Fails when there is an error;
// warnings are left to Check.
Result<std::shared_ptr<const coach::Pack>, std::vector<Problem>> MakePack(
    Authored authored);

// Everything a pack was made from except the bank's examples of themes, as one
// block of bytes: kept with the record, so that any past reply can be explained
// and replayed. ReadArchive(WriteArchive(a)) equals a.
std::string WriteArchive(const Authored& authored);
Result<Authored> ReadArchive(std::string_view archive);

// The pack that was built into this program.
Result<std::shared_ptr<const coach::Pack>, std::vector<Problem>> ShippedPack();

}  // namespace nearer::content

#endif  // NEARER_CONTENT_CONTENT_H_
