#include "core/match/matcher.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <list>
#include <mutex>
#include <string>

#include "core/match/pattern.h"
#include "core/match/program.h"

namespace nearer::match {
namespace {

// One part of a pattern, compiled.
struct Part {
  std::unique_ptr<RE2> re2;
  std::vector<std::string> captures;
};

struct Program {
  std::vector<Part> parts;
};

RE2::Options ProgramOptions() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  // An exhausted DFA falls back to the NFA inside RE2::Match: slower, and
  // right. Most programs need a tenth of this.
  options.set_max_mem(4 << 20);
  return options;
}

// Programs by pattern, the least recently used dropped first. Sharded, since
// every turn of every thread asks.
class ProgramCache {
 public:
  explicit ProgramCache(std::size_t capacity)
      : per_shard_(std::max<std::size_t>(1, capacity / kShards)) {}

  template <typename Make>
  std::shared_ptr<const Program> Get(PatternId id, const Make& make) {
    Shard& shard = shards_[id % kShards];
    {
      const std::lock_guard lock(shard.mutex);
      if (const auto it = shard.by_id.find(id); it != shard.by_id.end()) {
        shard.recent.splice(shard.recent.begin(), shard.recent, it->second);
        return it->second->second;
      }
    }
    std::shared_ptr<const Program> program = make();
    const std::lock_guard lock(shard.mutex);
    if (const auto it = shard.by_id.find(id); it != shard.by_id.end())
      return it->second->second;  // another thread was faster
    shard.recent.emplace_front(id, program);
    shard.by_id.emplace(id, shard.recent.begin());
    if (shard.recent.size() > per_shard_) {
      shard.by_id.erase(shard.recent.back().first);
      shard.recent.pop_back();
    }
    return program;
  }

 private:
  static constexpr std::size_t kShards = 16;
  using Entry = std::pair<PatternId, std::shared_ptr<const Program>>;
  struct Shard {
    std::mutex mutex;
    std::list<Entry> recent;
    std::unordered_map<PatternId, std::list<Entry>::iterator> by_id;
  };
  std::size_t per_shard_;
  std::array<Shard, kShards> shards_;
};

// A pattern as it is kept: its text, to be compiled on first use.
struct PatternInfo {
  const Line* line = nullptr;
  float base_score = 0;
  int least_words = 0;
  Polarity polarity = Polarity::kStrict;
  bool local = false;  // its clause or sentence is all that it looks at
};

// Whether a match depends on where the message begins or ends.
bool LooksAtEnds(const PatternNode& node) {
  return node.kind == PatternNode::Kind::kStart ||
         node.kind == PatternNode::Kind::kEnd ||
         std::any_of(node.children.begin(), node.children.end(), LooksAtEnds);
}

struct Owner {
  std::uint32_t rule = 0;
  std::uint32_t pattern = 0;
};

}  // namespace

struct Matcher::Index {
  Index(std::span<const Rule> all_rules, const text::Lexicon& words,
        const Options& options)
      : rules(all_rules),
        lexicon(words),
        pattern_words(std::in_place, words),
        cache(options.cached_programs) {}

  // ---- compiling
  void AddRules();
  void AddExtra(std::span<const Line> lines);
  std::optional<PatternId> Add(const Line& line, Polarity polarity);

  // ---- hearing
  std::shared_ptr<const Program> ProgramOf(PatternId id) const;
  // Finds the first match of a part, and as many captures as there is room for;
  // those cost several times the match.
  bool Search(PatternId id, const Part& part, const Heard& heard,
              std::span<re2::StringPiece> found) const;
  // Runs the pattern; fills score, span and captures of `match`.
  bool Confirm(PatternId id, const Heard& heard, Match& match) const;
  void AddCaptures(PatternId id, const Heard& heard, Captures& captures) const;
  // The sentences [first, last] that a match of the pattern touches.
  std::optional<std::pair<int, int>> Sentences(PatternId id,
                                               const Heard& heard) const;
  bool HeldBack(const Owner& owner, const Heard& heard,
                const Match& match) const;

  std::span<const Rule> rules;
  const text::Lexicon& lexicon;
  std::optional<Concepts> concepts;
  std::vector<Line> extra_lines;

  std::optional<PatternWords> pattern_words;  // while compiling
  Sieve sieve;
  std::vector<PatternInfo> patterns;

  // The patterns of rules, in order of rule; extra and `unless` apart.
  std::vector<Owner> owners;             // by PatternId
  std::vector<PatternId> first_of_rule;  // PatternId of a rule's first `when`
  std::vector<PatternId> first_unless;   // and of its first `unless`
  PatternId first_extra = 0;

  std::vector<Problem> problems;
  mutable ProgramCache cache;
};

std::optional<PatternId> Matcher::Index::Add(const Line& line,
                                             Polarity polarity) {
  const auto refuse = [&](int column, std::string message) {
    Place at = line.at;
    at.column += column - 1;
    problems.push_back(
        {Problem::Weight::kError, at,
         "in the pattern '" + line.text + "': " + std::move(message)});
  };
  const auto parsed = ParsePattern(line.text);
  if (!parsed) {
    refuse(parsed.error().column, parsed.error().message);
    return std::nullopt;
  }
  std::vector<std::string> wrong = UnknownConcepts(*parsed, *concepts);
  std::vector<Needs> needs;
  PatternInfo info{.line = &line, .polarity = polarity};
  for (const PatternNode& part : parsed->parts) {
    needs.push_back(NeedsOf(part, *concepts, *pattern_words, polarity));
    if (needs.back().all.empty() && wrong.empty())
      wrong.push_back(
          "nothing in this pattern must be there, so it would be tried on "
          "every message; add a word or a concept outside [ ] and *");
    info.base_score += Specificity(part, *concepts);
    info.least_words += LeastWords(part);
  }
  for (const std::string& message : wrong) refuse(1, message);
  if (!wrong.empty()) return std::nullopt;
  const PatternId id = sieve.Add(needs);
  info.local = parsed->parts.size() == 1 &&
               sieve.ScopeOf(id) != Scope::kMessage &&
               !LooksAtEnds(parsed->parts.front());
  patterns.push_back(info);
  return id;
}

void Matcher::Index::AddRules() {
  for (std::uint32_t r = 0; r < rules.size(); ++r) {
    const Rule& rule = rules[r];
    first_of_rule.push_back(static_cast<PatternId>(patterns.size()));
    for (std::uint32_t i = 0; i < rule.when.size(); ++i)
      if (Add(rule.when[i],
              rule.any_polarity ? Polarity::kAny : Polarity::kStrict))
        owners.push_back({r, i});
  }
  const auto rule_patterns = static_cast<PatternId>(patterns.size());
  for (std::uint32_t r = 0; r < rules.size(); ++r) {
    first_unless.push_back(static_cast<PatternId>(patterns.size()));
    for (const Line& line : rules[r].unless) Add(line, Polarity::kAny);
  }
  first_unless.push_back(static_cast<PatternId>(patterns.size()));
  owners.resize(rule_patterns);
}

void Matcher::Index::AddExtra(std::span<const Line> lines) {
  extra_lines.assign(lines.begin(), lines.end());
  first_extra = static_cast<PatternId>(patterns.size());
  for (const Line& line : extra_lines) Add(line, Polarity::kStrict);
}

std::shared_ptr<const Program> Matcher::Index::ProgramOf(PatternId id) const {
  return cache.Get(id, [&] {
    const PatternInfo& info = patterns[id];
    auto program = std::make_shared<Program>();
    const auto parsed = ParsePattern(info.line->text);
    for (const PatternNode& part : parsed->parts) {
      Expression expression = Express(part, *concepts, lexicon, info.polarity);
      program->parts.push_back(
          {std::make_unique<RE2>(expression.regex, ProgramOptions()),
           std::move(expression.captures)});
    }
    return program;
  });
}

namespace {

// The first token of a piece of the rendering, and the one behind its last.
std::pair<std::size_t, std::size_t> TokensOf(const Rendering& rendering,
                                             const re2::StringPiece& piece) {
  const auto& at = rendering.token_at;
  const auto index = [&](const char* byte) {
    const auto offset = static_cast<std::size_t>(byte - rendering.text.data());
    return static_cast<std::size_t>(
        std::lower_bound(at.begin(), at.end(), offset) - at.begin());
  };
  return {index(piece.begin()), index(piece.end())};
}

}  // namespace

bool Matcher::Index::Search(PatternId id, const Part& part, const Heard& heard,
                            std::span<re2::StringPiece> found) const {
  const Rendering& rendering = heard.rendering_;
  const auto in = [&](re2::StringPiece text) {
    return part.re2->Match(text, 0, text.size(), RE2::UNANCHORED, found.data(),
                           static_cast<int>(found.size()));
  };
  if (!patterns[id].local) return in(rendering.text);
  const auto& at = sieve.ScopeOf(id) == Scope::kClause ? rendering.clause_at
                                                       : rendering.sentence_at;
  for (const std::size_t room : sieve.Rooms(id, heard.places_))
    if (in({rendering.text.data() + at[room], at[room + 1] - at[room]}))
      return true;
  return false;
}

bool Matcher::Index::Confirm(PatternId id, const Heard& heard,
                             Match& match) const {
  const PatternInfo& info = patterns[id];
  const auto program = ProgramOf(id);
  const auto& tokens = heard.reading().tokens;
  match.begin = 0xFFFFFFFF;
  match.end = 0;
  int words = 0;
  for (const Part& part : program->parts) {
    re2::StringPiece found;
    if (!Search(id, part, heard, {&found, 1})) return false;
    const auto [first, past] = TokensOf(heard.rendering_, found);
    for (std::size_t t = first; t < past; ++t)
      words += tokens[t].is_filler ? 0 : 1;
    if (first < past) {
      if (tokens[first].begin < match.begin)
        match.sentence = tokens[first].sentence;
      match.begin = std::min(match.begin, tokens[first].begin);
      match.end = std::max(match.end, tokens[past - 1].end);
    }
  }
  match.score = info.base_score - 0.5F * static_cast<float>(std::max(
                                             0, words - info.least_words));
  if (match.end == 0) match.begin = 0;
  return true;
}

void Matcher::Index::AddCaptures(PatternId id, const Heard& heard,
                                 Captures& captures) const {
  const auto program = ProgramOf(id);
  const auto& tokens = heard.reading().tokens;
  for (const Part& part : program->parts) {
    if (part.captures.empty()) continue;
    std::vector<re2::StringPiece> found(part.captures.size() + 1);
    if (!Search(id, part, heard, found)) continue;
    for (std::size_t c = 0; c < part.captures.size(); ++c) {
      if (found[c + 1].data() == nullptr) continue;
      const auto [first, past] = TokensOf(heard.rendering_, found[c + 1]);
      if (first < past)
        captures.emplace_back(
            part.captures[c],
            std::pair(tokens[first].begin, tokens[past - 1].end));
    }
  }
}

std::optional<std::pair<int, int>> Matcher::Index::Sentences(
    PatternId id, const Heard& heard) const {
  if (!sieve.MayMatch(id, heard.places_)) return std::nullopt;
  const auto program = ProgramOf(id);
  const auto& tokens = heard.reading().tokens;
  std::pair<int, int> sentences(0xFFFF, -1);
  for (const Part& part : program->parts) {
    re2::StringPiece whole;
    if (!Search(id, part, heard, {&whole, 1})) return std::nullopt;
    const auto [first, past] = TokensOf(heard.rendering_, whole);
    if (first == past) continue;
    sentences.first = std::min<int>(sentences.first, tokens[first].sentence);
    sentences.second =
        std::max<int>(sentences.second, tokens[past - 1].sentence);
  }
  return sentences;
}

// What an `unless` hears in another sentence holds nothing back.
bool Matcher::Index::HeldBack(const Owner& owner, const Heard& heard,
                              const Match& match) const {
  const PatternId end = first_unless[owner.rule + 1];
  if (first_unless[owner.rule] == end) return false;
  int last = match.sentence;
  for (const text::Token& token : heard.reading().tokens)
    if (token.begin < match.end) last = token.sentence;
  for (PatternId id = first_unless[owner.rule]; id < end; ++id)
    if (const auto held = Sentences(id, heard);
        held && held->first <= last && held->second >= match.sentence)
      return true;
  return false;
}

Matcher::Matcher(std::unique_ptr<Index> index) : index_(std::move(index)) {}
Matcher::~Matcher() = default;

Result<std::unique_ptr<Matcher>, std::vector<Problem>> Matcher::Compile(
    std::span<const Concept> concepts, std::span<const Rule> rules,
    std::span<const Line> extra, const text::Lexicon& lexicon,
    Options options) {
  auto index = std::make_unique<Index>(rules, lexicon, options);
  auto compiled = Concepts::Compile(concepts, lexicon);
  if (!compiled) return compiled.error();
  index->concepts = std::move(compiled).value();
  index->AddRules();
  index->AddExtra(extra);
  if (!index->problems.empty()) return std::move(index->problems);
  index->pattern_words.reset();
  index->sieve.Index(static_cast<PatternId>(index->owners.size()),
                     *index->concepts, lexicon);
  return std::unique_ptr<Matcher>(new Matcher(std::move(index)));
}

Heard Matcher::Prepare(const text::Reading& reading) const {
  Heard heard;
  heard.reading_ = &reading;
  heard.concepts_ = &*index_->concepts;
  heard.tags_ = index_->concepts->TagsOf(reading.tokens);
  heard.places_ = index_->sieve.Place(reading, heard.tags_);
  heard.rendering_ = Render(reading, heard.tags_);
  return heard;
}

std::vector<Match> Matcher::Hear(const Heard& heard) const {
  std::vector<Match> matches;
  // In order of pattern, so that a rule's patterns stand together.
  for (const PatternId id : index_->sieve.Candidates(heard.places_)) {
    const Owner& owner = index_->owners[id];
    Match match;
    if (!index_->Confirm(id, heard, match)) continue;
    match.rule = owner.rule;
    match.pattern = owner.pattern;
    const auto longer = [](const Match& a, const Match& b) {
      if (a.score != b.score) return a.score > b.score;
      return a.end - a.begin > b.end - b.begin;
    };
    if (index_->HeldBack(owner, heard, match)) continue;
    if (!matches.empty() && matches.back().rule == match.rule) {
      if (longer(match, matches.back())) matches.back() = std::move(match);
    } else {
      matches.push_back(std::move(match));
    }
  }
  std::sort(matches.begin(), matches.end(),
            [&](const Match& a, const Match& b) {
              const Rule& left = index_->rules[a.rule];
              const Rule& right = index_->rules[b.rule];
              if (left.priority != right.priority)
                return left.priority > right.priority;
              if (a.score != b.score) return a.score > b.score;
              if (a.end - a.begin != b.end - b.begin)
                return a.end - a.begin > b.end - b.begin;
              return left.id < right.id;
            });
  return matches;
}

std::optional<Match> Matcher::HearExtra(std::size_t index,
                                        const Heard& heard) const {
  Match match;
  const auto id = index_->first_extra + static_cast<PatternId>(index);
  if (!index_->sieve.MayMatch(id, heard.places_) ||
      !index_->Confirm(id, heard, match))
    return std::nullopt;
  match.rule = static_cast<std::uint32_t>(index);
  return match;
}

Captures Matcher::CapturesOf(const Match& match, const Heard& heard) const {
  Captures captures;
  index_->AddCaptures(index_->first_of_rule[match.rule] + match.pattern, heard,
                      captures);
  return captures;
}

Captures Matcher::ExtraCapturesOf(const Match& match,
                                  const Heard& heard) const {
  Captures captures;
  index_->AddCaptures(index_->first_extra + match.rule, heard, captures);
  return captures;
}

const Concepts& Matcher::concepts() const { return *index_->concepts; }

float Matcher::BaseScore(std::size_t rule, std::size_t pattern) const {
  return index_->patterns[index_->first_of_rule[rule] + pattern].base_score;
}

}  // namespace nearer::match
