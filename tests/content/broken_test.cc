// Every folder of broken/ lays some files over the good pack and is named for
// what they break. Its expected.txt lists what is reported, one a line and
// nothing else: "FILE:LINE:COLUMN: part of the message", with "warning: "
// before it where it is one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "good_pack.h"

namespace nearer::content {
namespace {

namespace fs = std::filesystem;

std::string Read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::stringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

Files GoodPackWith(const fs::path& broken) {
  Files files = GoodPack();
  for (const auto& entry : fs::recursive_directory_iterator(broken))
    if (entry.is_regular_file() && entry.path().filename() != "expected.txt")
      files[entry.path().lexically_relative(broken).generic_string()] =
          Read(entry.path());
  return files;
}

bool HasError(const std::vector<Problem>& problems) {
  return std::any_of(problems.begin(), problems.end(), [](const Problem& one) {
    return one.weight == Problem::Weight::kError;
  });
}

// Everything that parsing reports; where that finds no error, also what
// compiling and checking report.
std::vector<Problem> AllProblems(const Files& files) {
  Parsed parsed = Parse(files);
  std::vector<Problem> problems = std::move(parsed.problems);
  if (HasError(problems)) return problems;
  const auto pack = MakePack(std::move(parsed.authored));
  const std::vector<Problem> later = pack ? Check(**pack) : pack.error();
  problems.insert(problems.end(), later.begin(), later.end());
  return problems;
}

// "rules/x.yaml:3:5: ", as in the beginning of an expected line.
std::string PlaceOf(const Problem& problem) {
  std::string place =
      problem.weight == Problem::Weight::kWarning ? "warning: " : "";
  place += problem.at.file;
  if (problem.at.line > 0)
    place += ':' + std::to_string(problem.at.line) + ':' +
             std::to_string(problem.at.column);
  return place + ": ";
}

class BrokenTest : public ::testing::TestWithParam<std::string> {};

TEST_P(BrokenTest, IsReportedWhereItStands) {
  const fs::path folder =
      fs::path(NEARER_SOURCE_DIR "/tests/content/broken") / GetParam();
  std::vector<Problem> problems = AllProblems(GoodPackWith(folder));
  const std::string reported = DescribeAll(problems);
  std::istringstream expected(Read(folder / "expected.txt"));
  int lines = 0;
  for (std::string line; std::getline(expected, line); ++lines) {
    const auto found = std::find_if(
        problems.begin(), problems.end(), [&](const Problem& problem) {
          const std::string place = PlaceOf(problem);
          return line.starts_with(place) &&
                 problem.message.find(line.substr(place.size())) !=
                     std::string::npos;
        });
    if (found == problems.end())
      ADD_FAILURE() << "not reported: " << line << "\nbut:\n" << reported;
    else
      problems.erase(found);
  }
  EXPECT_GT(lines, 0);
  EXPECT_EQ(DescribeAll(problems), "") << "was not expected";
}

std::vector<std::string> Folders() {
  std::vector<std::string> names;
  for (const auto& entry :
       fs::directory_iterator(NEARER_SOURCE_DIR "/tests/content/broken"))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Content, BrokenTest, ::testing::ValuesIn(Folders()),
                         [](const auto& broken) { return broken.param; });

}  // namespace
}  // namespace nearer::content
