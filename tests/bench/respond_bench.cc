// Prints what one turn costs: with the shipped pack, and with 100,000 synthetic
// rules added to it. No test; nothing fails on its figures.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "content/content.h"
#include "core/coach/coach.h"
#include "core/match/near_miss.h"

namespace nearer {
namespace {

using Clock = std::chrono::steady_clock;

double Microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

// Fifteen words each.
constexpr const char* kUtterances[] = {
    "I always end up doing everything by myself because asking people for help "
    "feels wrong",
    "when my girlfriend wants to talk about feelings I go quiet and leave the "
    "room",
    "we had dinner at my sister's place yesterday and she asked me about work "
    "again",
    "I want to let him in but every time he gets close I pull away",
    "nobody at home ever asked how I felt so I learned to keep it inside",
    "the train was late again this morning and I missed the first half of "
    "everything",
    "honestly I dont see why anyone would need another person to be happy in "
    "life",
    "last night he tried to hug me and I just made a joke about it"};

struct Cost {
  double median = 0, p99 = 0;
};

Cost Measure(const coach::Pack& pack, int rounds) {
  std::vector<double> costs;
  coach::Moment moment{.at = 1767603600, .conversation = "bench"};
  const coach::Answer opening = coach::Open(pack, moment);
  coach::Answer answer = opening;
  std::size_t words = 0;
  for (int i = 0; i < rounds; ++i) {
    if (i % 12 == 0) answer.state = opening.state;  // a session of twelve turns
    moment.at += 30;
    moment.n = i + 1;
    const auto begin = Clock::now();
    answer = coach::Respond(
        pack, answer.state,
        kUtterances[static_cast<std::size_t>(i) % std::size(kUtterances)],
        moment);
    const auto end = Clock::now();
    words += answer.reply.messages.front().size();
    if (i >= rounds / 4) costs.push_back(Microseconds(end - begin));
  }
  if (words == 0) std::abort();
  std::sort(costs.begin(), costs.end());
  return {costs[costs.size() / 2], costs[costs.size() * 99 / 100]};
}

long ResidentMiB() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6)) / 1024;
  return 0;
}

// Rules as authors write them, over the pack's own words and 20,000 made-up
// ones.
void AddSyntheticRules(Authored& authored, int count) {
  std::mt19937 random(5);
  std::vector<std::string> words;
  for (const Rule& rule : authored.rules)
    for (const Line& line : rule.examples) {
      std::string word;
      for (const char c : line.text + " ")
        if (c >= 'a' && c <= 'z') {
          word += c;
        } else if (!word.empty()) {
          words.push_back(word);
          word.clear();
        }
    }
  for (int i = 0; i < 20000; ++i)
    words.push_back("zw" + std::to_string(i) + "x");
  const auto pick = [&] { return words[random() % words.size()]; };
  const auto made_up = [&] {
    return "zw" + std::to_string(random() % 20000) + "x";
  };
  for (int i = 0; i < count; ++i) {
    Rule rule;
    rule.id = "synthetic." + std::to_string(i);
    rule.theme = "self_reliance";
    rule.when.push_back({"i *2 (" + pick() + "|" + made_up() + ") " +
                             made_up() + " * " + pick(),
                         {}});
    authored.rules.push_back(std::move(rule));
  }
}

// What the classes of danger cost when the model scores a message: their part
// of all classes, since each costs alike.
double ScoringDanger(const coach::Pack& pack, int rounds) {
  const match::NearMiss& model = pack.near_miss();
  const auto& classes = model.classes();
  const auto of_danger = std::count_if(
      classes.begin(), classes.end(), [](const std::string& name) {
        return name.starts_with("risk_") || name == match::kCalm;
      });
  std::vector<double> costs;
  std::size_t scored = 0;
  for (int i = 0; i < rounds; ++i) {
    const text::Reading reading = pack.lexicon().Read(
        kUtterances[static_cast<std::size_t>(i) % std::size(kUtterances)]);
    const match::Heard heard = pack.matcher().Prepare(reading);
    const auto shown = model.Weigh(match::FeaturesOf(heard));
    const auto begin = Clock::now();
    scored += model.Score(shown).size();
    costs.push_back(Microseconds(Clock::now() - begin));
  }
  if (scored == 0) std::abort();
  std::sort(costs.begin(), costs.end());
  return costs[costs.size() / 2] * static_cast<double>(of_danger) /
         static_cast<double>(classes.size());
}

// What hearing danger adds to a turn: the turn with and without the rules of
// danger, and the model's classes of it.
void PrintHearingDanger(const std::shared_ptr<const coach::Pack>& pack,
                        double turn) {
  Authored authored = pack->authored();
  authored.model = pack->near_miss().Serialize();
  std::erase_if(authored.rules,
                [](const Rule& rule) { return rule.risk.has_value(); });
  const auto without = content::MakePack(std::move(authored), pack.get());
  if (!without) return;
  const double rules = std::max(0.0, turn - Measure(**without, 20000).median);
  const double model = ScoringDanger(*pack, 20000);
  std::printf(
      "hearing danger adds %.1f us to it (rules %.1f, model %.1f; asked: <= "
      "15)\n",
      rules + model, rules, model);
}

int Run() {
  auto begin = Clock::now();
  const auto shipped = content::ShippedPack();
  if (!shipped) return 1;
  std::printf("shipped pack: %zu rules, loads in %.0f ms\n",
              (*shipped)->authored().rules.size(),
              Microseconds(Clock::now() - begin) / 1000);
  const Cost small = Measure(**shipped, 20000);
  std::printf(
      "Respond, 15 words, shipped pack:        median %6.1f us, p99 %6.1f us "
      "(asked: median <= 25)\n",
      small.median, small.p99);
  PrintHearingDanger(*shipped, small.median);

  Authored authored = (*shipped)->authored();
  authored.model = (*shipped)->near_miss().Serialize();
  AddSyntheticRules(authored, 100000);
  begin = Clock::now();
  const auto large = content::MakePack(std::move(authored), shipped->get());
  if (!large) return 1;
  const double seconds = Microseconds(Clock::now() - begin) / 1e6;
  const Cost big = Measure(**large, 20000);
  std::printf(
      "Respond, 15 words, 100,000 rules more:  median %6.1f us, p99 %6.1f us "
      "(%.1f times; asked: <= 3)\n",
      big.median, big.p99, big.median / small.median);
  std::printf(
      "that pack compiles in %.1f s (asked: <= 10), resident %ld MiB (asked: "
      "<= 1024)\n",
      seconds, ResidentMiB());
  return 0;
}

}  // namespace
}  // namespace nearer

int main() { return nearer::Run(); }
