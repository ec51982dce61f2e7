#ifndef NEARER_CHAT_CHOICES_H_
#define NEARER_CHAT_CHOICES_H_

#include <span>
#include <string>
#include <string_view>

// Quick replies where there are no buttons: each has a number.
namespace nearer::chat {

// Whether these choices are picked by number. "3" out of ten is said as it is,
// not picked as the third choice.
bool PickedByNumber(std::span<const std::string> choices);

// What `line` says: "2", "2." or "2)" picks the second choice, if they are
// picked by number; anything else is what it is.
std::string Chosen(std::string_view line, std::span<const std::string> choices);

}  // namespace nearer::chat

#endif  // NEARER_CHAT_CHOICES_H_
