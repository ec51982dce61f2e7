#include "core/match/near_miss.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

namespace nearer::match {
namespace {

// FNV-1a of a text.
std::uint64_t HashOf(std::string_view text) {
  std::uint64_t state = 14695981039346656037ULL;
  for (const char c : text)
    state = (state ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return state;
}

// One hash of what a feature is made of, its kind first.
std::uint32_t Combine(char kind, std::uint64_t a, std::uint64_t b = 0,
                      bool flag = false) {
  std::uint64_t state = static_cast<unsigned char>(kind) + (flag ? 256 : 0);
  for (const std::uint64_t part : {a, b}) {
    state = (state ^ part) * 0x9E3779B97F4A7C15ULL;
    state ^= state >> 32;
  }
  return static_cast<std::uint32_t>(state);
}

// Features in the order first seen, each once, in the end scaled to unit
// length.
class Collector {
 public:
  explicit Collector(std::size_t tokens)
      : slots_(std::bit_ceil(tokens * 96 + 64), -1) {
    features_.reserve(tokens * 48);
  }

  void Add(std::uint32_t hash, float value, std::size_t token) {
    if (features_.size() * 4 > slots_.size() * 3) return;  // a very odd text
    std::size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot] >= 0) {
      if (features_[static_cast<std::size_t>(slots_[slot])].hash == hash)
        return;
      slot = (slot + 1) & (slots_.size() - 1);
    }
    slots_[slot] = static_cast<std::int32_t>(features_.size());
    features_.push_back({hash, value, static_cast<std::uint16_t>(token)});
  }

  std::vector<Feature> Finish() {
    float squares = 0;
    for (const Feature& feature : features_)
      squares += feature.value * feature.value;
    const float scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
    for (Feature& feature : features_) feature.value *= scale;
    return std::move(features_);
  }

 private:
  std::vector<Feature> features_;
  std::vector<std::int32_t> slots_;  // open addressing over features_
};

constexpr float kWord = 1.0F;
constexpr float kWordPair = 0.8F;
constexpr float kSkipPair = 0.5F;
constexpr float kConcept = 0.8F;
constexpr float kConceptPair = 0.6F;
constexpr float kWordPart = 0.35F;
constexpr float kShape = 0.5F;
constexpr std::size_t kMaxTokens = 400;
constexpr std::size_t kPairReach = 5;  // tokens between two paired concepts

void AddWordParts(const text::Token& token, std::size_t at,
                  Collector& collector) {
  if (token.is_filler || token.word.size() < 3) return;
  const std::string padded = '^' + token.word + '$';
  for (const std::size_t length : {3U, 4U, 5U})
    for (std::size_t i = 0; i + length <= padded.size(); ++i)
      collector.Add(
          Combine('p', HashOf(std::string_view(padded).substr(i, length))),
          kWordPart, at);
}

}  // namespace

std::vector<Feature> FeaturesOf(const Heard& heard) {
  const auto& tokens = heard.reading().tokens;
  const auto& concepts = heard.concepts();
  const std::size_t count = std::min(tokens.size(), kMaxTokens);
  if (count == 0) return {};
  Collector collector(count);
  std::vector<std::uint64_t> words(count);
  for (std::size_t i = 0; i < count; ++i) words[i] = HashOf(tokens[i].lemma);
  const auto name = [&](const Tag& tag) {
    return concepts.info(tag.concept_id).name_hash;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const text::Token& token = tokens[i];
    collector.Add(Combine('w', words[i], 0, token.marked), kWord, i);
    AddWordParts(token, i, collector);
    const auto pair = [&](char kind, std::size_t j, float value) {
      if (j >= count || tokens[j].sentence != token.sentence) return;
      collector.Add(Combine(kind, words[i], words[j], tokens[j].marked), value,
                    i);
    };
    pair('b', i + 1, kWordPair);
    pair('s', i + 2, kSkipPair);
    for (const Tag& tag : heard.tags()[i]) {
      collector.Add(Combine('c', name(tag), 0, token.marked), kConcept, i);
      for (std::size_t j = i + tag.length;
           j < count && j <= i + tag.length + kPairReach; ++j) {
        if (tokens[j].sentence != token.sentence) break;
        for (const Tag& other : heard.tags()[j])
          collector.Add(Combine('d', name(tag), name(other), tokens[j].marked),
                        kConceptPair, i);
      }
    }
  }
  collector.Add(Combine('q', heard.reading().question ? 1 : 2), kShape, 0);
  const std::uint64_t size = count <= 3    ? 1
                             : count <= 8  ? 2
                             : count <= 25 ? 3
                                           : 4;
  collector.Add(Combine('n', size), kShape, 0);
  collector.Add(Combine('f', words[0]), kShape, 0);
  return collector.Finish();
}

NearMiss NearMiss::Make(std::vector<std::string> classes,
                        std::vector<float> biases, std::vector<Row> rows) {
  NearMiss model;
  model.classes_ = std::move(classes);
  model.biases_ = std::move(biases);
  model.stride_ = model.classes_.size();
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return a.hash < b.hash; });
  model.scales_.assign(model.stride_, 0);
  for (const Row& row : rows)
    for (std::size_t c = 0; c < model.stride_; ++c)
      model.scales_[c] =
          std::max(model.scales_[c], std::abs(row.weights[c]) / 127);
  for (const Row& row : rows) {
    model.hashes_.push_back(row.hash);
    for (std::size_t c = 0; c < model.stride_; ++c)
      model.weights_.push_back(model.scales_[c] > 0
                                   ? static_cast<std::int8_t>(std::lround(
                                         row.weights[c] / model.scales_[c]))
                                   : std::int8_t{0});
  }
  model.BuildTable();
  return model;
}

void NearMiss::BuildTable() {
  table_.assign(std::bit_ceil(hashes_.size() * 2 + 1), -1);
  for (std::size_t i = 0; i < hashes_.size(); ++i) {
    std::size_t slot = hashes_[i] & (table_.size() - 1);
    while (table_[slot] >= 0) slot = (slot + 1) & (table_.size() - 1);
    table_[slot] = static_cast<std::int32_t>(i);
  }
}

int NearMiss::Find(std::uint32_t hash) const {
  std::size_t slot = hash & (table_.size() - 1);
  while (table_[slot] >= 0) {
    if (hashes_[static_cast<std::size_t>(table_[slot])] == hash)
      return table_[slot];
    slot = (slot + 1) & (table_.size() - 1);
  }
  return -1;
}

std::vector<float> NearMiss::Score(const std::vector<Feature>& features) const {
  std::vector<float> scores(stride_, 0);
  if (empty()) return scores;
  // Weights are bytes, which may alias anything; locals let the compiler add up
  // many classes at once.
  float* const sums = scores.data();
  const std::size_t count = stride_;
  for (const Feature& feature : features) {
    const int row = Find(feature.hash);
    if (row < 0) continue;
    const std::int8_t* const weights =
        &weights_[static_cast<std::size_t>(row) * count];
    const float value = feature.value;
    for (std::size_t c = 0; c < count; ++c)
      sums[c] += value * static_cast<float>(weights[c]);
  }
  for (std::size_t c = 0; c < count; ++c)
    scores[c] = scores[c] * scales_[c] + biases_[c];
  return scores;
}

std::vector<float> NearMiss::WeighTokens(const std::vector<Feature>& features,
                                         std::size_t class_index,
                                         std::size_t tokens) const {
  std::vector<float> weights(tokens, 0);
  if (empty()) return weights;
  for (const Feature& feature : features) {
    const int row = Find(feature.hash);
    if (row < 0 || feature.token >= tokens) continue;
    weights[feature.token] +=
        feature.value * scales_[class_index] *
        static_cast<float>(
            weights_[static_cast<std::size_t>(row) * stride_ + class_index]);
  }
  return weights;
}

// "NEARMIS1", then little-endian: number of classes, their names (length,
// bytes), biases, scales, number of rows, hashes, weights.
namespace {

constexpr std::string_view kMagic = "NEARMIS1";

template <typename T>
void Put(const T* values, std::size_t count, std::string& out) {
  static_assert(std::endian::native == std::endian::little);
  out.append(reinterpret_cast<const char*>(values), count * sizeof(T));
}

class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}
  template <typename T>
  bool Take(T* values, std::size_t count) {
    if (rest_.size() / sizeof(T) < count) return false;
    std::memcpy(values, rest_.data(), count * sizeof(T));
    rest_.remove_prefix(count * sizeof(T));
    return true;
  }
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
};

}  // namespace

std::string NearMiss::Serialize() const {
  if (empty()) return {};
  std::string out(kMagic);
  const auto count = static_cast<std::uint32_t>(stride_);
  Put(&count, 1, out);
  for (const std::string& name : classes_) {
    const auto length = static_cast<std::uint32_t>(name.size());
    Put(&length, 1, out);
    out += name;
  }
  Put(biases_.data(), stride_, out);
  Put(scales_.data(), stride_, out);
  const auto rows = static_cast<std::uint32_t>(hashes_.size());
  Put(&rows, 1, out);
  Put(hashes_.data(), hashes_.size(), out);
  Put(weights_.data(), weights_.size(), out);
  return out;
}

Result<NearMiss> NearMiss::Parse(std::string_view bytes) {
  NearMiss model;
  if (bytes.empty()) return model;
  const Error broken{"the near-miss model is damaged; make the pack again"};
  if (!bytes.starts_with(kMagic)) return broken;
  Cursor cursor(bytes.substr(kMagic.size()));
  std::uint32_t count = 0;
  if (!cursor.Take(&count, 1) || count == 0 || count > 1000) return broken;
  model.stride_ = count;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t length = 0;
    if (!cursor.Take(&length, 1) || length > 200) return broken;
    std::string name(length, '\0');
    if (!cursor.Take(name.data(), length)) return broken;
    model.classes_.push_back(std::move(name));
  }
  model.biases_.resize(count);
  model.scales_.resize(count);
  std::uint32_t rows = 0;
  if (!cursor.Take(model.biases_.data(), count) ||
      !cursor.Take(model.scales_.data(), count) || !cursor.Take(&rows, 1) ||
      cursor.left() != rows * (sizeof(std::uint32_t) + std::size_t{count}))
    return broken;
  model.hashes_.resize(rows);
  model.weights_.resize(std::size_t{rows} * count);
  if (!cursor.Take(model.hashes_.data(), model.hashes_.size()) ||
      !cursor.Take(model.weights_.data(), model.weights_.size()))
    return broken;
  model.BuildTable();
  return model;
}

}  // namespace nearer::match
