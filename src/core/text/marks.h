#ifndef NEARER_CORE_TEXT_MARKS_H_
#define NEARER_CORE_TEXT_MARKS_H_

#include <span>

#include "core/text/reader.h"
#include "core/text/reading.h"
#include "core/text/wordbook.h"

namespace nearer::text {

// What only shows across words: phrases that are fillers, words that open a
// clause, operators and what they mark. `ids` names the token's words, kNone
// for unknown ones; clauses stand as punctuation made them, and are counted
// here. Linear in the number of tokens.
void MarkPhrases(const Wordbook& book, std::span<const Vocabulary::Id> ids,
                 Writer writer, Reading& reading);

}  // namespace nearer::text

#endif  // NEARER_CORE_TEXT_MARKS_H_
