// Any bytes in a content file give problems, and any bytes as an archive an
// error. The first line of an input is the file's path, or "archive"; the rest
// is what stands in it. With libFuzzer:
//   clang++ -std=c++20 -g -fsanitize=fuzzer,address,undefined -Isrc
//     tests/fuzz/content_fuzz.cc $(ls src/content/*.cc src/core/*.cc
//     src/core/*/*.cc | grep -v -e compile_pack -e shipped_pack)
//     -lyaml-cpp -lcrypto -lre2 -lutf8proc -llinear -o content_fuzz
//   ./content_fuzz tests/fuzz/corpus/content
// The kept corpus is also read by content_test.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "content/content.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace nearer;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos) return 0;
  const std::string path(input.substr(0, end));
  const std::string_view bytes = input.substr(end + 1);

  if (path == "archive") {
    const Result<Authored> read = content::ReadArchive(bytes);
    if (!read) return 0;
    const std::string written = content::WriteArchive(*read);
    if (content::WriteArchive(content::ReadArchive(written).value()) != written)
      std::abort();
    return 0;
  }

  content::Parsed parsed = content::Parse({{path, std::string(bytes)}});
  for (const Problem& problem : parsed.problems) {
    if (problem.at.file.empty() && !path.empty()) std::abort();
    if ((problem.at.line > 0) != (problem.at.column > 0)) std::abort();
    if (problem.message.empty()) std::abort();
  }
  parsed.authored.bank.clear();  // or a model would be trained
  if (const auto pack = content::MakePack(std::move(parsed.authored)))
    (void)content::Check(**pack);
  return 0;
}
