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
std::shared_ptr<const coach::Pack> LoadPack(const PackSource& source);

// Prints "nearer: <message>" to stderr; returns `code`.
int Fail(const std::string& message, int code = kFoundWrong);

struct ServeOptions {
  PackSource pack;
  std::string listen = "127.0.0.1:8080";
  std::string db = "nearer.db";
  bool limits = true;  // of rate, by address and by conversation
  std::vector<std::string> allowed_origins;  // see http/origins.h
};
// Serves until SIGTERM or SIGINT; SIGHUP loads the pack's folders again.
int Serve(const ServeOptions& options);

// What `nearer outbox` does with the messages that could not be sent.
struct OutboxOptions {
  std::string db = "nearer.db";
  std::string retry, drop;  // an id, or "all"; both empty: list them
};
int Outbox(const OutboxOptions& options);

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
