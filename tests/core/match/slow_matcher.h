#ifndef NEARER_TESTS_CORE_MATCH_SLOW_MATCHER_H_
#define NEARER_TESTS_CORE_MATCH_SLOW_MATCHER_H_

#include <re2/re2.h>

#include <set>
#include <string>

#include "core/match/pattern.h"
#include "core/match/program.h"
#include "core/match/rendering.h"
#include "tests/core/match/small_world.h"

namespace nearer::match {

// The slow, obvious twin of Matcher: one RE2 a pattern part, every one tried on
// every utterance, no index, no cache. Says which rules hear an utterance;
// `unless` is not its business.
class SlowMatcher {
 public:
  explicit SlowMatcher(const SmallWorld& world) : world_(world) {}

  std::set<std::string> Hear(std::string_view utterance) const {
    const text::Reading reading = world_.lexicon.Read(utterance);
    const Heard heard = world_.matcher->Prepare(reading);
    const Rendering rendering = Render(reading, heard.tags());
    std::set<std::string> ids;
    for (const Rule& rule : world_.rules)
      for (const Line& line : rule.when)
        if (AllParts(line.text, rendering.text)) ids.insert(rule.id);
    return ids;
  }

 private:
  bool AllParts(const std::string& line, const std::string& rendered) const {
    const auto pattern = ParsePattern(line);
    for (const PatternNode& part : pattern->parts) {
      const Expression expression = Express(part, world_.matcher->concepts(),
                                            world_.lexicon, Polarity::kStrict);
      RE2::Options options;
      options.set_encoding(RE2::Options::EncodingLatin1);
      if (!RE2::PartialMatch(rendered, RE2(expression.regex, options)))
        return false;
    }
    return true;
  }

  const SmallWorld& world_;
};

}  // namespace nearer::match

#endif  // NEARER_TESTS_CORE_MATCH_SLOW_MATCHER_H_
