#ifndef NEARER_INSIGHTS_EXPORT_H_
#define NEARER_INSIGHTS_EXPORT_H_

#include <string>

#include "history/history.h"
#include "insights/calendar.h"

// A whole conversation in one file for the person to keep: what was said, the
// journal entries, the steps. The turns are read in pages; in memory stands the
// file alone, which is about as large as what was said.
namespace nearer::insights {

// {"format":"nearer.conversation","version":1,…}; see /openapi.json.
history::HistoryResult<std::string> ExportJson(
    const history::History& history, const history::Conversation& conversation);

// Markdown, with the dates and times of `calendar`. What the person wrote is
// quoted and cannot be taken for markup.
history::HistoryResult<std::string> ExportMarkdown(
    const history::History& history, const history::Conversation& conversation,
    const insights::Calendar& calendar);

}  // namespace nearer::insights

#endif  // NEARER_INSIGHTS_EXPORT_H_
