#ifndef NEARER_AUTHORING_USAGE_H_
#define NEARER_AUTHORING_USAGE_H_

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/coach/pack.h"
#include "history/history.h"

// Which rules, prompts and dialogs the record shows in use, and which never.
namespace nearer::authoring {

struct Use {
  std::int64_t times = 0;
  history::UnixSeconds last = 0;
};

struct Used {
  enum class Kind : std::uint8_t {
    kRule,    // it was what the turn was answered as
    kPrompt,  // one of its lines was said
    kDialog,  // it was begun
    kNode,    // one of its lines was said; "dialog.node"
  };
  Kind kind = Kind::kRule;
  std::string id;
  Use use;
  // Of a rule: turns in which it heard something, answered or not.
  Use heard;
  bool in_pack = true;  // false: it spoke once, but the pack has it no more
};

struct Usage {
  std::int64_t conversations = 0, turns = 0;
  // By kind; the most used first, those never used last, ties by id.
  std::vector<Used> used;
};

// Goes through the record, in memory bounded by the number of ids.
history::HistoryResult<Usage> FindUsage(const history::History& history,
                                        const coach::Pack& pack);

nlohmann::ordered_json ToJson(const Used& used);
std::string ToText(const Usage& usage);

}  // namespace nearer::authoring

#endif  // NEARER_AUTHORING_USAGE_H_
