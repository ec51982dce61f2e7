#ifndef NEARER_CORE_MATCH_RENDERING_H_
#define NEARER_CORE_MATCH_RENDERING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/match/concepts.h"
#include "core/text/reading.h"

// How a reading is written down for RE2. One byte string for all patterns:
//
//   . +wi=i~ +wdo=do~ +onot=not~ -wneed=need~ -wanyone=anyone~@4;@9: -wat…<9;,
//   +w…
//
// A clause begins with ',' and a sentence with '.', each token with a space,
// its mark ('+' plain, '-' under an operator), its class ('w' word, 'f' filler,
// 'o' operator), dictionary form, '=', word, '~', the concepts that begin
// there,
// '@id;' for one token and '@id:' for several, and those of several that end
// there, '<id;'.
namespace nearer::match {

struct Rendering {
  std::string text;
  std::vector<std::uint32_t> token_at;  // offset of each token's space
  // Offsets of each clause's and sentence's first byte, and of the end.
  std::vector<std::uint32_t> clause_at, sentence_at;
};

// Writes a word with the bytes that the format uses replaced.
void AppendPlain(std::string_view word, std::string& out);

Rendering Render(const text::Reading& reading, const Tags& tags);

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_RENDERING_H_
