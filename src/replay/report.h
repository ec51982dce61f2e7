#ifndef NEARER_REPLAY_REPORT_H_
#define NEARER_REPLAY_REPORT_H_

#include <cstdio>
#include <string>

#include "core/result.h"
#include "replay/findings.h"
#include "replay/replay.h"

// What a replay found, for people and for programs. The same findings give the
// same bytes.
namespace nearer::replay {

// {"report":"nearer.replay","version":1,"mode","against","filter",
//  "conversations","compared","turns":{by outcome}}; `against` is the hash of
// the pack, or null for those that spoke.
std::string Summary(const Options& options, const Counts& counts);

// Whether somebody must look: a risk is lost, a turn cannot be read, or a turn
// is not the same though the pack is.
bool IsWrong(const Options& options, const Counts& counts);

// JSON lines: the summary, then each turn that is not the same as Listener says
// it, the gravest outcomes first.
Result<Done> WriteJsonLines(const std::string& path, const Options& options,
                            Findings& findings);

// One page that needs nothing from outside, grouped by rule, with before and
// after side by side.
Result<Done> WriteHtml(const std::string& path, const Options& options,
                       Findings& findings);

// For a terminal. Control characters in what people wrote become spaces.
Result<Done> PrintText(std::FILE* out, const Options& options,
                       Findings& findings);

// "Risk no longer heard", …
std::string_view Title(Outcome outcome);

// Whom a replay asked: "the pack 0123456789ab" or "the packs that spoke".
std::string Against(const Options& options);

// `text` on one line of a terminal, cut off after `most` characters.
std::string OnOneLine(std::string_view text, std::size_t most);

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_REPORT_H_
