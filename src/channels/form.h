#ifndef NEARER_CHANNELS_FORM_H_
#define NEARER_CHANNELS_FORM_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nearer::channels {

// Fields of application/x-www-form-urlencoded, in the order in which they are
// sent. A name may be there several times.
using Form = std::vector<std::pair<std::string, std::string>>;

// Reads a body, or a query. Whatever is no escape stands for itself, so this
// never fails. Linear.
Form ParseForm(std::string_view text);

// The first value of that name; empty when there is none. Lives as long as
// `form`.
std::string_view FieldOf(const Form& form, std::string_view name);

std::string WriteForm(const Form& form);

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_FORM_H_
