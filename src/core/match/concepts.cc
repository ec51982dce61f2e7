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

  // Words in order of their letters, so that phrases with the same first word
  // stand together.
  for (const auto& [words, ids] : concepts_of) {
    std::vector<PhraseWord> phrase;
    for (const std::string& word : words) {
      const bool exact = word.starts_with('"');
      const std::string letters = exact ? word.substr(1) : word;
      phrase.push_back({.id = lexicon.IdOf(letters), .exact = exact});
      if (phrase.back().id != text::kNoWord) continue;
      phrase.back().letters =
          static_cast<std::uint32_t>(concepts.others_.size());
      concepts.others_.push_back(letters);
    }
    const auto size = [](const auto& list) {
      return static_cast<std::uint32_t>(list.size());
    };
    const PhraseWord& first = phrase.front();
    auto& table = first.exact ? concepts.by_word_ : concepts.by_lemma_;
    Bucket& bucket = table.At(
        first.id, first.id == text::kNoWord
                      ? std::string_view(concepts.others_[first.letters])
                      : std::string_view());
    if (bucket.end == 0) bucket.begin = size(concepts.phrases_);
    Phrase added{.words_begin = size(concepts.words_),
                 .concepts_begin = size(concepts.concepts_)};
    concepts.words_.insert(concepts.words_.end(), phrase.begin() + 1,
                           phrase.end());
    concepts.concepts_.insert(concepts.concepts_.end(), ids.begin(), ids.end());
    added.words_end = size(concepts.words_);
    added.concepts_end = size(concepts.concepts_);
    concepts.phrases_.push_back(added);
    bucket.end = size(concepts.phrases_);
  }
  return concepts;
}

std::optional<std::uint32_t> Concepts::Find(std::string_view name) const {
  const auto found = ids_.find(name);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

bool Concepts::Fits(const text::Token& token, const PhraseWord& wanted) const {
  if ((wanted.exact ? token.word_id : token.lemma_id) != wanted.id)
    return false;
  return wanted.id != text::kNoWord ||
         (wanted.exact ? token.word : token.lemma) == others_[wanted.letters];
}

void Concepts::AddTags(std::span<const text::Token> tokens, std::size_t at,
                       const Bucket& bucket, Tags& tags) const {
  const std::size_t first_tag = tags.ends_.empty() ? 0 : tags.ends_.back();
  for (std::uint32_t p = bucket.begin; p < bucket.end; ++p) {
    const Phrase& phrase = phrases_[p];
    std::size_t next = at + 1;
    std::uint32_t word = phrase.words_begin;
    while (word < phrase.words_end) {
      if (next >= tokens.size() || tokens[next].clause != tokens[at].clause)
        break;
      if (Fits(tokens[next], words_[word])) {
        ++word;
      } else if (!tokens[next].is_filler) {
        break;
      }
      ++next;
    }
    if (word < phrase.words_end) continue;
    const auto length = static_cast<std::uint8_t>(
        std::min<std::size_t>(next - at, 2 * kMaxPhrase));
    for (std::uint32_t c = phrase.concepts_begin; c < phrase.concepts_end;
         ++c) {
      const std::uint32_t id = concepts_[c];
      const bool known = std::any_of(
          tags.all_.begin() + static_cast<std::ptrdiff_t>(first_tag),
          tags.all_.end(), [&](const Tag& t) {
            return t.concept_id == id && t.length == length;
          });
      if (!known) tags.all_.push_back({id, length});
    }
  }
}

Tags Concepts::TagsOf(std::span<const text::Token> tokens) const {
  Tags tags;
  tags.all_.reserve(tokens.size() * 4);
  tags.ends_.reserve(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const text::Token& token = tokens[i];
    if (const Bucket* bucket = by_lemma_.Find(token.lemma_id, token.lemma))
      AddTags(tokens, i, *bucket, tags);
    if (const Bucket* bucket = by_word_.Find(token.word_id, token.word))
      AddTags(tokens, i, *bucket, tags);
    tags.ends_.push_back(static_cast<std::uint32_t>(tags.all_.size()));
  }
  return tags;
}

}  // namespace nearer::match
