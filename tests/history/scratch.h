#ifndef NEARER_TESTS_HISTORY_SCRATCH_H_
#define NEARER_TESTS_HISTORY_SCRATCH_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

namespace nearer::history {

// A folder of its own, removed with everything in it.
class Scratch {
 public:
  explicit Scratch(const std::string& in = testing::TempDir())
      : folder_(in + "/nearer-history-XXXXXX") {
    if (mkdtemp(folder_.data()) == nullptr) std::abort();
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& folder() const { return folder_; }
  std::string operator/(const std::string& name) const {
    return folder_ + "/" + name;
  }

 private:
  std::string folder_;
};

}  // namespace nearer::history

#endif  // NEARER_TESTS_HISTORY_SCRATCH_H_
