#include "core/text/marks.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <vector>

namespace nearer::text {
namespace {

using Id = Vocabulary::Id;
constexpr Id kNone = Vocabulary::kNone;

class Marker {
 public:
  Marker(const Wordbook& book, std::span<const Id> ids, Reading& reading)
      : book_(book), ids_(ids), tokens_(reading.tokens), reading_(reading) {}

  void FindFillers() {
    for (std::size_t i = 0; i < tokens_.size(); ++i)
      ForEachPhrase(i, [&](const Phrase& phrase, std::size_t end) {
        if (phrase.means != Means::kFiller) return;
        for (std::size_t at = i; at < end; ++at) tokens_[at].is_filler = true;
      });
  }

  // Begins a clause before words that open one, unless nothing but openers and
  // fillers stands before them in their clause ("but when I …" is one), or
  // nothing after them ("I like him though").
  void FindClauses() {
    unsigned more = 0;  // clauses begun here so far
    bool said = false;  // does the clause say anything yet?
    std::size_t opener_end = 0, exception_end = 0;
    unsigned before = 0;  // the last token's clause, by punctuation
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const unsigned clause = tokens_[i].clause;
      if (clause != before) said = false;
      before = clause;
      bool opens = Has(i, WordInfo::kOpener);
      std::size_t end = i + 1;
      ForEachPhrase(i, [&](const Phrase& phrase, std::size_t phrase_end) {
        if (phrase.means == Means::kNoOpener)
          exception_end = std::max(exception_end, phrase_end);
        if (phrase.means != Means::kOpener) return;
        opens = true;
        end = std::max(end, phrase_end);
      });
      if (i < opener_end) {
        // The rest of an opener of several words.
      } else if (opens && i >= exception_end) {
        opener_end = end;
        const bool last =
            end >= tokens_.size() || tokens_[end].clause != clause;
        if (said && !last) {
          ++more;
          said = false;
        }
      } else if (!tokens_[i].is_filler) {
        said = true;
      }
      tokens_[i].clause = Short(clause + more);
    }
    reading_.clauses =
        tokens_.empty() ? std::uint16_t{0} : Short(tokens_.back().clause + 1u);
    reading_.sentences = tokens_.empty() ? std::uint16_t{0}
                                         : Short(tokens_.back().sentence + 1u);
  }

  // Finds operators and, if `mark`, marks the words after each, up to the fifth
  // that is no filler or the end of the clause. Words are counted within the
  // clause, so an operator reaches the word numbered five more than its own
  // last; only those that still reach are kept, never more than six.
  void FindOperators(bool mark) {
    std::size_t words = 0;  // of this clause, without fillers
    std::array<std::size_t, kReach + 1> reach;  // last words reached, in order
    std::size_t live = 0;
    std::size_t operator_end = 0, exception_end = 0;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      Token& token = tokens_[i];
      if (i > 0 && token.clause != tokens_[i - 1].clause) words = live = 0;
      std::size_t end = IsOperator(i) ? i + 1 : i;
      ForEachPhrase(i, [&](const Phrase& phrase, std::size_t phrase_end) {
        if (phrase.means == Means::kNoOperator)
          exception_end = std::max(exception_end, phrase_end);
        if (phrase.means == Means::kOperator) end = std::max(end, phrase_end);
        if (phrase.means == Means::kRelease) live = 0;
      });
      if (i >= exception_end && i >= operator_end) operator_end = end;
      token.is_operator = i < operator_end;
      while (live > 0 && reach[0] < words + 1) {
        std::copy(reach.begin() + 1, reach.begin() + live, reach.begin());
        --live;
      }
      token.marked = mark && live % 2 == 1;
      if (!token.is_filler) ++words;
      if (i + 1 == operator_end && live < reach.size())
        reach[live++] = words + kReach;
    }
  }

 private:
  static constexpr std::size_t kReach = 5;

  static std::uint16_t Short(unsigned n) {
    return static_cast<std::uint16_t>(
        std::min(n, unsigned{std::numeric_limits<std::uint16_t>::max()}));
  }

  bool Has(std::size_t i, WordInfo::Flag flag) const {
    return ids_[i] != kNone && book_.infos[ids_[i]].Has(flag);
  }

  // "stopped" is an operator since "stop" is.
  bool IsOperator(std::size_t i) const {
    if (ids_[i] == kNone) return false;
    const WordInfo& info = book_.infos[ids_[i]];
    return info.Has(WordInfo::kOperator) ||
           book_.infos[info.lemma].Has(WordInfo::kOperator);
  }

  // Does the phrase's word stand at token `i`? By the letter, or for operators
  // and exceptions also in an inflection, if the phrase gives its dictionary
  // form.
  bool Is(std::size_t i, Id word, bool inflected) const {
    return ids_[i] == word || (inflected && ids_[i] != kNone &&
                               book_.infos[ids_[i]].lemma == word);
  }

  // Where the phrase that begins at token `i` ends; `i` if it does not stand
  // there. Only exceptions may have fillers inside: "I am just so used to it".
  std::size_t EndOf(const Phrase& phrase, std::size_t i) const {
    constexpr std::size_t kFillersInside = 4;
    const bool inflected = phrase.means == Means::kOperator ||
                           phrase.means == Means::kNoOperator ||
                           phrase.means == Means::kRelease;
    std::size_t at = i;
    for (std::size_t w = 0; w < phrase.words.size(); ++w, ++at) {
      if (w > 0 && phrase.means == Means::kNoOperator)
        for (std::size_t n = 0;
             n < kFillersInside && at < tokens_.size() &&
             tokens_[at].is_filler && !Is(at, phrase.words[w], inflected);
             ++n)
          ++at;
      if (at >= tokens_.size() || tokens_[at].sentence != tokens_[i].sentence ||
          !Is(at, phrase.words[w], inflected))
        return i;
    }
    return at;
  }

  // Calls `use(phrase, end)` for each phrase that stands at tokens [i, end).
  template <typename Use>
  void ForEachPhrase(std::size_t i, Use use) const {
    if (ids_[i] == kNone) return;
    const Id lemma = book_.infos[ids_[i]].lemma;
    for (const Id head : {ids_[i], lemma}) {
      if (book_.infos[head].Has(WordInfo::kHead)) {
        for (std::size_t p = book_.infos[head].phrase;
             p < book_.phrases.size() && book_.phrases[p].words[0] == head;
             ++p) {
          const std::size_t end = EndOf(book_.phrases[p], i);
          if (end != i) use(book_.phrases[p], end);
        }
      }
      if (head == lemma) break;
    }
  }

  const Wordbook& book_;
  const std::span<const Id> ids_;
  std::vector<Token>& tokens_;
  Reading& reading_;
};

}  // namespace

void MarkPhrases(const Wordbook& book, std::span<const Id> ids, Writer writer,
                 Reading& reading) {
  Marker marker(book, ids, reading);
  marker.FindFillers();
  marker.FindClauses();
  marker.FindOperators(writer == Writer::kPerson);
}

}  // namespace nearer::text
