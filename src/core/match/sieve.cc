#include "core/match/sieve.h"

#include <algorithm>
#include <bit>

namespace nearer::match {
namespace {

constexpr std::uint32_t kLastPlace = 63;

std::uint64_t PlaceBit(std::size_t place) {
  return std::uint64_t{1} << std::min<std::size_t>(place, kLastPlace);
}

// The places of `from` and up to `steps` behind each. What would pass the last
// place stays on it, since it stands for all that follow.
std::uint64_t Onward(std::uint64_t from, int steps) {
  if (steps >= static_cast<int>(kLastPlace))
    return from == 0 ? 0 : ~((from & -from) - 1);
  int covered = 1;
  while (steps > 0) {
    const int shift = std::min(covered, steps);
    from |= from << shift;
    covered += shift;
    steps -= shift;
  }
  return from;
}

}  // namespace

std::size_t Places::IndexOf(AtomId atom) const {
  const std::uint64_t below =
      bits_[atom / 64] & ((std::uint64_t{1} << (atom % 64)) - 1);
  return before_[atom / 64] + static_cast<std::size_t>(std::popcount(below));
}

void Places::Sort(const std::vector<std::pair<AtomId, Mask>>& seen,
                  std::size_t atoms) {
  bits_.assign(atoms / 64 + 1, 0);
  before_.assign(bits_.size(), 0);
  for (const auto& [atom, mask] : seen)
    bits_[atom / 64] |= std::uint64_t{1} << (atom % 64);
  for (std::size_t i = 0; i < bits_.size(); ++i) {
    before_[i] = static_cast<std::uint32_t>(present_.size());
    for (std::uint64_t rest = bits_[i]; rest != 0; rest &= rest - 1)
      present_.push_back(static_cast<AtomId>(
          i * 64 + static_cast<std::size_t>(std::countr_zero(rest))));
  }
  masks_.resize(present_.size());
  for (const auto& [atom, mask] : seen) {
    Mask& sum = masks_[IndexOf(atom)];
    sum.any |= mask.any;
    sum.unmarked |= mask.unmarked;
  }
}

AtomId Sieve::IdOf(const Atom& atom) {
  std::string all(1, static_cast<char>(atom.kind));
  all.append(atom.text).append(1, '\0').append(atom.second);
  const auto [found, is_new] = ids_.try_emplace(
      std::move(all), static_cast<AtomId>(known_atoms_.size()));
  if (is_new) known_atoms_.push_back(atom);
  return found->second;
}

PatternId Sieve::Add(std::span<const Needs> parts) {
  const auto first_chain = static_cast<std::uint32_t>(chains_.size());
  for (const Needs& needs : parts) {
    const std::size_t links = std::min(needs.all.size(), kMostLinks);
    Chain chain{.scope = needs.scope,
                .anchor = needs.anchor,
                .to_end = needs.to_end && links == needs.all.size(),
                .tail = static_cast<std::uint8_t>(needs.tail)};
    chain.links.begin = static_cast<std::uint32_t>(links_.size());
    for (const Need& need : std::span(needs.all).first(links)) {
      Link link{.reach = static_cast<std::uint8_t>(need.before),
                .unmarked = need.unmarked};
      link.atoms.begin = static_cast<std::uint32_t>(link_atoms_.size());
      for (const Atom& atom : need.either) link_atoms_.push_back(IdOf(atom));
      const auto first =
          link_atoms_.begin() + static_cast<std::ptrdiff_t>(link.atoms.begin);
      std::sort(first, link_atoms_.end());
      link_atoms_.erase(std::unique(first, link_atoms_.end()),
                        link_atoms_.end());
      link.atoms.end = static_cast<std::uint32_t>(link_atoms_.size());
      links_.push_back(link);
    }
    chain.links.end = static_cast<std::uint32_t>(links_.size());
    chains_.push_back(chain);
  }
  patterns_.push_back(
      {first_chain, static_cast<std::uint32_t>(chains_.size())});
  return static_cast<PatternId>(patterns_.size() - 1);
}

void Sieve::Index(PatternId count, const Concepts& concepts,
                  const text::Lexicon& lexicon) {
  const auto known = [&](const std::string& word) -> WordAtoms& {
    return words_.At(lexicon.IdOf(word), word);
  };
  std::uint32_t numbered = 0;
  const auto number = [&](WordAtoms& word) {
    if (word.number == 0) word.number = ++numbered;
    return word.number;
  };
  atoms_ = known_atoms_.size();
  concepts_.assign(concepts.size(), kNoAtom);
  for (AtomId id = 0; id < atoms_; ++id) {
    const Atom& atom = known_atoms_[id];
    const auto signed_id = static_cast<std::int32_t>(id);
    switch (atom.kind) {
      case Atom::Kind::kLemma:
        known(atom.text).lemma = signed_id;
        break;
      case Atom::Kind::kWord:
        known(atom.text).word = signed_id;
        break;
      case Atom::Kind::kConcept:
        concepts_[*concepts.Find(atom.text)] = signed_id;
        break;
      case Atom::Kind::kPair: {
        WordAtoms& first = known(atom.text);
        first.leads = true;
        const std::uint32_t leader = number(first);
        pairs_[PairKey(leader, number(known(atom.second)))] = id;
        break;
      }
    }
  }
  ids_.clear();
  known_atoms_ = {};

  std::vector<std::uint32_t> uses(atoms_, 0);
  for (const AtomId atom : link_atoms_) ++uses[atom];
  const auto cost = [&](const Link& link) {
    std::uint64_t sum = 0;
    for (std::uint32_t i = link.atoms.begin; i < link.atoms.end; ++i)
      sum += uses[link_atoms_[i]];
    return sum;
  };
  std::vector<std::vector<Posting>> posted(atoms_);
  for (PatternId id = 0; id < count; ++id) {
    std::vector<const Link*> rarest;
    for (std::uint32_t l = chains_[patterns_[id].begin].links.begin;
         l < chains_[patterns_[id].end - 1].links.end; ++l)
      rarest.push_back(&links_[l]);
    std::stable_sort(
        rarest.begin(), rarest.end(),
        [&](const Link* a, const Link* b) { return cost(*a) < cost(*b); });
    const Range found_by = rarest.front()->atoms;
    const Range gate = rarest.size() > 1 ? rarest[1]->atoms : found_by;
    Posting posting{.id = id};
    if (gate.end - gate.begin == 1)
      posting.gate = static_cast<std::int32_t>(link_atoms_[gate.begin]);
    for (std::uint32_t i = found_by.begin; i < found_by.end; ++i)
      posted[link_atoms_[i]].push_back(posting);
    gates_.push_back(gate);
  }
  for (const auto& ids : posted) {
    const auto begin = static_cast<std::uint32_t>(postings_.size());
    postings_.insert(postings_.end(), ids.begin(), ids.end());
    posted_.push_back({begin, static_cast<std::uint32_t>(postings_.size())});
  }
}

Places Sieve::Place(const text::Reading& reading, const Tags& tags) const {
  Places places;
  std::vector<std::pair<AtomId, Places::Mask>> seen;
  seen.reserve(reading.tokens.size() * 8);
  std::vector<const WordAtoms*> lemmas;
  lemmas.reserve(reading.tokens.size());
  for (const text::Token& token : reading.tokens)
    lemmas.push_back(words_.Find(token.lemma_id, token.lemma));
  std::size_t words = 0;
  std::uint16_t clause = 0, sentence = 0;
  for (std::size_t i = 0; i < reading.tokens.size(); ++i) {
    const text::Token& token = reading.tokens[i];
    const std::uint64_t bit = PlaceBit(words);
    const auto see = [&](std::int32_t atom) {
      if (atom >= 0)
        seen.push_back({static_cast<AtomId>(atom),
                        {.any = bit, .unmarked = token.marked ? 0 : bit}});
    };
    for (const Tag& tag : tags[i]) see(concepts_[tag.concept_id]);
    if (lemmas[i] != nullptr) see(lemmas[i]->lemma);
    const WordAtoms* const word = token.word == token.lemma
                                      ? lemmas[i]
                                      : words_.Find(token.word_id, token.word);
    if (word != nullptr) see(word->word);
    // With each word behind it, up to the first that is no filler.
    const bool leads = lemmas[i] != nullptr && lemmas[i]->leads;
    for (std::size_t j = i + 1; leads && j < reading.tokens.size(); ++j) {
      if (reading.tokens[j].clause != token.clause) break;
      if (lemmas[j] != nullptr && lemmas[j]->number != 0)
        if (const auto pair =
                pairs_.find(PairKey(lemmas[i]->number, lemmas[j]->number));
            pair != pairs_.end())
          see(static_cast<std::int32_t>(pair->second));
      if (reading.tokens[j].is_word()) break;
    }

    if (i == 0 || token.clause != clause) places.clauses_.push_back(0);
    if (i == 0 || token.sentence != sentence) places.sentences_.push_back(0);
    clause = token.clause;
    sentence = token.sentence;
    places.clauses_.back() |= bit;
    places.sentences_.back() |= bit;
    if (token.is_word()) {
      places.end_ = bit;
      ++words;
    }
  }
  places.Sort(seen, atoms_);
  return places;
}

std::vector<PatternId> Sieve::Candidates(const Places& places) const {
  std::vector<PatternId> open;
  for (const AtomId atom : places.present())
    for (std::uint32_t i = posted_[atom].begin; i < posted_[atom].end; ++i)
      if (IsOpen(postings_[i], places)) open.push_back(postings_[i].id);
  std::sort(open.begin(), open.end());
  open.erase(std::unique(open.begin(), open.end()), open.end());
  Fetch(open);
  std::erase_if(open, [&](PatternId id) { return !MayMatch(id, places); });
  return open;
}

void Sieve::Fetch(const std::vector<PatternId>& ids) const {
  const auto chain = [&](PatternId id) -> const Chain& {
    return chains_[patterns_[id].begin];
  };
  const auto link = [&](PatternId id) -> const Link& {
    return links_[chain(id).links.begin];
  };
  for (const PatternId id : ids) __builtin_prefetch(&patterns_[id]);
  for (const PatternId id : ids) __builtin_prefetch(&chain(id));
  for (const PatternId id : ids) __builtin_prefetch(&link(id));
  for (const PatternId id : ids)
    __builtin_prefetch(&link_atoms_[link(id).atoms.begin]);
}

bool Sieve::MayMatch(PatternId id, const Places& places) const {
  for (std::uint32_t c = patterns_[id].begin; c < patterns_[id].end; ++c)
    if (!Holds(chains_[c], places)) return false;
  return true;
}

std::uint64_t Sieve::PlacesOf(const Link& link, const Places& places) const {
  std::uint64_t at = 0;
  for (std::uint32_t i = link.atoms.begin; i < link.atoms.end; ++i) {
    const AtomId atom = link_atoms_[i];
    if (!places.Has(atom)) continue;
    const Places::Mask& mask = places.At(atom);
    at |= link.unmarked ? mask.unmarked : mask.any;
  }
  return at;
}

bool Sieve::AnyPresent(const Range& atoms, const Places& places) const {
  for (std::uint32_t i = atoms.begin; i < atoms.end; ++i)
    if (places.Has(link_atoms_[i])) return true;
  return false;
}

bool Sieve::Find(const Chain& chain, const Places& places,
                 LinkPlaces& at) const {
  for (std::uint32_t i = chain.links.begin; i < chain.links.end; ++i) {
    const std::uint64_t found = PlacesOf(links_[i], places);
    if (found == 0) return false;
    at[i - chain.links.begin] = found;
  }
  return true;
}

const std::vector<std::uint64_t>& Sieve::RoomsFor(const Chain& chain,
                                                  const Places& places) {
  switch (chain.scope) {
    case Scope::kClause:
      return places.clauses_;
    case Scope::kSentence:
      return places.sentences_;
    case Scope::kMessage:
      break;
  }
  return places.message_;
}

bool Sieve::Holds(const Chain& chain, const Places& places) const {
  LinkPlaces at;
  if (!Find(chain, places, at)) return false;
  const auto& rooms = RoomsFor(chain, places);
  return std::any_of(rooms.begin(), rooms.end(), [&](std::uint64_t room) {
    return HoldsIn(chain, at, room, places);
  });
}

std::vector<std::size_t> Sieve::Rooms(PatternId id,
                                      const Places& places) const {
  const Chain& chain = chains_[patterns_[id].begin];
  std::vector<std::size_t> holding;
  LinkPlaces at;
  if (!Find(chain, places, at)) return holding;
  const auto& rooms = RoomsFor(chain, places);
  for (std::size_t i = 0; i < rooms.size(); ++i)
    if (HoldsIn(chain, at, rooms[i], places)) holding.push_back(i);
  return holding;
}

std::uint64_t Sieve::StartsOfClauses(std::uint64_t room, const Places& places) {
  std::uint64_t starts = 0;
  for (const std::uint64_t clause : places.clauses_)
    starts |= clause & -clause & room;
  return starts;
}

bool Sieve::HoldsIn(const Chain& chain, const LinkPlaces& at,
                    std::uint64_t room, const Places& places) const {
  const Link* link = &links_[chain.links.begin];
  const std::size_t count = chain.links.end - chain.links.begin;
  std::uint64_t reached = at[0] & room;
  if (chain.anchor == Anchor::kMessage) reached &= Onward(1, link->reach);
  // "and" or "but" may stand before a clause's first word.
  if (chain.anchor == Anchor::kClause)
    reached &= Onward(StartsOfClauses(room, places), link->reach + 1);
  for (std::size_t i = 1; i < count && reached != 0; ++i)
    reached = Onward(reached, link[i].reach + 1) & at[i] & room;
  if (chain.to_end) reached = Onward(reached, chain.tail) & ~(places.end_ - 1);
  return reached != 0;
}

}  // namespace nearer::match
