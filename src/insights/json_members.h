#ifndef NEARER_INSIGHTS_JSON_MEMBERS_H_
#define NEARER_INSIGHTS_JSON_MEMBERS_H_

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace nearer::insights {

// A member's name and its value, both as they stand in the text: the name
// without its quotes and with its escapes, the value with everything.
using JsonMember = std::pair<std::string_view, std::string_view>;

// The members of `object`, the text of a JSON object, in order, without reading
// what is in them. Of a state of 9 KiB little is needed to look back, and
// finding that costs far less than reading it all.
//
// Nothing when brackets or quotes do not match. That a value is JSON is only
// known once it is read. Views point into `object`. Linear; depth costs no
// stack.
std::optional<std::vector<JsonMember>> MembersOf(std::string_view object);

}  // namespace nearer::insights

#endif  // NEARER_INSIGHTS_JSON_MEMBERS_H_
