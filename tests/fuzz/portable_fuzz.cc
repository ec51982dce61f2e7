// Whatever stands in a file to be imported: it is read or refused, and what was
// read as an export is written as a file that reads the same. With libFuzzer,
// linked with the libraries of portable_test:
//   clang++ -std=c++20 -g -fsanitize=fuzzer,address,undefined -Isrc -Itests
//     -DNEARER_SOURCE_DIR='"."' tests/fuzz/portable_fuzz.cc … -o portable_fuzz
//   ./portable_fuzz tests/fuzz/corpus/portable
// The kept corpus is also read by portable_test.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "chat/small_pack.h"
#include "content/content.h"
#include "core/sha256.h"
#include "portable/read_lines.h"
#include "portable/record_lines.h"

namespace {

using nearer::portable::ReadLines;
using nearer::portable::RecordWriter;

void Expect(bool holds) {
  if (!holds) std::abort();
}

// What a file says, written down again. `whole` says whether it could be read.
std::string Again(const std::string& bytes, bool& whole) {
  // Named by its archive, as packs are.
  static const auto pack = nearer::chat::SmallPack(
      nearer::Sha256(nearer::content::ArchiveOf(*nearer::chat::SmallPack(""))));
  std::string written;
  RecordWriter writer([&](std::string_view line) {
    Expect(line.ends_with('\n') && line.find('\n') == line.size() - 1);
    written += line;
    return true;
  });
  std::istringstream in(bytes);
  const auto read = ReadLines(
      in, "file", [&] { return pack; }, writer);
  whole = read.ok();
  if (!whole) Expect(read.error().message.starts_with("file:"));
  return written;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  bool whole = false;
  const std::string once =
      Again(std::string(reinterpret_cast<const char*>(data), size), whole);
  if (!whole) return 0;
  const std::string twice = Again(once, whole);
  Expect(whole && once == twice);
  return 0;
}
