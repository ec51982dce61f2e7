// The content that ships: no errors in it, and built in as it stands.
#include <gtest/gtest.h>

#include "good_pack.h"

namespace nearer::content {
namespace {

Files ShippedFiles() {
  return ReadFolders(NEARER_SOURCE_DIR "/rules", NEARER_SOURCE_DIR "/dialogs")
      .value();
}

std::string DescribeErrors(const std::vector<Problem>& problems) {
  std::vector<Problem> errors;
  for (const Problem& problem : problems)
    if (problem.weight == Problem::Weight::kError) errors.push_back(problem);
  return DescribeAll(errors);
}

TEST(ShippedPackTest, HasNoErrors) {
  EXPECT_EQ(DescribeErrors(Parse(ShippedFiles()).problems), "");
  const auto pack = ShippedPack();
  ASSERT_TRUE(pack.ok()) << DescribeAll(pack.error());
  EXPECT_EQ(DescribeErrors(Check(**pack)), "");
}

TEST(ShippedPackTest, IsWhatStandsInTheFolders) {
  const auto pack = ShippedPack();
  ASSERT_TRUE(pack.ok()) << DescribeAll(pack.error());
  EXPECT_FALSE((*pack)->near_miss().empty());
  // Without the models: training them again would take minutes.
  Authored authored = Parse(ShippedFiles()).authored;
  authored.lessons = (*pack)->authored().lessons;
  authored.scene_lessons = (*pack)->authored().scene_lessons;
  EXPECT_TRUE(WriteArchive((*pack)->authored()) == WriteArchive(authored))
      << "the build did not see a change of rules/ or dialogs/";
}

TEST(ShippedPackTest, EverySourceIsCarriedBySomethingThatIsSaid) {
  const auto pack = ShippedPack();
  ASSERT_TRUE(pack.ok());
  EXPECT_EQ((*pack)->authored().sources.size(), 192u);
  for (const Covered& row : Coverage((*pack)->authored()))
    EXPECT_FALSE(row.carriers.empty()) << row.item.id;
}

}  // namespace
}  // namespace nearer::content
