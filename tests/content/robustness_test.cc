// Whatever stands in the files, there are problems and no crashes.
#include <gtest/gtest.h>

#include <random>

#include "good_pack.h"

namespace nearer::content {
namespace {

TEST(RobustnessTest, RandomBytesGiveProblemsNotCrashes) {
  std::mt19937 chance(1);
  for (int i = 0; i < 500; ++i) {
    Files files = GoodPack();
    for (auto& [path, bytes] : files) {
      if (chance() % 4 != 0) continue;
      bytes.resize(chance() % 200);
      for (char& byte : bytes) byte = static_cast<char>(chance());
    }
    (void)Parse(files);
  }
}

TEST(RobustnessTest, MutatedFilesGiveProblemsNotCrashes) {
  const Files good = GoodPack();
  const std::string signs = "|>-:?{}[]&*!#'\"@%` \n,.a0~<=\t\r\xC3\xE9";
  std::mt19937 chance(2);
  for (int i = 0; i < 1000; ++i) {
    Files files = good;
    auto file = files.begin();
    std::advance(file, chance() % files.size());
    std::string& bytes = file->second;
    for (std::size_t k = 0, changes = 1 + chance() % 8; k < changes; ++k) {
      const std::size_t at = chance() % (bytes.size() + 1);
      const std::size_t length = chance() % 12;
      switch (chance() % 4) {
        case 0:
          bytes.insert(at, 1, signs[chance() % signs.size()]);
          break;
        case 1:
          bytes.erase(at, length);
          break;
        case 2:
          bytes.insert(at, bytes.substr(chance() % (bytes.size() + 1), length));
          break;
        case 3:
          if (at < bytes.size()) bytes[at] = signs[chance() % signs.size()];
          break;
      }
    }
    Parsed parsed = Parse(files);
    for (const Problem& problem : parsed.problems) {
      EXPECT_FALSE(problem.at.file.empty()) << problem.message;
      EXPECT_GE(problem.at.column, problem.at.line > 0 ? 1 : 0);
    }
    // What passes can be compiled, or says what is wrong.
    parsed.authored.bank.clear();  // training would take most of the time
    const auto pack = MakePack(parsed.authored);
    if (pack) (void)Check(**pack);
  }
}

}  // namespace
}  // namespace nearer::content
