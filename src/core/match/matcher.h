#ifndef NEARER_CORE_MATCH_MATCHER_H_
#define NEARER_CORE_MATCH_MATCHER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/authored.h"
#include "core/match/concepts.h"
#include "core/match/rendering.h"
#include "core/match/sieve.h"
#include "core/problem.h"
#include "core/result.h"
#include "core/text/lexicon.h"
#include "core/text/reading.h"

namespace nearer::match {

// A rule that heard something.
struct Match {
  std::uint32_t rule = 0;     // index into the rules given to Compile
  std::uint32_t pattern = 0;  // index into that rule's `when`
  float score = 0;            // specificity, see rules/README.md
  std::uint32_t begin = 0;    // bytes of the utterance, [begin, end)
  std::uint32_t end = 0;
  std::uint16_t sentence = 0;  // where it begins
};

// Capture name -> bytes [begin, end) of the utterance, in pattern order.
using Captures = std::vector<
    std::pair<std::string, std::pair<std::uint32_t, std::uint32_t>>>;

// A reading made ready for matching: tokens tagged with concepts, rendered
// once, so that any number of patterns can be asked about it.
class Heard {
 public:
  const text::Reading& reading() const { return *reading_; }
  const Tags& tags() const { return tags_; }
  const Concepts& concepts() const { return *concepts_; }
  // Whether a member of the concept begins at the token.
  bool IsTagged(std::size_t token, std::uint32_t concept_id) const {
    for (const Tag& tag : tags_[token])
      if (tag.concept_id == concept_id) return true;
    return false;
  }

 private:
  friend class Matcher;
  const text::Reading* reading_ = nullptr;
  const Concepts* concepts_ = nullptr;
  Tags tags_;
  Rendering rendering_;
  Places places_;
};

// Hears which rules an utterance touches. Immutable after Compile, but for a
// bounded cache of compiled RE2 programs; every const member may be called from
// many threads.
//
// Each pattern is indexed under the rarest word or concept it requires. A turn
// looks up the words it has, passes over the patterns whose other words are
// missing or out of place (sieve.h), and confirms the few that are left with
// their RE2, compiled on first use. Cost is linear in the utterance and does
// not grow with the number of rules that share no rare word with it.
class Matcher {
 public:
  struct Options {
    std::size_t cached_programs = 8192;  // RE2 programs kept, about 10 KiB each
  };

  // `extra` are patterns of dialog replies: asked one by one with HearExtra,
  // never part of Hear. Fails with every bad pattern, unknown concept and
  // concept cycle, each where it was written. `rules` and `lexicon` must
  // outlive the matcher; `concepts` and `extra` need not.
  static Result<std::unique_ptr<Matcher>, std::vector<Problem>> Compile(
      std::span<const Concept> concepts, std::span<const Rule> rules,
      std::span<const Line> extra, const text::Lexicon& lexicon,
      Options options);
  static Result<std::unique_ptr<Matcher>, std::vector<Problem>> Compile(
      std::span<const Concept> concepts, std::span<const Rule> rules,
      std::span<const Line> extra, const text::Lexicon& lexicon) {
    return Compile(concepts, rules, extra, lexicon, Options{});
  }
  ~Matcher();

  // Tags and renders. `reading` and the matcher must outlive the result.
  Heard Prepare(const text::Reading& reading) const;

  // Every rule that hears the utterance, its best pattern each; the strongest
  // first: priority, score, longer match, rule id. Risk rules are sorted like
  // the others; whoever answers puts risk first.
  std::vector<Match> Hear(const Heard& heard) const;

  // Whether pattern `index` of `extra` matches; `rule` of the match is `index`.
  std::optional<Match> HearExtra(std::size_t index, const Heard& heard) const;

  // What the patterns of a match of Hear, or of HearExtra, captured. Costs
  // several times what the match did; to be asked only for what is answered.
  Captures CapturesOf(const Match& match, const Heard& heard) const;
  Captures ExtraCapturesOf(const Match& match, const Heard& heard) const;

  const Concepts& concepts() const;

  // The specificity of a rule's pattern before what only a match can tell.
  float BaseScore(std::size_t rule, std::size_t pattern) const;

 private:
  struct Index;
  explicit Matcher(std::unique_ptr<Index> index);
  std::unique_ptr<Index> index_;
};

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_MATCHER_H_
