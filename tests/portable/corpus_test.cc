#include <random>

#include "fuzz/kept_corpus.h"

namespace nearer::portable {
namespace {

TEST(PortableFuzzTest, ReadsTheKeptCorpus) { ReadKeptCorpus("portable"); }

TEST(PortableFuzzTest, ReadsWhateverBecomesOfAnExport) {
  std::ifstream file(NEARER_SOURCE_DIR "/tests/fuzz/corpus/portable/whole",
                     std::ios::binary);
  const std::string whole(std::istreambuf_iterator<char>(file), {});
  const std::string signs = "{}[]\":,\\0a\n\r=\xFF\xC3 ";
  std::mt19937 chance(4);
  for (int i = 0; i < 5000; ++i) {
    std::string bytes = whole;
    for (std::size_t k = 0, changes = 1 + chance() % 4; k < changes; ++k) {
      const std::size_t at = chance() % bytes.size();
      switch (chance() % 3) {
        case 0:
          bytes[at] = signs[chance() % signs.size()];
          break;
        case 1:
          bytes.erase(at, chance() % 20);
          bytes += ' ';
          break;
        case 2:
          bytes.insert(at, bytes.substr(chance() % bytes.size(), 20));
          break;
      }
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                           bytes.size());
  }
}

}  // namespace
}  // namespace nearer::portable
