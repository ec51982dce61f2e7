#include "core/coach/statements.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/text/among.h"
#include "core/text/pronouns.h"

namespace nearer::coach {
namespace {

using text::Among;
using text::InOneClause;
using text::InOneSentence;

constexpr int kMostWords = 17;
constexpr std::array<std::string_view, 8> kSomebody = {
    "nobody",  "everybody",  "everyone", "somebody",
    "someone", "everything", "nothing",  "people"};
// What a noun begins with.
constexpr std::array<std::string_view, 6> kArticles = {"the",   "his", "her",
                                                       "their", "my",  "our"};
constexpr std::size_t kNounWords = 4;  // an article, and what is named with it
// Nothing but verbs.
constexpr std::array<std::string_view, 52> kPlainVerbs = {
    "is",    "was",    "are",    "were",  "has",    "had",    "have",
    "does",  "did",    "do",     "can",   "could",  "will",   "would",
    "never", "always", "went",   "came",  "said",   "says",   "gets",
    "got",   "goes",   "comes",  "makes", "made",   "keeps",  "kept",
    "feels", "felt",   "wants",  "knows", "knew",   "thinks", "thought",
    "took",  "takes",  "gave",   "gives", "told",   "tells",  "asked",
    "asks",  "looks",  "looked", "needs", "seemed", "seems",  "should",
    "just",  "still",  "may"};
constexpr std::array<std::string_view, 14> kPrepositions = {
    "in",   "on",    "at",  "to", "with", "of",     "from",
    "into", "about", "for", "by", "than", "behind", "through"};
// What joins two statements, or leads into one.
constexpr std::array<std::string_view, 10> kJoints = {
    "and",   "but",  "so",      "then",    "or",
    "guess", "mean", "suppose", "because", "me"};
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
// A statement cut off after one of these is not whole.
constexpr std::array<std::string_view, 51> kDangling = {
    "not",  "i",       "he",   "she",   "they",   "my",     "his",  "the",
    "a",    "an",      "to",   "of",    "for",    "with",   "at",   "in",
    "on",   "from",    "by",   "about", "and",    "but",    "or",   "so",
    "that", "because", "if",   "when",  "while",  "than",   "as",   "say",
    "tell", "ask",     "know", "think", "feel",   "wonder", "be",   "have",
    "do",   "can",     "will", "would", "should", "like",   "mean", "though",
    "just", "really",  "even"};
// … unless the sentence itself ends with it.
constexpr std::array<std::string_view, 12> kClosing = {
    "to", "of",   "for",   "with", "at", "in",
    "on", "from", "about", "do",   "be", "have"};
// What may begin the object of the words ahead of it.
constexpr std::array<std::string_view, 8> kObjects = {
    "if", "whether", "how", "what", "why", "who", "where", "that"};
// "The real part is …" leads into the statement that is meant.
constexpr std::array<std::string_view, 10> kFrames = {
    "part",  "thing",   "problem", "point",  "bit",
    "truth", "trouble", "reason",  "matter", "difference"};

bool IsSpace(std::string_view text) {
  return text.find_first_not_of(' ') == text.npos;
}

class Search {
 public:
  Search(const Pack& pack, const Hearing& hearing)
      : pack_(pack),
        hearing_(hearing),
        tokens_(hearing.reading().tokens),
        unsaid_(pack.matcher().concepts().Find(kUnsaid)) {}

  std::vector<Statement> All() const {
    std::vector<Statement> all;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const auto subject = SubjectAt(i);
      if (!subject || !MayBegin(i)) continue;
      auto statement = StatementAt(i, *subject);
      if (!statement) continue;
      statement->said = Spoken(i, statement->last);
      if (!statement->said.empty()) all.push_back(std::move(*statement));
    }
    return all;
  }

 private:
  std::optional<Subject> SubjectAt(std::size_t i) const {
    const std::string& word = tokens_[i].word;
    // "In the background" names a place.
    if (word != "i" && i > 0 && InOneSentence(tokens_[i - 1], tokens_[i]) &&
        Among(tokens_[i - 1].word, kPrepositions))
      return std::nullopt;
    if (word == "i")
      return SpeltAsI(tokens_[i]) ? std::optional(Subject::kI) : std::nullopt;
    if (word == "we") return Subject::kWe;
    if (word == "he" || word == "she" || word == "they") return Subject::kThey;
    if (word == "it") return Subject::kIt;
    if (word == "that" || word == "this" || word == "there")
      return VerbWithin(i, 1) ? std::optional(Subject::kThat) : std::nullopt;
    if (Among(word, kSomebody)) return Subject::kSome;
    if ((word == "my" || word == "our") && i + 1 < tokens_.size() &&
        pack_.SettingOf(tokens_[i + 1].lemma))
      return Subject::kMine;
    if (Among(word, kArticles))
      return VerbWithin(i, kNounWords) ? std::optional(Subject::kThing)
                                       : std::nullopt;
    if (tokens_[i].capital && VerbWithin(i, 1)) return Subject::kNamed;
    return std::nullopt;
  }

  // The first of the next `words` tokens of the clause that can be nothing but
  // a verb.
  std::optional<std::size_t> VerbWithin(std::size_t i,
                                        std::size_t words) const {
    for (std::size_t j = i + 1; j <= i + words && j < tokens_.size(); ++j) {
      if (!InOneClause(tokens_[i], tokens_[j])) return std::nullopt;
      if (Among(tokens_[j].word, kPlainVerbs)) return j;
    }
    return std::nullopt;
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

  // A subject begins a statement at the start of a clause, after a joint, or
  // after a word or two of when or where.
  bool MayBegin(std::size_t i) const {
    if (i == 0) return true;
    if (InOneSentence(tokens_[i - 1], tokens_[i]) && IsCircumstance(i))
      return false;
    if (!InOneClause(tokens_[i - 1], tokens_[i]) || tokens_[i - 1].is_filler ||
        Among(tokens_[i - 1].word, kJoints) || IsReported(i) || IsFramed(i))
      return true;
    for (std::size_t back = 1; back <= kTimeWords && back <= i; ++back) {
      const std::size_t first = i - back;
      if (first > 0 && InOneClause(tokens_[first - 1], tokens_[first]) &&
          !Among(tokens_[first - 1].word, kJoints))
        continue;
      return InOneClause(tokens_[first], tokens_[i]) &&
             Among(tokens_[first].word, kTimes);
    }
    return false;
  }

  // "…, I think, …" states nothing.
  bool IsParenthesis(std::size_t verb) const {
    static constexpr std::array<std::string_view, 4> kStances = {
        "think", "know", "believe", "suspect"};
    return Among(tokens_[verb].word, kStances) && verb + 1 < tokens_.size() &&
           !InOneClause(tokens_[verb], tokens_[verb + 1]);
  }

  // "When I …", "every time we …", "not because I …", "nobody but my …".
  bool IsCircumstance(std::size_t i) const {
    static constexpr std::array<std::string_view, 6> kNobody = {
        "nobody", "nothing", "anybody", "anyone", "one", "all"};
    if (tokens_[i - 1].word == "but" && i > 1 &&
        InOneSentence(tokens_[i - 2], tokens_[i]) &&
        Among(tokens_[i - 2].word, kNobody))
      return true;
    if (Among(tokens_[i - 1].word, kCircumstances)) return true;
    return tokens_[i - 1].word == "because" && i > 1 &&
           InOneSentence(tokens_[i - 2], tokens_[i]) &&
           tokens_[i - 2].is_operator;
  }

  // "I said it was quiet", "What I meant was that I am tired", "That I miss
  // him." as an answer.
  bool IsReported(std::size_t i) const {
    const bool that = tokens_[i - 1].word == "that";
    if (that && (i == 1 || !InOneSentence(tokens_[i - 2], tokens_[i])))
      return true;
    const std::size_t verb = that ? i - 2 : i - 1;
    if (that && Among(tokens_[verb].word, kBe)) return true;
    return verb > 0 && InOneSentence(tokens_[verb - 1], tokens_[i]) &&
           tokens_[verb - 1].word == "i" &&
           (tokens_[verb].lemma == "say" || tokens_[verb].lemma == "mean");
  }
  static constexpr std::array<std::string_view, 2> kBe = {"is", "was"};

  // "The real part is we …"
  bool IsFramed(std::size_t i) const {
    return i > 1 && InOneSentence(tokens_[i - 2], tokens_[i]) &&
           Among(tokens_[i - 1].word, kBe) &&
           Among(tokens_[i - 2].word, kFrames);
  }

  // "I said …" ahead of a statement: that one is meant.
  bool Frames(std::size_t verb) const {
    std::size_t next = verb + 1;
    if (next < tokens_.size() && tokens_[next].word == "that") ++next;
    return next < tokens_.size() &&
           InOneSentence(tokens_[verb], tokens_[next]) && SubjectAt(next) &&
           (IsReported(next) || IsFramed(next));
  }

  // Whether a statement may end with token j.
  bool MayEnd(std::size_t j) const {
    const bool closes =
        j + 1 == tokens_.size() || !InOneSentence(tokens_[j], tokens_[j + 1]);
    if (Among(tokens_[j].lemma, kDangling) &&
        !(closes && Among(tokens_[j].lemma, kClosing)))
      return false;
    if (closes) return true;
    // "You are trying to work out" what?
    if (Among(tokens_[j + 1].word, kObjects) && IsSpace(hearing_.Behind(j)))
      return false;
    if (!InOneClause(tokens_[j], tokens_[j + 1])) return true;
    // "… of it, I guess" adds nothing.
    if (j + 2 < tokens_.size() && tokens_[j + 1].word == "i" &&
        Among(tokens_[j + 2].word, kNoVerbs))
      return true;
    if (!Among(tokens_[j + 1].word, kJoints)) return false;
    // "… and I …", "… and every month I …"
    for (std::size_t i = j + 2; i < tokens_.size() && i <= j + 2 + kTimeWords;
         ++i)
      if (SubjectAt(i)) return i == j + 2 || Among(tokens_[j + 2].word, kTimes);
    return false;
  }

  // The longest statement that begins at token i; nothing when none may be said
  // back.
  std::optional<Statement> StatementAt(std::size_t i, Subject subject) const {
    std::size_t verb = i + 1;
    if (subject == Subject::kMine) {
      ++verb;
      if (verb < tokens_.size() && tokens_[verb].capital)
        ++verb;  // "my sister Anna"
    } else if (subject == Subject::kThing) {
      verb = VerbWithin(i, kNounWords).value_or(verb);
    }
    if (verb >= tokens_.size() || !InOneClause(tokens_[i], tokens_[verb]) ||
        Among(tokens_[verb].word, kNoVerbs) || IsParenthesis(verb) ||
        Frames(verb))
      return std::nullopt;
    std::optional<std::size_t> last;
    std::size_t words = 0;
    std::size_t end = i;
    for (; end < tokens_.size() && InOneSentence(tokens_[i], tokens_[end]);
         ++end) {
      const bool hedges = last && *last + 1 == end && tokens_[end].word == "i";
      if (last && (!MaySay(hearing_, unsaid_, end) ||
                   tokens_[end].word == "but" || hedges))
        break;
      if (!MaySay(hearing_, unsaid_, end)) return std::nullopt;
      const bool opened =
          end > i && tokens_[end].begin == tokens_[end - 1].begin;
      if (!opened && ++words > static_cast<std::size_t>(kMostWords)) break;
      if (end + 1 - i >= kFewestStated && MayEnd(end)) last = end;
    }
    if (!last || *last < verb + 1) return std::nullopt;
    // "I'll be honest" is a manner of speaking.
    if (tokens_[*last].word == "honest" && tokens_[*last - 1].word == "be")
      return std::nullopt;
    // "I am sad, but what good does it do?" asks in its second half only.
    while (end < tokens_.size() && InOneSentence(tokens_[i], tokens_[end]) &&
           tokens_[end].word != "but")
      ++end;
    if (hearing_.Behind(end - 1).find('?') != std::string_view::npos)
      return std::nullopt;
    return Statement{{}, i, verb, *last, subject};
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
    if (!tokens_[first].capital && !said.empty() && said[0] >= 'A' &&
        said[0] <= 'Z')
      said[0] = static_cast<char>(said[0] - 'A' + 'a');
    return said;
  }

  const Pack& pack_;
  const Hearing& hearing_;
  const std::vector<text::Token>& tokens_;
  const std::optional<std::uint32_t> unsaid_;
};

}  // namespace

bool MaySay(const Hearing& hearing, std::optional<std::uint32_t> unsaid,
            std::size_t token) {
  const text::Token& word = hearing.reading().tokens[token];
  return !word.quoted && !word.corrected &&
         (!unsaid || !hearing.heard().IsTagged(token, *unsaid));
}

std::vector<Statement> StatementsOf(const Pack& pack, const Hearing& hearing) {
  return Search(pack, hearing).All();
}

}  // namespace nearer::coach
