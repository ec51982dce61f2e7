#ifndef NEARER_CORE_COACH_HEARING_H_
#define NEARER_CORE_COACH_HEARING_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/coach/coach.h"
#include "core/coach/pack.h"
#include "core/match/matcher.h"
#include "core/match/near_miss.h"
#include "core/risk.h"
#include "core/text/reading.h"

namespace nearer::coach {

// A theme that an utterance touches, by its best rule, or by the near-miss
// model alone.
struct HeardTheme {
  std::string theme;
  const match::Match* match = nullptr;  // null: the model spoke
  float rank = 0;                       // what themes are sorted by
  float log_odds = 0;                   // the model's, 0 without a model
};

// How sure it is that there is danger at all: a rule heard it or the model by
// far; the model alone and not by far; or by next to nothing.
enum class Surety { kFaint, kUnsure, kCertain };

struct HeardRisk {
  Risk risk;
  const match::Match* match = nullptr;  // null: the model spoke
  Surety surety = Surety::kCertain;
};

// What the model thinks of a category of risk.
struct RiskOdds;

// The likeliest of the scenes.
struct HeardScene {
  std::size_t scene = 0;  // of the pack's scenes
  float log_odds = 0;
  float margin = 0;  // to the next one's log-odds
};

// Of the whole message: the likeliest of all scenes and of those said to the
// coach. Of its last question alone, if it asks one: the likeliest of the
// latter.
struct LikeliestScenes {
  std::optional<HeardScene> of_all, to_coach, asked;
};

// Acts that concern danger: a suicide's loss, worry about somebody in danger,
// and being under eighteen, which only colours an answer.
inline constexpr std::string_view kBereaved = "bereaved";
inline constexpr std::string_view kOtherAtRisk = "other_at_risk";
inline constexpr std::string_view kYoung = "young";

// Everything heard in one utterance. Built in place: parts of it point at each
// other and at the utterance, which must outlive it.
class Hearing {
 public:
  Hearing(const Pack& pack, std::string_view utterance);
  Hearing(const Hearing&) = delete;
  Hearing& operator=(const Hearing&) = delete;

  std::string_view utterance() const { return utterance_; }
  // What stands between a token and the next one, or the end; empty within a
  // spelling that was opened.
  std::string_view Behind(std::size_t token) const;
  const text::Reading& reading() const { return reading_; }
  const match::Heard& heard() const { return heard_; }
  // All rules that heard it, in the order of `Matcher::Hear`.
  const std::vector<match::Match>& matches() const { return matches_; }

  // One a category: what is imminent first, then the likeliest category. One
  // that a rule heard, and that is hardly meant beside a likelier one, is
  // unsure.
  const std::vector<HeardRisk>& risks() const { return risks_; }
  // One a theme, strongest first. Acts with a theme ("greeting") are among
  // them; risks are not.
  const std::vector<HeardTheme>& themes() const { return themes_; }
  // The strongest rule with an `act`, and what it says; null when none.
  const match::Match* act() const { return act_; }
  std::string_view act_name() const;
  // Whether any rule with this act heard it.
  bool Says(std::string_view act) const;

  // What the model would say below its threshold: the likeliest theme about
  // oneself or a partner, for a cautious answer; empty when it has no idea.
  const std::string& hint() const { return hint_; }

  // Which scene it is likeliest to be; nothing without a model of scenes. About
  // 10 us.
  LikeliestScenes Scenes() const;
  // The last sentence that asks something of whoever reads it: turned round
  // ("do i ring him"), or with the mark and the form of a question. The mark
  // behind what somebody else asked makes none. A number of
  // `reading().sentences`.
  std::optional<std::uint16_t> AskingSentence() const;
  // Whether a sentence has a clause that begins as a question or a request may.
  bool HasFormOfQuestion(std::size_t sentence) const;

  // The captured words of a match, as the person wrote them.
  std::vector<std::pair<std::string, std::string>> Captures(
      const match::Match& match) const;

  const Rule& RuleOf(const match::Match& match) const;

  // That the model heard `class_name`, one of its classes, or that it was a
  // scene, and the log-odds of it; why, is left to be explained.
  NearMissEvidence ClaimOf(std::string_view class_name) const;
  NearMissEvidence ClaimOf(const HeardScene& scene) const;
  // Why: the authored example most like the utterance, none for a scene; and at
  // most three words of the utterance, the weightiest first. Ten microseconds.
  void ExplainClass(NearMissEvidence& evidence) const;
  void ExplainScene(NearMissEvidence& evidence) const;

 private:
  // "What would I say", "do i": the verb before its subject.
  bool TurnsRound(std::size_t sentence) const;
  // "… too much?" behind something else.
  bool AsksForAVerdict(std::size_t sentence) const;
  // The words that weighed most for a class.
  std::vector<std::string> TellingWords(
      const match::NearMiss& model,
      const std::vector<match::NearMiss::Known>& shown,
      std::size_t class_index) const;
  void SortRisks();
  // By how much what speaks for danger is more than enough.
  float AboveEnough(const std::array<RiskOdds, 3>& odds,
                    const std::vector<HeardRisk>& by_rules) const;
  // Sees that the likeliest category is among the risks, and sorts them.
  void NameCategory(const std::array<RiskOdds, 3>& odds,
                    const std::vector<HeardRisk>& by_rules, float above);
  // What speaks for danger, given the model's log-odds of its category and
  // level and the number of rules that heard it.
  float EvidenceOfRisk(float category, float level, std::size_t rules) const;
  void SortThemes();

  const Pack& pack_;
  std::string_view utterance_;
  text::Reading reading_;
  match::Heard heard_;
  std::vector<match::Match> matches_;
  std::vector<match::Feature> features_;
  std::vector<match::NearMiss::Known> shown_;
  std::vector<float> log_odds_;  // by class of the model
  std::vector<HeardRisk> risks_;
  std::vector<HeardTheme> themes_;
  const match::Match* act_ = nullptr;
  std::string hint_;
};

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_HEARING_H_
