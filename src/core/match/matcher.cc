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

using PatternId = std::uint32_t;
using AtomId = std::uint32_t;

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
  // The atoms it requires, as a range of Index::groups.
  std::uint32_t groups_begin = 0, groups_end = 0;
  // How those must stand in an utterance.
  enum class Order : std::uint8_t {
    kAny,       // parts joined by `&`
    kRising,    // one after another
    kInClause,  // one after another in one clause
  } order = Order::kAny;
};

// Whether a match may reach from one clause into another.
bool CrossesClauses(const PatternNode& node, bool first) {
  if (node.kind == PatternNode::Kind::kWideGap) return true;
  if (node.kind == PatternNode::Kind::kClauseStart && !first) return true;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const bool leads =
        first && (i == 0 || node.kind == PatternNode::Kind::kAlternatives);
    if (CrossesClauses(node.children[i], leads)) return true;
  }
  return false;
}

struct Owner {
  std::uint32_t rule = 0;
  std::uint32_t pattern = 0;
};

}  // namespace

struct Matcher::Index {
  Index(std::span<const Rule> all_rules, const text::Lexicon& words,
        const Options& options)
      : rules(all_rules), lexicon(words), cache(options.cached_programs) {}

  // ---- compiling
  void AddRules();
  void AddExtra(std::span<const Line> lines);
  std::optional<PatternId> Add(const Line& line, Polarity polarity);
  void BuildPostings();
  AtomId Atom(const std::string& key) {
    return atoms.emplace(key, static_cast<AtomId>(atoms.size())).first->second;
  }

  // ---- hearing
  std::shared_ptr<const Program> ProgramOf(PatternId id) const;
  bool MayMatch(const PatternInfo& info, const Heard& heard) const;
  // The first token after `after`, below `limit`, that has an atom of the
  // group; `limit` when there is none.
  std::uint32_t NextToken(const std::vector<AtomId>& group, const Heard& heard,
                          std::int64_t after, std::uint32_t limit) const;
  // Whether the groups from `group` on stand one after another behind `after`.
  bool Rising(const PatternInfo& info, std::uint32_t group, const Heard& heard,
              std::int64_t after, std::uint32_t limit) const;
  // Runs the pattern; fills score, span and captures of `match`.
  bool Confirm(PatternId id, const Heard& heard, Match& match) const;
  // The sentences [first, last] that a match of the pattern touches.
  std::optional<std::pair<int, int>> Sentences(PatternId id,
                                               const Heard& heard) const;
  bool HeldBack(const Owner& owner, const Heard& heard,
                const Match& match) const;

  std::span<const Rule> rules;
  const text::Lexicon& lexicon;
  std::optional<Concepts> concepts;
  std::vector<Line> extra_lines;

  StringMap<AtomId> atoms;
  std::vector<AtomId> atom_of_concept;
  std::vector<PatternInfo> patterns;
  // Required atoms: each group an "or", a pattern's groups an "and".
  std::vector<std::vector<AtomId>> groups;

  // The patterns of rules, in order of rule; extra and `unless` apart.
  std::vector<Owner> owners;             // by PatternId
  std::vector<PatternId> first_of_rule;  // PatternId of a rule's first `when`
  std::vector<PatternId> first_unless;   // and of its first `unless`
  PatternId first_extra = 0;
  std::vector<std::vector<PatternId>> postings;  // by AtomId

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
  const auto wrong = Validate(*parsed, *concepts, lexicon);
  for (const std::string& message : wrong) refuse(1, message);
  if (!wrong.empty()) return std::nullopt;

  PatternInfo info{.line = &line, .polarity = polarity};
  info.groups_begin = static_cast<std::uint32_t>(groups.size());
  for (const PatternNode& part : parsed->parts) {
    info.base_score += Specificity(part, *concepts, lexicon);
    info.least_words += LeastWords(part);
    for (const Atoms& either : Required(part, lexicon)) {
      std::vector<AtomId>& group = groups.emplace_back();
      for (const std::string& atom : either) group.push_back(Atom(atom));
    }
  }
  info.groups_end = static_cast<std::uint32_t>(groups.size());
  if (parsed->parts.size() == 1)
    info.order = CrossesClauses(parsed->parts.front(), true)
                     ? PatternInfo::Order::kRising
                     : PatternInfo::Order::kInClause;
  patterns.push_back(info);
  return static_cast<PatternId>(patterns.size() - 1);
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

// Puts each pattern of a rule under the group that the fewest patterns share.
void Matcher::Index::BuildPostings() {
  std::vector<std::uint32_t> uses(atoms.size(), 0);
  for (const auto& group : groups)
    for (const AtomId atom : group) ++uses[atom];
  postings.resize(atoms.size());
  for (PatternId id = 0; id < owners.size(); ++id) {
    const PatternInfo& info = patterns[id];
    const auto cost = [&](const std::vector<AtomId>& group) {
      std::uint64_t sum = 0;
      for (const AtomId atom : group) sum += uses[atom];
      return sum;
    };
    const auto rarest = std::min_element(
        groups.begin() + info.groups_begin, groups.begin() + info.groups_end,
        [&](const auto& a, const auto& b) { return cost(a) < cost(b); });
    for (const AtomId atom : *rarest)
      if (postings[atom].empty() || postings[atom].back() != id)
        postings[atom].push_back(id);
  }
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

std::uint32_t Matcher::Index::NextToken(const std::vector<AtomId>& group,
                                        const Heard& heard, std::int64_t after,
                                        std::uint32_t limit) const {
  std::uint32_t next = limit;
  for (const AtomId atom : group) {
    if (!((heard.has_atom_[atom / 64] >> (atom % 64)) & 1)) continue;
    const auto at = std::lower_bound(
        heard.present_.begin(), heard.present_.end(),
        Heard::Present{atom, static_cast<std::uint32_t>(after + 1)});
    if (at != heard.present_.end() && at->atom == atom)
      next = std::min(next, at->token);
  }
  return next;
}

bool Matcher::Index::Rising(const PatternInfo& info, std::uint32_t group,
                            const Heard& heard, std::int64_t after,
                            std::uint32_t limit) const {
  for (; group < info.groups_end; ++group) {
    const std::uint32_t next = NextToken(groups[group], heard, after, limit);
    if (next == limit) return false;
    after = next;
  }
  return true;
}

// What every match implies, without running anything: the required atoms are
// there, in the pattern's order, and in one clause unless the pattern reaches
// further.
bool Matcher::Index::MayMatch(const PatternInfo& info,
                              const Heard& heard) const {
  for (std::uint32_t g = info.groups_begin; g < info.groups_end; ++g) {
    const bool present =
        std::any_of(groups[g].begin(), groups[g].end(), [&](AtomId atom) {
          return (heard.has_atom_[atom / 64] >> (atom % 64)) & 1;
        });
    if (!present) return false;
  }
  const auto& tokens = heard.reading().tokens;
  const auto count = static_cast<std::uint32_t>(tokens.size());
  switch (info.order) {
    case PatternInfo::Order::kAny:
      return true;
    case PatternInfo::Order::kRising:
      return Rising(info, info.groups_begin, heard, -1, count);
    case PatternInfo::Order::kInClause:
      break;
  }
  std::int64_t from = -1;
  while (true) {
    const std::uint32_t first =
        NextToken(groups[info.groups_begin], heard, from, count);
    if (first == count) return false;
    std::uint32_t end = first;
    while (end < count && tokens[end].clause == tokens[first].clause) ++end;
    if (Rising(info, info.groups_begin + 1, heard, first, end)) return true;
    // Later starts in this clause leave less room behind them.
    from = static_cast<std::int64_t>(end) - 1;
  }
}

namespace {

// The first and last token of [begin, end) of the rendering.
std::pair<std::size_t, std::size_t> TokensOf(const Rendering& rendering,
                                             std::size_t begin,
                                             std::size_t end) {
  const auto& at = rendering.token_at;
  const auto first = std::lower_bound(at.begin(), at.end(), begin) - at.begin();
  const auto past = std::lower_bound(at.begin(), at.end(), end) - at.begin();
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(past)};
}

}  // namespace

bool Matcher::Index::Confirm(PatternId id, const Heard& heard,
                             Match& match) const {
  const PatternInfo& info = patterns[id];
  const auto program = ProgramOf(id);
  const re2::StringPiece text(heard.rendering_.text);
  // Most candidates fail, and a plain yes or no is the cheapest question.
  for (const Part& part : program->parts)
    if (!part.re2->Match(text, 0, text.size(), RE2::UNANCHORED, nullptr, 0))
      return false;

  const auto& tokens = heard.reading().tokens;
  match.begin = 0xFFFFFFFF;
  match.end = 0;
  match.captures.clear();
  int words = 0;
  for (const Part& part : program->parts) {
    // Where it stands costs a second run, what it captured a slow third one.
    std::vector<re2::StringPiece> found(part.captures.size() + 1);
    if (!part.re2->Match(text, 0, text.size(), RE2::UNANCHORED, found.data(),
                         static_cast<int>(found.size())))
      return false;
    const auto span = [&](const re2::StringPiece& piece) {
      const auto begin = static_cast<std::size_t>(piece.data() - text.data());
      return TokensOf(heard.rendering_, begin, begin + piece.size());
    };
    const auto [first, past] = span(found[0]);
    for (std::size_t t = first; t < past; ++t)
      words += tokens[t].is_filler ? 0 : 1;
    if (first < past) {
      if (tokens[first].begin < match.begin)
        match.sentence = tokens[first].sentence;
      match.begin = std::min(match.begin, tokens[first].begin);
      match.end = std::max(match.end, tokens[past - 1].end);
    }
    for (std::size_t c = 0; c < part.captures.size(); ++c) {
      if (found[c + 1].data() == nullptr) continue;
      const auto [from, to] = span(found[c + 1]);
      if (from < to)
        match.captures.emplace_back(
            part.captures[c],
            std::pair(tokens[from].begin, tokens[to - 1].end));
    }
  }
  match.score = info.base_score - 0.5F * static_cast<float>(std::max(
                                             0, words - info.least_words));
  if (match.end == 0) match.begin = 0;
  return true;
}

std::optional<std::pair<int, int>> Matcher::Index::Sentences(
    PatternId id, const Heard& heard) const {
  if (!MayMatch(patterns[id], heard)) return std::nullopt;
  const auto program = ProgramOf(id);
  const re2::StringPiece text(heard.rendering_.text);
  const auto& tokens = heard.reading().tokens;
  std::pair<int, int> sentences(0xFFFF, -1);
  for (const Part& part : program->parts) {
    re2::StringPiece whole;
    if (!part.re2->Match(text, 0, text.size(), RE2::UNANCHORED, &whole, 1))
      return std::nullopt;
    const auto begin = static_cast<std::size_t>(whole.data() - text.data());
    const auto [first, past] =
        TokensOf(heard.rendering_, begin, begin + whole.size());
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
  for (const Concept& item : concepts)
    index->atom_of_concept.push_back(index->Atom("c:" + item.name));
  index->AddRules();
  index->AddExtra(extra);
  if (!index->problems.empty()) return std::move(index->problems);
  index->BuildPostings();
  return std::unique_ptr<Matcher>(new Matcher(std::move(index)));
}

Heard Matcher::Prepare(const text::Reading& reading) const {
  Heard heard;
  heard.reading_ = &reading;
  heard.concepts_ = &*index_->concepts;
  heard.tags_.resize(reading.tokens.size());
  heard.has_atom_.resize(index_->atoms.size() / 64 + 1, 0);
  std::uint32_t token_index = 0;
  const auto present = [&](AtomId atom) {
    heard.has_atom_[atom / 64] |= std::uint64_t{1} << (atom % 64);
    heard.present_.push_back({atom, token_index});
  };
  std::string key;
  const auto look = [&](char kind, std::string_view word) {
    key.assign(1, kind).append(":").append(word);
    if (const auto it = index_->atoms.find(key); it != index_->atoms.end())
      present(it->second);
  };
  for (std::size_t i = 0; i < reading.tokens.size(); ++i) {
    token_index = static_cast<std::uint32_t>(i);
    index_->concepts->TagsAt(reading.tokens, i, heard.tags_[i]);
    for (const Tag& tag : heard.tags_[i])
      present(index_->atom_of_concept[tag.concept_id]);
    look('w', reading.tokens[i].lemma);
    look('x', reading.tokens[i].word);
  }
  std::sort(heard.present_.begin(), heard.present_.end());
  heard.rendering_ = Render(reading, heard.tags_);
  return heard;
}

std::vector<Match> Matcher::Hear(const Heard& heard) const {
  std::vector<Match> matches;
  std::vector<PatternId> candidates;
  for (std::size_t i = 0; i < heard.present_.size(); ++i) {
    const AtomId atom = heard.present_[i].atom;
    if (i > 0 && heard.present_[i - 1].atom == atom) continue;
    for (const PatternId id : index_->postings[atom])
      if (index_->MayMatch(index_->patterns[id], heard))
        candidates.push_back(id);
  }
  // In order of pattern, so that a rule's patterns stand together.
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()),
                   candidates.end());
  for (const PatternId id : candidates) {
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
  if (!index_->MayMatch(index_->patterns[id], heard) ||
      !index_->Confirm(id, heard, match))
    return std::nullopt;
  match.rule = static_cast<std::uint32_t>(index);
  return match;
}

const Concepts& Matcher::concepts() const { return *index_->concepts; }

float Matcher::BaseScore(std::size_t rule, std::size_t pattern) const {
  return index_->patterns[index_->first_of_rule[rule] + pattern].base_score;
}

}  // namespace nearer::match
