#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "content/check.h"
#include "content/source_text.h"
#include "core/match/pattern.h"

// Patterns that can never decide a turn, told from the patterns alone: whatever
// one hears, a rule with the same subject hears too, and that one wins.
namespace nearer::content {
namespace {

using match::PatternNode;
using Kind = PatternNode::Kind;

// What a pattern hears, as the ways of saying it: alternatives and optional
// words multiplied out. Patterns with more ways than this are passed over.
using WaysOfSaying = std::set<std::string>;
constexpr std::size_t kMostWays = 256;

// How far a point of priority outweighs one of the score where themes are
// ranked; see rules/README.md and core/coach/hearing.cc.
constexpr float kPriorityInScores = 20;

std::string SignOf(const PatternNode& node) {
  switch (node.kind) {
    case Kind::kWord:
      return node.text;
    case Kind::kExact:
      return '"' + node.text + '"';
    case Kind::kConcept:
      return '@' + node.text;
    case Kind::kGap:
      return '*' + std::to_string(node.limit);
    case Kind::kWideGap:
      return "**";
    case Kind::kStart:
      return "<";
    case Kind::kEnd:
      return ">";
    case Kind::kClauseStart:
      return "^";
    case Kind::kSequence:
    case Kind::kAlternatives:
    case Kind::kOptional:
    case Kind::kCapture:
      break;
  }
  return {};
}

// Each of `before` followed by each of `after`. Both keep a space in front of
// every sign.
WaysOfSaying Join(const WaysOfSaying& before, const WaysOfSaying& after) {
  WaysOfSaying joined;
  if (before.size() * after.size() > 4 * kMostWays) return joined;
  for (const std::string& first : before)
    for (const std::string& second : after) joined.insert(first + second);
  return joined;
}

// Empty when there are too many.
WaysOfSaying WaysOf(const PatternNode& node) {
  WaysOfSaying ways;
  switch (node.kind) {
    case Kind::kSequence:
    case Kind::kCapture:
      ways = {""};
      for (const PatternNode& child : node.children)
        ways = Join(ways, WaysOf(child));
      break;
    case Kind::kAlternatives:
    case Kind::kOptional:
      if (node.kind == Kind::kOptional) ways.insert("");
      for (const PatternNode& child : node.children) {
        WaysOfSaying more = WaysOf(child);
        if (more.empty()) return {};
        ways.merge(more);
      }
      break;
    default:
      ways = {' ' + SignOf(node)};
  }
  if (ways.size() > kMostWays) ways.clear();
  return ways;
}

WaysOfSaying WaysOf(const std::string& line) {
  const auto pattern = match::ParsePattern(line);
  // Parts in any order have too many ways.
  if (!pattern || pattern->parts.size() != 1) return {};
  return WaysOf(pattern->parts.front());
}

bool IsBounded(const WaysOfSaying& ways) {
  return std::none_of(ways.begin(), ways.end(), [](const std::string& way) {
    return way.find(" *-1") != std::string::npos ||
           way.find(" **") != std::string::npos;
  });
}

std::string SubjectOf(const Rule& rule) {
  if (rule.risk)
    return "risk " + std::string(Name(rule.risk->category)) + ' ' +
           std::string(Name(rule.risk->level));
  return rule.act.empty() ? rule.theme : "act " + rule.act;
}

struct Spelled {
  std::size_t rule = 0, pattern = 0;
  WaysOfSaying ways;
  float score = 0;
};

class BeatenChecker {
 public:
  BeatenChecker(const coach::Pack& pack, std::vector<Problem>& problems)
      : rules_(pack.authored().rules), problems_(problems) {
    for (std::size_t r = 0; r < rules_.size(); ++r)
      for (std::size_t p = 0; p < rules_[r].when.size(); ++p) {
        Spelled spelled{.rule = r,
                        .pattern = p,
                        .ways = WaysOf(rules_[r].when[p].text),
                        .score = pack.matcher().BaseScore(r, p)};
        if (!spelled.ways.empty()) all_.push_back(std::move(spelled));
      }
    for (std::size_t i = 0; i < all_.size(); ++i)
      for (const std::string& way : all_[i].ways)
        hearing_[SubjectOf(rules_[all_[i].rule]) + ':' + way].push_back(i);
  }

  void Check() {
    for (const Spelled& spelled : all_) {
      const std::string subject = SubjectOf(rules_[spelled.rule]);
      // Whoever hears all hears the first.
      for (const std::size_t other :
           hearing_.at(subject + ':' + *spelled.ways.begin()))
        if (Beats(all_[other], spelled)) {
          Warn(all_[other], spelled);
          break;
        }
    }
  }

 private:
  // Whether `winner` hears all that `loser` hears, and always comes first.
  bool Beats(const Spelled& winner, const Spelled& loser) const {
    const Rule& first = rules_[winner.rule];
    const Rule& second = rules_[loser.rule];
    if (winner.rule == loser.rule || first.priority < second.priority ||
        (second.any_polarity && !first.any_polarity) ||
        !HoldsBackNoMore(first, second) ||
        !std::includes(winner.ways.begin(), winner.ways.end(),
                       loser.ways.begin(), loser.ways.end()))
      return false;
    const bool same = winner.ways == loser.ways;
    if (first.priority == second.priority)
      // The same words are matched, so that only what is asked for counts.
      return same && first.any_polarity == second.any_polarity &&
             (winner.score > loser.score ||
              (winner.score == loser.score && first.id < second.id));
    if (first.theme.empty()) return true;  // priority alone decides
    const auto ahead = static_cast<float>(first.priority - second.priority);
    return (same || IsBounded(winner.ways)) &&
           loser.score - winner.score < ahead * kPriorityInScores / 2;
  }

  static bool HoldsBackNoMore(const Rule& first, const Rule& second) {
    return std::all_of(
        first.unless.begin(), first.unless.end(), [&](const Line& line) {
          return std::any_of(
              second.unless.begin(), second.unless.end(),
              [&](const Line& other) { return other.text == line.text; });
        });
  }

  void Warn(const Spelled& winner, const Spelled& loser) {
    const Rule& first = rules_[winner.rule];
    const Rule& second = rules_[loser.rule];
    const Line& pattern = first.when[winner.pattern];
    problems_.push_back(ErrorAt(
        second.when[loser.pattern].at,
        "'" + first.id + "' hears all that this pattern hears (" +
            pattern.at.file + ":" + std::to_string(pattern.at.line) +
            ") and always beats '" + second.id + "'" +
            (first.priority > second.priority ? " by its priority" : "") +
            "; take the pattern out of one of them"));
    problems_.back().weight = Problem::Weight::kWarning;
  }

  const std::vector<Rule>& rules_;
  std::vector<Problem>& problems_;
  std::vector<Spelled> all_;
  std::unordered_map<std::string, std::vector<std::size_t>> hearing_;
};

}  // namespace

void CheckBeaten(const coach::Pack& pack, std::vector<Problem>& problems) {
  BeatenChecker(pack, problems).Check();
}

}  // namespace nearer::content
