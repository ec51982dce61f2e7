// Everything the fuzzer kept, once more.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace nearer::content {
namespace {

TEST(ContentCorpusTest, EveryKeptInputGivesProblemsNotCrashes) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           NEARER_SOURCE_DIR "/tests/fuzz/corpus/content")) {
    std::ifstream stream(entry.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << stream.rdbuf();
    const std::string input = bytes.str();
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()),
                           input.size());
    ++inputs;
  }
  EXPECT_GT(inputs, 0);
}

}  // namespace
}  // namespace nearer::content
