#ifndef NEARER_CORE_TEXT_LETTERS_H_
#define NEARER_CORE_TEXT_LETTERS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/vocabulary.h"

// Words whose letters were stretched, replaced or pulled apart. People do it
// for emphasis, or to slip past filters exactly when it matters most.
namespace nearer::text {

// Does a letter stand three times or more in a row?
bool IsStretched(std::string_view word);

// "sooooo" -> "so", "goooood" -> "good": each run of three or more letters is
// taken for two, or for one, whichever makes a known word. If none does, for
// two; the result is then unknown too.
std::string Shorten(std::string_view word, const Vocabulary& known);

// "su1c1de", "k!ll", "@lone", "$ad": signs and digits that look like letters
// read as those; empty unless that makes a known word. At least half of the
// letters must be there, and the word have three; a sign or digit that begins
// it needs three letters after it ("5am" stays).
std::string Unmask(std::string_view word, const Vocabulary& known);

// Known words in single letters that stood apart: "kill" -> {4}, "idie" ->
// {1, 3}: the lengths of the pieces, most letters in words of three or more;
// those of length 1 stay single letters. Empty if no such word is in it.
std::vector<std::size_t> Join(std::string_view letters,
                              const Vocabulary& known);

}  // namespace nearer::text

#endif  // NEARER_CORE_TEXT_LETTERS_H_
