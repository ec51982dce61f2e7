#include "content/train.h"

#include <linear.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/match/near_miss.h"
#include "core/risk.h"
#include "core/sha256.h"

namespace nearer::content {
namespace {

// A feature that only one example shows teaches its quirk, not its theme.
constexpr int kLeastExamples = 2;
constexpr double kCost = 32.0;
constexpr double kTolerance = 0.1;
// Rare features say more: a feature in one of n examples weighs log(n) to this
// power.
constexpr float kRarityPower = 1.5F;
// A weight below this share of its class's largest says nothing.
constexpr float kNegligible = 0.004F;
// Scenes are many, so that most features tell none of them from the others.
constexpr float kNegligibleToScenes = 0.1F;

struct Lesson {
  std::size_t label = 0;
  std::string_view text;
  std::vector<match::Feature> features;
};

struct Lessons {
  std::vector<std::string> labels;  // "calm", if there is any, the last
  std::vector<Lesson> all;          // by label
  std::size_t calm = 0;             // how many at the end are of that label
};

// Adds the lessons of one label.
void Collect(const coach::Pack& pack, const std::string& name,
             std::vector<std::string_view> lines, Lessons& lessons) {
  const std::size_t label = lessons.labels.size();
  lessons.labels.push_back(name);
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  for (const std::string_view line : lines) {
    const text::Reading reading = pack.lexicon().Read(line);
    lessons.all.push_back(
        {label, line, match::FeaturesOf(pack.matcher().Prepare(reading))});
  }
}

Lessons CollectBank(const coach::Pack& pack) {
  std::map<std::string, std::vector<std::string_view>> texts;
  for (const BankExample& example : pack.authored().bank)
    texts[example.theme].push_back(example.text.text);
  for (const Rule& rule : pack.authored().rules) {
    const std::string name = rule.risk ? Name(*rule.risk) : rule.theme;
    if (name.empty()) continue;
    for (const Line& example : rule.examples)
      texts[name].push_back(example.text);
  }
  Lessons lessons;
  for (auto& [name, lines] : texts)
    if (name != match::kCalm) Collect(pack, name, std::move(lines), lessons);
  if (const auto calm = texts.find(std::string(match::kCalm));
      calm != texts.end()) {
    const std::size_t before = lessons.all.size();
    Collect(pack, calm->first, std::move(calm->second), lessons);
    lessons.calm = lessons.all.size() - before;
  }
  return lessons;
}

Lessons CollectScenes(const coach::Pack& pack) {
  Lessons lessons;
  for (const Scene& scene : pack.authored().scenes) {
    std::vector<std::string_view> lines;
    for (const Line& example : scene.examples) lines.push_back(example.text);
    Collect(pack, scene.id, std::move(lines), lessons);
  }
  return lessons;
}

// Names what was taught and how: models of the same name are the same. To be
// raised when the training itself changes.
constexpr int kTraining = 1;

std::string NameOf(const Lessons& lessons) {
  std::string all = std::to_string(kTraining);
  for (const std::string& label : lessons.labels) all += '\n' + label;
  for (const Lesson& lesson : lessons.all) {
    std::string one = std::to_string(lesson.label) + '\n';
    one += lesson.text;
    for (const match::Feature& feature : lesson.features) {
      one += '\n' + std::to_string(feature.hash) + ' ';
      one += std::to_string(feature.value);
    }
    all += '\n' + Sha256(one);
  }
  return Sha256(all);
}

// A feature that the model knows.
struct Column {
  std::uint32_t hash = 0;
  float rarity = 0;
};

// Features that enough examples show, ascending.
std::vector<Column> Columns(const Lessons& lessons) {
  std::map<std::uint32_t, int> counts;
  for (const Lesson& lesson : lessons.all)
    for (const match::Feature& feature : lesson.features)
      ++counts[feature.hash];
  const auto examples = static_cast<float>(lessons.all.size());
  std::vector<Column> columns;
  for (const auto& [hash, count] : counts)
    if (count >= kLeastExamples)
      columns.push_back(
          {hash,
           std::pow(std::log((examples + 1) / (static_cast<float>(count) + 1)),
                    kRarityPower)});
  return columns;
}

int ColumnOf(const std::vector<Column>& columns, std::uint32_t hash) {
  const auto at = std::lower_bound(
      columns.begin(), columns.end(), hash,
      [](const Column& column, std::uint32_t h) { return column.hash < h; });
  return at != columns.end() && at->hash == hash
             ? static_cast<int>(at - columns.begin())
             : -1;
}

// LIBLINEAR's view of the lessons, weighed as NearMiss does; owns what `task`
// points at. LIBLINEAR numbers features from 1.
struct Task {
  Task(const Lessons& lessons, const std::vector<Column>& columns) {
    const int bias_index = static_cast<int>(columns.size()) + 1;
    for (const Lesson& lesson : lessons.all) {
      std::vector<feature_node>& row = rows.emplace_back();
      double squares = 0;
      for (const match::Feature& feature : lesson.features) {
        const int column = ColumnOf(columns, feature.hash);
        if (column < 0) continue;
        const double value =
            feature.value * columns[static_cast<std::size_t>(column)].rarity;
        squares += value * value;
        row.push_back({column + 1, value});
      }
      for (feature_node& node : row) node.value /= std::sqrt(squares);
      std::sort(row.begin(), row.end(),
                [](const auto& a, const auto& b) { return a.index < b.index; });
      row.push_back({bias_index, 1.0});
      row.push_back({-1, 0.0});
    }
    for (auto& row : rows) pointers.push_back(row.data());
    labels.resize(rows.size());
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

// A class the model scores, and the labels of which it is made.
struct Class {
  std::string name;
  std::vector<bool> holds;  // by label
};

// Each label; and of risks each category and all of them together, which are
// easier to tell from the rest than a level is from its neighbours.
std::vector<Class> ClassesOf(const std::vector<std::string>& labels) {
  std::vector<Class> classes;
  const auto add = [&](const std::string& name, const auto& belongs) {
    Class made{name, {}};
    for (const std::string& label : labels)
      made.holds.push_back(belongs(label));
    if (std::find(made.holds.begin(), made.holds.end(), true) !=
        made.holds.end())
      classes.push_back(std::move(made));
  };
  for (const std::string& name : labels)
    add(name, [&](const std::string& label) { return label == name; });
  for (const RiskCategory category :
       {RiskCategory::kSuicideSelfHarm, RiskCategory::kAbuse,
        RiskCategory::kHarmToOthers}) {
    const std::string name(Name(category));
    add(name, [&](const std::string& label) {
      return label.starts_with(name + '.');
    });
  }
  add(std::string(match::kAnyRisk),
      [](const std::string& label) { return label.starts_with("risk_"); });
  return classes;
}

void Quiet(const char*) {}

struct Weights {
  std::vector<float> of_columns;
  float bias = 0;
};

// One class against the rest.
Weights Train(const Lessons& lessons, const Class& to_tell, Task& task) {
  // Calm talk may be about any theme.
  const bool of_danger =
      to_tell.name.starts_with("risk_") || to_tell.name == match::kCalm;
  task.task.l =
      static_cast<int>(lessons.all.size() - (of_danger ? 0 : lessons.calm));
  for (std::size_t i = 0; i < lessons.all.size(); ++i)
    task.labels[i] = to_tell.holds[lessons.all[i].label] ? 1 : -1;
  parameter settings{};
  settings.solver_type = L2R_LR_DUAL;
  settings.C = kCost;
  settings.eps = kTolerance;
  set_print_string_function(&Quiet);
  // LIBLINEAR draws its order from rand(): begun alike, it ends alike.
  std::srand(1);
  model* trained = train(&task.task, &settings);
  const int index = trained->label[0] == 1 ? 0 : 1;
  Weights weights;
  for (int feature = 1; feature < task.task.n; ++feature)
    weights.of_columns.push_back(
        static_cast<float>(get_decfun_coef(trained, feature, index)));
  weights.bias = static_cast<float>(get_decfun_bias(trained, index));
  free_and_destroy_model(&trained);
  return weights;
}

// The rows whose weights say something.
std::vector<match::NearMiss::Row> RowsOf(const std::vector<Column>& columns,
                                         const std::vector<Weights>& weights,
                                         float negligible) {
  std::vector<float> least;
  for (const Weights& one : weights) {
    float largest = 0;
    for (const float weight : one.of_columns)
      largest = std::max(largest, std::abs(weight));
    least.push_back(negligible * largest);
  }
  std::vector<match::NearMiss::Row> rows;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    match::NearMiss::Row row{columns[i].hash, columns[i].rarity, {}};
    bool tells = false;
    for (std::size_t c = 0; c < weights.size(); ++c) {
      row.weights.push_back(weights[c].of_columns[i]);
      tells = tells || std::abs(row.weights[c]) > least[c];
    }
    if (tells) rows.push_back(std::move(row));
  }
  return rows;
}

// Whether a trace may name an example of the label: nobody is told why
// something was about nothing.
bool IsTold(std::string_view label) {
  return label != match::kNone && label != match::kCalm;
}

// The example with the features that tell its class most.
match::NearMiss::Example ExampleOf(const Lesson& lesson,
                                   const std::vector<Column>& columns,
                                   const Weights& weights) {
  std::vector<std::pair<float, std::uint32_t>> telling;
  for (const match::Feature& feature : lesson.features)
    if (const int column = ColumnOf(columns, feature.hash); column >= 0) {
      const auto c = static_cast<std::size_t>(column);
      telling.emplace_back(
          -feature.value * columns[c].rarity * weights.of_columns[c],
          feature.hash);
    }
  std::sort(telling.begin(), telling.end());
  match::NearMiss::Example example{
      static_cast<std::uint32_t>(lesson.label), std::string(lesson.text), {}};
  for (const auto& [weight, hash] : telling) {
    if (weight >= 0 || example.hashes.size() == match::NearMiss::kTold) break;
    example.hashes.push_back(hash);
  }
  return example;
}

// A model as it is trained, before the examples it tells are chosen.
struct Trained {
  std::vector<Column> columns;
  std::vector<std::string> names;  // of the classes
  std::vector<Weights> weights;    // by class
};

Trained TrainAll(const Lessons& lessons) {
  Trained trained{.columns = Columns(lessons), .names = {}, .weights = {}};
  Task task(lessons, trained.columns);
  for (const Class& one : ClassesOf(lessons.labels)) {
    trained.weights.push_back(Train(lessons, one, task));
    trained.names.push_back(one.name);
  }
  return trained;
}

std::string Serialize(Trained trained, float negligible,
                      const std::vector<match::NearMiss::Example>& examples) {
  std::vector<float> biases;
  for (const Weights& weights : trained.weights) biases.push_back(weights.bias);
  return match::NearMiss::Make(
             std::move(trained.names), std::move(biases),
             RowsOf(trained.columns, trained.weights, negligible), examples)
      .Serialize();
}

}  // namespace

Taught TrainNearMiss(const coach::Pack& pack, const coach::Pack* before) {
  const Lessons lessons = CollectBank(pack);
  if (lessons.labels.size() < 3) return {};
  Taught taught{.lessons = NameOf(lessons), .model = {}};
  if (before && before->authored().lessons == taught.lessons) {
    taught.model = before->near_miss().Serialize();
    return taught;
  }
  Trained trained = TrainAll(lessons);
  // A label is the class of its number.
  std::vector<match::NearMiss::Example> examples;
  for (const Lesson& lesson : lessons.all)
    if (IsTold(lessons.labels[lesson.label]))
      examples.push_back(
          ExampleOf(lesson, trained.columns, trained.weights[lesson.label]));
  taught.model = Serialize(std::move(trained), kNegligible, examples);
  return taught;
}

Taught TrainScenes(const coach::Pack& pack, const coach::Pack* before) {
  const Lessons lessons = CollectScenes(pack);
  if (lessons.labels.size() < 2) return {};
  Taught taught{.lessons = NameOf(lessons), .model = {}};
  taught.model = before && before->authored().scene_lessons == taught.lessons
                     ? before->scene_model().Serialize()
                     : Serialize(TrainAll(lessons), kNegligibleToScenes, {});
  return taught;
}

}  // namespace nearer::content
