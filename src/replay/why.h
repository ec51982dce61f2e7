#ifndef NEARER_REPLAY_WHY_H_
#define NEARER_REPLAY_WHY_H_

#include <cstdio>
#include <nlohmann/json_fwd.hpp>

#include "core/coach/pack.h"
#include "history/history.h"

namespace nearer::replay {

// Why `turn` was answered as it was, in the form that /openapi.json describes:
// its trace as it was recorded, with the words and the sentence that each rule
// heard, by how much each candidate lost, and for everything that was said its
// wording and the articles and headings it comes from. `pack` is the one that
// spoke; null when it is not on record: then what only it can tell is missing.
// Takes microseconds.
nlohmann::ordered_json Why(const history::Turn& turn, const coach::Pack* pack);

// The same in words, for a terminal.
void PrintWhy(std::FILE* out, const nlohmann::ordered_json& why);

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_WHY_H_
