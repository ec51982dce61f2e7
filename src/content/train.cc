#include "content/train.h"

#include <linear.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <unordered_map>
#include <vector>

#include "core/match/near_miss.h"

namespace nearer::content {
namespace {

// A feature that only one example shows teaches its quirk, not its theme.
constexpr int kLeastExamples = 2;
constexpr double kCost = 8.0;
constexpr double kTolerance = 0.1;
// A weight below this share of its class's largest says nothing.
constexpr float kNegligible = 0.004F;

struct Lesson {
  int label = 0;
  std::vector<match::Feature> features;
};

struct Lessons {
  std::vector<std::string> classes;
  std::vector<Lesson> all;
};

Lessons Collect(const coach::Pack& pack) {
  std::map<std::string, std::vector<std::string_view>> texts;
  for (const BankExample& example : pack.authored().bank)
    texts[example.theme].push_back(example.text.text);
  for (const Rule& rule : pack.authored().rules) {
    std::string name = rule.theme;
    if (rule.risk)
      name = std::string(Name(rule.risk->category)) + '.' +
             std::string(Name(rule.risk->level));
    if (name.empty()) continue;
    for (const Line& example : rule.examples)
      texts[name].push_back(example.text);
  }
  Lessons lessons;
  for (auto& [name, lines] : texts) {
    const auto label = static_cast<int>(lessons.classes.size());
    lessons.classes.push_back(name);
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    for (const std::string_view line : lines) {
      const text::Reading reading = pack.lexicon().Read(line);
      lessons.all.push_back(
          {label, match::FeaturesOf(pack.matcher().Prepare(reading))});
    }
  }
  return lessons;
}

// Features that enough examples show, numbered from 1 as LIBLINEAR wants.
std::unordered_map<std::uint32_t, int> Number(const Lessons& lessons) {
  std::map<std::uint32_t, int> counts;
  for (const Lesson& lesson : lessons.all)
    for (const match::Feature& feature : lesson.features)
      ++counts[feature.hash];
  std::unordered_map<std::uint32_t, int> numbers;
  int next = 1;
  for (const auto& [hash, count] : counts)
    if (count >= kLeastExamples) numbers.emplace(hash, next++);
  return numbers;
}

// LIBLINEAR's view of the lessons; owns what `problem` points at.
struct Problems {
  Problems(const Lessons& lessons,
           const std::unordered_map<std::uint32_t, int>& numbers) {
    const int bias_index = static_cast<int>(numbers.size()) + 1;
    for (const Lesson& lesson : lessons.all) {
      std::vector<feature_node>& row = rows.emplace_back();
      for (const match::Feature& feature : lesson.features)
        if (const auto it = numbers.find(feature.hash); it != numbers.end())
          row.push_back({it->second, feature.value});
      std::sort(row.begin(), row.end(),
                [](const auto& a, const auto& b) { return a.index < b.index; });
      row.push_back({bias_index, 1.0});
      row.push_back({-1, 0.0});
      labels.push_back(lesson.label);
    }
    for (auto& row : rows) pointers.push_back(row.data());
    task.l = static_cast<int>(rows.size());
    task.n = bias_index;
    task.y = labels.data();
    task.x = pointers.data();
    task.bias = 1.0;
  }

  std::vector<std::vector<feature_node>> rows;
  std::vector<feature_node*> pointers;
  std::vector<double> labels;
  ::problem task{};
};

void Quiet(const char*) {}

}  // namespace

std::string TrainNearMiss(const coach::Pack& pack) {
  const Lessons lessons = Collect(pack);
  if (lessons.classes.size() < 3) return {};
  const auto numbers = Number(lessons);
  Problems problems(lessons, numbers);

  parameter settings{};
  settings.solver_type = L2R_LR_DUAL;
  settings.C = kCost;
  settings.eps = kTolerance;
  set_print_string_function(&Quiet);
  // LIBLINEAR draws its order from rand(): begun alike, it ends alike.
  std::srand(1);
  model* trained = train(&problems.task, &settings);

  const std::size_t classes = lessons.classes.size();
  // LIBLINEAR orders classes by first appearance; ours came in order.
  std::vector<float> biases(classes), largest(classes, 0);
  const auto weight = [&](int feature, std::size_t c) {
    return static_cast<float>(
        get_decfun_coef(trained, feature, static_cast<int>(c)));
  };
  for (std::size_t c = 0; c < classes; ++c) {
    biases[c] =
        static_cast<float>(get_decfun_bias(trained, static_cast<int>(c)));
    for (const auto& [hash, number] : numbers)
      largest[c] = std::max(largest[c], std::abs(weight(number, c)));
  }
  std::vector<match::NearMiss::Row> rows;
  for (const auto& [hash, number] : numbers) {
    match::NearMiss::Row row{hash, std::vector<float>(classes)};
    bool tells = false;
    for (std::size_t c = 0; c < classes; ++c) {
      row.weights[c] = weight(number, c);
      tells = tells || std::abs(row.weights[c]) > kNegligible * largest[c];
    }
    if (tells) rows.push_back(std::move(row));
  }
  free_and_destroy_model(&trained);
  return match::NearMiss::Make(lessons.classes, biases, std::move(rows))
      .Serialize();
}

}  // namespace nearer::content
