#include "core/coach/echo.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "core/text/pronouns.h"

namespace nearer::coach {
namespace {

constexpr std::size_t kFewestWords = 3;
constexpr int kMostWords = 14;

using Words = std::span<const std::string_view>;

bool Among(std::string_view word, Words words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 5> kPronouns = {"i", "he", "she", "they",
                                                       "it"};
// What joins two statements, or leads into one.
constexpr std::array<std::string_view, 9> kJoints = {
    "and", "but", "so", "then", "or", "guess", "mean", "suppose", "because"};
// After a subject: not its verb.
constexpr std::array<std::string_view, 16> kNoVerbs = {
    "and", "or",    "who",  "that",    "which", "with", "of",     "in",
    "on",  "guess", "mean", "suppose", "too",   "like", "myself", "the"};
// What a word or two of time or place begins with.
constexpr std::size_t kTimeWords = 3;
constexpr std::array<std::string_view, 16> kTimes = {
    "on",    "in",      "at",      "last",     "this",  "yesterday",
    "today", "tonight", "after",   "before",   "later", "every",
    "once",  "now",     "usually", "sometimes"};
// Said by somebody else, these would name the wrong people once they are
// turned.
constexpr std::array<std::string_view, 5> kOurs = {"we", "us", "our", "ours",
                                                   "ourselves"};
// What ahead of a statement makes it the one they wanted to make.
constexpr std::array<std::string_view, 8> kTurns = {
    "but",     "actually", "truth",     "point",
    "problem", "thing",    "important", "underneath"};
// What makes it the circumstance of another one: right ahead of the subject
// always, further ahead perhaps.
constexpr std::array<std::string_view, 16> kCircumstances = {
    "if",    "when",   "while", "until", "since",    "unless", "as",   "where",
    "after", "before", "what",  "how",   "whenever", "time",   "once", "why"};
// Said of the talk itself.
constexpr std::array<std::string_view, 9> kOfTheTalk = {
    "say",      "mean",       "ask",  "tell",  "answer",
    "question", "understand", "talk", "follow"};
// What is so, rather than what was done.
constexpr std::array<std::string_view, 22> kStates = {
    "feel", "want", "need",  "love",  "miss",   "hate",   "wish", "hope",
    "am",   "be",   "can",   "could", "never",  "always", "keep", "matter",
    "fear", "stay", "trust", "dread", "rather", "stop"};
// A statement cut off after one of these is not whole.
constexpr std::array<std::string_view, 50> kDangling = {
    "i",       "he",   "she",   "they",   "my",     "his",  "the",    "a",
    "an",      "to",   "of",    "for",    "with",   "at",   "in",     "on",
    "from",    "by",   "about", "and",    "but",    "or",   "so",     "that",
    "because", "if",   "when",  "while",  "than",   "as",   "say",    "tell",
    "ask",     "know", "think", "feel",   "wonder", "be",   "have",   "do",
    "can",     "will", "would", "should", "like",   "mean", "though", "just",
    "really",  "even"};

class Search {
 public:
  Search(const Pack& pack, const Hearing& hearing)
      : pack_(pack),
        hearing_(hearing),
        tokens_(hearing.reading().tokens),
        unsaid_(pack.matcher().concepts().Find(kUnsaid)) {
    for (const std::string_view what : kShown)
      if (const auto feeling =
              pack.matcher().concepts().Find("shows_" + std::string(what)))
        feelings_.push_back(*feeling);
  }

  std::string Best() const {
    std::string best;
    float most = kLeastWeight;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const int rank = SubjectAt(i);
      if (rank < 0 || !MayBegin(i)) continue;
      const auto last = EndOf(i);
      if (!last) continue;
      const float weight = static_cast<float>(rank) + WeightOf(i, *last);
      if (weight < most) continue;
      if (std::string said = Spoken(i, *last); !said.empty()) {
        best = std::move(said);
        most = weight;
      }
    }
    return best;
  }

 private:
  static constexpr float kLeastWeight = -1.0F;

  // 2: the person, or they and somebody; 1: somebody of theirs; 0: somebody or
  // something else; -1: no subject.
  int SubjectAt(std::size_t i) const {
    const std::string& word = tokens_[i].word;
    if (word == "i") return SpeltAsI(tokens_[i]) ? 2 : -1;
    if (word == "we") return 2;
    if (word == "my" || word == "our")
      return i + 1 < tokens_.size() && pack_.SettingOf(tokens_[i + 1].lemma)
                 ? 1
                 : -1;
    return Among(word, kPronouns) ? 0 : -1;
  }

  // How near a statement is to the heart of the message: a feeling or a state
  // before a deed, what comes after "but" before what stands ahead of it, a
  // later one before an earlier one; what is said of the talk itself last.
  float WeightOf(std::size_t first, std::size_t last) const {
    float weight = 1.5F * static_cast<float>(first) /
                   static_cast<float>(std::max<std::size_t>(tokens_.size(), 1));
    if (AnyFeelingIn(first, last)) weight += 1.5F;
    if (AnyOf(first, std::min(last, first + kVerbWords), kStates))
      weight += 0.8F;
    if (AnyOf(first, std::min(last, first + kVerbWords), kOfTheTalk))
      weight -= 2.0F;
    if (LeadsIn(first, kTurns)) weight += 1.2F;
    if (LeadsIn(first, kCircumstances)) weight -= 1.5F;
    if (last + 1 < tokens_.size() &&
        tokens_[last + 1].sentence == tokens_[last].sentence &&
        tokens_[last + 1].word == "but")
      weight -= 1.2F;
    return weight;
  }

  // After the subject, as many words may hold the verb.
  static constexpr std::size_t kVerbWords = 3;

  bool AnyOf(std::size_t first, std::size_t last, Words words) const {
    for (std::size_t i = first; i <= last; ++i)
      if (Among(tokens_[i].lemma, words) || Among(tokens_[i].word, words))
        return true;
    return false;
  }

  bool AnyFeelingIn(std::size_t first, std::size_t last) const {
    for (const std::uint32_t feeling : feelings_)
      for (std::size_t i = first; i <= last; ++i)
        if (hearing_.heard().IsTagged(i, feeling)) return true;
    return false;
  }

  // Whether one of `words` leads into the statement: in its sentence, right
  // ahead of its subject or at the head of its clause.
  bool LeadsIn(std::size_t first, Words words) const {
    for (std::size_t i = first; i > 0; --i) {
      const text::Token& before = tokens_[i - 1];
      if (before.sentence != tokens_[first].sentence || first - i >= kLeadWords)
        return false;
      if (Among(before.word, words)) return true;
      if (!SameClause(i - 1, first)) return false;
    }
    return false;
  }
  static constexpr std::size_t kLeadWords = 4;

  // Not the "i" that a chat spelling ("idk") opened to.
  bool SpeltAsI(const text::Token& token) const {
    static constexpr std::array<std::string_view, 9> kSpellings = {
        "i", "I", "im", "Im", "ive", "Ive", "ill", "id", "IM"};
    const std::string_view spelling =
        hearing_.utterance().substr(token.begin, token.end - token.begin);
    return Among(spelling, kSpellings) || spelling.starts_with("i'") ||
           spelling.starts_with("I'") || spelling.starts_with("I\u2019") ||
           spelling.starts_with("i\u2019");
  }

  bool SameClause(std::size_t a, std::size_t b) const {
    return tokens_[a].sentence == tokens_[b].sentence &&
           tokens_[a].clause == tokens_[b].clause;
  }

  // A subject begins a statement at the start of a clause, after a joint, or
  // after a word or two of when or where.
  bool MayBegin(std::size_t i) const {
    if (i == 0) return true;
    if (InOneSentence(i - 1, i) && IsCircumstance(i)) return false;
    if (!SameClause(i - 1, i) || tokens_[i - 1].is_filler ||
        Among(tokens_[i - 1].word, kJoints) || IsReported(i))
      return true;
    for (std::size_t back = 1; back <= kTimeWords && back <= i; ++back) {
      const std::size_t first = i - back;
      if (first > 0 && SameClause(first - 1, first)) continue;
      return SameClause(first, i) && Among(tokens_[first].word, kTimes);
    }
    return false;
  }

  bool InOneSentence(std::size_t a, std::size_t b) const {
    return tokens_[a].sentence == tokens_[b].sentence;
  }

  // "…, I think, …" states nothing.
  bool IsParenthesis(std::size_t verb) const {
    static constexpr std::array<std::string_view, 4> kStances = {
        "think", "know", "believe", "suspect"};
    return Among(tokens_[verb].word, kStances) && verb + 1 < tokens_.size() &&
           !SameClause(verb, verb + 1);
  }

  // "When I …", "every time we …", "not because I …", "nobody but my …".
  bool IsCircumstance(std::size_t i) const {
    static constexpr std::array<std::string_view, 6> kNobody = {
        "nobody", "nothing", "anybody", "anyone", "one", "all"};
    if (tokens_[i - 1].word == "but" && i > 1 && InOneSentence(i - 2, i) &&
        Among(tokens_[i - 2].word, kNobody))
      return true;
    if (Among(tokens_[i - 1].word, kCircumstances)) return true;
    return tokens_[i - 1].word == "because" && i > 1 &&
           InOneSentence(i - 2, i) && tokens_[i - 2].is_operator;
  }

  // "I said it was quiet", "What I meant was that I am tired", "That I miss
  // him." as an answer.
  bool IsReported(std::size_t i) const {
    const bool that = tokens_[i - 1].word == "that";
    if (that && (i == 1 || !InOneSentence(i - 2, i))) return true;
    const std::size_t verb = that ? i - 2 : i - 1;
    if (that && Among(tokens_[verb].word, kBe)) return true;
    return verb > 0 && InOneSentence(verb - 1, i) &&
           tokens_[verb - 1].word == "i" &&
           (tokens_[verb].lemma == "say" || tokens_[verb].lemma == "mean");
  }
  static constexpr std::array<std::string_view, 2> kBe = {"is", "was"};

  // Whether a statement may end with token j.
  bool MayEnd(std::size_t j) const {
    if (Among(tokens_[j].lemma, kDangling)) return false;
    if (j + 1 == tokens_.size() || !SameClause(j, j + 1)) return true;
    // "… of it, I guess" adds nothing.
    if (j + 2 < tokens_.size() && tokens_[j + 1].word == "i" &&
        Among(tokens_[j + 2].word, kNoVerbs))
      return true;
    return Among(tokens_[j + 1].word, kJoints) && j + 2 < tokens_.size() &&
           SubjectAt(j + 2) >= 0;
  }

  bool MaySay(std::size_t i) const {
    const text::Token& token = tokens_[i];
    if (token.quoted || token.corrected) return false;
    return !unsaid_ || !hearing_.heard().IsTagged(i, *unsaid_);
  }

  // "It keeps me awake" is about the person, "it rained" is not.
  bool SpeaksOfThem(std::size_t first, std::size_t last) const {
    static constexpr std::array<std::string_view, 4> kThem = {"me", "my", "i",
                                                              "myself"};
    for (std::size_t i = first; i <= last; ++i)
      if (Among(tokens_[i].word, kThem)) return true;
    return false;
  }

  bool AskedIn(std::size_t last) const {
    const std::size_t until = last + 1 < tokens_.size()
                                  ? tokens_[last + 1].begin
                                  : hearing_.utterance().size();
    const std::size_t from = tokens_[last].end;
    return hearing_.utterance().substr(from, until - from).find('?') !=
           std::string_view::npos;
  }

  // Where the longest statement that begins at token i ends; nothing when none
  // may be said back.
  std::optional<std::size_t> EndOf(std::size_t i) const {
    std::size_t verb = i + (tokens_[i].word == "my" ? 2 : 1);
    if (tokens_[i].word == "my" && verb < tokens_.size() &&
        tokens_[verb].capital)
      ++verb;  // "my sister Anna"
    if (verb >= tokens_.size() || !SameClause(i, verb) ||
        Among(tokens_[verb].word, kNoVerbs) || IsParenthesis(verb))
      return std::nullopt;
    std::optional<std::size_t> last;
    std::size_t words = 0;
    std::size_t end = i;
    for (; end < tokens_.size() && tokens_[end].sentence == tokens_[i].sentence;
         ++end) {
      const bool hedges = last && *last + 1 == end && tokens_[end].word == "i";
      if (last && (!MaySay(end) || tokens_[end].word == "but" || hedges)) break;
      if (!MaySay(end)) return std::nullopt;
      const bool opened =
          end > i && tokens_[end].begin == tokens_[end - 1].begin;
      if (!opened && ++words > static_cast<std::size_t>(kMostWords)) break;
      if (words >= kFewestWords && MayEnd(end)) last = end;
    }
    if (!last || *last < verb + 1) return std::nullopt;
    if (tokens_[i].word == "it" && !SpeaksOfThem(i, *last) &&
        (i == 0 || !IsReported(i)))
      return std::nullopt;
    if (SubjectAt(i) < 2 && AnyOf(i + 1, *last, kOurs)) return std::nullopt;
    // "I am sad, but what good does it do?" asks in its second half only.
    while (end < tokens_.size() && InOneSentence(i, end) &&
           tokens_[end].word != "but")
      ++end;
    if (AskedIn(end - 1)) return std::nullopt;
    return last;
  }

  // Token i as it can be said: a chat spelling as the word it stands for.
  std::string_view WordOf(std::size_t i) const {
    const std::string_view spelling = hearing_.utterance().substr(
        tokens_[i].begin, tokens_[i].end - tokens_[i].begin);
    const bool opened =
        (i > 0 && tokens_[i - 1].begin == tokens_[i].begin) ||
        (i + 1 < tokens_.size() && tokens_[i + 1].begin == tokens_[i].begin);
    const bool plain = std::all_of(spelling.begin(), spelling.end(),
                                   [](char c) { return c >= 'a' && c <= 'z'; });
    return opened || !plain ? spelling : std::string_view(tokens_[i].word);
  }

  std::string Written(std::size_t first, std::size_t last) const {
    std::string written;
    std::size_t from = tokens_[first].begin;
    for (std::size_t i = first; i <= last; ++i) {
      if (tokens_[i].begin < from) continue;  // of a spelling that was opened
      written.append(
          hearing_.utterance().substr(from, tokens_[i].begin - from));
      written.append(WordOf(i));
      from = tokens_[i].end;
    }
    return written;
  }

  std::string Spoken(std::size_t first, std::size_t last) const {
    std::string said = text::TurnToYou(Written(first, last), kMostWords)
                           .value_or(std::string());
    // It stands inside a sentence.
    if (!said.empty() && said[0] >= 'A' && said[0] <= 'Z')
      said[0] = static_cast<char>(said[0] - 'A' + 'a');
    return said;
  }

  const Pack& pack_;
  const Hearing& hearing_;
  const std::vector<text::Token>& tokens_;
  const std::optional<std::uint32_t> unsaid_;
  std::vector<std::uint32_t> feelings_;  // the concepts of `kShown`
};

}  // namespace

std::string EchoOf(const Pack& pack, const Hearing& hearing) {
  return Search(pack, hearing).Best();
}

}  // namespace nearer::coach
