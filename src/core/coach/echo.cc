#include "core/coach/echo.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "core/text/among.h"

namespace nearer::coach {
namespace {

using text::Among;
using text::InOneClause;
using text::InOneSentence;
using Words = std::span<const std::string_view>;

// What joins a statement to the one ahead of it.
constexpr std::array<std::string_view, 5> kJoiners = {"and", "so", "then", "or",
                                                      "which"};
constexpr std::array<std::string_view, 4> kReasons = {"because", "cos", "cause",
                                                      "since"};
constexpr std::array<std::string_view, 8> kTelling = {
    "say", "tell", "ask", "reply", "text", "shout", "answer", "write"};
// "I asked about Joan", "I meant the door": of this talk.
constexpr std::array<std::string_view, 7> kSaidBefore = {
    "asked", "meant", "said", "told", "wrote", "answered", "mentioned"};
constexpr std::array<std::string_view, 12> kVague = {
    "it",  "that",  "this",  "them",      "thing", "things",
    "one", "there", "those", "something", "stuff", "so"};
constexpr std::size_t kLongWord = 5;  // letters
constexpr std::array<std::string_view, 6> kHedges = {
    "think", "guess", "suppose", "know", "mean", "believe"};
constexpr std::array<std::string_view, 6> kToBe = {"am",  "is",   "are",
                                                   "was", "were", "be"};
constexpr std::array<std::string_view, 7> kAhead = {
    "will", "would", "want", "going", "hope", "wish", "like"};
constexpr std::array<std::string_view, 4> kThem = {"me", "my", "i", "myself"};
// What ahead of a statement makes it the one they wanted to make.
constexpr std::array<std::string_view, 8> kTurns = {
    "but",     "actually", "truth",     "point",
    "problem", "thing",    "important", "underneath"};
// Said of the talk itself.
constexpr std::array<std::string_view, 9> kOfTheTalk = {
    "say",      "mean",       "ask",  "tell",  "answer",
    "question", "understand", "talk", "follow"};
// What is so, rather than what was done.
constexpr std::array<std::string_view, 22> kStates = {
    "feel", "want", "need",  "love",  "miss",   "hate",   "wish", "hope",
    "am",   "be",   "can",   "could", "never",  "always", "keep", "matter",
    "fear", "stay", "trust", "dread", "rather", "stop"};
// As many words a statement usually has at most.
constexpr float kUsualWords = 14;
// As many say a plain feeling at most.
constexpr std::size_t kPlainWords = 6;
// After the subject, as many words may hold the verb.
constexpr std::size_t kVerbWords = 3;
// As far ahead of a subject something may lead into its statement.
constexpr std::size_t kLeadWords = 4;

// What each sign says for saying a statement back: a logistic regression on
// statements that readers marked as apt or not to be said back, rounded;
// checked on parts left out (tests/hearing/said_back.jsonl).
constexpr std::array<std::pair<Sign, float>, kSigns> kWeights = {
    {{Sign::kOfI, 0.50F},
     {Sign::kOfUs, 0.31F},
     {Sign::kOfTheirs, -0.02F},
     {Sign::kOfAnother, -0.09F},
     {Sign::kOfIt, -0.28F},
     {Sign::kOfThat, -0.97F},
     {Sign::kOfSomebody, 0.12F},
     {Sign::kOfNamed, 0.00F},
     {Sign::kOfThing, -0.09F},
     {Sign::kLate, 0.69F},
     {Sign::kInLastSentence, 0.13F},
     {Sign::kInFirstSentence, -0.25F},
     {Sign::kInOnlySentence, 0.49F},
     {Sign::kMayAnswer, 0.01F},
     {Sign::kFeeling, 0.93F},
     {Sign::kState, 0.35F},
     {Sign::kOfTheTalk, -0.35F},
     {Sign::kAfterTurn, 0.72F},
     {Sign::kCircumstance, -0.10F},
     {Sign::kBeforeBut, -1.10F},
     {Sign::kJoined, 0.26F},
     {Sign::kReason, -0.09F},
     {Sign::kWords, 1.37F},
     {Sign::kFew, -0.19F},
     {Sign::kCutOff, -0.16F},
     {Sign::kGoesOn, -0.37F},
     {Sign::kBeginsSentence, 0.14F},
     {Sign::kNegated, 0.45F},
     {Sign::kNamesPerson, 0.12F},
     {Sign::kReports, 0.13F},
     {Sign::kSaidBefore, -0.09F},
     {Sign::kVague, -0.89F},
     {Sign::kLongWords, 0.11F},
     {Sign::kHedge, -0.04F},
     {Sign::kExclaimed, -1.09F},
     {Sign::kToBe, -0.32F},
     {Sign::kAhead, -0.07F},
     {Sign::kOfThem, 0.23F},
     // Set by hand: too few were marked.
     {Sign::kPlainFeeling, 0.9F}}};
constexpr float kBias = -1.68F;
// Less likely apt than this is not said; a second one only if surer, the other
// side of it sooner.
constexpr float kLeastOdds = -1.5F;
constexpr float kOddsOfOtherSide = -0.8F;
constexpr float kOddsOfSecond = 0.6F;
// Between two statements: they are two sides.
constexpr std::size_t kShortTurn = 4;  // tokens
constexpr std::array<std::string_view, 7> kContrasts = {
    "but", "though", "although", "yet", "still", "however", "instead"};

// Reads the signs of statements of one message.
class SignReader {
 public:
  SignReader(const Pack& pack, const Hearing& hearing, bool answers)
      : hearing_(hearing),
        tokens_(hearing.reading().tokens),
        answers_(answers),
        person_(pack.matcher().concepts().Find("person")) {
    for (const std::string_view what : kShown)
      if (const auto feeling =
              pack.matcher().concepts().Find("shows_" + std::string(what)))
        feelings_.push_back(*feeling);
  }

  EchoSigns SignsOf(const Statement& of) const {
    EchoSigns signs{};
    // The subjects come first, in the order of `Subject`.
    signs[static_cast<std::size_t>(of.subject)] = 1;
    ReadPlace(of, signs);
    ReadSurroundings(of, signs);
    ReadWords(of, signs);
    return signs;
  }

 private:
  static void Put(EchoSigns& signs, Sign sign, float value) {
    signs[static_cast<std::size_t>(sign)] = value;
  }

  // Where in the message it stands.
  void ReadPlace(const Statement& of, EchoSigns& signs) const {
    const std::uint16_t sentence = tokens_[of.first].sentence;
    const std::uint16_t sentences = hearing_.reading().sentences;
    const bool only = sentences <= 1;
    Put(signs, Sign::kLate,
        static_cast<float>(of.first) / static_cast<float>(tokens_.size()));
    Put(signs, Sign::kInOnlySentence, only);
    Put(signs, Sign::kInLastSentence, !only && sentence + 1 == sentences);
    Put(signs, Sign::kInFirstSentence, !only && sentence == 0);
    Put(signs, Sign::kMayAnswer, answers_ && sentence == 0);
  }

  // What leads into it and what follows.
  void ReadSurroundings(const Statement& of, EchoSigns& signs) const {
    const std::size_t first = of.first, last = of.last;
    const bool begins =
        first == 0 || !InOneSentence(tokens_[first - 1], tokens_[first]);
    const bool goes_on = last + 1 < tokens_.size() &&
                         InOneSentence(tokens_[last], tokens_[last + 1]);
    Put(signs, Sign::kAfterTurn, LeadsIn(first, kTurns));
    Put(signs, Sign::kCircumstance, LeadsIn(first, kCircumstances));
    Put(signs, Sign::kReason, LeadsIn(first, kReasons));
    Put(signs, Sign::kJoined,
        !begins && Among(tokens_[first - 1].word, kJoiners));
    Put(signs, Sign::kBeginsSentence, begins);
    Put(signs, Sign::kGoesOn, goes_on);
    Put(signs, Sign::kBeforeBut, goes_on && tokens_[last + 1].word == "but");
    Put(signs, Sign::kCutOff,
        goes_on && InOneClause(tokens_[last], tokens_[last + 1]));
    Put(signs, Sign::kExclaimed, hearing_.Behind(last).starts_with('!'));
  }

  // What it says.
  void ReadWords(const Statement& of, EchoSigns& signs) const {
    const std::size_t first = of.first, verb = of.verb, last = of.last;
    const std::size_t words = last - first + 1;
    const std::size_t near_subject = std::min(last, first + kVerbWords);
    const std::size_t near_verb = std::min(last, verb + 1);
    const bool of_i = of.subject == Subject::kI;
    // Longer ones are no nearer to the heart.
    Put(signs, Sign::kWords,
        std::min(static_cast<float>(words) / kUsualWords, 1.0F));
    Put(signs, Sign::kFew, words <= kFewestStated);
    const bool feels = Any(first, last, [&](std::size_t i) {
      return std::any_of(feelings_.begin(), feelings_.end(),
                         [&](std::uint32_t feeling) {
                           return hearing_.heard().IsTagged(i, feeling);
                         });
    });
    Put(signs, Sign::kFeeling, feels);
    Put(signs, Sign::kPlainFeeling, of_i && words <= kPlainWords && feels);
    Put(signs, Sign::kState, AnyOf(first, near_subject, kStates));
    Put(signs, Sign::kOfTheTalk, AnyOf(first, near_subject, kOfTheTalk));
    Put(signs, Sign::kNegated, Any(first, last, [&](std::size_t i) {
          return tokens_[i].is_operator;
        }));
    Put(signs, Sign::kNamesPerson,
        person_ && Any(verb, last, [&](std::size_t i) {
          return hearing_.heard().IsTagged(i, *person_);
        }));
    Put(signs, Sign::kReports, !of_i && AnyOf(verb, near_verb, kTelling));
    Put(signs, Sign::kSaidBefore,
        of_i && Among(tokens_[verb].word, kSaidBefore));
    Put(signs, Sign::kVague, Share(verb, last, [](const auto& token) {
          return Among(token.word, kVague);
        }));
    Put(signs, Sign::kLongWords, Share(verb, last, [](const auto& token) {
          return token.word.size() >= kLongWord && !token.is_filler;
        }));
    Put(signs, Sign::kHedge, AnyOf(verb, near_verb, kHedges));
    Put(signs, Sign::kToBe, AnyOf(verb, verb, kToBe));
    Put(signs, Sign::kAhead, AnyOf(verb, near_verb, kAhead));
    // "It keeps me awake" is about the person, "it rained" is not.
    Put(signs, Sign::kOfThem, !of_i && Any(verb, last, [&](std::size_t i) {
          return Among(tokens_[i].word, kThem);
        }));
  }

  template <typename Counts>
  static bool Any(std::size_t first, std::size_t last, const Counts& counts) {
    for (std::size_t i = first; i <= last; ++i)
      if (counts(i)) return true;
    return false;
  }

  bool AnyOf(std::size_t first, std::size_t last, Words words) const {
    return Any(first, last, [&](std::size_t i) {
      return Among(tokens_[i].lemma, words) || Among(tokens_[i].word, words);
    });
  }

  template <typename Counts>
  float Share(std::size_t first, std::size_t last, const Counts& counts) const {
    std::size_t found = 0;
    for (std::size_t i = first; i <= last; ++i) found += counts(tokens_[i]);
    return static_cast<float>(found) / static_cast<float>(last - first + 1);
  }

  // Whether one of `words` leads into the statement: in its sentence, right
  // ahead of its subject or at the head of its clause.
  bool LeadsIn(std::size_t first, Words words) const {
    for (std::size_t i = first; i > 0; --i) {
      const text::Token& before = tokens_[i - 1];
      if (!InOneSentence(before, tokens_[first]) || first - i >= kLeadWords)
        return false;
      if (Among(before.word, words)) return true;
      if (!InOneClause(tokens_[i - 1], tokens_[first])) return false;
    }
    return false;
  }

  const Hearing& hearing_;
  const std::vector<text::Token>& tokens_;
  const bool answers_;  // the coach asked something before
  const std::optional<std::uint32_t> person_;
  std::vector<std::uint32_t> feelings_;  // the concepts of `kShown`
};

float OddsOf(const EchoSigns& signs) {
  float odds = kBias;
  for (const auto& [sign, weight] : kWeights)
    odds += weight * signs[static_cast<std::size_t>(sign)];
  return odds;
}

// Whether the second is the other side of the first: in its sentence, and all
// that stands between them is short and turns round what was said.
bool Contrasts(const std::vector<text::Token>& tokens, const Statement& first,
               const Statement& second) {
  if (first.last >= second.first || second.first - first.last > kShortTurn ||
      !InOneSentence(tokens[first.last], tokens[second.first]))
    return false;
  return std::any_of(
      tokens.begin() + static_cast<std::ptrdiff_t>(first.last) + 1,
      tokens.begin() + static_cast<std::ptrdiff_t>(second.first),
      [](const text::Token& token) { return Among(token.word, kContrasts); });
}

}  // namespace

std::vector<EchoCandidate> EchoCandidatesOf(const Pack& pack,
                                            const Hearing& hearing,
                                            bool answers) {
  const SignReader reader(pack, hearing, answers);
  std::vector<EchoCandidate> all;
  for (Statement& statement : StatementsOf(pack, hearing)) {
    const EchoSigns signs = reader.SignsOf(statement);
    all.push_back({std::move(statement), signs, OddsOf(signs)});
  }
  return all;
}

Echo EchoOf(const Pack& pack, const Hearing& hearing, bool answers) {
  std::vector<EchoCandidate> all = EchoCandidatesOf(pack, hearing, answers);
  std::stable_sort(all.begin(), all.end(),
                   [](const EchoCandidate& a, const EchoCandidate& b) {
                     return a.odds > b.odds;
                   });
  if (all.empty() || all.front().odds < kLeastOdds) return {};
  Statement& best = all.front().statement;
  const auto& tokens = hearing.reading().tokens;
  const auto second =
      std::find_if(all.begin() + 1, all.end(), [&](const EchoCandidate& one) {
        const Statement& other = one.statement;
        const bool apart = other.last < best.first || other.first > best.last;
        const bool turned =
            Contrasts(tokens, other, best) || Contrasts(tokens, best, other);
        return apart && other.said != best.said &&
               one.odds >= (turned ? kOddsOfOtherSide : kOddsOfSecond);
      });
  const auto place = [](const Statement& one) {
    return std::pair(one.first, one.last);
  };
  if (second == all.end())
    return {std::move(best.said), {}, false, {place(best), place(best)}};
  const bool ahead = second->statement.first < best.first;
  Statement& first = ahead ? second->statement : best;
  Statement& then = ahead ? best : second->statement;
  return {std::move(first.said),
          std::move(then.said),
          Contrasts(tokens, first, then),
          {place(first), place(then)}};
}

}  // namespace nearer::coach
