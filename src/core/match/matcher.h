#ifndef NEARER_CORE_MATCH_MATCHER_H_
#define NEARER_CORE_MATCH_MATCHER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/authored.h"
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
  // Capture name -> bytes [begin, end) of the utterance, in pattern order.
  std::vector<std::pair<std::string, std::pair<std::uint32_t, std::uint32_t>>>
      captures;
};

// A reading made ready for matching: tokens tagged with concepts, rendered
// once, so that any number of pattern sets can be asked about it.
class Heard;

// A few patterns compiled on their own, for dialog replies.
class PatternSet;

// Hears which rules an utterance touches. Immutable after Compile, but for a
// bounded cache of compiled RE2 programs; Hear may be called from many threads.
class Matcher {
 public:
  struct Options {
    std::size_t cached_programs = 8192;
  };

  // Fails with every bad pattern, unknown concept and concept cycle. `lexicon`
  // and `rules` must outlive the matcher.
  static Result<std::unique_ptr<Matcher>, std::vector<Problem>> Compile(
      std::span<const Concept> concepts, std::span<const Rule> rules,
      const text::Lexicon& lexicon, Options options);
  static Result<std::unique_ptr<Matcher>, std::vector<Problem>> Compile(
      std::span<const Concept> concepts, std::span<const Rule> rules,
      const text::Lexicon& lexicon) {
    return Compile(concepts, rules, lexicon, Options{});
  }
  ~Matcher();

  // Tags and renders. `reading` must outlive the result.
  Heard Prepare(const text::Reading& reading) const;

  // Every rule that hears the utterance, its best pattern each; the strongest
  // first: priority, score, longer match, rule id. Risk rules are sorted like
  // the others; whoever answers puts risk first. Linear in the utterance.
  std::vector<Match> Hear(const Heard& heard) const;

 private:
  friend class PatternSet;
  struct Index;
  Matcher();
  std::unique_ptr<Index> index_;
};

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_MATCHER_H_
