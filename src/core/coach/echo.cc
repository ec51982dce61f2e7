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
// "We" and "us" would make the coach one of them.
constexpr std::array<std::string_view, 5> kOurs = {"we", "us", "our", "ours",
                                                   "ourselves"};
// A statement cut off after one of these is not whole.
constexpr std::array<std::string_view, 47> kDangling = {
    "i",       "he",   "she",   "they",   "my",     "his",  "the",   "a",
    "an",      "to",   "of",    "for",    "with",   "at",   "in",    "on",
    "from",    "by",   "about", "and",    "but",    "or",   "so",    "that",
    "because", "if",   "when",  "while",  "than",   "as",   "say",   "tell",
    "ask",     "know", "think", "feel",   "wonder", "be",   "have",  "do",
    "can",     "will", "would", "should", "like",   "mean", "though"};

class Search {
 public:
  Search(const Pack& pack, const Hearing& hearing)
      : pack_(pack),
        hearing_(hearing),
        tokens_(hearing.reading().tokens),
        unsaid_(pack.matcher().concepts().Find(kUnsaid)) {}

  std::string Best() const {
    std::string best;
    int best_rank = -1;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const int rank = SubjectAt(i);
      if (rank < best_rank || rank < 0 || !MayBegin(i)) continue;
      if (std::string said = From(i); !said.empty()) {
        best = std::move(said);
        best_rank = rank;
      }
    }
    return best;
  }

 private:
  // 2: the person; 1: somebody of theirs; 0: somebody or something else; -1: no
  // subject.
  int SubjectAt(std::size_t i) const {
    const std::string& word = tokens_[i].word;
    if (word == "i") return SpeltAsI(tokens_[i]) ? 2 : -1;
    if (word == "my")
      return i + 1 < tokens_.size() && pack_.SettingOf(tokens_[i + 1].lemma)
                 ? 1
                 : -1;
    return Among(word, kPronouns) ? 0 : -1;
  }

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
    if (i == 0 || !SameClause(i - 1, i) || tokens_[i - 1].is_filler ||
        Among(tokens_[i - 1].word, kJoints))
      return true;
    for (std::size_t back = 1; back <= kTimeWords && back <= i; ++back) {
      const std::size_t first = i - back;
      if (first > 0 && SameClause(first - 1, first)) continue;
      return SameClause(first, i) && Among(tokens_[first].word, kTimes);
    }
    return false;
  }

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
    if (token.quoted || token.corrected || Among(token.word, kOurs))
      return false;
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

  // The longest statement that begins at token i, turned; empty when none.
  std::string From(std::size_t i) const {
    std::size_t verb = i + (tokens_[i].word == "my" ? 2 : 1);
    if (tokens_[i].word == "my" && verb < tokens_.size() &&
        tokens_[verb].capital)
      ++verb;  // "my sister Anna"
    if (verb >= tokens_.size() || !SameClause(i, verb) ||
        Among(tokens_[verb].word, kNoVerbs))
      return {};
    std::optional<std::size_t> last;
    std::size_t words = 0;
    std::size_t end = i;
    for (; end < tokens_.size() && tokens_[end].sentence == tokens_[i].sentence;
         ++end) {
      const bool hedges = last && *last + 1 == end && tokens_[end].word == "i";
      if (last && (!MaySay(end) || tokens_[end].word == "but" || hedges)) break;
      if (!MaySay(end)) return {};
      const bool opened =
          end > i && tokens_[end].begin == tokens_[end - 1].begin;
      if (!opened && ++words > static_cast<std::size_t>(kMostWords)) break;
      if (words >= kFewestWords && MayEnd(end)) last = end;
    }
    if (!last || *last < verb + 1) return {};
    if (tokens_[i].word == "it" && !SpeaksOfThem(i, *last)) return {};
    while (end < tokens_.size() && tokens_[end].sentence == tokens_[i].sentence)
      ++end;
    if (AskedIn(end - 1)) return {};
    return Spoken(i, *last);
  }

  std::string Spoken(std::size_t first, std::size_t last) const {
    const std::size_t begin = tokens_[first].begin;
    std::string said = text::TurnToYou(hearing_.utterance().substr(
                                           begin, tokens_[last].end - begin),
                                       kMostWords)
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
};

}  // namespace

std::string EchoOf(const Pack& pack, const Hearing& hearing) {
  return Search(pack, hearing).Best();
}

}  // namespace nearer::coach
