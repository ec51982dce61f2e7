#include "core/match/concepts.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/fnv.h"

namespace nearer::match {
namespace {

// A member as words, exact ones with their quotes kept as a first byte '"'.
using Words = std::vector<std::string>;

struct Gathering {
  std::vector<Words> phrases;
  bool negates = false;
  std::vector<std::pair<std::uint32_t, const Line*>> nested;
};

// Every member of `id`, those of nested concepts included, each once. Returns
// false on a cycle.
bool Collect(std::uint32_t id, const std::vector<Gathering>& all,
             std::vector<int>& mark, std::set<Words>& members, bool& negates) {
  if (mark[id] == 1) return false;
  mark[id] = 1;
  members.insert(all[id].phrases.begin(), all[id].phrases.end());
  negates = negates || all[id].negates;
  for (const auto& [inner, line] : all[id].nested)
    if (!Collect(inner, all, mark, members, negates)) return false;
  mark[id] = 0;
  return true;
}

}  // namespace

Result<Concepts, std::vector<Problem>> Concepts::Compile(
    std::span<const Concept> authored, const text::Lexicon& lexicon) {
  Concepts concepts;
  std::vector<Problem> problems;
  for (const Concept& item : authored) {
    concepts.ids_.emplace(item.name,
                          static_cast<std::uint32_t>(concepts.infos_.size()));
    concepts.infos_.push_back(
        {.name = item.name, .name_hash = Fnv1a(item.name)});
  }

  std::vector<Gathering> gatherings(authored.size());
  for (std::size_t i = 0; i < authored.size(); ++i) {
    for (const Line& member : authored[i].members) {
      if (member.text.starts_with('@')) {
        const auto inner =
            concepts.Find(std::string_view(member.text).substr(1));
        if (!inner) {
          problems.push_back(
              {Problem::Weight::kError, member.at,
               "unknown concept '" + member.text +
                   "'; define it under `concepts:` or mend the name"});
          continue;
        }
        gatherings[i].nested.emplace_back(*inner, &member);
        continue;
      }
      std::string_view text = member.text;
      const bool exact =
          text.size() > 2 && text.front() == '"' && text.back() == '"';
      if (exact) text = text.substr(1, text.size() - 2);
      Words words;
      for (const text::Token& token : lexicon.ReadAuthored(text).tokens) {
        words.push_back(exact ? '"' + token.word : token.lemma);
        gatherings[i].negates = gatherings[i].negates || token.is_operator;
      }
      if (words.empty() || words.size() > kMaxPhrase) {
        problems.push_back(
            {Problem::Weight::kError, member.at,
             words.empty() ? "a member without a word"
                           : "a phrase of more than 8 words; use a pattern"});
        continue;
      }
      gatherings[i].phrases.push_back(std::move(words));
    }
  }

  std::map<Words, std::vector<std::uint32_t>> concepts_of;
  for (std::uint32_t id = 0; id < gatherings.size(); ++id) {
    std::set<Words> members;
    std::vector<int> mark(gatherings.size(), 0);
    Info& info = concepts.infos_[id];
    if (!Collect(id, gatherings, mark, members, info.negates)) {
      problems.push_back({Problem::Weight::kError, authored[id].at,
                          "@" + authored[id].name +
                              " contains itself; take one of the names out"});
      continue;
    }
    info.members = static_cast<int>(members.size());
    for (const Words& words : members) {
      info.longest = std::max(info.longest, static_cast<int>(words.size()));
      concepts_of[words].push_back(id);
    }
  }
  if (!problems.empty()) return problems;

  for (auto& [words, ids] : concepts_of) {
    Phrase phrase{.words = {}, .concepts = ids};
    for (const std::string& word : words) {
      const bool exact = word.starts_with('"');
      phrase.words.push_back({exact ? word.substr(1) : word, exact});
    }
    auto& table =
        phrase.words.front().exact ? concepts.by_word_ : concepts.by_lemma_;
    table[phrase.words.front().text].phrases.push_back(std::move(phrase));
  }
  return concepts;
}

std::optional<std::uint32_t> Concepts::Find(std::string_view name) const {
  const auto found = ids_.find(name);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

void Concepts::TagsAt(std::span<const text::Token> tokens, std::size_t at,
                      std::vector<Tag>& tags) const {
  const auto add = [&](const Bucket& bucket) {
    for (const Phrase& phrase : bucket.phrases) {
      std::size_t next = at + 1;
      std::size_t word = 1;
      while (word < phrase.words.size()) {
        if (next >= tokens.size() || tokens[next].clause != tokens[at].clause)
          break;
        const PhraseWord& wanted = phrase.words[word];
        const bool fits = wanted.exact ? tokens[next].word == wanted.text
                                       : tokens[next].lemma == wanted.text;
        if (fits) {
          ++word;
        } else if (!tokens[next].is_filler) {
          break;
        }
        ++next;
      }
      if (word < phrase.words.size()) continue;
      const auto length = static_cast<std::uint8_t>(
          std::min<std::size_t>(next - at, 2 * kMaxPhrase));
      for (const std::uint32_t id : phrase.concepts) {
        const bool known =
            std::any_of(tags.begin(), tags.end(), [&](const Tag& t) {
              return t.concept_id == id && t.length == length;
            });
        if (!known) tags.push_back({id, length});
      }
    }
  };
  if (const auto it = by_lemma_.find(tokens[at].lemma); it != by_lemma_.end())
    add(it->second);
  if (const auto it = by_word_.find(tokens[at].word); it != by_word_.end())
    add(it->second);
}

}  // namespace nearer::match
