#ifndef NEARER_TESTS_FUZZ_KEPT_CORPUS_H_
#define NEARER_TESTS_FUZZ_KEPT_CORPUS_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

// The fuzz target that the test program is linked with; aborts when something
// does not hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace nearer {

// Gives the target everything that is kept in tests/fuzz/corpus/`folder`.
inline void ReadKeptCorpus(const std::string& folder) {
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           NEARER_SOURCE_DIR "/tests/fuzz/corpus/" + folder)) {
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

}  // namespace nearer

#endif  // NEARER_TESTS_FUZZ_KEPT_CORPUS_H_
