#ifndef NEARER_CORE_DIALOG_DIALOG_H_
#define NEARER_CORE_DIALOG_DIALOG_H_

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/authored.h"
#include "core/match/matcher.h"

// One step of a dialog: which of a node's replies an utterance takes.
namespace nearer::dialog {

// Where the patterns of dialogs stand among the matcher's extra patterns:
// [begin, end).
struct PatternRange {
  std::size_t begin = 0, end = 0;
};
struct Patterns {
  PatternRange ask;                                // that ask for the dialog
  std::vector<PatternRange> volunteered;           // by reply
  std::vector<std::vector<PatternRange>> replies;  // by node, by reply
};

// A reply that was taken, and what it keeps: slot -> the person's own words.
struct Taken {
  const DialogReply* reply = nullptr;
  std::map<std::string, std::string> kept;
};

// The first of `replies`, a node's or those volunteered, that the utterance
// takes, an `else` left out; nothing when only the `else` is left. Pure; linear
// in the utterance.
std::optional<Taken> TakeReply(std::span<const DialogReply> replies,
                               const std::vector<PatternRange>& patterns,
                               const match::Matcher& matcher,
                               const match::Heard& heard,
                               std::string_view utterance);

// The node's `else`, taken. The loader has seen that there is one.
Taken TakeElse(const DialogNode& node, std::string_view utterance);

// Whether the node takes any words as its answer: its `else` keeps them.
bool TakesAnything(const DialogNode& node);

// Two texts that differ only in case, spaces and punctuation.
bool SameWords(std::string_view a, std::string_view b);

// The first number from 0 to 100 in the reading, in digits or as a word up to
// ten, that does not count something: "a 5, I think", "7 out of 10", but not
// "two minutes". Nothing when there is none.
std::optional<int> NumberIn(const text::Reading& reading);

}  // namespace nearer::dialog

#endif  // NEARER_CORE_DIALOG_DIALOG_H_
