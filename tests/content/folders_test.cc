#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "content/content.h"

namespace nearer::content {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class FoldersTest : public ::testing::Test {
 protected:
  FoldersTest()
      : root_(fs::temp_directory_path() /
              ("nearer_folders_" + std::to_string(getpid()))) {
    fs::create_directories(root_ / "r");
    fs::create_directories(root_ / "d");
  }
  ~FoldersTest() override { fs::remove_all(root_); }

  void Write(const fs::path& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }

  Result<Files> Read() { return ReadFolders(root_ / "r", root_ / "d"); }

  fs::path root_;
};

TEST_F(FoldersTest, ReadsContentAndLeavesOtherFilesOut) {
  Write("r/words/common.txt", "the\n");
  Write("r/a/b/x.yaml", "rules: []\n");
  Write("r/README.md", "# Rules");
  Write("r/rules.schema.json", "{}");
  Write("r/.git/x.yaml", "no");
  Write("r/.x.yaml.swp", "no");
  Write("d/y.yaml", "dialog: y\n");
  Write("d/notes.txt", "no");
  const Result<Files> files = Read();
  ASSERT_TRUE(files.ok()) << files.error().message;
  EXPECT_THAT(*files, ElementsAre(Pair("dialogs/y.yaml", "dialog: y\n"),
                                  Pair("rules/a/b/x.yaml", "rules: []\n"),
                                  Pair("rules/words/common.txt", "the\n")));
}

TEST_F(FoldersTest, ALinkOutOfTheFolderIsAnError) {
  Write("secret.yaml", "x");
  fs::create_symlink(root_ / "secret.yaml", root_ / "r/x.yaml");
  const Result<Files> files = Read();
  ASSERT_FALSE(files.ok());
  EXPECT_THAT(files.error().message, HasSubstr("leads out of the folder"));
}

TEST_F(FoldersTest, ALinkedFolderIsNotFollowed) {
  Write("elsewhere/x.yaml", "x");
  fs::create_directory_symlink(root_ / "elsewhere", root_ / "r/linked");
  const Result<Files> files = Read();
  ASSERT_TRUE(files.ok());
  EXPECT_TRUE(files->empty());
}

// As container platforms mount configuration.
TEST_F(FoldersTest, LinksInsideTheFolderAreFollowed) {
  Write("r/..2026/x.yaml", "rules: []\n");
  fs::create_directory_symlink("..2026", root_ / "r/..data");
  fs::create_symlink("..data/x.yaml", root_ / "r/x.yaml");
  const Result<Files> files = Read();
  ASSERT_TRUE(files.ok()) << files.error().message;
  EXPECT_THAT(*files, ElementsAre(Pair("rules/x.yaml", "rules: []\n")));
}

TEST_F(FoldersTest, AMissingFolderIsAnErrorThatNamesIt) {
  const Result<Files> files = ReadFolders(root_ / "r", root_ / "dialgos");
  ASSERT_FALSE(files.ok());
  EXPECT_THAT(files.error().message, HasSubstr("dialgos: there is no such"));
}

}  // namespace
}  // namespace nearer::content
