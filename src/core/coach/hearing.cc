#include "core/coach/hearing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/text/among.h"

namespace nearer::coach {
namespace {

constexpr float kNever = -100;

// What a theme is ranked by: the model's log-odds, and, when a rule heard it,
// as much again as a rule is worth. Together they err far less than either
// alone: rules know what the words mean, the model what they do not say. Found
// on development sets.
constexpr float kRuleWeight = 1.0F;
constexpr float kScoreWeight = 0.15F;
constexpr float kPriorityWeight = 3.0F;
// Below this rank, or less than the margin above "none", a theme is not heard:
// lower hears more and invents more.
constexpr float kSpeaks = -3.2F;
constexpr float kBeforeNone = 0.4F;
// What speaks for danger is added up: the model's log-odds that there is
// danger, of the likeliest category and of its likeliest level, and what each
// of two rules that heard danger is worth; long messages hold more of it. What
// speaks against it: that the message is about nothing, is calm talk, or is
// about a theme; and where a rule has heard worry or grief for somebody else,
// whose danger has the same words. Weighed by a logistic regression on
// development sets, rounded; checked on parts of them left out.
struct RiskWeights {
  float any, category, level, none, calm, theme;  // of log-odds
  float rule, long_message, somebody_else;
};
constexpr RiskWeights kForDanger = {.any = 0.16F,
                                    .category = 0.27F,
                                    .level = 0.68F,
                                    .none = -0.19F,
                                    .calm = -0.21F,
                                    .theme = -0.46F,
                                    .rule = 0.79F,
                                    .long_message = 0.48F,
                                    .somebody_else = -6.02F};
constexpr std::size_t kRulesOfRisk = 2;
// Above this sum danger is heard, by its level: the more urgent, the less is
// enough. Lower misses less and alarms more.
constexpr std::array<float, 4> kSpeaksOfRisk = {4.4F, 4.02F, 3.85F, 3.31F};
static_assert(static_cast<int>(RiskLevel::kPast) == 0 &&
              static_cast<int>(RiskLevel::kImminent) == 3);
// A few words show the model little: alone it has to be surer by so much for
// each word that a message has fewer than this.
constexpr std::size_t kBrief = 12;
constexpr float kSurerForAWord = 0.23F;
// Which category the danger is of: what each of two of its rules and the
// model's log-odds of it and of its likeliest level say for it, and how often
// it is meant; weighed and checked in the same way.
struct CategoryWeights {
  float rule, category, level;
  std::array<float, 3> usual;  // by category
};
constexpr CategoryWeights kForCategory = {.rule = 0.58F,
                                          .category = 0.45F,
                                          .level = 0.66F,
                                          .usual = {-0.47F, -0.11F, 0.58F}};
static_assert(static_cast<int>(RiskCategory::kSuicideSelfHarm) == 0 &&
              static_cast<int>(RiskCategory::kAbuse) == 1 &&
              static_cast<int>(RiskCategory::kHarmToOthers) == 2);
// A category that a rule heard, and another exceeds by so much, gets no more
// than a light answer.
constexpr float kOtherByFar = 3.0F;
// Where no rule heard it, more than a light answer needs so much more.
constexpr float kCertainOfRisk = 2.0F;
// As much above enough is next to nothing.
constexpr float kFaintRisk = 1.3F;
// One odd figure of the model shall not outweigh all else.
constexpr float kMostOdds = 25.0F;
// A hint is only good for a cautious answer.
constexpr float kHints = -2.6F;

// Words that a trace names as evidence.
constexpr std::size_t kWordsShown = 3;

using text::Among;

}  // namespace

struct RiskOdds {
  float category = 0;
  float level = kNever;  // of its likeliest level
  RiskLevel likeliest = RiskLevel::kPast;

  float sum() const { return category + level; }
};

namespace {

float Bounded(float odds) { return std::clamp(odds, -kMostOdds, kMostOdds); }

std::array<RiskOdds, 3> OddsOfRisks(const std::vector<std::string>& classes,
                                    const std::vector<float>& log_odds) {
  std::array<RiskOdds, 3> risks;
  for (std::size_t c = 0; c < log_odds.size(); ++c) {
    if (const auto category = ParseRiskCategory(classes[c]))
      risks[static_cast<std::size_t>(*category)].category = log_odds[c];
    if (const auto risk = ParseRisk(classes[c])) {
      RiskOdds& odds = risks[static_cast<std::size_t>(risk->category)];
      if (log_odds[c] <= odds.level) continue;
      odds.level = log_odds[c];
      odds.likeliest = risk->level;
    }
  }
  return risks;
}

// The rest of what it thinks that bears on danger.
struct OtherOdds {
  float any_risk = 0, none = 0, calm = 0;
  float theme = kNever;  // of the likeliest
};

OtherOdds OddsBesideRisks(const std::vector<std::string>& classes,
                          const std::vector<float>& log_odds) {
  OtherOdds odds;
  for (std::size_t c = 0; c < log_odds.size(); ++c) {
    if (classes[c] == match::kAnyRisk) {
      odds.any_risk = log_odds[c];
    } else if (classes[c] == match::kNone) {
      odds.none = log_odds[c];
    } else if (classes[c] == match::kCalm) {
      odds.calm = log_odds[c];
    } else if (!classes[c].starts_with("risk_")) {
      odds.theme = std::max(odds.theme, log_odds[c]);
    }
  }
  return odds;
}

// Of the model alone, by what it has above enough.
Surety SuretyOf(float above) {
  if (above > kCertainOfRisk) return Surety::kCertain;
  return above > kFaintRisk ? Surety::kUnsure : Surety::kFaint;
}

// Whether an act is a move in the talk. That somebody is young only colours an
// answer.
bool IsMove(std::string_view act) { return !act.empty() && act != kYoung; }

std::optional<std::size_t> IndexOf(const match::NearMiss& model,
                                   std::string_view class_name) {
  const auto& classes = model.classes();
  const auto at = std::find(classes.begin(), classes.end(), class_name);
  if (at == classes.end()) return std::nullopt;
  return static_cast<std::size_t>(at - classes.begin());
}

}  // namespace

Hearing::Hearing(const Pack& pack, std::string_view utterance)
    : pack_(pack),
      utterance_(utterance),
      reading_(pack.lexicon().Read(utterance)),
      heard_(pack.matcher().Prepare(reading_)),
      matches_(pack.matcher().Hear(heard_)) {
  if (!pack.near_miss().empty() && !reading_.tokens.empty()) {
    features_ = match::FeaturesOf(heard_);
    shown_ = pack.near_miss().Weigh(features_);
    log_odds_ = pack.near_miss().Score(shown_);
  }
  for (const match::Match& match : matches_)
    if (!act_ && IsMove(RuleOf(match).act)) act_ = &match;
  SortRisks();
  SortThemes();
}

std::string_view Hearing::Behind(std::size_t token) const {
  const auto& tokens = reading_.tokens;
  const std::size_t from = tokens[token].end;
  const std::size_t until =
      token + 1 < tokens.size() ? tokens[token + 1].begin : utterance_.size();
  return utterance_.substr(from, std::max(from, until) - from);
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
  for (const auto& [name, span] : pack_.matcher().CapturesOf(match, heard_))
    captures.emplace_back(
        name, utterance_.substr(span.first, span.second - span.first));
  return captures;
}

NearMissEvidence Hearing::ClaimOf(std::string_view class_name) const {
  const auto index = IndexOf(pack_.near_miss(), class_name);
  if (!index || log_odds_.empty()) return {};
  return {.heard = std::string(class_name), .log_odds = log_odds_[*index]};
}

NearMissEvidence Hearing::ClaimOf(const HeardScene& scene) const {
  return {.heard = pack_.scene_model().classes()[scene.scene],
          .log_odds = scene.log_odds};
}

void Hearing::ExplainClass(NearMissEvidence& evidence) const {
  const match::NearMiss& model = pack_.near_miss();
  const auto index = IndexOf(model, evidence.heard);
  if (!index) return;
  evidence.example = model.NearestExample(shown_, *index);
  evidence.words = TellingWords(model, shown_, *index);
}

void Hearing::ExplainScene(NearMissEvidence& evidence) const {
  const match::NearMiss& model = pack_.scene_model();
  const auto index = IndexOf(model, evidence.heard);
  if (!index) return;
  evidence.words = TellingWords(model, model.Weigh(features_), *index);
}

bool Hearing::HasFormOfQuestion(std::size_t sentence) const {
  static constexpr std::array<std::string_view, 22> kOpeners = {
      "what",  "how",  "why",     "when", "where", "who", "which", "can",
      "could", "will", "would",   "do",   "does",  "is",  "are",   "should",
      "tell",  "give", "explain", "show", "teach", "help"};
  const auto& tokens = reading_.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (tokens[i].sentence == sentence &&
        (i == 0 || tokens[i].clause != tokens[i - 1].clause) &&
        Among(tokens[i].word, kOpeners))
      return true;
  return false;
}

bool Hearing::TurnsRound(std::size_t sentence) const {
  static constexpr std::array<std::string_view, 16> kLeads = {
      "so", "and",  "but", "ok",   "okay", "well", "then", "right",
      "or", "fine", "yes", "yeah", "hm",   "lol",  "like", "wait"};
  static constexpr std::array<std::string_view, 7> kAsking = {
      "what", "why", "how", "where", "when", "who", "which"};
  static constexpr std::array<std::string_view, 17> kVerbs = {
      "do", "does", "did", "can", "could", "will", "would", "should", "shall",
      "is", "are",  "am",  "was", "were",  "may",  "have",  "has"};
  static constexpr std::array<std::string_view, 10> kSubjects = {
      "i", "you", "he", "she", "they", "it", "we", "that", "this", "there"};
  const auto& tokens = reading_.tokens;
  std::size_t i = 0;
  while (i < tokens.size() && tokens[i].sentence != sentence) ++i;
  const auto here = [&](std::size_t at) {
    return at < tokens.size() && tokens[at].sentence == sentence;
  };
  while (here(i) && (Among(tokens[i].word, kLeads) || tokens[i].is_filler)) ++i;
  if (here(i) && Among(tokens[i].word, kAsking)) ++i;
  return here(i + 1) && Among(tokens[i].word, kVerbs) &&
         Among(tokens[i + 1].word, kSubjects);
}

bool Hearing::AsksForAVerdict(std::size_t sentence) const {
  static constexpr std::array<std::string_view, 16> kVerdicts = {
      "good",  "ok",   "okay",  "fine",  "alright", "bad",
      "wrong", "much", "pushy", "weird", "stupid",  "enough",
      "crazy", "mean", "silly", "normal"};
  std::size_t words = 0;
  bool verdict = false;
  for (const text::Token& token : reading_.tokens) {
    if (token.sentence != sentence) continue;
    ++words;
    verdict = verdict || Among(token.word, kVerdicts);
  }
  return verdict && words <= 3 && sentence > 0;
}

std::optional<std::uint16_t> Hearing::AskingSentence() const {
  const auto& tokens = reading_.tokens;
  for (std::size_t i = tokens.size(); i-- > 0;) {
    const std::uint16_t sentence = tokens[i].sentence;
    const bool last_of_sentence =
        i + 1 == tokens.size() || tokens[i + 1].sentence != sentence;
    if (!last_of_sentence || tokens[i].quoted) continue;
    const bool mark = Behind(i).find('?') != std::string_view::npos;
    if (TurnsRound(sentence) ||
        (mark && (HasFormOfQuestion(sentence) || AsksForAVerdict(sentence))))
      return sentence;
  }
  return std::nullopt;
}

LikeliestScenes Hearing::Scenes() const {
  const match::NearMiss& model = pack_.scene_model();
  if (model.empty() || features_.empty()) return {};
  const auto& scenes = pack_.authored().scenes;
  const auto take = [](std::optional<HeardScene>& best, std::size_t scene,
                       float odds) {
    if (!best) {
      best = {scene, odds, odds - kNever};
    } else if (odds > best->log_odds) {
      best = {scene, odds, odds - best->log_odds};
    } else {
      best->margin = std::min(best->margin, best->log_odds - odds);
    }
  };
  LikeliestScenes likeliest;
  const std::vector<float> odds = model.Score(model.Weigh(features_));
  for (std::size_t scene = 0; scene < odds.size(); ++scene) {
    take(likeliest.of_all, scene, odds[scene]);
    if (scenes[scene].to_coach) take(likeliest.to_coach, scene, odds[scene]);
  }
  if (const auto asking = AskingSentence()) {
    // What stands around a question drowns it.
    std::vector<match::Feature> of_question;
    for (const match::Feature& feature : features_)
      if (reading_.tokens[feature.token].sentence == *asking)
        of_question.push_back(feature);
    const std::vector<float> asked = model.Score(model.Weigh(of_question));
    for (std::size_t scene = 0; scene < asked.size(); ++scene)
      if (scenes[scene].to_coach) take(likeliest.asked, scene, asked[scene]);
  }
  return likeliest;
}

std::vector<std::string> Hearing::TellingWords(
    const match::NearMiss& model,
    const std::vector<match::NearMiss::Known>& shown,
    std::size_t class_index) const {
  const auto weights =
      model.WeighTokens(shown, class_index, reading_.tokens.size());
  std::vector<std::string> words;
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(
      order.begin(), order.end(),
      [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
  for (const std::size_t t : order) {
    if (weights[t] <= 0 || words.size() == kWordsShown) break;
    const text::Token& token = reading_.tokens[t];
    const std::string_view word =
        utterance_.substr(token.begin, token.end - token.begin);
    // One spelling may have opened to several words.
    if (std::find(words.begin(), words.end(), word) == words.end())
      words.emplace_back(word);
  }
  return words;
}

bool Hearing::Says(std::string_view act) const {
  return std::any_of(
      matches_.begin(), matches_.end(),
      [&](const match::Match& match) { return RuleOf(match).act == act; });
}

float Hearing::EvidenceOfRisk(float category, float level,
                              std::size_t rules) const {
  const OtherOdds other =
      OddsBesideRisks(pack_.near_miss().classes(), log_odds_);
  const bool of_another = Says(kBereaved) || Says(kOtherAtRisk);
  // What a rule heard in a few words is not held against their number.
  const std::size_t tokens = reading_.tokens.size();
  const auto words =
      static_cast<float>(rules > 0 ? std::max(tokens, kBrief) : tokens);
  return kForDanger.any * Bounded(other.any_risk) +
         kForDanger.category * Bounded(category) +
         kForDanger.level * Bounded(level) +
         kForDanger.none * Bounded(other.none) +
         kForDanger.calm * Bounded(other.calm) +
         kForDanger.theme * Bounded(other.theme) +
         kForDanger.rule * static_cast<float>(std::min(rules, kRulesOfRisk)) +
         kForDanger.long_message * std::log(words + 1) +
         (of_another ? kForDanger.somebody_else : 0);
}

void Hearing::SortRisks() {
  const auto note = [&](const HeardRisk& heard) {
    for (HeardRisk& known : risks_)
      if (known.risk.category == heard.risk.category) {
        if (heard.risk.level > known.risk.level) known = heard;
        return;
      }
    risks_.push_back(heard);
  };
  std::vector<HeardRisk> by_rules;
  for (const match::Match& match : matches_)
    if (const auto& risk = RuleOf(match).risk)
      by_rules.push_back({*risk, &match});
  for (const HeardRisk& heard : by_rules) note(heard);
  if (!log_odds_.empty()) {
    const auto odds = OddsOfRisks(pack_.near_miss().classes(), log_odds_);
    const float above = AboveEnough(odds, by_rules);
    if (above > 0) {
      NameCategory(odds, by_rules, above);
    } else {
      risks_.clear();
    }
  }
  std::stable_sort(risks_.begin(), risks_.end(),
                   [](const HeardRisk& a, const HeardRisk& b) {
                     return a.risk.level == RiskLevel::kImminent &&
                            b.risk.level != RiskLevel::kImminent;
                   });
}

float Hearing::AboveEnough(const std::array<RiskOdds, 3>& odds,
                           const std::vector<HeardRisk>& by_rules) const {
  const auto likeliest = std::max_element(
      odds.begin(), odds.end(),
      [](const RiskOdds& a, const RiskOdds& b) { return a.sum() < b.sum(); });
  RiskLevel level = likeliest->likeliest;
  if (!by_rules.empty())
    level = std::max_element(by_rules.begin(), by_rules.end(),
                             [](const HeardRisk& a, const HeardRisk& b) {
                               return a.risk.level < b.risk.level;
                             })
                ->risk.level;
  float enough = kSpeaksOfRisk[static_cast<std::size_t>(level)];
  if (const std::size_t words = reading_.tokens.size();
      by_rules.empty() && words < kBrief)
    enough += kSurerForAWord * static_cast<float>(kBrief - words);
  return EvidenceOfRisk(likeliest->category, likeliest->level,
                        by_rules.size()) -
         enough;
}

void Hearing::NameCategory(const std::array<RiskOdds, 3>& odds,
                           const std::vector<HeardRisk>& by_rules,
                           float above) {
  std::array<float, 3> speaks_for{};
  for (std::size_t c = 0; c < odds.size(); ++c) {
    const auto rules = static_cast<std::size_t>(std::count_if(
        by_rules.begin(), by_rules.end(), [&](const HeardRisk& heard) {
          return heard.risk.category == static_cast<RiskCategory>(c);
        }));
    speaks_for[c] =
        kForCategory.rule * static_cast<float>(std::min(rules, kRulesOfRisk)) +
        kForCategory.category * Bounded(odds[c].category) +
        kForCategory.level * Bounded(odds[c].level) + kForCategory.usual[c];
  }
  const auto best = static_cast<std::size_t>(
      std::max_element(speaks_for.begin(), speaks_for.end()) -
      speaks_for.begin());
  const auto category = static_cast<RiskCategory>(best);
  if (std::none_of(risks_.begin(), risks_.end(), [&](const HeardRisk& heard) {
        return heard.risk.category == category;
      }))
    risks_.push_back({{category, odds[best].likeliest},
                      nullptr,
                      by_rules.empty() ? SuretyOf(above) : Surety::kCertain});
  const auto of = [&](const HeardRisk& heard) {
    return speaks_for[static_cast<std::size_t>(heard.risk.category)];
  };
  for (HeardRisk& heard : risks_)
    if (of(heard) + kOtherByFar < speaks_for[best])
      heard.surety = Surety::kUnsure;
  std::stable_sort(
      risks_.begin(), risks_.end(),
      [&](const HeardRisk& a, const HeardRisk& b) { return of(a) > of(b); });
}

void Hearing::SortThemes() {
  const auto& classes = pack_.near_miss().classes();
  const auto odds_of = [&](std::string_view theme) {
    const auto it = std::find(classes.begin(), classes.end(), theme);
    return it == classes.end() || log_odds_.empty()
               ? 0.0F
               : log_odds_[static_cast<std::size_t>(it - classes.begin())];
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
  for (std::size_t c = 0; c < log_odds_.size(); ++c) {
    if (classes[c] == match::kNone || classes[c] == match::kCalm ||
        classes[c].starts_with("risk_"))
      continue;
    if (best == classes.size() || log_odds_[c] > log_odds_[best]) best = c;
  }
  if (best < classes.size()) {
    const std::string& theme = classes[best];
    if (std::none_of(heard.begin(), heard.end(), [&](const HeardTheme& other) {
          return other.theme == theme;
        }))
      heard.push_back({theme, nullptr, log_odds_[best], log_odds_[best]});
    if (log_odds_[best] > kHints) hint_ = theme;
  }

  const float none = odds_of(match::kNone);
  for (HeardTheme& theme : heard)
    if (theme.rank > kSpeaks && theme.rank > none + kBeforeNone)
      themes_.push_back(std::move(theme));
  std::stable_sort(
      themes_.begin(), themes_.end(),
      [](const HeardTheme& a, const HeardTheme& b) { return a.rank > b.rank; });
}

}  // namespace nearer::coach
