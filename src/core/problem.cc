#include "core/problem.h"

namespace nearer {

std::string Describe(const Problem& problem) {
  std::string text = problem.at.file;
  if (problem.at.line > 0) {
    text += ':' + std::to_string(problem.at.line);
    text += ':' + std::to_string(problem.at.column);
  }
  text +=
      problem.weight == Problem::Weight::kError ? ": error: " : ": warning: ";
  return text + problem.message;
}

}  // namespace nearer
