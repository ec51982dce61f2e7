#ifndef NEARER_REPLAY_SCRUB_H_
#define NEARER_REPLAY_SCRUB_H_

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/coach/pack.h"

namespace nearer::replay {

// Takes out of utterances what tells who wrote them, and puts something of the
// same kind in its place, the same for the same throughout a conversation:
//
//   names      known to the coach; written with a capital inside a sentence, or
//              before a verb of what people do to each other; or with a capital
//              and in no list of words: "Alex", "Robin"
//   places     such words after "in", "from", "to", "at", "near": "Riverton"
//   addresses  of mail, of pages: someone@example.org, https://example.org
//   numbers    of three digits and more, telephone numbers among them: each
//              digit becomes a 1
//
// Shorter numbers stay: exercises ask for them. It finds what can be recognised
// and no more, so somebody should read what comes out.
class Scrub {
 public:
  // `pack`, which must outlive it, tells which words everybody knows.
  explicit Scrub(const coach::Pack& pack);

  // Somebody whose name is known: replaced however it is written.
  void Know(std::string_view name);

  // Finds names that `utterance` gives away; to be called with all utterances
  // before the first is scrubbed, since a name may be told late.
  void Learn(std::string_view utterance);

  std::string Scrubbed(std::string_view utterance) const;

 private:
  // Whether patterns or the tables of forms have it: "will", but not "anna",
  // which is in the list of common words.
  bool IsOrdinary(const std::string& lower) const;
  void Add(const std::string& lower, bool place);

  const coach::Pack& pack_;
  std::set<std::string, std::less<>> ordinary_, common_, capitalized_;
  std::map<std::string, std::string, std::less<>> stands_for_;  // by lower case
  std::size_t names_ = 0, places_ = 0;
};

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_SCRUB_H_
