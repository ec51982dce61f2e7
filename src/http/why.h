#ifndef NEARER_HTTP_WHY_H_
#define NEARER_HTTP_WHY_H_

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "core/authored.h"
#include "core/coach/wordings.h"
#include "history/history.h"

namespace nearer::http {

// Why `turn` was answered as it was: its trace, and for everything that was
// said the articles and headings it comes from. `wordings` and `sources` are
// those of the pack that spoke.
nlohmann::ordered_json Why(const history::Turn& turn,
                           const coach::WordingIndex& wordings,
                           std::span<const SourceItem> sources);

}  // namespace nearer::http

#endif  // NEARER_HTTP_WHY_H_
