#include "core/match/near_miss.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include "core/fnv.h"

namespace nearer::match {
namespace {

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

// Features in the order first seen, each once.
class Collector {
 public:
  explicit Collector(std::size_t tokens)
      : slots_(std::bit_ceil(tokens * 32 + 64), -1) {
    features_.reserve(tokens * 20 + 8);
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

  std::vector<Feature> Finish() { return std::move(features_); }

 private:
  std::vector<Feature> features_;
  std::vector<std::int32_t> slots_;  // open addressing over features_
};

constexpr float kWord = 1.0F;
constexpr float kWordPair = 0.8F;
constexpr float kSkipPair = 0.5F;
constexpr float kConcept = 0.8F;
constexpr float kWordPart = 0.5F;
constexpr float kShape = 0.5F;
constexpr std::size_t kMaxTokens = 400;

void AddWordParts(const text::Token& token, std::size_t at,
                  Collector& collector) {
  if (token.is_filler || token.word.size() < 3) return;
  const std::string padded = '^' + token.word + '$';
  const std::string_view all = padded;
  // Of the part that begins at each letter, which grows by one a round.
  std::vector<std::uint64_t> hashes(all.size());
  for (std::size_t i = 0; i + 2 <= all.size(); ++i)
    hashes[i] = Fnv1a(all.substr(i, 2));
  for (const std::size_t length : {3U, 4U, 5U})
    for (std::size_t i = 0; i + length <= all.size(); ++i) {
      hashes[i] = Fnv1a(all.substr(i + length - 1, 1), hashes[i]);
      collector.Add(Combine('p', hashes[i]), kWordPart, at);
    }
}

}  // namespace

std::vector<Feature> FeaturesOf(const Heard& heard) {
  const auto& tokens = heard.reading().tokens;
  const auto& concepts = heard.concepts();
  const std::size_t count = std::min(tokens.size(), kMaxTokens);
  if (count == 0) return {};
  Collector collector(count);
  std::vector<std::uint64_t> words(count);
  for (std::size_t i = 0; i < count; ++i) words[i] = Fnv1a(tokens[i].lemma);
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
    for (const Tag& tag : heard.tags()[i])
      collector.Add(Combine('c', concepts.info(tag.concept_id).name_hash, 0,
                            token.marked),
                    kConcept, i);
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
                        std::vector<float> biases, std::vector<Row> rows,
                        const std::vector<Example>& examples) {
  NearMiss model;
  const std::size_t count = classes.size();
  model.classes_ = std::move(classes);
  model.biases_ = std::move(biases);
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return a.hash < b.hash; });
  model.scales_.assign(count, 0);
  for (const Row& row : rows)
    for (std::size_t c = 0; c < count; ++c)
      model.scales_[c] =
          std::max(model.scales_[c], std::abs(row.weights[c]) / 127);
  for (const Row& row : rows) {
    model.hashes_.push_back(row.hash);
    model.rarities_.push_back(row.rarity);
  }
  model.Shape();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::int8_t* const weights = model.lines_[r * model.lines_a_row_].bytes;
    for (std::size_t c = 0; c < count; ++c)
      if (model.scales_[c] > 0)
        weights[c] = static_cast<std::int8_t>(
            std::lround(rows[r].weights[c] / model.scales_[c]));
  }
  model.BuildTable();

  for (std::uint32_t c = 0; c < count; ++c) {
    model.first_told_.push_back(static_cast<std::uint32_t>(model.told_.size()));
    for (const Example& example : examples) {
      if (example.class_index != c) continue;
      Told told{
          .text_begin = static_cast<std::uint32_t>(model.texts_.size()),
          .rows_begin = static_cast<std::uint32_t>(model.told_rows_.size())};
      model.texts_ += example.text;
      for (const std::uint32_t hash : example.hashes)
        if (const Slot& slot = model.SlotOf(hash); slot.row >= 0)
          model.told_rows_.push_back(
              {static_cast<std::uint32_t>(slot.row), slot.rarity});
      told.text_end = static_cast<std::uint32_t>(model.texts_.size());
      told.rows_end = static_cast<std::uint32_t>(model.told_rows_.size());
      model.told_.push_back(told);
    }
  }
  model.first_told_.push_back(static_cast<std::uint32_t>(model.told_.size()));
  return model;
}

void NearMiss::Shape() {
  lines_a_row_ = (classes_.size() + kLine - 1) / kLine;
  lines_.resize(hashes_.size() * lines_a_row_);
}

void NearMiss::BuildTable() {
  table_.assign(std::bit_ceil(hashes_.size() * 2 + 1), {});
  for (std::size_t i = 0; i < hashes_.size(); ++i) {
    std::size_t slot = hashes_[i] & (table_.size() - 1);
    while (table_[slot].row >= 0) slot = (slot + 1) & (table_.size() - 1);
    table_[slot] = {hashes_[i], static_cast<std::int32_t>(i), rarities_[i]};
  }
}

const NearMiss::Slot& NearMiss::SlotOf(std::uint32_t hash) const {
  std::size_t slot = hash & (table_.size() - 1);
  while (table_[slot].row >= 0 && table_[slot].hash != hash)
    slot = (slot + 1) & (table_.size() - 1);
  return table_[slot];
}

std::vector<NearMiss::Known> NearMiss::Weigh(
    const std::vector<Feature>& features) const {
  std::vector<Known> known;
  if (empty()) return known;
  known.reserve(features.size());
  // Table and rows are megabytes that nothing keeps warm: what is wanted soon
  // is fetched all at once.
  for (const Feature& feature : features)
    __builtin_prefetch(&table_[feature.hash & (table_.size() - 1)]);
  float squares = 0;
  for (const Feature& feature : features) {
    const Slot& slot = SlotOf(feature.hash);
    if (slot.row < 0) continue;
    for (std::size_t line = 0; line < lines_a_row_; ++line)
      __builtin_prefetch(Weights(slot.row) + line * kLine);
    const float value = feature.value * slot.rarity;
    squares += value * value;
    known.push_back({slot.row, feature.token, value});
  }
  const float scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
  for (Known& one : known) one.value *= scale;
  return known;
}

std::vector<float> NearMiss::Score(const std::vector<Known>& shown) const {
  const std::size_t count = classes_.size();
  std::vector<float> scores(count, 0);
  if (empty()) return scores;
  // Weights are bytes, which may alias anything; locals let the compiler add up
  // many classes at once.
  float* const sums = scores.data();
  for (const Known& known : shown) {
    const std::int8_t* const weights = Weights(known.row);
    const float value = known.value;
    for (std::size_t c = 0; c < count; ++c)
      sums[c] += value * static_cast<float>(weights[c]);
  }
  for (std::size_t c = 0; c < count; ++c)
    scores[c] = scores[c] * scales_[c] + biases_[c];
  return scores;
}

std::vector<float> NearMiss::WeighTokens(const std::vector<Known>& shown,
                                         std::size_t class_index,
                                         std::size_t tokens) const {
  std::vector<float> weights(tokens, 0);
  for (const Known& known : shown)
    if (known.token < tokens)
      weights[known.token] +=
          known.value * scales_[class_index] *
          static_cast<float>(Weights(known.row)[class_index]);
  return weights;
}

std::string_view NearMiss::NearestExample(const std::vector<Known>& shown,
                                          std::size_t class_index) const {
  if (empty()) return {};
  std::vector<std::uint64_t> is_shown(hashes_.size() / 64 + 1);  // a bit a row
  for (const Known& known : shown) {
    const auto row = static_cast<std::uint32_t>(known.row);
    is_shown[row / 64] |= std::uint64_t{1} << (row % 64);
  }
  const Told* nearest = nullptr;
  float most = 0;
  for (std::uint32_t e = first_told_[class_index];
       e < first_told_[class_index + 1]; ++e) {
    // Times 0 or 1: to branch on what can hardly be foreseen costs more.
    float shared = 0;
    for (std::uint32_t r = told_[e].rows_begin; r < told_[e].rows_end; ++r) {
      const auto [row, rarity] = told_rows_[r];
      const auto bit = static_cast<int>((is_shown[row / 64] >> (row % 64)) & 1);
      shared += rarity * static_cast<float>(bit);
    }
    if (shared <= most) continue;
    most = shared;
    nearest = &told_[e];
  }
  if (!nearest) return {};
  return std::string_view(texts_).substr(
      nearest->text_begin, nearest->text_end - nearest->text_begin);
}

// "NEARMIS2", then little-endian: number of classes, their names (length,
// bytes), biases, scales, number of rows, hashes, rarities, weights; examples a
// class, number of their rows, of bytes of their texts, the examples, rows,
// texts.
namespace {

constexpr std::string_view kMagic = "NEARMIS2";

template <typename T>
void Put(const T* values, std::size_t count, std::string& out) {
  static_assert(std::endian::native == std::endian::little);
  out.append(reinterpret_cast<const char*>(values), count * sizeof(T));
}

}  // namespace

class NearMiss::Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}
  template <typename T>
  bool Take(T* values, std::size_t count) {
    if (count == 0) return true;  // `values` may be null
    if (rest_.size() / sizeof(T) < count) return false;
    std::memcpy(values, rest_.data(), count * sizeof(T));
    rest_.remove_prefix(count * sizeof(T));
    return true;
  }
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
};

std::string NearMiss::Serialize() const {
  if (empty()) return {};
  std::string out(kMagic);
  const auto number = [&](std::size_t value) {
    const auto small = static_cast<std::uint32_t>(value);
    Put(&small, 1, out);
  };
  number(classes_.size());
  for (const std::string& name : classes_) {
    number(name.size());
    out += name;
  }
  Put(biases_.data(), biases_.size(), out);
  Put(scales_.data(), scales_.size(), out);
  number(hashes_.size());
  Put(hashes_.data(), hashes_.size(), out);
  Put(rarities_.data(), rarities_.size(), out);
  for (std::size_t row = 0; row < hashes_.size(); ++row)
    Put(Weights(static_cast<std::int32_t>(row)), classes_.size(), out);
  Put(first_told_.data(), first_told_.size(), out);
  number(told_rows_.size());
  number(texts_.size());
  Put(told_.data(), told_.size(), out);
  for (const ToldRow& told : told_rows_) Put(&told.row, 1, out);
  out += texts_;
  return out;
}

Result<NearMiss> NearMiss::Parse(std::string_view bytes) {
  NearMiss model;
  if (bytes.empty()) return model;
  const Error broken{"the near-miss model is damaged; make the pack again"};
  if (!bytes.starts_with(kMagic)) return broken;
  Cursor cursor(bytes.substr(kMagic.size()));
  if (!model.ReadClasses(cursor) || !model.ReadRows(cursor) ||
      !model.ReadExamples(cursor) || cursor.left() != 0)
    return broken;
  model.BuildTable();
  return model;
}

bool NearMiss::ReadClasses(Cursor& cursor) {
  std::uint32_t count = 0;
  if (!cursor.Take(&count, 1) || count == 0 || count > 1000) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t length = 0;
    if (!cursor.Take(&length, 1) || length > 200) return false;
    std::string name(length, '\0');
    if (!cursor.Take(name.data(), length)) return false;
    classes_.push_back(std::move(name));
  }
  biases_.resize(count);
  scales_.resize(count);
  return cursor.Take(biases_.data(), count) &&
         cursor.Take(scales_.data(), count);
}

bool NearMiss::ReadRows(Cursor& cursor) {
  std::uint32_t rows = 0;
  if (!cursor.Take(&rows, 1) ||
      cursor.left() / (2 * sizeof(std::uint32_t) + classes_.size()) < rows)
    return false;
  hashes_.resize(rows);
  rarities_.resize(rows);
  Shape();
  if (!cursor.Take(hashes_.data(), rows) ||
      !cursor.Take(rarities_.data(), rows))
    return false;
  for (std::size_t row = 0; row < rows; ++row)
    if (!cursor.Take(lines_[row * lines_a_row_].bytes, classes_.size()))
      return false;
  return true;
}

bool NearMiss::ReadExamples(Cursor& cursor) {
  first_told_.resize(classes_.size() + 1);
  std::uint32_t rows = 0, bytes = 0;
  if (!cursor.Take(first_told_.data(), first_told_.size()) ||
      !cursor.Take(&rows, 1) || !cursor.Take(&bytes, 1))
    return false;
  const std::uint32_t count = first_told_.back();
  if (first_told_.front() != 0 ||
      !std::is_sorted(first_told_.begin(), first_told_.end()) ||
      cursor.left() != std::size_t{count} * sizeof(Told) +
                           std::size_t{rows} * sizeof(std::uint32_t) + bytes)
    return false;
  told_.resize(count);
  std::vector<std::uint32_t> told_rows(rows);
  texts_.resize(bytes);
  if (!cursor.Take(told_.data(), count) ||
      !cursor.Take(told_rows.data(), rows) ||
      !cursor.Take(texts_.data(), bytes))
    return false;
  told_rows_.reserve(rows);
  for (const std::uint32_t row : told_rows) {
    if (row >= hashes_.size()) return false;
    told_rows_.push_back({row, rarities_[row]});
  }
  return std::all_of(told_.begin(), told_.end(), [&](const Told& told) {
    return told.text_begin <= told.text_end && told.text_end <= bytes &&
           told.rows_begin <= told.rows_end && told.rows_end <= rows;
  });
}

}  // namespace nearer::match
