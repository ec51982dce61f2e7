#ifndef NEARER_CORE_COACH_STATE_H_
#define NEARER_CORE_COACH_STATE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/authored.h"
#include "core/result.h"

namespace nearer::coach {

// What the coach knows of one conversation between two turns. A value: small,
// versioned, equal states are equal bytes of JSON. Refers to rules, prompts and
// dialogs only by the ids their authors gave.
struct State {
  // (Members to be completed with the coach.)
};

// Version 1. Keys with empty values are left out.
std::string ToJson(const State& state);
// Fails on anything that ToJson did not write.
Result<State> ParseState(std::string_view json);

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_STATE_H_
