#ifndef NEARER_CONTENT_SOURCE_TEXT_H_
#define NEARER_CONTENT_SOURCE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/authored.h"
#include "core/problem.h"

namespace nearer::content {

// Files larger than this are refused.
inline constexpr std::size_t kLargestFile = std::size_t{4} << 20;

// The text of one file, made plain: a byte order mark dropped, line breaks
// '\n', tabs and control characters reported and replaced by spaces, so that
// what reads it afterwards meets nothing strange and every byte keeps its
// place in its line.
class SourceText {
 public:
  // Reports into `problems` what must not stand in any file.
  SourceText(std::string file, std::string_view bytes,
             std::vector<Problem>& problems);

  // False when there is nothing that could be read: not UTF-8, or too large.
  bool usable() const { return usable_; }
  const std::string& file() const { return file_; }
  const std::string& text() const { return text_; }
  int lines() const { return static_cast<int>(starts_.size()); }

  // Line `number` (1-based) without its break; empty beyond the end.
  std::string_view line(int number) const;

  // The place of byte `byte` (0-based) of line `number`.
  Place At(int number, std::size_t byte) const;

 private:
  std::string file_;
  std::string text_;
  std::vector<std::size_t> starts_;  // offset of each line in text_
  bool usable_ = false;
};

// An error at a place.
Problem ErrorAt(Place at, std::string message);

// By file, line and column; what stands at one place keeps its order.
void SortByPlace(std::vector<Problem>& problems);

// Characters (code points) in valid UTF-8.
std::size_t CountCharacters(std::string_view text);

// `text` without white space at its ends.
std::string_view Trim(std::string_view text);

}  // namespace nearer::content

#endif  // NEARER_CONTENT_SOURCE_TEXT_H_
