#include "core/coach/hearing.h"

#include <algorithm>
#include <cmath>

#include "core/match/near_miss.h"

namespace nearer::coach {
namespace {

// What a theme is ranked by: the model's log-odds, and, when a rule heard it,
// as much again as a rule is worth. Together they err far less than either
// alone: rules know what the words mean, the model what they do not say. Found
// on development sets.
constexpr float kRuleWeight = 1.0F;
constexpr float kScoreWeight = 0.15F;
constexpr float kPriorityWeight = 3.0F;
// Below this rank, or less than the margin above "none", a theme is not heard:
// lower hears more and invents more.
constexpr float kSpeaks = -2.4F;
constexpr float kBeforeNone = 1.2F;
// Danger that no rule heard is heard by the model alone when it holds some
// level of a category likelier than this.
constexpr float kSpeaksOfRisk = 0.2F;
// A hint is only good for a cautious answer.
constexpr float kHints = -2.6F;

// "risk_abuse.active" -> the risk; nothing for other classes.
std::optional<Risk> RiskOfClass(std::string_view name) {
  const auto dot = name.find('.');
  if (dot == name.npos) return std::nullopt;
  const auto category = ParseRiskCategory(name.substr(0, dot));
  const auto level = ParseRiskLevel(name.substr(dot + 1));
  if (!category || !level) return std::nullopt;
  return Risk{*category, *level};
}

// The category that some level of is likelier than the threshold, and the
// likeliest of its levels.
std::optional<Risk> LikeliestRisk(const std::vector<std::string>& classes,
                                  const std::vector<float>& log_odds) {
  struct {
    float none_of_it = 1, best = -100;
    RiskLevel level = RiskLevel::kPast;
  } categories[3];
  for (std::size_t c = 0; c < log_odds.size(); ++c)
    if (const auto risk = RiskOfClass(classes[c])) {
      auto& category = categories[static_cast<std::size_t>(risk->category)];
      category.none_of_it *= 1 - 1 / (1 + std::exp(-log_odds[c]));
      if (log_odds[c] > category.best) {
        category.best = log_odds[c];
        category.level = risk->level;
      }
    }
  std::optional<Risk> likeliest;
  float most = kSpeaksOfRisk;
  for (std::size_t k = 0; k < std::size(categories); ++k)
    if (1 - categories[k].none_of_it > most) {
      most = 1 - categories[k].none_of_it;
      likeliest = Risk{static_cast<RiskCategory>(k), categories[k].level};
    }
  return likeliest;
}

}  // namespace

Hearing::Hearing(const Pack& pack, std::string_view utterance)
    : pack_(pack),
      utterance_(utterance),
      reading_(pack.lexicon().Read(utterance)),
      heard_(pack.matcher().Prepare(reading_)),
      matches_(pack.matcher().Hear(heard_)) {
  std::vector<float> log_odds;
  if (!pack.near_miss().empty() && !reading_.tokens.empty())
    log_odds = pack.near_miss().Score(match::FeaturesOf(heard_));
  for (const match::Match& match : matches_)
    if (!act_ && !RuleOf(match).act.empty()) act_ = &match;
  SortRisks(log_odds);
  SortThemes(log_odds);
}

const Rule& Hearing::RuleOf(const match::Match& match) const {
  return pack_.authored().rules[match.rule];
}

std::string_view Hearing::act_name() const {
  return act_ ? std::string_view(RuleOf(*act_).act) : std::string_view();
}

std::vector<std::pair<std::string, std::string>> Hearing::Captures(
    const match::Match& match) const {
  std::vector<std::pair<std::string, std::string>> captures;
  for (const auto& [name, span] : match.captures)
    captures.emplace_back(
        name, utterance_.substr(span.first, span.second - span.first));
  return captures;
}

void Hearing::SortRisks(const std::vector<float>& log_odds) {
  const auto note = [&](const HeardRisk& heard) {
    for (HeardRisk& known : risks_)
      if (known.risk.category == heard.risk.category) {
        if (heard.risk.level > known.risk.level) known = heard;
        return;
      }
    risks_.push_back(heard);
  };
  for (const match::Match& match : matches_)
    if (const auto& risk = RuleOf(match).risk) note({*risk, &match});

  // The model speaks where no rule did, of the likeliest category alone; two
  // dangers at once need rules.
  if (risks_.empty())
    if (const auto risk = LikeliestRisk(pack_.near_miss().classes(), log_odds))
      risks_.push_back({*risk, nullptr});
  std::stable_sort(risks_.begin(), risks_.end(),
                   [](const HeardRisk& a, const HeardRisk& b) {
                     return a.risk.level > b.risk.level;
                   });
}

void Hearing::SortThemes(const std::vector<float>& log_odds) {
  const auto& classes = pack_.near_miss().classes();
  const auto odds_of = [&](std::string_view theme) {
    const auto it = std::find(classes.begin(), classes.end(), theme);
    return it == classes.end() || log_odds.empty()
               ? 0.0F
               : log_odds[static_cast<std::size_t>(it - classes.begin())];
  };
  std::vector<HeardTheme> heard;
  for (const match::Match& match : matches_) {
    const Rule& rule = RuleOf(match);
    if (rule.theme.empty() || rule.risk) continue;
    const float odds = odds_of(rule.theme);
    const float rank = odds + kRuleWeight + kScoreWeight * match.score +
                       kPriorityWeight * static_cast<float>(rule.priority);
    const auto known = std::find_if(
        heard.begin(), heard.end(),
        [&](const HeardTheme& other) { return other.theme == rule.theme; });
    if (known == heard.end()) {
      heard.push_back({rule.theme, &match, rank, odds});
    } else if (rank > known->rank) {
      known->match = &match;
      known->rank = rank;
    }
  }

  // Of the themes that no rule heard only the model's first choice counts.
  std::size_t best = classes.size();
  for (std::size_t c = 0; c < log_odds.size(); ++c) {
    if (classes[c] == "none" || classes[c].starts_with("risk_")) continue;
    if (best == classes.size() || log_odds[c] > log_odds[best]) best = c;
  }
  if (best < classes.size()) {
    const std::string& theme = classes[best];
    if (std::none_of(heard.begin(), heard.end(), [&](const HeardTheme& other) {
          return other.theme == theme;
        }))
      heard.push_back({theme, nullptr, log_odds[best], log_odds[best]});
    if (log_odds[best] > kHints) hint_ = theme;
  }

  const float none = odds_of("none");
  for (HeardTheme& theme : heard)
    if (theme.rank > kSpeaks && theme.rank > none + kBeforeNone)
      themes_.push_back(std::move(theme));
  std::stable_sort(
      themes_.begin(), themes_.end(),
      [](const HeardTheme& a, const HeardTheme& b) { return a.rank > b.rank; });
}

}  // namespace nearer::coach
