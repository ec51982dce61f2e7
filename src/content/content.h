#ifndef NEARER_CONTENT_CONTENT_H_
#define NEARER_CONTENT_CONTENT_H_

#include <chrono>
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
// Paths begin with "rules/" or "dialogs/" whatever the folders are called.
using Files = std::map<std::string, std::string>;

// Reads every .yaml and .txt below `rules` and every .yaml below `dialogs`;
// other files, and all whose name or folder begins with a dot, are left out.
// Fails on a folder or file that cannot be read, and on a link that leads out
// of its folder.
Result<Files> ReadFolders(const std::filesystem::path& rules,
                          const std::filesystem::path& dialogs);

// What was read, and everything wrong with it, all at once, in order of place.
struct Parsed {
  Authored authored;
  std::vector<Problem> problems;
};

// Parses YAML and word tables: unknown and duplicate keys, wrong types, missing
// ids and sources, duplicate ids, unknown slots, kinds, themes, acts, sources,
// concepts and nodes; tags, anchors, tabs, bytes that are not UTF-8, files over
// 4 MiB. Patterns are not compiled here; MakePack does that. Never throws; any
// bytes give problems, not crashes. About 3.5 s for 100,000 small rules.
Parsed Parse(const Files& files);

// What only a compiled pack can tell: examples that their rule does not hear
// or another rule wins, counterexamples that it hears, rules and patterns that
// others always beat; and what is easier seen when the rest is right: dialogs
// with dead ends or unreachable nodes, lengths, reading grade, more than one
// question in a prompt, words that push, sources that nothing names.
std::vector<Problem> Check(const coach::Pack& pack);

// A source, and what carries it: ids of rules and prompts, dialogs for their
// invitation, nodes as "dialog/node". In the order of `authored.sources`.
struct Covered {
  SourceItem item;
  std::vector<std::string> carriers;
};
std::vector<Covered> Coverage(const Authored& authored);

// The audit of what is said in danger: every answer, filled with the lines of
// every country, against the table of what it must and must not hold (errors);
// and how many answers that were.
std::vector<Problem> CheckSafety(const Authored& authored);
std::size_t SafetyAnswers(const Authored& authored);

// Help lines that nobody has confirmed within the 90 days before `today`, one
// warning a country.
std::vector<Problem> CheckHelpLines(const Authored& authored,
                                    std::chrono::sys_days today);

// Compiles a pack and names it by the SHA-256 of its archive, in small
// hexadecimal digits. Trains the near-miss model first when `authored.model`
// is empty; what `before` (which may be null) was taught already is not taught
// again. Fails with every error that Pack::Compile finds; `authored` should
// come from a Parse without errors, or from ReadArchive.
Result<std::shared_ptr<const coach::Pack>, std::vector<Problem>> MakePack(
    Authored authored, const coach::Pack* before = nullptr);

// Everything a pack was made from except the bank, for which the model stands,
// as one block of bytes: kept with the record, so that any past reply can be
// explained and replayed. Equal values give equal bytes; but for the bank,
// ReadArchive(WriteArchive(a)) equals a. Archives written by older programs
// stay readable; any other bytes give an error, never an exception.
std::string WriteArchive(const Authored& authored);
Result<Authored> ReadArchive(std::string_view archive);

// Likewise, but the models are left where they stand in `archive`.
Result<Authored> ReadArchive(std::string_view archive,
                             coach::Pack::Models& models);

// A pack's archive, the one that its name is the hash of.
std::string ArchiveOf(const coach::Pack& pack);

// The pack of an archive, by its name: MakePack's pack is
// OpenPack(ArchiveOf(pack)).
Result<std::shared_ptr<const coach::Pack>, std::vector<Problem>> OpenPack(
    std::string_view archive);

// The pack that was built into this program; in the library
// nearer_shipped_pack.
Result<std::shared_ptr<const coach::Pack>, std::vector<Problem>> ShippedPack();

}  // namespace nearer::content

#endif  // NEARER_CONTENT_CONTENT_H_
