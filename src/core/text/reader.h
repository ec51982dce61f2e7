#ifndef NEARER_CORE_TEXT_READER_H_
#define NEARER_CORE_TEXT_READER_H_

#include <cstdint>
#include <string_view>

#include "core/text/reading.h"
#include "core/text/wordbook.h"

namespace nearer::text {

// Who wrote the text. A rule's author is taken by the letter: no typos mended,
// no letters joined or unmasked, nothing marked.
enum class Writer : std::uint8_t { kPerson, kAuthor };

// See Lexicon::Read.
Reading Read(const Wordbook& book, std::string_view utterance, Writer writer);

}  // namespace nearer::text

#endif  // NEARER_CORE_TEXT_READER_H_
