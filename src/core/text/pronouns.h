#ifndef NEARER_CORE_TEXT_PRONOUNS_H_
#define NEARER_CORE_TEXT_PRONOUNS_H_

#include <optional>
#include <string>
#include <string_view>

namespace nearer::text {

// Turns a stretch of what a person said about themselves to what can be said
// to them: "my own, like I'm used to" -> "your own, like you're used to".
// "We" is "you" as well, and a contraction gets the apostrophe it lacks. Turned
// words are in small letters, since they stand inside a sentence, unless all
// was written in capitals. Keeps their spelling and capitals otherwise, drops
// surrounding white space and closing punctuation. What stands between two
// double quotation marks stays as it is. Returns nothing where the grammar
// might not hold: when the stretch outside quotations already says "you" or
// "your", contains a line break or control character, a quotation mark without
// its fellow, a link or mail address, bytes that are not UTF-8, more than
// `max_words` words, or nothing at all. Pure, linear.
std::optional<std::string> TurnToYou(std::string_view said, int max_words = 12);

}  // namespace nearer::text

#endif  // NEARER_CORE_TEXT_PRONOUNS_H_
