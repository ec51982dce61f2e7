#include "core/text/reader.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/text/among.h"
#include "core/text/fold.h"
#include "core/text/letters.h"
#include "core/text/marks.h"
#include "core/text/vocabulary.h"

namespace nearer::text {
namespace {

using Id = Vocabulary::Id;
constexpr Id kNone = Vocabulary::kNone;

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
  for (const char c : {'@', '$', '*'})
    kinds[static_cast<unsigned char>(c)] = Kind::kMask;
  kinds['&'] = Kind::kAnd;
  return kinds;
}();

Kind KindOf(char c) { return kKinds[static_cast<unsigned char>(c)]; }
bool IsLetter(char c) { return KindOf(c) == Kind::kLetter; }
bool IsDigit(char c) { return KindOf(c) == Kind::kDigit; }
bool IsWord(char c) { return IsLetter(c) || IsDigit(c); }

// A possessive or "is"? Before these (and fillers, operators): "is", as in
// "my husband's gone", "my mom's a nurse".
bool FollowsIs(std::string_view word) {
  return Among(word, {"a", "an", "the", "my", "been", "being", "getting",
                      "going", "gone", "here", "there"});
}

// What a lost apostrophe leaves behind: "don t", "i m", "did nt".
bool IsTornOff(std::string_view word) {
  return Among(word, {"t", "m", "s", "d", "ve", "re", "ll", "nt"});
}

// "amazon.com": no sentence ends here.
bool IsDomain(std::string_view word) {
  return Among(word, {"com", "org", "net", "edu", "gov", "io", "co", "uk", "de",
                      "app", "tv"});
}

// Reads one utterance.
class Reader {
 public:
  Reader(const Wordbook& book, std::string_view utterance, Writer writer)
      : book_(book),
        writer_(writer),
        original_(utterance),
        folded_(Fold(utterance)),
        text_(folded_.text) {
    const std::size_t guess = text_.size() / 5 + 4;
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
          Quote(i);
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
    MarkQuotes(quotes_);
    MarkQuotes(single_quotes_);
    MarkPhrases(book_, ids_, writer_, reading_);
    reading_.question = question_;
    return std::move(reading_);
  }

 private:
  // Where sentences and clauses stand.
  struct Boundary {
    std::uint16_t sentence = 0, clause = 0;
    bool sentence_open = false, clause_open = false;
  };
  using Quotes = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

  // The character there; a line break outside. `i` may be "-1".
  char At(std::size_t i) const { return i < text_.size() ? text_[i] : '\n'; }

  std::string_view Part(std::size_t b, std::size_t e) const {
    return std::string_view(text_).substr(b, e - b);
  }

  const WordInfo* Find(std::string_view word, Id* id) const {
    return book_.Find(word, id);
  }

  // ---- Boundaries ----

  void EndClause() { now_.clause_open = false; }

  void EndSentence() {
    EndClause();
    now_.sentence_open = false;
    single_open_.reset();
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
    if (info != nullptr && info->Has(WordInfo::kAbbreviation)) return false;
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

  void Quote(std::size_t i) {
    if (IsDigit(At(i - 1)) && !quote_open_) return;  // 5'10"
    const auto here = static_cast<std::uint32_t>(reading_.tokens.size());
    if (quote_open_)
      quotes_.emplace_back(*std::exchange(quote_open_, std::nullopt), here);
    else
      quote_open_ = here;
  }

  // An apostrophe that belongs to no word.
  void CloseSingleQuote() {
    if (!single_open_) return;
    single_quotes_.emplace_back(
        *std::exchange(single_open_, std::nullopt),
        static_cast<std::uint32_t>(reading_.tokens.size()));
  }

  void MarkQuotes(const Quotes& quotes) {
    for (const auto& [begin, end] : quotes) {
      if (begin == 0 && end == reading_.tokens.size()) continue;
      for (std::size_t i = begin; i < end; ++i)
        reading_.tokens[i].quoted = true;
    }
  }

  // ---- Words ----

  bool IsCapital(std::size_t i) const {
    return BeginsWithCapital(original_.substr(folded_.Begin(i)));
  }

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
    if (writer_ == Writer::kPerson) {
      if (end == i + 1 && letters)
        if (const std::size_t done = ReadApart(i); done != i) return done;
      if (const std::size_t done = ReadLink(i, end); done != i) return done;
      if (const Kind next = KindOf(At(end));
          next == Kind::kMask || At(end) == '!')
        if (const std::size_t done = ReadMasked(i, end); done != i) return done;
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
          info != nullptr && info->Has(WordInfo::kAbbreviation)) {
        Emit(Part(i, end), i, end);
        return At(end) == '.' ? SkipInitialsStop(end) : end;
      }
    }
    if (count < 3) return i;
    std::string letters;
    for (std::size_t at = i; at < end; at += 2) letters.push_back(text_[at]);
    std::vector<std::size_t> sizes = Join(letters, book_.words);
    if (sizes.empty() && between == '.') sizes = {count};  // "p.t.s.d"
    if (sizes.empty()) sizes.assign(count, 1);
    std::size_t at = i, letter = 0;
    for (const std::size_t size : sizes) {
      const std::size_t piece_end = at + 2 * size - 1;
      if (size == 1 && IsTornOff(Part(at, piece_end)) &&
          RejoinTorn(at, piece_end)) {
        at += 2;
        ++letter;
        continue;
      }
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
  // The word itself ends at `plain_end`.
  std::size_t ReadMasked(std::size_t i, std::size_t plain_end) {
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
    return end > plain_end && EmitUnmasked(i, end) ? end : i;
  }

  std::size_t ReadMask(std::size_t i) {
    if (writer_ == Writer::kPerson && text_[i] != '*' && IsLetter(At(i + 1)) &&
        !IsWord(At(i - 1)))
      if (const std::size_t done = ReadMasked(i, i); done != i) return done;
    return i + 1;
  }

  bool EmitUnmasked(std::size_t i, std::size_t end) {
    const std::string_view word = Part(i, end);
    Id id;
    std::string plain;
    if (Find(word, &id) != nullptr) {
      plain = word;  // a chat spelling such as "sh*t"
    } else if (word.find('*') != std::string_view::npos) {
      id = book_.typos.Unstar(book_.words, word);
      if (id == kNone) return false;
      plain = book_.words.Text(id);
    } else {
      plain = Unmask(word, book_.words);
      if (plain.empty()) return false;
    }
    EmitMended(plain, i, end);
    return true;
  }

  // A space stands for a lost apostrophe: the word before and this one are one
  // contraction.
  bool RejoinTorn(std::size_t i, std::size_t end) {
    if (last_end_ + 1 != i || text_[last_end_] != ' ' || last_end_ == 0 ||
        last_token_ >= reading_.tokens.size())
      return false;
    std::string whole(Part(last_begin_, last_end_));
    if (Part(i, end) != "nt") whole.push_back('\'');
    whole.append(Part(i, end));
    if (book_.FindOpening(whole) == nullptr) return false;
    const std::size_t begin = last_begin_;
    reading_.tokens.resize(last_token_);
    ids_.resize(last_token_);
    now_ = before_last_;
    Emit(whole, begin, end);
    return true;
  }

  // ';' for an apostrophe, its neighbour on the phone: "i;m", "don;t".
  std::size_t ReadSlip(std::size_t i, std::size_t semicolon) {
    std::size_t end = semicolon + 1;
    while (IsLetter(At(end)) && end - semicolon < 4) ++end;
    std::string word(Part(i, end));
    word[semicolon - i] = '\'';
    if (IsWord(At(end)) || book_.FindOpening(word) == nullptr) return i;
    Emit(word, i, end);
    return end;
  }

  std::size_t ReadSlash(std::size_t i, std::size_t slash) {
    std::size_t end = slash + 1;
    while (IsLetter(At(end)) && end - slash < 5) ++end;
    for (const std::size_t stop : {end, slash + 1}) {
      if (book_.FindOpening(Part(i, stop)) == nullptr) continue;
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
      while ((IsLetter(At(next)) ||
              (At(next) == '\'' && IsLetter(At(next + 1)))) &&
             next - i < kLongest)
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
    if (!IsWord(At(end)) && book_.FindOpening(Part(i, end)) != nullptr) {
      Emit(Part(i, end), i, end);  // "'cause"
      return end;
    }
    single_open_ = static_cast<std::uint32_t>(reading_.tokens.size());
    return i + 1;
  }

  // ---- From a spelling to tokens ----

  // Appends the tokens of `word`, which stands at [b, e) of the folded text.
  void Emit(std::string_view word, std::size_t b, std::size_t e) {
    before_last_ = now_;
    last_token_ = reading_.tokens.size();
    at_begin_ = folded_.Begin(b);
    at_end_ = folded_.End(e - 1);
    at_ = b;
    at_stop_ = e;
    number_before_ = number_;
    number_ = false;
    possessive_before_ = std::exchange(possessive_, false);
    Open(word);
    last_begin_ = b;
    last_end_ = e;
  }

  void EmitMended(std::string_view word, std::size_t b, std::size_t e) {
    const std::size_t first = reading_.tokens.size();
    Emit(word, b, e);
    for (std::size_t i = first; i < reading_.tokens.size(); ++i)
      reading_.tokens[i].corrected = true;
  }

  void Open(std::string_view word) {
    Id id;
    if (const WordInfo* info = Find(word, &id); info != nullptr) {
      OpenKnown(id, *info);
      return;
    }
    if (IsStretched(word)) {
      const std::string shorter = Shorten(word, book_.words);
      return shorter.size() > Vocabulary::kLongest ? Push(kNone, shorter)
                                                   : Open(shorter);
    }
    if (word.size() > Vocabulary::kLongest) return Push(kNone, word);
    if (word[0] >= '0' && word[0] <= '9') return OpenNumber(word);
    if (word.find('\'') != std::string_view::npos) return OpenApostrophe(word);
    if (writer_ == Writer::kAuthor) return Push(kNone, word);
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
      const std::string plain = Unmask(word, book_.words);
      if (Find(plain, &id) != nullptr) return PushMended(id);
    }
    if (!high && !digit && !IsName()) {
      id = book_.typos.Mend(book_.words, word);
      if (id != kNone) return PushMended(id);
    }
    Push(kNone, word);
  }

  void OpenKnown(Id id, const WordInfo& info) {
    if (number_before_ && book_.words.Text(id).size() <= 6) {
      std::string after_number = "0";  // "500 kms"
      after_number += book_.words.Text(id);
      if (const auto* opened = book_.FindOpening(after_number))
        return PushOpening(*opened);
    }
    if (info.opening == kNone) return Push(id, {});
    if (info.Has(WordInfo::kCapitals) &&
        (!folded_.has_lower || !IsAllCaps(at_, at_stop_)))
      return Push(id, {});
    PushOpening(book_.openings[info.opening]);
  }

  // Begins with a digit: "3.5", "25yo", "5th".
  void OpenNumber(std::string_view word) {
    std::size_t digits = 0;
    while (digits < word.size() && !IsLetter(word[digits])) ++digits;
    if (digits < word.size() && word.size() - digits <= 6) {
      std::string unit = "0";
      unit += word.substr(digits);
      if (const auto* opened = book_.FindOpening(unit)) {
        Push(kNone, word.substr(0, digits));
        return PushOpening(*opened);
      }
    }
    if (writer_ == Writer::kPerson) {
      Id id;
      const std::string plain = Unmask(word, book_.words);
      if (Find(plain, &id) != nullptr) return PushMended(id);
    }
    number_ = digits == word.size();
    Push(kNone, word);
  }

  void OpenApostrophe(std::string_view word) {
    for (const auto& [ending, opened] : book_.endings) {
      if (word.size() <= ending.size() || !word.ends_with(ending)) continue;
      Open(word.substr(0, word.size() - ending.size()));
      return PushOpening(opened);
    }
    if (word.size() > 2 && word.ends_with("'s")) {
      Open(word.substr(0, word.size() - 2));
      possessive_ = true;
      return;
    }
    std::string bare;
    for (const char c : word)
      if (c != '\'') bare.push_back(c);
    Open(bare);  // "do'nt", "o'brien"
  }

  // Written with a capital inside a sentence, so probably a name.
  bool IsName() const {
    return now_.sentence_open && folded_.has_lower && IsCapital(at_);
  }

  void PushOpening(const std::vector<Id>& opened) {
    for (const Id id : opened) Push(id, {});
  }

  void PushMended(Id id) {
    const WordInfo& info = book_.infos[id];
    const std::size_t first = reading_.tokens.size();
    if (info.opening != kNone && !info.Has(WordInfo::kCapitals))
      PushOpening(book_.openings[info.opening]);
    else
      Push(id, {});
    for (std::size_t i = first; i < reading_.tokens.size(); ++i)
      reading_.tokens[i].corrected = true;
  }

  // Appends one token: the word `id`, or if that is none, `unknown`.
  void Push(Id id, std::string_view unknown) {
    const std::string_view word = id == kNone ? unknown : book_.words.Text(id);
    if (word.empty()) return;
    const WordInfo* info = id == kNone ? nullptr : &book_.infos[id];
    if (std::exchange(possessive_before_, false) && now_.clause_open &&
        (FollowsIs(word) ||
         (info != nullptr &&
          (info->Has(WordInfo::kFiller) || info->Has(WordInfo::kOperator)))))
      PushIs();

    const bool starts = !now_.sentence_open;
    if (!now_.sentence_open) {
      if (!reading_.tokens.empty()) Next(now_.sentence);
      now_.sentence_open = true;
    }
    if (!now_.clause_open) {
      if (!reading_.tokens.empty()) Next(now_.clause);
      now_.clause_open = true;
    }
    question_ = false;
    Token& token = reading_.tokens.emplace_back();
    token.word = word;
    token.lemma = info == nullptr ? word : book_.words.Text(info->lemma);
    // Digits before a unit are a word of their own that was never looked up.
    token.word_id = id == kNone ? book_.words.Find(word) : id;
    token.lemma_id = info == nullptr ? token.word_id : info->lemma;
    token.begin = at_begin_;
    token.end = at_end_;
    token.sentence = now_.sentence;
    token.clause = now_.clause;
    token.is_filler = info != nullptr && info->Has(WordInfo::kFiller);
    token.capital = !starts && reading_.tokens.size() == last_token_ + 1 &&
                    folded_.has_lower && word != "i" && IsCapital(at_);
    ids_.push_back(id);
  }

  // "my husband's gone": the "is" after all, with the husband's bytes.
  void PushIs() {
    Token is;
    is.word = "is";
    const Id id = book_.words.Find(is.word);
    is.lemma = id == kNone
                   ? is.word
                   : std::string(book_.words.Text(book_.infos[id].lemma));
    is.word_id = id;
    is.lemma_id = id == kNone ? kNone : book_.infos[id].lemma;
    const Token& before = reading_.tokens.back();
    is.begin = before.begin;
    is.end = before.end;
    is.sentence = now_.sentence;
    is.clause = now_.clause;
    reading_.tokens.push_back(std::move(is));
    ids_.push_back(id);
    last_token_ = reading_.tokens.size();
  }

  static void Next(std::uint16_t& n) {
    if (n < std::numeric_limits<std::uint16_t>::max()) ++n;
  }

  const Wordbook& book_;
  const Writer writer_;
  const std::string_view original_;
  const Folded folded_;
  const std::string& text_;  // of folded_
  Reading reading_;
  std::vector<Id> ids_;  // one a token

  Boundary now_, before_last_;
  bool question_ = false;  // since the last token

  // Of the spelling that is being opened, or was last.
  std::size_t at_ = 0, at_stop_ = 0;             // in the folded text
  std::uint32_t at_begin_ = 0, at_end_ = 0;      // in the original
  std::size_t last_token_ = 0;                   // its first token
  std::size_t last_begin_ = 0, last_end_ = 0;    // once opened
  bool number_ = false, number_before_ = false;  // it, the one before is one
  bool possessive_ = false, possessive_before_ = false;  // ends in 's

  std::size_t compound_end_ = 0;  // before this, hyphens only separate

  // Quotations, as tokens [begin, end), and where one begins that has no end.
  Quotes quotes_, single_quotes_;
  std::optional<std::uint32_t> quote_open_, single_open_;
};

}  // namespace

Reading Read(const Wordbook& book, std::string_view utterance, Writer writer) {
  return Reader(book, utterance, writer).Run();
}

}  // namespace nearer::text
