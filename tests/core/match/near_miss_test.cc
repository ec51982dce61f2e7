#include "core/match/near_miss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/core/match/small_world.h"

namespace nearer::match {
namespace {

std::vector<Feature> FeaturesIn(const SmallWorld& world,
                                std::string_view said) {
  const text::Reading reading = world.lexicon.Read(said);
  return FeaturesOf(world.matcher->Prepare(reading));
}

TEST(NearMissTest, FeaturesStandOnceAndHaveUnitLength) {
  const SmallWorld world({MakeRule("r", "alone")});
  const auto features =
      FeaturesIn(world, "alone and alone and alone, by myself");
  float squares = 0;
  std::set<std::uint32_t> hashes;
  for (const Feature& feature : features) {
    squares += feature.value * feature.value;
    EXPECT_TRUE(hashes.insert(feature.hash).second);
  }
  EXPECT_NEAR(squares, 1, 1e-4);
  EXPECT_TRUE(FeaturesIn(world, "").empty());
}

TEST(NearMissTest, NegationMakesAnotherFeature) {
  const SmallWorld world({MakeRule("r", "alone")});
  const auto with = FeaturesIn(world, "i trust people");
  const auto without = FeaturesIn(world, "i never trust people");
  int shared = 0;
  for (const Feature& a : with)
    for (const Feature& b : without) shared += a.hash == b.hash ? 1 : 0;
  EXPECT_LT(shared, static_cast<int>(with.size()));
}

NearMiss TwoClasses(const std::vector<Feature>& warm,
                    const std::vector<Feature>& cold) {
  std::vector<NearMiss::Row> rows;
  for (const Feature& feature : warm)
    rows.push_back({feature.hash, {1.5F, -1.0F}});
  for (const Feature& feature : cold) {
    const bool known =
        std::any_of(rows.begin(), rows.end(),
                    [&](const auto& row) { return row.hash == feature.hash; });
    if (!known) rows.push_back({feature.hash, {-1.0F, 1.5F}});
  }
  return NearMiss::Make({"warm", "cold"}, {0.25F, -0.25F}, rows);
}

TEST(NearMissTest, ScoresTheClassWhoseFeaturesItSees) {
  const SmallWorld world({MakeRule("r", "alone")});
  const auto warm = FeaturesIn(world, "i trust people");
  const auto cold = FeaturesIn(world, "i left everybody");
  const NearMiss model = TwoClasses(warm, cold);
  EXPECT_GT(model.Score(warm)[0], model.Score(warm)[1]);
  EXPECT_LT(model.Score(cold)[0], model.Score(cold)[1]);
}

TEST(NearMissTest, ReadsBackWhatItWroteAndRefusesDamage) {
  const SmallWorld world({MakeRule("r", "alone")});
  const auto features = FeaturesIn(world, "i trust people");
  const NearMiss model = TwoClasses(features, FeaturesIn(world, "i left"));
  const std::string bytes = model.Serialize();
  const auto again = NearMiss::Parse(bytes);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->Serialize(), bytes);
  EXPECT_EQ(again->Score(features), model.Score(features));
  for (std::size_t cut = 1; cut < bytes.size(); ++cut)
    EXPECT_FALSE(NearMiss::Parse(std::string_view(bytes).substr(0, cut)).ok())
        << cut;
  EXPECT_FALSE(NearMiss::Parse(bytes + "x").ok());
  EXPECT_TRUE(NearMiss::Parse("").ok());
}

TEST(NearMissTest, TellsWhichWordsWeighed) {
  const SmallWorld world({MakeRule("r", "alone")});
  const auto features = FeaturesIn(world, "i trust people");
  const auto weights = TwoClasses(features, {}).WeighTokens(features, 0, 3);
  ASSERT_EQ(weights.size(), 3U);
  for (const float weight : weights) EXPECT_GT(weight, 0);
}

}  // namespace
}  // namespace nearer::match
