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
// concepts and parts of words, each with a value. A feature stands once.
struct Feature {
  std::uint32_t hash = 0;
  float value = 0;
  std::uint16_t token = 0;  // the (first) token that shows it
};
std::vector<Feature> FeaturesOf(const Heard& heard);

// The class of every risk together.
inline constexpr std::string_view kAnyRisk = "risk_any";
// The class of what no theme hears, and of talk without danger, whatever its
// theme: that one is told from danger only, and the themes learn nothing of it.
inline constexpr std::string_view kNone = "none";
inline constexpr std::string_view kCalm = "calm";

// A linear model over those features, one column of weights a class: logistic
// regressions of each class against the rest, trained on authored examples when
// a pack is made (content/train.h). Speaks where no pattern does. Immutable and
// deterministic; weights are bytes, so that equal packs are equal bytes.
//
// Features are weighed by how rare they are, and an utterance's known features
// scaled to unit length, so that long and short ones compare.
class NearMiss {
 public:
  // A feature as trained, before it is made small.
  struct Row {
    std::uint32_t hash = 0;
    float rarity = 1;            // what its value is multiplied by
    std::vector<float> weights;  // by class
  };
  // An example of a class, and the features by which it is found again.
  struct Example {
    std::uint32_t class_index = 0;
    std::string text;
    std::vector<std::uint32_t> hashes;  // at most kTold
  };
  static constexpr std::size_t kTold = 12;

  // No classes; every score is empty.
  NearMiss() = default;

  // `classes` are themes, risks ("risk_abuse.active"), their categories
  // ("risk_abuse"), "risk_any", "none" and "calm".
  static NearMiss Make(std::vector<std::string> classes,
                       std::vector<float> biases, std::vector<Row> rows,
                       const std::vector<Example>& examples);

  std::string Serialize() const;
  static Result<NearMiss> Parse(std::string_view bytes);

  bool empty() const { return classes_.empty(); }
  const std::vector<std::string>& classes() const { return classes_; }

  // A feature that the model knows, with its value as the model takes it.
  struct Known {
    std::int32_t row = 0;
    std::uint16_t token = 0;
    float value = 0;
  };
  // Those it knows, weighed and of unit length: what all below ask for. About
  // 15 ns a feature.
  std::vector<Known> Weigh(const std::vector<Feature>& features) const;

  // Log-odds of each class, in order of `classes()`. About 10 ns a feature.
  std::vector<float> Score(const std::vector<Known>& shown) const;

  // How much each token of the utterance weighed for `class_index`.
  std::vector<float> WeighTokens(const std::vector<Known>& shown,
                                 std::size_t class_index,
                                 std::size_t tokens) const;

  // The example of the class that shares most with the utterance; empty when
  // none shares anything. About 10 us with 500 examples of the class.
  std::string_view NearestExample(const std::vector<Known>& shown,
                                  std::size_t class_index) const;

 private:
  // Rows are cache lines: weights of kLine classes at most share one.
  static constexpr std::size_t kLine = 64;
  struct alignas(kLine) Line {
    std::int8_t bytes[kLine];
  };
  struct Slot {
    std::uint32_t hash = 0;
    std::int32_t row = -1;
    float rarity = 0;
  };
  struct Told {
    std::uint32_t text_begin = 0, text_end = 0;  // of texts_
    std::uint32_t rows_begin = 0, rows_end = 0;  // of told_rows_
  };

  class Cursor;
  bool ReadClasses(Cursor& cursor);
  bool ReadRows(Cursor& cursor);
  bool ReadExamples(Cursor& cursor);
  void BuildTable();
  // That of a hash, or one without a row.
  const Slot& SlotOf(std::uint32_t hash) const;
  const std::int8_t* Weights(std::int32_t row) const {
    return lines_[static_cast<std::size_t>(row) * lines_a_row_].bytes;
  }
  void Shape();  // makes room for the weights

  std::vector<std::string> classes_;
  std::vector<float> biases_, scales_;  // by class
  std::vector<std::uint32_t> hashes_;   // by row, ascending
  std::vector<float> rarities_;         // by row
  std::size_t lines_a_row_ = 0;
  std::vector<Line> lines_;  // weights, by row
  std::vector<Slot> table_;  // open addressing over hashes_

  std::vector<std::uint32_t> first_told_;  // of told_, by class, and the end
  std::vector<Told> told_;                 // by class
  // With each row its rarity, which stands too far off in rarities_.
  struct ToldRow {
    std::uint32_t row = 0;
    float rarity = 0;
  };
  std::vector<ToldRow> told_rows_;
  std::string texts_;
};

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_NEAR_MISS_H_
