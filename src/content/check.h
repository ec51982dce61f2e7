#ifndef NEARER_CONTENT_CHECK_H_
#define NEARER_CONTENT_CHECK_H_

#include <string>
#include <string_view>
#include <vector>

#include "core/authored.h"
#include "core/coach/pack.h"
#include "core/problem.h"

// Inside content: the parts of Check.
namespace nearer::content {

// What is said, line by line: length, reading grade, questions, words that
// push. All warnings.
void CheckTexts(const Authored& authored, std::vector<Problem>& problems);

// Nodes that cannot be reached, and nodes from which no end can be.
void CheckDialogs(const Authored& authored, std::vector<Problem>& problems);

// Examples and counterexamples, heard by the compiled pack.
void CheckHearing(const coach::Pack& pack, std::vector<Problem>& problems);

// Patterns whose rule another rule of the same subject always beats. All
// warnings; sound, not complete.
void CheckBeaten(const coach::Pack& pack, std::vector<Problem>& problems);

// How hard a text is to read.
struct Readability {
  int words = 0;
  // Flesch-Kincaid grade: about the year of an American school in which it is
  // read with ease. Rough for fewer than ten words.
  double grade = 0;
};
// A slot counts as one word of two syllables.
Readability Measure(std::string_view text);

// Spoken syllables of an English word, estimated from its spelling.
int Syllables(std::string_view word);

}  // namespace nearer::content

#endif  // NEARER_CONTENT_CHECK_H_
