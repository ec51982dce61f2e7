#include "core/match/needs.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace nearer::match {
namespace {

using Kind = PatternNode::Kind;

int Sum(int a, int b) { return std::min(a + b, kFar); }

// A run of a pattern: its needs, the most words it can hold, and how many of
// them can stand behind its last need.
struct Stretch {
  std::vector<Need> needs;
  int length = 0;
  int tail = 0;

  void Append(Stretch next) {
    length = Sum(length, next.length);
    if (next.needs.empty()) {
      tail = Sum(tail, next.length);
      return;
    }
    next.needs.front().before = Sum(next.needs.front().before, tail);
    tail = next.tail;
    needs.insert(needs.end(), std::make_move_iterator(next.needs.begin()),
                 std::make_move_iterator(next.needs.end()));
  }
};

Stretch Gap(int words) { return {.length = words, .tail = words}; }

// How telling a need is, roughly: long words are rarer than short ones, and of
// many atoms one is there sooner than of few.
int Weight(const Need& need) {
  int least = kFar;
  for (const Atom& atom : need.either)
    least = std::min(least, atom.kind == Atom::Kind::kConcept
                                ? 6
                                : static_cast<int>(atom.text.size()));
  return least - static_cast<int>(need.either.size());
}

bool IsWord(const Need& need) {
  return need.either.size() == 1 &&
         need.either.front().kind == Atom::Kind::kLemma;
}

// A branch that needs one thing alone: the most telling pair of words side by
// side, else its most telling need.
Stretch OneNeed(Stretch branch) {
  const auto count = branch.needs.size();
  if (count == 1) return branch;
  std::size_t first = 0, past = 0;  // what is kept
  int best = 0;
  const auto offer = [&](std::size_t begin, std::size_t end, int weight) {
    if (past > 0 && weight <= best) return;
    first = begin;
    past = end;
    best = weight;
  };
  for (std::size_t i = 0; i < count; ++i) {
    offer(i, i + 1, Weight(branch.needs[i]));
    if (i + 1 < count && branch.needs[i + 1].before == 0 &&
        IsWord(branch.needs[i]) && IsWord(branch.needs[i + 1]))
      offer(i, i + 2,
            kFar + Weight(branch.needs[i]) + Weight(branch.needs[i + 1]));
  }
  Stretch one{.length = branch.length, .tail = branch.tail};
  Need need = branch.needs[first];
  for (std::size_t i = 0; i < first; ++i)
    need.before = Sum(need.before, branch.needs[i].before + 1);
  for (std::size_t i = first + 1; i < count; ++i)
    one.tail = Sum(one.tail, branch.needs[i].before + 1);
  if (past == first + 2)
    need.either.front() = {
        .kind = Atom::Kind::kPair,
        .text = branch.needs[first].either.front().text,
        .second = branch.needs[first + 1].either.front().text};
  one.needs.push_back(std::move(need));
  return one;
}

// Goes through a pattern as program.cc writes it: words are under no negation
// until the first negator, and words side by side are read together.
class NeedReader {
 public:
  NeedReader(const Concepts& concepts, PatternWords& words, bool free)
      : concepts_(concepts), words_(words), free_(free) {}

  Stretch Read(const PatternNode& node) {
    switch (node.kind) {
      case Kind::kWord:
        return Words(node.text, Atom::Kind::kLemma);
      case Kind::kExact:
        return Words(node.text, Atom::Kind::kWord);
      case Kind::kConcept:
        return OfConcept(node);
      case Kind::kSequence:
        return Sequence(node);
      case Kind::kCapture:
        return Read(node.children.front());
      case Kind::kAlternatives:
        return Alternatives(node);
      case Kind::kOptional: {
        const int length = Read(node.children.front()).length;
        return Gap(length);
      }
      case Kind::kGap:
        return Gap(node.limit < 0 ? kFar : node.limit);
      case Kind::kWideGap:
        return Gap(kFar);
      case Kind::kClauseStart:
        return Gap(1);  // "and", "but"
      case Kind::kStart:
      case Kind::kEnd:
        return {};
    }
    return {};
  }

 private:
  Stretch Words(const std::string& text, Atom::Kind kind) {
    Stretch stretch;
    for (const text::Token& token : words_.Of(text)) {
      const std::string& word =
          kind == Atom::Kind::kLemma ? token.lemma : token.word;
      stretch.needs.push_back(
          {.either = {{.kind = kind, .text = word}}, .unmarked = !free_});
      stretch.length = Sum(stretch.length, 1);
      if (token.is_operator) free_ = true;
    }
    return stretch;
  }

  Stretch OfConcept(const PatternNode& node) {
    const auto id = concepts_.Find(node.text);
    if (!id) return {};  // it was refused before
    const Concepts::Info& info = concepts_.info(*id);
    Stretch stretch{.length = info.longest, .tail = info.longest - 1};
    stretch.needs.push_back(
        {.either = {{.kind = Atom::Kind::kConcept, .text = node.text}},
         .unmarked = !free_});
    if (info.negates) free_ = true;
    return stretch;
  }

  Stretch Sequence(const PatternNode& node) {
    Stretch stretch;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (node.children[i].kind != Kind::kWord) {
        stretch.Append(Read(node.children[i]));
        continue;
      }
      std::string words = node.children[i].text;
      while (i + 1 < node.children.size() &&
             node.children[i + 1].kind == Kind::kWord)
        words += ' ' + node.children[++i].text;
      stretch.Append(Words(words, Atom::Kind::kLemma));
    }
    return stretch;
  }

  // One of the branches; one that needs nothing makes the whole need nothing.
  Stretch Alternatives(const PatternNode& node) {
    const bool free_before = free_;
    bool any_free = false, all_need = true;
    Stretch either;
    Need one{.unmarked = true};
    for (const PatternNode& child : node.children) {
      free_ = free_before;
      Stretch branch = Read(child);
      any_free = any_free || free_;
      either.length = std::max(either.length, branch.length);
      if (branch.needs.empty()) {
        all_need = false;
        continue;
      }
      branch = OneNeed(std::move(branch));
      Need& need = branch.needs.front();
      one.either.insert(one.either.end(),
                        std::make_move_iterator(need.either.begin()),
                        std::make_move_iterator(need.either.end()));
      one.before = std::max(one.before, need.before);
      one.unmarked = one.unmarked && need.unmarked;
      either.tail = std::max(either.tail, branch.tail);
    }
    free_ = free_before || any_free;
    if (!all_need) return Gap(either.length);
    either.needs.push_back(std::move(one));
    return either;
  }

  const Concepts& concepts_;
  PatternWords& words_;
  bool free_;
};

Scope ScopeOf(const PatternNode& node, bool first) {
  if (node.kind == Kind::kWideGap) return Scope::kSentence;
  if (node.kind == Kind::kClauseStart && !first) return Scope::kMessage;
  Scope scope = Scope::kClause;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const bool leads = first && (i == 0 || node.kind == Kind::kAlternatives);
    scope = std::max(scope, ScopeOf(node.children[i], leads));
  }
  return scope;
}

}  // namespace

const std::vector<text::Token>& PatternWords::Of(const std::string& text) {
  const auto known = known_.find(text);
  if (known != known_.end()) return known->second;
  return known_.emplace(text, lexicon_.ReadAuthored(text).tokens).first->second;
}

Needs NeedsOf(const PatternNode& part, const Concepts& concepts,
              PatternWords& words, Polarity polarity) {
  Stretch stretch =
      NeedReader(concepts, words, polarity == Polarity::kAny).Read(part);
  Needs needs{.all = std::move(stretch.needs),
              .scope = ScopeOf(part, true),
              .tail = stretch.tail};
  if (part.kind == Kind::kSequence && !part.children.empty()) {
    const Kind first = part.children.front().kind;
    if (first == Kind::kStart) needs.anchor = Anchor::kMessage;
    if (first == Kind::kClauseStart) needs.anchor = Anchor::kClause;
    needs.to_end = part.children.back().kind == Kind::kEnd;
  }
  return needs;
}

}  // namespace nearer::match
