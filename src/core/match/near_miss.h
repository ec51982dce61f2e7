#ifndef NEARER_CORE_MATCH_NEAR_MISS_H_
#define NEARER_CORE_MATCH_NEAR_MISS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/match/matcher.h"
#include "core/result.h"

namespace nearer::match {

// What an utterance shows to the model: hashes of words, pairs of words,
// concepts, pairs of concepts and parts of words, each with a value. A feature
// stands once; the values' squares sum to 1.
struct Feature {
  std::uint32_t hash = 0;
  float value = 0;
  std::uint16_t token = 0;  // the (first) token that shows it
};
std::vector<Feature> FeaturesOf(const Heard& heard);

// A linear model over those features, one weight row a class: a logistic
// regression of each class against the rest, trained on authored examples when
// a pack is made (content/train.h). Speaks where no pattern does. Immutable and
// deterministic; weights are bytes, so that equal packs are equal bytes.
class NearMiss {
 public:
  // A row of weights as trained, before it is made small.
  struct Row {
    std::uint32_t hash = 0;
    std::vector<float> weights;  // by class
  };

  // No classes; every score is empty.
  NearMiss() = default;

  // `classes` are themes, risks ("risk_abuse.active") and "none".
  static NearMiss Make(std::vector<std::string> classes,
                       std::vector<float> biases, std::vector<Row> rows);

  std::string Serialize() const;
  static Result<NearMiss> Parse(std::string_view bytes);

  bool empty() const { return classes_.empty(); }
  const std::vector<std::string>& classes() const { return classes_; }

  // Log-odds of each class, in order of `classes()`. About 10 ns a feature.
  std::vector<float> Score(const std::vector<Feature>& features) const;

  // How much each token of the utterance weighed for `class_index`.
  std::vector<float> WeighTokens(const std::vector<Feature>& features,
                                 std::size_t class_index,
                                 std::size_t tokens) const;

 private:
  void BuildTable();
  // The row of a hash, or -1.
  int Find(std::uint32_t hash) const;

  std::vector<std::string> classes_;
  std::vector<float> biases_, scales_;  // by class
  std::vector<std::uint32_t> hashes_;   // by row, ascending
  std::vector<std::int8_t> weights_;    // rows of `stride_` bytes
  std::size_t stride_ = 0;
  std::vector<std::int32_t> table_;  // open addressing over hashes_
};

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_NEAR_MISS_H_
