#ifndef NEARER_TESTS_CORE_MATCH_SMALL_WORLD_H_
#define NEARER_TESTS_CORE_MATCH_SMALL_WORLD_H_

#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/match/matcher.h"
#include "core/text/lexicon.h"

// Word tables, concepts and rules small enough to be read beside a test.
namespace nearer::match {

inline WordTables SmallTables() {
  WordTables tables;
  tables.contractions = {{"don't", "do not"},
                         {"dont", "do not"},
                         {"i'm", "i am"},
                         {"can't", "can not"}};
  tables.inflections = {
      {"pulls", "pull"},     {"pulled", "pull"},     {"pulling", "pull"},
      {"left", "leave"},     {"leaves", "leave"},    {"leaving", "leave"},
      {"handled", "handle"}, {"handling", "handle"}, {"does", "do"},
      {"did", "do"},         {"am", "be"},           {"is", "be"},
      {"was", "be"},         {"kept", "keep"},       {"keeps", "keep"},
      {"things", "thing"}};
  tables.fillers = {"really", "just", "kind of", "always"};
  tables.operators = {"not", "never", "without", "used to"};
  tables.clause_openers = {"but", "when", "because"};
  return tables;
}

inline std::vector<Line> Lines(std::string_view block) {
  std::vector<Line> lines;
  std::istringstream stream{std::string(block)};
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number)
    if (!line.empty()) lines.push_back({line, {"test.yaml", number, 1}});
  return lines;
}

inline Rule MakeRule(std::string id, std::string_view when,
                     std::string_view unless = "") {
  Rule rule;
  rule.id = std::move(id);
  rule.theme = rule.id;
  rule.when = Lines(when);
  rule.unless = Lines(unless);
  return rule;
}

inline std::vector<Concept> SmallConcepts() {
  return {{"alone", Lines("alone\nby myself\non my own"), {}},
          {"anyone", Lines("anyone\nsomeone\npeople"), {}},
          {"partner", Lines("girlfriend\nwife\nhusband"), {}},
          {"never", Lines("not\nnever"), {}},
          {"whoever", Lines("@anyone\n@partner"), {}}};
}

// A matcher with the lexicon and the rules it needs.
struct SmallWorld {
  explicit SmallWorld(std::vector<Rule> with, Matcher::Options options = {})
      : rules(std::move(with)),
        lexicon(text::Lexicon::Build(SmallTables(), {})) {
    auto compiled =
        Matcher::Compile(SmallConcepts(), rules, {}, lexicon, options);
    if (compiled) {
      matcher = std::move(compiled).value();
    } else {
      problems = compiled.error();
    }
  }

  std::vector<Match> Hear(std::string_view utterance) const {
    const text::Reading reading = lexicon.Read(utterance);
    return matcher->Hear(matcher->Prepare(reading));
  }

  std::vector<Rule> rules;
  text::Lexicon lexicon;
  std::unique_ptr<Matcher> matcher;
  std::vector<Problem> problems;
};

inline bool Matches(std::string_view pattern, std::string_view utterance) {
  const SmallWorld world({MakeRule("r", pattern)});
  return world.matcher && !world.Hear(utterance).empty();
}

}  // namespace nearer::match

#endif  // NEARER_TESTS_CORE_MATCH_SMALL_WORLD_H_
