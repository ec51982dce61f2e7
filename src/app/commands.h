#ifndef NEARER_APP_COMMANDS_H_
#define NEARER_APP_COMMANDS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/coach/pack.h"

// The commands of the command line. Each returns the exit code: 0 done, 1 found
// something wrong, 2 wrong use. Errors go to stderr as
// "nearer: what, where, what to do".
namespace nearer::app {

inline constexpr int kDone = 0;
inline constexpr int kFoundWrong = 1;
inline constexpr int kWrongUse = 2;

// Where the pack comes from: two folders, or, when both are empty, the pack
// that was built into the program.
struct PackSource {
  std::string rules, dialogs;
  bool shipped() const { return rules.empty() && dialogs.empty(); }
};

// Loads it and prints every problem to stderr; null when there is an error.
// Folders whose examples `before` was taught already (the shipped pack, when it
// is null) are read in a second; training anew takes minutes.
std::shared_ptr<const coach::Pack> LoadPack(
    const PackSource& source, const coach::Pack* before = nullptr);

// Prints "nearer: <message>" to stderr; returns `code`.
int Fail(const std::string& message, int code = kFoundWrong);

struct ServeOptions {
  PackSource pack;
  std::string listen = "127.0.0.1:8080";
  std::string db = "nearer.db";
  bool limits = true;  // of rate, by address and by conversation
  std::vector<std::string> allowed_origins;  // see http/origins.h
  std::string retain;   // how long to keep conversations; empty: for ever
  std::string backups;  // the folder of copies from which goes what is erased
};
// Serves until SIGTERM or SIGINT; SIGHUP loads the pack's folders again.
int Serve(const ServeOptions& options);

// What `nearer outbox` does with the messages that could not be sent.
struct OutboxOptions {
  std::string db = "nearer.db";
  std::string retry, drop;  // an id, or "all"; both empty: list them
};
int Outbox(const OutboxOptions& options);

// The record as JSON lines, from and into a SQLite file; an empty `file` is
// stdout or stdin. See portable/FORMAT.md.
struct ExportOptions {
  std::string db, file;
  std::string conversation;  // this one only; empty: all
};
int Export(const ExportOptions& options);
struct ImportOptions {
  PackSource pack;  // answers plain lines
  std::string db, file;
};
int Import(const ImportOptions& options);

// Makes a copy of the record while it is in use; a `to` that is a folder gets
// one named by the time. Without a `db` it verifies what is there. With `prune`
// it makes none: what was erased from the record goes from the copies in the
// folder `to`.
struct BackupOptions {
  std::string db, to;
  bool verify = false, prune = false;
};
int Backup(const BackupOptions& options);
int PruneCommand(const BackupOptions& options);

// Makes a copy the record again, without what was erased since, as the record
// that stood there and the copies in `backups` know; empty: the folder of the
// copy.
struct RestoreOptions {
  std::string copy, db, backups;
};
int RestoreCommand(const RestoreOptions& options);

// Erases conversations from a record, and from the copies in the folder
// `backups` when it is not empty: one by its id, or those that are older than
// `retain` ("180d").
struct EraseOptions {
  std::string db, conversation, backups;
};
int Erase(const EraseOptions& options);
struct RetainOptions {
  std::string db, retain, backups;
};
int RetainCommand(const RetainOptions& options);

// What no rule heard, in groups; see authoring/unheard.h.
struct UnheardOptions {
  PackSource pack;
  std::string db, html;  // a page is written to `html` unless it is empty
  std::int64_t least = 1;
  bool json = false;
};
int ShowUnheard(const UnheardOptions& options);

// Which rules, prompts and dialogs were used; see authoring/usage.h.
struct UsageOptions {
  PackSource pack;
  std::string db;
  bool json = false;
};
int ShowUsage(const UsageOptions& options);

// The dialogs as pictures; see authoring/graph.h.
struct GraphOptions {
  PackSource pack;
  std::string format = "dot";  // or "mermaid", "html"
  std::string dialog;          // its id; empty: all
};
int ShowGraph(const GraphOptions& options);

// Talks in the terminal; keeps the conversation in `db` unless it is empty.
int TalkInTerminal(const PackSource& source, const std::string& db);

// What every recorded conversation would say: see replay/replay.h.
struct ReplayOptions {
  std::string db;
  PackSource pack;
  bool own_packs = false;  // by the packs that spoke, instead of `pack`
  bool onward = false;
  // Dates ("2026-01-31"), with a time ("2026-01-31T18:00"), in UTC.
  std::string since, until;
  std::string theme, rule, channel, conversation;
  std::string json, html, resume;  // files; empty: none
  int threads = 0;
  bool play = false;  // at the pace of a talk, when printed to a terminal
  // Write a conversation as a test into a folder, instead.
  std::string accept, into;
};
int Replay(const ReplayOptions& options);

// Prints why turn `n` of a conversation was answered as it was.
struct WhyOptions {
  std::string db = "nearer.db";
  std::string conversation;
  std::int64_t n = 0;
  bool json = false;
};
int Why(const WhyOptions& options);

// stdin JSON lines {"text"} -> stdout JSON lines; see the design's contract.
int MatchLines(const PackSource& source);

// stdin JSON lines {"text", "after"?} -> stdout JSON lines, the opening first.
int Simulate(const PackSource& source, const std::string& seed);

struct CheckOptions {
  PackSource pack;
  bool scores = false;    // print each pattern's specificity
  bool coverage = false;  // print what carries each inventory item
  bool safety = false;    // audit what is said in danger, alone
};
int Check(const CheckOptions& options);

}  // namespace nearer::app

#endif  // NEARER_APP_COMMANDS_H_
