#ifndef NEARER_CHANNELS_SPLIT_H_
#define NEARER_CHANNELS_SPLIT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "channels/channel.h"

namespace nearer::channels {

// What a platform counts when it says how long a message may be.
enum class Unit { kUtf16, kCodePoint };

// The length of a UTF-8 text; a byte that is no UTF-8 counts as one.
std::size_t Length(std::string_view text, Unit unit);

// Puts paragraphs, which are UTF-8, into as few messages as hold them, with a
// blank line between two of one message, none longer than `limit`, which is at
// least 1. A paragraph that is too long for a message is parted where a
// sentence ends, else between words, else between characters as people see
// them (an emoji with its skin tone is one), else between code points. White
// space at a parting is dropped; empty messages are not made. Linear.
std::vector<std::string> Split(const std::vector<std::string>& paragraphs,
                               std::size_t limit, Unit unit);

// The choices as a paragraph of numbered lines, or without numbers when they
// are numbers themselves; empty when there are none.
std::string NumberedLines(const std::vector<Choice>& choices);

// The paragraphs of a reply: its messages, then its lines of help as one.
std::vector<std::string> Paragraphs(const Reply& reply);

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_SPLIT_H_
