#include "core/text/wordbook.h"

#include <algorithm>

#include "core/text/fold.h"
#include "core/text/reader.h"

namespace nearer::text {
namespace {

using Id = Vocabulary::Id;
constexpr Id kNone = Vocabulary::kNone;

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool HasCapital(std::string_view word) {
  return std::any_of(word.begin(), word.end(),
                     [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

Wordbook::Wordbook(const WordTables& tables) {
  words.Reserve(tables.common.size() + 3 * tables.inflections.size() / 2);
  Add("is");  // "my husband's gone" needs it
  for (const std::string& word : tables.common) Add(word);
  for (const auto& [form, lemma] : tables.inflections) {
    const Id from = Add(form), to = Add(lemma);
    if (from != kNone && to != kNone) infos[from].lemma = to;
  }
  for (const Role& role : tables.roles) AddAll(role.word);
  // Contractions last: where a spelling stands in both tables, they win.
  for (const auto& [spelling, opened] : tables.chat)
    AddOpening(spelling, opened);
  for (const auto& [spelling, opened] : tables.contractions)
    AddOpening(spelling, opened);
  std::stable_sort(endings.begin(), endings.end(),
                   [](const auto& a, const auto& b) {
                     return a.first.size() > b.first.size();
                   });
  for (const std::string& word : tables.abbreviations) {
    std::string plain = Fold(Trim(word)).text;
    if (!plain.empty() && plain.back() == '.') plain.pop_back();
    if (const Id id = Add(plain); id != kNone)
      infos[id].flags |= WordInfo::kAbbreviation;
  }
  for (const std::string& line : tables.fillers)
    AddPhrase(line, Means::kFiller, Means::kFiller);
  for (const std::string& line : tables.operators)
    AddPhrase(line, Means::kOperator, Means::kNoOperator);
  for (const std::string& line : tables.clause_openers)
    AddPhrase(line, Means::kOpener, Means::kNoOpener);
  std::stable_sort(phrases.begin(), phrases.end(),
                   [](const Phrase& a, const Phrase& b) {
                     if (a.words[0] != b.words[0])
                       return a.words[0] < b.words[0];
                     return a.words.size() > b.words.size();
                   });
  for (std::size_t i = phrases.size(); i-- > 0;) {
    WordInfo& head = infos[phrases[i].words[0]];
    head.phrase = static_cast<std::uint32_t>(i);
    head.flags |= WordInfo::kHead;
  }
}

void Wordbook::AddTargets(std::span<const std::string> rule_words) {
  std::vector<Id> targets;
  for (Id id = 0; id < infos.size(); ++id)
    if (infos[id].Has(WordInfo::kOperator) || infos[id].Has(WordInfo::kOpener))
      targets.push_back(id);
  for (const std::string& text : rule_words) {
    const Reading reading = Read(*this, text, Writer::kAuthor);
    for (const Token& token : reading.tokens)
      if (const Id id = Add(token.word); id != kNone) targets.push_back(id);
  }
  // Every inflection of a target is one; so each lemma is asked about once.
  std::vector<bool> meant(infos.size());
  for (const Id id : targets) meant[infos[id].lemma] = true;
  std::vector<Id> groups;
  targets.clear();
  for (Id id = 0; id < infos.size(); ++id) {
    // A spelling that opens to others is no word.
    if (!meant[infos[id].lemma] || infos[id].opening != kNone) continue;
    targets.push_back(id);
    groups.push_back(infos[id].lemma);
  }
  typos = TypoIndex(words, std::move(targets), std::move(groups));
}

Id Wordbook::Add(std::string_view word) {
  const Id id = words.Add(word);
  if (id != kNone && id == infos.size()) infos.emplace_back().lemma = id;
  return id;
}

std::vector<Id> Wordbook::AddAll(std::string_view text) {
  const std::string folded = Fold(text).text;
  std::vector<Id> ids;
  for (std::string_view rest = Trim(folded); !rest.empty(); rest = Trim(rest)) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (const Id id = Add(rest.substr(0, end)); id != kNone) ids.push_back(id);
    rest.remove_prefix(end);
  }
  return ids;
}

void Wordbook::AddOpening(std::string_view spelling, std::string_view opened) {
  std::vector<Id> to = AddAll(opened);
  const std::string folded = Fold(Trim(spelling)).text;
  if (to.empty() || folded.empty()) return;
  if (folded[0] == '-' && folded.size() > 1) {
    endings.emplace_back(folded.substr(1), std::move(to));
    return;
  }
  const Id from = Add(folded);
  if (from == kNone) return;
  infos[from].opening = static_cast<std::uint32_t>(openings.size());
  if (HasCapital(spelling)) infos[from].flags |= WordInfo::kCapitals;
  openings.push_back(std::move(to));
}

void Wordbook::AddPhrase(std::string_view line, Means plain, Means excepted) {
  line = Trim(line);
  Means means = plain;
  if (!line.empty() && (line[0] == '!' || line[0] == '|')) {
    means = line[0] == '!' ? excepted : Means::kRelease;
    line.remove_prefix(1);
  }
  std::vector<Id> ids = AddAll(line);
  if (ids.empty()) return;
  if (ids.size() == 1 && means == Means::kFiller) {
    infos[ids[0]].flags |= WordInfo::kFiller;
  } else if (ids.size() == 1 && means == Means::kOperator) {
    infos[ids[0]].flags |= WordInfo::kOperator;
  } else if (ids.size() == 1 && means == Means::kOpener) {
    infos[ids[0]].flags |= WordInfo::kOpener;
  } else {
    phrases.push_back({means, std::move(ids)});
  }
}

}  // namespace nearer::text
