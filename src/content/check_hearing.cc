#include <algorithm>
#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "content/check.h"
#include "content/source_text.h"
#include "core/coach/hearing.h"

namespace nearer::content {
namespace {

using match::Match;

std::string SubjectOf(const Rule& rule) {
  if (rule.risk) return std::string(Name(rule.risk->category));
  return rule.act.empty() ? rule.theme : "act " + rule.act;
}

std::string WithScore(const Rule& rule, const Match& match) {
  char score[32];
  std::snprintf(score, sizeof score, "%.1f", static_cast<double>(match.score));
  return "'" + rule.id + "' (" + SubjectOf(rule) + ", score " + score + ")";
}

// The text as the patterns see it, for an author who wonders.
std::string AsRead(const text::Reading& reading) {
  std::string read;
  for (const text::Token& token : reading.tokens) {
    if (!read.empty()) read += ' ';
    read += token.word;
  }
  return read;
}

class HearingChecker {
 public:
  HearingChecker(const coach::Pack& pack, std::vector<Problem>& problems)
      : pack_(pack), problems_(problems) {}

  void Check(std::size_t index) {
    const Rule& rule = Rules()[index];
    std::set<std::uint32_t> beaten_by;
    bool beaten = !rule.examples.empty();  // on each of them
    for (const Line& example : rule.examples) {
      const std::optional<std::uint32_t> first =
          CheckExample(index, rule, example);
      beaten = beaten && first && *first != index;
      if (first && *first != index) beaten_by.insert(*first);
    }
    for (const Line& counterexample : rule.counterexamples)
      CheckCounterexample(index, counterexample);
    if (beaten) WarnOfBeaten(rule, beaten_by);
  }

 private:
  const std::vector<Rule>& Rules() const { return pack_.authored().rules; }

  void Add(Problem::Weight weight, const Place& at, std::string message) {
    problems_.push_back(ErrorAt(at, std::move(message)));
    problems_.back().weight = weight;
  }

  // None of its own examples is answered as what it is.
  void WarnOfBeaten(const Rule& rule, const std::set<std::uint32_t>& by) {
    std::string names;
    for (const std::uint32_t other : by) {
      if (!names.empty()) names += " or ";
      names += "'" + Rules()[other].id + "'";
      if (Rules()[other].priority > rule.priority)
        names += " (by its priority)";
    }
    Add(Problem::Weight::kWarning, rule.at,
        names + (by.size() == 1 ? " beats" : " beat") + " the rule '" +
            rule.id +
            "' on each of its own examples; give an example that only this "
            "rule hears, or join them");
  }

  static const Match* FindMatch(const coach::Hearing& hearing,
                                std::size_t rule) {
    const auto found =
        std::find_if(hearing.matches().begin(), hearing.matches().end(),
                     [&](const Match& match) { return match.rule == rule; });
    return found == hearing.matches().end() ? nullptr : &*found;
  }

  // What the hearing says the utterance is about, for a rule of the kind of
  // `rule`; null when no rule says anything of that kind.
  static const Match* Winner(const coach::Hearing& hearing, const Rule& rule) {
    if (!hearing.risks().empty()) return hearing.risks().front().match;
    if (!rule.act.empty()) return hearing.act();
    return hearing.themes().empty() ? nullptr : hearing.themes().front().match;
  }

  // Reports an example that the rule does not hear or whose theme another one
  // wins. Else gives the rule of its kind that comes first.
  std::optional<std::uint32_t> CheckExample(std::size_t index, const Rule& rule,
                                            const Line& example) {
    const coach::Hearing hearing(pack_, example.text);
    const Match* own = FindMatch(hearing, index);
    if (own == nullptr) {
      std::string message =
          "the rule '" + rule.id + "' does not hear this example, read as '" +
          AsRead(hearing.reading()) + "'; mend a pattern or the example";
      if (!hearing.matches().empty())
        message += " (heard by " +
                   WithScore(hearing.RuleOf(hearing.matches().front()),
                             hearing.matches().front()) +
                   ")";
      Add(Problem::Weight::kError, example.at, std::move(message));
      return std::nullopt;
    }
    const Match* winner = Winner(hearing, rule);
    if (winner == nullptr) return std::nullopt;
    const Rule& won = hearing.RuleOf(*winner);
    if (SubjectOf(won) != SubjectOf(rule)) {
      // The model's word counts beside the scores.
      const bool by_model = winner->score < own->score && !won.risk &&
                            won.priority <= rule.priority;
      Add(Problem::Weight::kError, example.at,
          WithScore(won, *winner) +
              (by_model ? ", which the model prefers here," : "") +
              " wins this example over " + WithScore(rule, *own) +
              "; make this rule's pattern more exact, hold the other back "
              "with 'unless', or move the example");
      return std::nullopt;
    }
    return winner->rule;
  }

  void CheckCounterexample(std::size_t index, const Line& counterexample) {
    const coach::Hearing hearing(pack_, counterexample.text);
    const Match* own = FindMatch(hearing, index);
    if (own == nullptr) return;
    const Rule& rule = Rules()[index];
    const Line& pattern = rule.when[own->pattern];
    Add(Problem::Weight::kError, counterexample.at,
        "the rule '" + rule.id + "' hears this counterexample by '" +
            pattern.text + "' in line " + std::to_string(pattern.at.line) +
            "; make the pattern more exact or add an 'unless'");
  }

  const coach::Pack& pack_;
  std::vector<Problem>& problems_;
};

}  // namespace

void CheckHearing(const coach::Pack& pack, std::vector<Problem>& problems) {
  HearingChecker checker(pack, problems);
  for (std::size_t i = 0; i < pack.authored().rules.size(); ++i)
    checker.Check(i);
}

}  // namespace nearer::content
