#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

// tests/fuzz/http_fuzz.cc; aborts when something does not hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace {

TEST(HttpFuzzTest, ReadsTheKeptCorpus) {
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           NEARER_SOURCE_DIR "/tests/fuzz/corpus/http")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    SCOPED_TRACE(entry.path());
    EXPECT_EQ(
        LLVMFuzzerTestOneInput(
            reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()),
        0);
    ++read;
  }
  EXPECT_GT(read, 0);
}

}  // namespace
