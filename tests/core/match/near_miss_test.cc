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

TEST(NearMissTest, AFeatureStandsOnce) {
  const SmallWorld world({MakeRule("r", "alone")});
  std::set<std::uint32_t> hashes;
  for (const Feature& feature :
       FeaturesIn(world, "alone and alone and alone, by myself"))
    EXPECT_TRUE(hashes.insert(feature.hash).second);
  EXPECT_FALSE(hashes.empty());
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
    rows.push_back({feature.hash, 1, {1.5F, -1.0F}});
  for (const Feature& feature : cold) {
    const bool known =
        std::any_of(rows.begin(), rows.end(),
                    [&](const auto& row) { return row.hash == feature.hash; });
    if (!known) rows.push_back({feature.hash, 1, {-1.0F, 1.5F}});
  }
  const auto hashes = [](const std::vector<Feature>& features) {
    std::vector<std::uint32_t> some;
    for (const Feature& feature : features)
      if (some.size() < NearMiss::kTold) some.push_back(feature.hash);
    return some;
  };
  return NearMiss::Make({"warm", "cold"}, {0.25F, -0.25F}, rows,
                        {{1, "the cold one", hashes(cold)},
                         {0, "the warm one", hashes(warm)},
                         {0, "one with nothing to tell", {}}});
}

TEST(NearMissTest, ScoresTheClassWhoseFeaturesItSees) {
  const SmallWorld world({MakeRule("r", "alone")});
  const auto warm = FeaturesIn(world, "i trust people");
  const auto cold = FeaturesIn(world, "i left everybody");
  const NearMiss model = TwoClasses(warm, cold);
  EXPECT_GT(model.Score(model.Weigh(warm))[0],
            model.Score(model.Weigh(warm))[1]);
  EXPECT_LT(model.Score(model.Weigh(cold))[0],
            model.Score(model.Weigh(cold))[1]);
}

TEST(NearMissTest, ReadsBackWhatItWroteAndRefusesDamage) {
  const SmallWorld world({MakeRule("r", "alone")});
  const auto features = FeaturesIn(world, "i trust people");
  const NearMiss model = TwoClasses(features, FeaturesIn(world, "i left"));
  const std::string bytes = model.Serialize();
  const auto again = NearMiss::Parse(bytes);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->Serialize(), bytes);
  EXPECT_EQ(again->Score(again->Weigh(features)),
            model.Score(model.Weigh(features)));
  for (std::size_t cut = 1; cut < bytes.size(); ++cut)
    EXPECT_FALSE(NearMiss::Parse(std::string_view(bytes).substr(0, cut)).ok())
        << cut;
  EXPECT_FALSE(NearMiss::Parse(bytes + "x").ok());
  EXPECT_TRUE(NearMiss::Parse("").ok());
}

TEST(NearMissTest, RareFeaturesWeighMoreAndLengthDoesNotCount) {
  const std::vector<Feature> features = {{.hash = 1, .value = 1},
                                         {.hash = 2, .value = 1}};
  const NearMiss model = NearMiss::Make({"common", "rare"}, {0, 0},
                                        {{1, 1, {1, 0}}, {2, 3, {0, 1}}}, {});
  EXPECT_GT(model.Score(model.Weigh(features))[1],
            2 * model.Score(model.Weigh(features))[0]);
  std::vector<Feature> longer = features;
  for (Feature& feature : longer) feature.value *= 5;
  longer.push_back({.hash = 99, .value = 7});  // the model does not know it
  EXPECT_NEAR(model.Score(model.Weigh(longer))[1],
              model.Score(model.Weigh(features))[1], 1e-5);
}

TEST(NearMissTest, FindsTheExampleOfAClassThatSharesMost) {
  const SmallWorld world({MakeRule("r", "alone")});
  const auto warm = FeaturesIn(world, "i trust people");
  const auto cold = FeaturesIn(world, "we left everybody");
  const NearMiss model = TwoClasses(warm, cold);
  EXPECT_EQ(model.NearestExample(model.Weigh(warm), 0), "the warm one");
  EXPECT_EQ(model.NearestExample(model.Weigh(cold), 1), "the cold one");
  EXPECT_EQ(model.NearestExample(model.Weigh({{.hash = 4, .value = 1}}), 0),
            "");
}

TEST(NearMissTest, TellsWhichWordsWeighed) {
  const SmallWorld world({MakeRule("r", "alone")});
  const auto features = FeaturesIn(world, "i trust people");
  const NearMiss model = TwoClasses(features, {});
  const auto weights = model.WeighTokens(model.Weigh(features), 0, 3);
  ASSERT_EQ(weights.size(), 3U);
  for (const float weight : weights) EXPECT_GT(weight, 0);
}

}  // namespace
}  // namespace nearer::match
