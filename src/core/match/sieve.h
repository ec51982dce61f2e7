#ifndef NEARER_CORE_MATCH_SIEVE_H_
#define NEARER_CORE_MATCH_SIEVE_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/match/concepts.h"
#include "core/match/needs.h"
#include "core/match/word_map.h"
#include "core/text/lexicon.h"
#include "core/text/reading.h"

// Passes over the patterns that cannot match an utterance, without running
// them: those whose words are not there, or not in their order, or too far
// apart. What it lets through may still not match.
namespace nearer::match {

using AtomId = std::uint32_t;     // a word or concept that patterns ask for
using PatternId = std::uint32_t;  // in the order of Sieve::Add

// Where the atoms of an utterance stand: places 0 to 63 count its words without
// fillers (a filler has the place of the word after it), and what comes later
// has place 63.
class Places {
 public:
  struct Mask {
    std::uint64_t any = 0;       // bit p: at place p
    std::uint64_t unmarked = 0;  // and there under no negation
  };

  // The atoms that are present, ascending.
  const std::vector<AtomId>& present() const { return present_; }

  bool Has(AtomId atom) const { return (bits_[atom / 64] >> (atom % 64)) & 1; }
  // Of an atom that is present.
  const Mask& At(AtomId atom) const { return masks_[IndexOf(atom)]; }

 private:
  friend class Sieve;
  void Sort(const std::vector<std::pair<AtomId, Mask>>& seen,
            std::size_t atoms);
  std::size_t IndexOf(AtomId atom) const;  // in present_

  std::vector<AtomId> present_;
  std::vector<Mask> masks_;            // in order of present_
  std::vector<std::uint64_t> bits_;    // a bit for each atom there is
  std::vector<std::uint32_t> before_;  // atoms present before each of bits_
  std::vector<std::uint64_t> clauses_, sentences_;  // the places of each
  std::vector<std::uint64_t> message_ = {~std::uint64_t{0}};
  std::uint64_t end_ = 1;  // the last word's place
};

// Immutable after Index; const members may be called from many threads.
class Sieve {
 public:
  // Takes in what the parts of a pattern need, each part something, and gives
  // the pattern the next id.
  PatternId Add(std::span<const Needs> parts);

  // Makes the patterns with ids below `count` findable by Candidates, each
  // under the rarest of what it needs. Once, after the last Add.
  void Index(PatternId count, const Concepts& concepts,
             const text::Lexicon& lexicon);

  // Linear in the words and their tags.
  Places Place(const text::Reading& reading, const Tags& tags) const;

  // The indexed patterns that may match, ascending.
  std::vector<PatternId> Candidates(const Places& places) const;

  // Whether one pattern may match.
  bool MayMatch(PatternId id, const Places& places) const;

  // How far a match of the pattern's first part reaches.
  Scope ScopeOf(PatternId id) const {
    return chains_[patterns_[id].begin].scope;
  }
  // The clauses or sentences of the utterance (or the one message), as ScopeOf
  // says, in which the pattern's first part may match, ascending.
  std::vector<std::size_t> Rooms(PatternId id, const Places& places) const;

 private:
  static constexpr std::size_t kMostLinks = 32;

  struct Range {
    std::uint32_t begin = 0, end = 0;
  };
  // An atom of a link stands at most `reach` words behind the link before.
  struct Link {
    Range atoms;  // of link_atoms_
    std::uint8_t reach = 0;
    bool unmarked = false;
  };
  // One part of a pattern.
  struct Chain {
    Range links;  // of links_
    Scope scope = Scope::kClause;
    Anchor anchor = Anchor::kNone;
    bool to_end = false;
    std::uint8_t tail = 0;
  };
  static constexpr std::int32_t kNoAtom = -1;
  // What a word is good for.
  struct WordAtoms {
    std::int32_t word = kNoAtom, lemma = kNoAtom;  // as it stands; as any form
    std::uint32_t number = 0;  // its part of a pair's key; 0: of no pair
    bool leads = false;        // comes first in some pair
  };
  // A pattern, and its gate when that is one atom, as most are: then a pattern
  // is passed over without a look at anything else.
  struct Posting {
    PatternId id = 0;
    std::int32_t gate = kNoAtom;
  };
  static std::uint64_t PairKey(std::uint32_t first, std::uint32_t second) {
    return std::uint64_t{first} << 32 | second;
  }

  bool IsOpen(const Posting& posting, const Places& places) const {
    return posting.gate == kNoAtom
               ? AnyPresent(gates_[posting.id], places)
               : places.Has(static_cast<AtomId>(posting.gate));
  }

  // Fetches what MayMatch wants to know of patterns. It stands in four places,
  // each found through the one before, that nothing keeps warm: to wait for all
  // patterns at once is much shorter than for one after the other.
  void Fetch(const std::vector<PatternId>& ids) const;

  AtomId IdOf(const Atom& atom);
  std::uint64_t PlacesOf(const Link& link, const Places& places) const;
  bool AnyPresent(const Range& atoms, const Places& places) const;
  // Where the links' atoms stand; false when one has none.
  using LinkPlaces = std::array<std::uint64_t, kMostLinks>;
  bool Find(const Chain& chain, const Places& places, LinkPlaces& at) const;
  // What a match of the chain cannot reach out of.
  static const std::vector<std::uint64_t>& RoomsFor(const Chain& chain,
                                                    const Places& places);
  bool Holds(const Chain& chain, const Places& places) const;
  // The first words of the clauses in the room.
  static std::uint64_t StartsOfClauses(std::uint64_t room,
                                       const Places& places);
  bool HoldsIn(const Chain& chain, const LinkPlaces& at, std::uint64_t room,
               const Places& places) const;

  // While patterns are added: atoms by number, and numbers by all of an atom.
  std::vector<Atom> known_atoms_;
  StringMap<AtomId> ids_;
  std::vector<AtomId> link_atoms_;
  std::vector<Link> links_;
  std::vector<Chain> chains_;
  std::vector<Range> patterns_;  // of chains_, by pattern

  std::size_t atoms_ = 0;
  WordMap<WordAtoms> words_;
  std::unordered_map<std::uint64_t, AtomId> pairs_;  // by PairKey
  std::vector<std::int32_t> concepts_;               // the atom of each
  std::vector<Range> posted_;                        // of postings_, by atom
  std::vector<Posting> postings_;
  // The next rarest of what a pattern needs, asked first; by pattern.
  std::vector<Range> gates_;
};

}  // namespace nearer::match

#endif  // NEARER_CORE_MATCH_SIEVE_H_
