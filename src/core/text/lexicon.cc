#include "core/text/lexicon.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

#include "core/text/fold.h"
#include "core/text/letters.h"
#include "core/text/typos.h"
#include "core/text/vocabulary.h"

namespace nearer::text {
namespace {

using Id = Vocabulary::Id;
constexpr Id kNone = Vocabulary::kNone;

// ---- What the tables say about a word ----

enum Flag : std::uint16_t {
  kFiller = 1 << 0,
  kOperator = 1 << 1,     // alone; phrases are found by kHead
  kOpener = 1 << 2,       // alone
  kHead = 1 << 3,         // first word of a phrase
  kAbbreviation = 1 << 4,
  kCapsOnly = 1 << 5,     // opens only when written in capitals
  kBorrowed = 1 << 6,     // only ever seen as part of a phrase or opening
};

struct WordInfo {
  Id lemma = kNone;
  std::uint32_t opening = kNone;  // index into Tables::openings
  std::uint32_t phrase = kNone;   // first of Tables::phrases it is head of
  std::uint16_t flags = 0;
};

enum class Means : std::uint8_t {
  kFiller,
  kOperator,
  kNoOperator,  // "! not only": no operator in these words
  kRelease,     // "| and i": what was marked is so no longer
  kOpener,
  kNoOpener,    // "! for a while"
};

struct Phrase {
  Means means;
  std::vector<Id> words;
};

// ---- Characters of folded text ----

enum class Kind : std::uint8_t {
  kSpace,
  kLetter,
  kDigit,
  kApostrophe,
  kQuote,
  kStop,
  kNewline,
  kClauseEnd,
  kHyphen,
  kMask,  // may stand for a letter
  kAnd,
};

constexpr std::array<Kind, 256> kKinds = [] {
  std::array<Kind, 256> kinds{};
  for (int c = 128; c < 256; ++c) kinds[c] = Kind::kLetter;
  for (int c = 'a'; c <= 'z'; ++c) kinds[c] = Kind::kLetter;
  for (int c = '0'; c <= '9'; ++c) kinds[c] = Kind::kDigit;
  kinds['\''] = Kind::kApostrophe;
  kinds['"'] = Kind::kQuote;
  kinds['.'] = kinds['!'] = kinds['?'] = Kind::kStop;
  kinds['\n'] = Kind::kNewline;
  for (const char c : {',', ';', ':', '(', ')', '[', ']', '{', '}'})
    kinds[static_cast<unsigned char>(c)] = Kind::kClauseEnd;
  kinds['-'] = Kind::kHyphen;
  for (const char c : {'@', '$', '*', '|'})
    kinds[static_cast<unsigned char>(c)] = Kind::kMask;
  kinds['&'] = Kind::kAnd;
  return kinds;
}();

Kind KindOf(char c) { return kKinds[static_cast<unsigned char>(c)]; }
bool IsLetter(char c) { return KindOf(c) == Kind::kLetter; }
bool IsDigit(char c) { return KindOf(c) == Kind::kDigit; }
bool IsWord(char c) { return IsLetter(c) || IsDigit(c); }

constexpr bool Among(std::string_view word,
                     std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// A possessive or "is"? Before these (and fillers, operators): "is", as in
// "my husband's gone", "my mom's a nurse".
bool FollowsIs(std::string_view word) {
  return Among(word, {"a", "an", "the", "my", "been", "being", "getting",
                      "going", "gone", "here", "there"});
}

// What an apostrophe leaves behind when an app eats it: "don t", "i m".
bool IsTornOff(std::string_view word) {
  return Among(word, {"t", "m", "s", "d", "ve", "re", "ll"});
}

// "amazon.com": no sentence ends here.
bool IsDomain(std::string_view word) {
  return Among(word, {"com", "org", "net", "edu", "gov", "io", "co", "uk",
                      "de", "app", "tv"});
}

std::string Lower(std::string_view word) { return Fold(word).text; }

bool HasCapital(std::string_view word) {
  return std::any_of(word.begin(), word.end(),
                     [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

template <typename Use>
void ForEachWord(std::string_view text, Use use) {
  while (!(text = Trim(text)).empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    use(text.substr(0, end));
    text.remove_prefix(end);
  }
}

}  // namespace

struct Lexicon::Tables {
  Vocabulary words;
  std::vector<WordInfo> infos;  // by Id
  std::vector<std::vector<Id>> openings;
  // "-n't" -> not: endings that open on words of any kind, longest first.
  std::vector<std::pair<std::string, std::vector<Id>>> endings;
  std::vector<Phrase> phrases;  // sorted by head, then longest first
  TypoIndex typos;

  Id Add(std::string_view word) {
    const Id id = words.Add(word);
    if (id != kNone && id >= infos.size()) {
      infos.resize(id + 1);
      infos[id].lemma = id;
    }
    return id;
  }

  std::vector<Id> AddAll(std::string_view text) {
    std::vector<Id> ids;
    ForEachWord(text, [&](std::string_view word) {
      if (const Id id = Add(word); id != kNone) ids.push_back(id);
    });
    return ids;
  }

  void AddOpening(std::string_view spelling, std::string_view opened) {
    std::vector<Id> to = AddAll(Lower(opened));
    std::string folded = Lower(Trim(spelling));
    if (to.empty() || folded.empty()) return;
    if (folded[0] == '-' && folded.size() > 1) {
      endings.emplace_back(folded.substr(1), std::move(to));
      return;
    }
    const Id from = Add(folded);
    if (from == kNone) return;
    infos[from].opening = static_cast<std::uint32_t>(openings.size());
    if (HasCapital(spelling)) infos[from].flags |= kCapsOnly;
    openings.push_back(std::move(to));
  }

  void AddPhrase(std::string_view text, Means plain, Means excepted) {
    text = Trim(text);
    Means means = plain;
    if (!text.empty() && (text[0] == '!' || text[0] == '|')) {
      means = text[0] == '!' ? excepted : Means::kRelease;
      text.remove_prefix(1);
    }
    std::vector<Id> ids = AddAll(Lower(text));
    if (ids.empty()) return;
    if (ids.size() == 1 && means == Means::kFiller) {
      infos[ids[0]].flags |= kFiller;
    } else if (ids.size() == 1 && means == Means::kOperator) {
      infos[ids[0]].flags |= kOperator;
    } else if (ids.size() == 1 && means == Means::kOpener) {
      infos[ids[0]].flags |= kOpener;
    } else {
      phrases.push_back({means, std::move(ids)});
    }
  }

  void SortPhrases() {
    std::stable_sort(phrases.begin(), phrases.end(),
                     [](const Phrase& a, const Phrase& b) {
                       if (a.words[0] != b.words[0])
                         return a.words[0] < b.words[0];
                       return a.words.size() > b.words.size();
                     });
    for (std::size_t i = phrases.size(); i-- > 0;) {
      infos[phrases[i].words[0]].phrase = static_cast<std::uint32_t>(i);
      infos[phrases[i].words[0]].flags |= kHead;
    }
  }
};

namespace {

// A word stands for itself; in a table of operators a dictionary form also
// stands for its inflections.
enum class Inflected : bool { kNo, kYes };

}  // namespace

// Reads one utterance.
class Reader {
 public:
  enum class Mode : std::uint8_t { kSaid, kAuthored };

  Reader(const Lexicon::Tables& tables, std::string_view original, Mode mode)
      : tables_(tables),
        mode_(mode),
        original_(original),
        folded_(Fold(original)),
        text_(folded_.text) {
    const std::size_t guess = text_.size() / 4 + 4;
    reading_.tokens.reserve(guess);
    ids_.reserve(guess);
  }

  Reading Run() {
    std::size_t i = 0;
    while (i < text_.size()) {
      switch (KindOf(text_[i])) {
        case Kind::kLetter:
        case Kind::kDigit:
          i = ReadWord(i);
          break;
        case Kind::kApostrophe:
          i = ReadApostrophe(i);
          break;
        case Kind::kQuote:
          Quote();
          ++i;
          break;
        case Kind::kStop:
          i = ReadStop(i);
          break;
        case Kind::kNewline:
          EndSentence();
          ++i;
          break;
        case Kind::kClauseEnd:
          EndClause();
          ++i;
          break;
        case Kind::kHyphen:
          i = ReadHyphen(i);
          break;
        case Kind::kMask:
          i = ReadMask(i);
          break;
        case Kind::kAnd:
          if (!IsLetter(At(i - 1)) && !IsLetter(At(i + 1)))
            Emit("and", i, i + 1);
          ++i;
          break;
        case Kind::kSpace:
          ++i;
          break;
      }
    }
    EndSentence();
    FindFillers();
    FindClauses();
    FindOperators();
    reading_.sentences = sentence_;
    return std::move(reading_);
  }

 private:
  using Flags = std::uint16_t;

  // The character there; a line break outside. `i` may be "-1".
  char At(std::size_t i) const { return i < text_.size() ? text_[i] : '\n'; }

  std::string_view Part(std::size_t b, std::size_t e) const {
    return std::string_view(text_).substr(b, e - b);
  }

  const WordInfo* Find(std::string_view word, Id* id) const {
    *id = tables_.words.Find(word);
    return *id == kNone ? nullptr : &tables_.infos[*id];
  }

  // ---- Boundaries ----

  void EndClause() { clause_open_ = false; }

  void EndSentence() {
    EndClause();
    sentence_open_ = false;
  }

  std::size_t ReadStop(std::size_t i) {
    std::size_t end = i;
    bool question = false;
    while (KindOf(At(end)) == Kind::kStop) question |= text_[end++] == '?';
    if (end == i + 1 && text_[i] == '.' && !EndsSentence(i)) return end;
    question_ |= question;
    EndSentence();
    return end;
  }

  // Does the single full stop at `i` end a sentence?
  bool EndsSentence(std::size_t i) const {
    if (IsDigit(At(i + 1)) && !IsLetter(At(i - 1))) return false;  // ".5"
    if (last_end_ != i || last_begin_ == i) return true;
    const std::string_view before = Part(last_begin_, last_end_);
    std::size_t next = i + 1;
    while (At(next) == ' ') ++next;
    if (At(next) == '\n') return true;
    Id id;
    const WordInfo* info = Find(before, &id);
    if (info != nullptr && (info->flags & kAbbreviation) != 0) return false;
    if (before.size() == 1 && before != "i" && next > i + 1 &&
        IsCapital(last_begin_) && IsCapital(next))
      return false;  // "J. Smith"
    if (next == i + 1 && IsLetter(At(next))) {
      std::size_t end = next;
      while (IsLetter(At(end)) && end - next < 4) ++end;
      if (IsDomain(Part(next, end)) && !IsWord(At(end))) return false;
    }
    return true;
  }

  std::size_t ReadHyphen(std::size_t i) {
    std::size_t end = i;
    while (At(end) == '-') ++end;
    const bool apart = !IsWord(At(i - 1)) && !IsWord(At(end));
    if (end > i + 1 || apart) EndClause();
    return end;
  }

  void Quote() { quotes_.push_back(reading_.tokens.size()); }

  // ---- Words ----

  bool IsCapital(std::size_t i) const {
    const char c = original_[folded_.Begin(i)];
    if (static_cast<unsigned char>(c) < 0x80) return c >= 'A' && c <= 'Z';
    // A letter beyond ASCII is a capital if folding it alone changes its case;
    // "É" and "é" differ in their second byte.
    const std::string_view whole = original_.substr(
        folded_.Begin(i), folded_.End(i) - folded_.Begin(i));
    return IsCapitalLetter(whole);
  }

  static bool IsCapitalLetter(std::string_view letter);

  bool IsAllCaps(std::size_t b, std::size_t e) const {
    for (std::size_t i = b; i < e; ++i)
      if (!IsCapital(i)) return false;
    return true;
  }

  // Reads what begins with the letter or digit at `i`; returns where it ends.
  std::size_t ReadWord(std::size_t i) {
    std::size_t end = i;
    bool letters = false, digits = false;
    while (end < text_.size()) {
      const char c = text_[end];
      if (IsLetter(c)) {
        letters = true;
      } else if (IsDigit(c)) {
        digits = true;
      } else if (c == '\'' && end > i && IsLetter(At(end + 1))) {
      } else if ((c == '.' || c == ',' || c == ':') && !letters &&
                 IsDigit(At(end + 1))) {
      } else {
        break;
      }
      ++end;
    }
    if (mode_ == Mode::kSaid) {
      if (end == i + 1 && letters)
        if (const std::size_t done = ReadApart(i); done != i) return done;
      if (const std::size_t done = ReadLink(i, end); done != i) return done;
      if (const Kind next = KindOf(At(end));
          next == Kind::kMask || At(end) == '!')
        if (const std::size_t done = ReadMasked(i); done != i) return done;
      if (IsTornOff(Part(i, end)) && RejoinTorn(i, end)) return end;
    }
    if (At(end) == ';' && IsLetter(At(end + 1)))  // "i;m"
      if (const std::size_t done = ReadSlip(i, end); done != i) return done;
    if (At(end) == '/')  // "w/", "b/c"
      if (const std::size_t done = ReadSlash(i, end); done != i) return done;
    if (At(end) == '-' && letters && !digits && i >= compound_end_)
      if (const std::size_t done = ReadCompound(i, end); done != i) return done;

    Emit(Part(i, end), i, end);
    if (At(end) == '\'') {
      CloseSingleQuote();
      return end + 1;
    }
    return end;
  }

  // Single letters that stand apart, from `i` on: "k i l l", "d.i.e", "p.m.".
  // Returns `i` if there are none.
  std::size_t ReadApart(std::size_t i) {
    const char between = At(i + 1);
    if (!Among({&between, 1}, {" ", ".", "-", "_", "*"})) return i;
    std::size_t end = i + 1;  // of the last letter
    while (At(end) == between && IsLetter(At(end + 1)) &&
           !IsWord(At(end + 2)) && At(end + 2) != '\'')
      end += 2;
    const std::size_t count = (end - i + 1) / 2;
    if (count < 2) return i;
    if (between == '.') {
      Id id;
      if (const WordInfo* info = Find(Part(i, end), &id);
          info != nullptr && (info->flags & kAbbreviation) != 0) {
        Emit(Part(i, end), i, end);  // "p.m"
        return At(end) == '.' ? SkipInitialsStop(end) : end;
      }
    }
    if (count < 3) return i;
    std::string letters;
    for (std::size_t at = i; at < end; at += 2) letters.push_back(text_[at]);
    std::vector<std::size_t> sizes = Join(letters, tables_.words);
    if (sizes.empty() && between == '.') sizes = {count};  // "p.t.s.d"
    if (sizes.empty()) sizes.assign(count, 1);
    std::size_t at = i, letter = 0;
    for (const std::size_t size : sizes) {
      const std::size_t piece_end = at + 2 * size - 1;
      const std::size_t first = reading_.tokens.size();
      Emit(std::string_view(letters).substr(letter, size), at, piece_end);
      if (size > 1)
        for (std::size_t t = first; t < reading_.tokens.size(); ++t)
          reading_.tokens[t].corrected = true;
      at = piece_end + 1;
      letter += size;
    }
    return between == '.' && At(end) == '.' ? SkipInitialsStop(end) : end;
  }

  // The full stop after initials ends a sentence only at the end of a line.
  std::size_t SkipInitialsStop(std::size_t i) {
    std::size_t next = i + 1;
    while (At(next) == ' ') ++next;
    if (At(next) == '\n') EndSentence();
    return i + 1;
  }

  // Links and mail addresses say nothing.
  std::size_t ReadLink(std::size_t i, std::size_t end) {
    const std::string_view word = Part(i, end);
    std::size_t skip = i;
    if (((word == "http" || word == "https") && Part(end, end + 3) == "://") ||
        (word == "www" && At(end) == '.')) {
      skip = end;
      while (At(skip) != ' ' && At(skip) != '\n' && At(skip) != '"') ++skip;
    }
    return skip;
  }

  // "su*cide", "k!ll", "p@rtner"; the rest of a mail address.
  std::size_t ReadMasked(std::size_t i) {
    constexpr std::size_t kLongest = 32;
    std::size_t end = i;
    while (end - i < kLongest && (IsWord(At(end)) || At(end) == '!' ||
                                  KindOf(At(end)) == Kind::kMask))
      ++end;
    const bool mail = Part(i, end).find('@') != std::string_view::npos &&
                      (At(end) == '.' || At(end) == '-') && IsWord(At(end + 1));
    if (mail && IsWord(text_[i])) {
      while (IsWord(At(end)) ||
             ((At(end) == '.' || At(end) == '-') && IsWord(At(end + 1))))
        ++end;
      return end;
    }
    while (end > i && !IsWord(At(end - 1))) --end;
    return Unmasked(i, end) ? end : i;
  }

  std::size_t ReadMask(std::size_t i) {
    if (mode_ == Mode::kSaid && text_[i] != '*' && IsLetter(At(i + 1)) &&
        !IsWord(At(i - 1)))
      if (const std::size_t done = ReadMasked(i); done != i) return done;
    return i + 1;
  }

  bool Unmasked(std::size_t i, std::size_t end) {
    const std::string_view word = Part(i, end);
    Id id;
    std::string plain;
    if (Find(word, &id) != nullptr) {
      plain = word;  // a chat spelling such as "sh*t"
    } else if (word.find('*') != std::string_view::npos) {
      id = tables_.typos.Unstar(tables_.words, word);
      if (id == kNone) return false;
      plain = tables_.words.Text(id);
    } else {
      plain = Unmask(word, tables_.words);
      if (plain.empty()) return false;
    }
    EmitMended(plain, i, end);
    return true;
  }

  // The app ate an apostrophe and left a space: the word before and this one
  // are one contraction.
  bool RejoinTorn(std::size_t i, std::size_t end) {
    if (last_end_ + 1 != i || text_[last_end_] != ' ' || last_end_ == 0 ||
        last_token_ >= reading_.tokens.size())
      return false;
    std::string whole(Part(last_begin_, last_end_));
    whole.push_back('\'');
    whole.append(Part(i, end));
    Id id;
    const WordInfo* info = Find(whole, &id);
    if (info == nullptr || info->opening == kNone) return false;
    const std::size_t begin = last_begin_;
    reading_.tokens.resize(last_token_);
    ids_.resize(last_token_);
    if (torn_restart_) Restart(*torn_restart_);
    Emit(whole, begin, end);
    return true;
  }

  // ';' for an apostrophe, its neighbour on the phone: "i;m", "don;t".
  std::size_t ReadSlip(std::size_t i, std::size_t semicolon) {
    std::size_t end = semicolon + 1;
    while (IsLetter(At(end)) && end - semicolon < 4) ++end;
    std::string word(Part(i, end));
    word[semicolon - i] = '\'';
    Id id;
    const WordInfo* info = Find(word, &id);
    if (IsWord(At(end)) || info == nullptr || info->opening == kNone) return i;
    Emit(word, i, end);
    return end;
  }

  std::size_t ReadSlash(std::size_t i, std::size_t slash) {
    std::size_t end = slash + 1;
    while (IsLetter(At(end)) && end - slash < 5) ++end;
    for (const std::size_t stop : {end, slash + 1}) {
      Id id;
      const WordInfo* info = Find(Part(i, stop), &id);
      if (info == nullptr || info->opening == kNone) continue;
      if (stop == end && IsWord(At(stop))) continue;
      Emit(Part(i, stop), i, stop);
      return stop;
    }
    return i;
  }

  // "co-worker" if the tables know it, "over-think" if they know "overthink";
  // else its parts are words of their own.
  std::size_t ReadCompound(std::size_t i, std::size_t first_end) {
    constexpr std::size_t kLongest = 32;
    std::size_t end = first_end;
    std::string joined(Part(i, first_end));
    while (At(end) == '-' && IsLetter(At(end + 1)) && end - i < kLongest) {
      std::size_t next = end + 1;
      while ((IsLetter(At(next)) || (At(next) == '\'' && IsLetter(At(next + 1))))
             && next - i < kLongest)
        ++next;
      joined.append(Part(end + 1, next));
      end = next;
    }
    if (end == first_end) return i;
    compound_end_ = end;
    if (IsWord(At(end))) return i;
    Id id;
    if (Find(Part(i, end), &id) != nullptr) {
      Emit(Part(i, end), i, end);
      return end;
    }
    if (joined.size() > 3 && Find(joined, &id) != nullptr) {
      Emit(joined, i, end);
      return end;
    }
    return i;
  }

  std::size_t ReadApostrophe(std::size_t i) {
    if (!IsLetter(At(i + 1)) || IsWord(At(i - 1))) {
      CloseSingleQuote();
      return i + 1;
    }
    std::size_t end = i + 1;
    while (IsLetter(At(end)) && end - i < 8) ++end;
    Id id;
    if (const WordInfo* info = Find(Part(i, end), &id);
        !IsWord(At(end)) && info != nullptr && info->opening != kNone) {
      Emit(Part(i, end), i, end);  // "'cause"
      return end;
    }
    single_open_ = reading_.tokens.size();
    return i + 1;
  }

  void CloseSingleQuote() {
    if (!single_open_) return;
    single_quotes_.emplace_back(*single_open_, reading_.tokens.size());
    single_open_.reset();
  }

  // ---- From a spelling to tokens ----

  // Appends the tokens of `word`, which stands at [b, e) of the folded text.
  void Emit(std::string_view word, std::size_t b, std::size_t e) {
    torn_restart_ = Boundary{sentence_, clause_, sentence_open_, clause_open_};
    last_token_ = reading_.tokens.size();
    at_begin_ = folded_.Begin(b);
    at_end_ = folded_.End(e - 1);
    at_ = b;
    at_stop_ = e;
    number_before_ = number_;
    number_ = false;
    possessive_before_ = std::exchange(possessive_, false);
    Open(word, 0);
    last_begin_ = b;
    last_end_ = e;
  }

  void EmitMended(std::string_view word, std::size_t b, std::size_t e) {
    const std::size_t first = reading_.tokens.size();
    Emit(word, b, e);
    for (std::size_t i = first; i < reading_.tokens.size(); ++i)
      reading_.tokens[i].corrected = true;
  }

  void Open(std::string_view word, int depth) {
    Id id;
    if (const WordInfo* info = Find(word, &id); info != nullptr) {
      OpenKnown(id, *info);
      return;
    }
    if (word.size() > Vocabulary::kLongest * 4) {
      // No word any more; but "aaaa…" still may be one.
      if (!IsStretched(word)) return Push(kNone, word);
    }
    if (depth < 3 && IsStretched(word)) {
      const std::string shorter = Shorten(word, tables_.words);
      return Open(shorter, 3);
    }
    if (word[0] >= '0' && word[0] <= '9') return OpenNumber(word);
    if (word.find('\'') != std::string_view::npos)
      return OpenApostrophe(word, depth);
    if (mode_ == Mode::kAuthored) return Push(kNone, word);
    bool ascii = false, high = false, digit = false;
    for (const char c : word) {
      ascii |= c >= 'a' && c <= 'z';
      high |= static_cast<unsigned char>(c) >= 0x80;
      digit |= IsDigit(c);
    }
    if (high && ascii) {
      const std::string latin = FoldLookalikes(word);
      if (Find(latin, &id) != nullptr) return PushMended(id);
    }
    if (digit) {
      const std::string plain = Unmask(word, tables_.words);
      if (Find(plain, &id) != nullptr) return PushMended(id);
    }
    if (!high && !digit && !IsName()) {
      id = tables_.typos.Mend(tables_.words, word);
      if (id != kNone) return PushMended(id);
    }
    Push(kNone, word);
  }

  void OpenKnown(Id id, const WordInfo& info) {
    if (number_before_ && tables_.words.Text(id).size() <= 6) {
      std::string after_number = "0";  // "500 kms"
      after_number += tables_.words.Text(id);
      Id other;
      if (const WordInfo* found = Find(after_number, &other);
          found != nullptr && found->opening != kNone)
        return PushOpening(tables_.openings[found->opening]);
    }
    if (info.opening == kNone) return Push(id, {});
    if ((info.flags & kCapsOnly) != 0 &&
        (!folded_.has_lower || !IsAllCaps(at_, at_stop_)))
      return Push(id, {});
    PushOpening(tables_.openings[info.opening]);
  }

  // Begins with a digit: "3.5", "25yo", "5th".
  void OpenNumber(std::string_view word) {
    std::size_t digits = 0;
    while (digits < word.size() && !IsLetter(word[digits])) ++digits;
    if (digits < word.size() && word.size() - digits <= 6) {
      std::string unit = "0";
      unit += word.substr(digits);
      Id id;
      if (const WordInfo* info = Find(unit, &id);
          info != nullptr && info->opening != kNone) {
        Push(kNone, word.substr(0, digits));
        return PushOpening(tables_.openings[info->opening]);
      }
    }
    if (mode_ == Mode::kSaid) {
      Id id;
      const std::string plain = Unmask(word, tables_.words);
      if (Find(plain, &id) != nullptr) return PushMended(id);
    }
    number_ = digits == word.size();
    Push(kNone, word);
  }

  void OpenApostrophe(std::string_view word, int depth) {
    for (const auto& [ending, opened] : tables_.endings) {
      if (word.size() <= ending.size() || !word.ends_with(ending)) continue;
      Open(word.substr(0, word.size() - ending.size()), depth + 1);
      return PushOpening(opened);
    }
    if (word.size() > 2 && word.ends_with("'s")) {
      Open(word.substr(0, word.size() - 2), depth + 1);
      possessive_ = true;
      return;
    }
    std::string bare;
    for (const char c : word)
      if (c != '\'') bare.push_back(c);
    Open(bare, depth + 1);  // "do'nt", "o'brien"
  }

  // Written with a capital inside a sentence, so probably a name.
  bool IsName() const {
    return sentence_open_ && folded_.has_lower && IsCapital(at_);
  }

  void PushOpening(const std::vector<Id>& opened) {
    for (const Id id : opened) Push(id, {});
  }

  void PushMended(Id id) {
    const WordInfo& info = tables_.infos[id];
    const std::size_t first = reading_.tokens.size();
    if (info.opening != kNone && (info.flags & kCapsOnly) == 0)
      PushOpening(tables_.openings[info.opening]);
    else
      Push(id, {});
    for (std::size_t i = first; i < reading_.tokens.size(); ++i)
      reading_.tokens[i].corrected = true;
  }

  // Appends one token: the word `id`, or if that is none, `unknown`.
  void Push(Id id, std::string_view unknown) {
    const std::string_view word =
        id == kNone ? unknown : tables_.words.Text(id);
    if (word.empty()) return;
    const WordInfo* info = id == kNone ? nullptr : &tables_.infos[id];
    if (std::exchange(possessive_before_, false) && clause_open_ &&
        (FollowsIs(word) ||
         (info != nullptr && (info->flags & (kFiller | kOperator)) != 0)))
      PushIs();

    const bool starts = !sentence_open_;
    if (!sentence_open_) {
      if (!reading_.tokens.empty()) Count(sentence_);
      sentence_open_ = true;
    }
    if (!clause_open_) {
      if (!reading_.tokens.empty()) Count(clause_);
      clause_open_ = true;
    }
    question_ = false;
    Token& token = reading_.tokens.emplace_back();
    token.word = word;
    token.lemma = info == nullptr ? word : tables_.words.Text(info->lemma);
    token.begin = at_begin_;
    token.end = at_end_;
    token.sentence = sentence_;
    token.clause = clause_;
    token.is_filler = info != nullptr && (info->flags & kFiller) != 0;
    token.capital = !starts && reading_.tokens.size() == last_token_ + 1 &&
                    folded_.has_lower && IsCapital(at_);
    ids_.push_back(id);
  }

  // "my husband's gone": the "is" after all, with the husband's bytes.
  void PushIs() {
    Token is;
    is.word = "is";
    const Id id = tables_.words.Find(is.word);
    is.lemma = id == kNone ? is.word
                           : std::string(tables_.words.Text(
                                 tables_.infos[id].lemma));
    const Token& before = reading_.tokens.back();
    is.begin = before.begin;
    is.end = before.end;
    is.sentence = sentence_;
    is.clause = clause_;
    reading_.tokens.push_back(std::move(is));
    ids_.push_back(id);
    last_token_ = reading_.tokens.size();
  }

  static void Count(std::uint16_t& n) {
    if (n < std::numeric_limits<std::uint16_t>::max()) ++n;
  }

  // ---- Over all words ----

  // Does the phrase's word stand at token `i`?
  bool Is(std::size_t i, Id word, Inflected inflected) const {
    if (ids_[i] == word) return true;
    return inflected == Inflected::kYes && ids_[i] != kNone &&
           tables_.infos[ids_[i]].lemma == word;
  }

  // Tokens [i, end) are the phrase; `i` if they are not. Only exceptions may
  // have fillers inside: "i am just so used to it".
  std::size_t EndOf(const Phrase& phrase, std::size_t i) const {
    const bool literal =
        phrase.means == Means::kFiller || phrase.means == Means::kOpener ||
        phrase.means == Means::kNoOpener;
    const auto inflected = literal ? Inflected::kNo : Inflected::kYes;
    const bool pass = phrase.means == Means::kNoOperator;
    const std::vector<Token>& tokens = reading_.tokens;
    std::size_t at = i;
    for (std::size_t w = 0; w < phrase.words.size(); ++w) {
      std::size_t passed = 0;
      while (pass && w > 0 && at < tokens.size() && tokens[at].is_filler &&
             !Is(at, phrase.words[w], inflected) && passed < 4) {
        ++at;
        ++passed;
      }
      if (at >= tokens.size() || tokens[at].sentence != tokens[i].sentence ||
          !Is(at, phrase.words[w], inflected))
        return i;
      ++at;
    }
    return at;
  }

  // Calls `use(phrase, end)` for every phrase that stands at token `i`.
  template <typename Use>
  void ForEachPhrase(std::size_t i, Use use) const {
    const Id id = ids_[i];
    if (id == kNone) return;
    const Id lemma = tables_.infos[id].lemma;
    for (const Id head : {id, lemma}) {
      const WordInfo& info = tables_.infos[head];
      if ((info.flags & kHead) != 0) {
        for (std::size_t p = info.phrase; p < tables_.phrases.size() &&
                                          tables_.phrases[p].words[0] == head;
             ++p) {
          const std::size_t end = EndOf(tables_.phrases[p], i);
          if (end != i) use(tables_.phrases[p], end);
        }
      }
      if (id == lemma) break;
    }
  }

  void FindFillers() {
    for (std::size_t i = 0; i < ids_.size(); ++i)
      ForEachPhrase(i, [&](const Phrase& phrase, std::size_t end) {
        if (phrase.means != Means::kFiller) return;
        for (std::size_t at = i; at < end; ++at)
          reading_.tokens[at].is_filler = true;
      });
  }

  // Splits clauses before words that open one, unless nothing but openers and
  // fillers stands before them, or nothing after.
  void FindClauses() {
    std::vector<Token>& tokens = reading_.tokens;
    std::uint16_t more = 0;     // clauses found so far
    bool said = false;          // something stands in this clause
    std::size_t held = 0;       // openers before this index are no openers
    std::uint16_t before = 0;   // the clause by punctuation
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (i > 0 && tokens[i].clause != before) said = false;
      before = tokens[i].clause;
      const Id id = ids_[i];
      bool opens = id != kNone && (tables_.infos[id].flags & kOpener) != 0;
      std::size_t end = i + 1;
      ForEachPhrase(i, [&](const Phrase& phrase, std::size_t phrase_end) {
        if (phrase.means == Means::kNoOpener) held = std::max(held, phrase_end);
        if (phrase.means == Means::kOpener) {
          opens = true;
          end = std::max(end, phrase_end);
        }
      });
      const bool last = end >= tokens.size() || tokens[end].clause != before;
      if (opens && i >= held) {
        held = std::max(held, end);  // "even if": no second split before "if"
        if (said && !(last && end == i + 1)) {
          Count(more);
          said = false;
        }
      } else if (!tokens[i].is_filler && i >= held) {
        said = true;
      } else if (i < held && !opens && !tokens[i].is_filler) {
        said = said || i + 1 == held;
      }
      const unsigned clause = unsigned{tokens[i].clause} + more;
      tokens[i].clause = static_cast<std::uint16_t>(std::min(
          clause, unsigned{std::numeric_limits<std::uint16_t>::max()}));
    }
    reading_.clauses =
        tokens.empty() ? std::uint16_t{0}
                       : static_cast<std::uint16_t>(std::min(
                             unsigned{tokens.back().clause} + 1,
                             unsigned{std::numeric_limits<std::uint16_t>::max()}));
  }

  void FindOperators();
  void FindQuotes();

  struct Boundary {
    std::uint16_t sentence, clause;
    bool sentence_open, clause_open;
  };
  void Restart(const Boundary& b) {
    sentence_ = b.sentence;
    clause_ = b.clause;
    sentence_open_ = b.sentence_open;
    clause_open_ = b.clause_open;
  }

  const Lexicon::Tables& tables_;
  const Mode mode_;
  const std::string_view original_;
  const Folded folded_;
  const std::string& text_;
  Reading reading_;
  std::vector<Id> ids_;  // one a token
};

}  // namespace nearer::text
