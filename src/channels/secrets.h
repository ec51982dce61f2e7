#ifndef NEARER_CHANNELS_SECRETS_H_
#define NEARER_CHANNELS_SECRETS_H_

#include <string>
#include <string_view>

namespace nearer::channels {

// Whether two secrets are the same, in a time that does not tell how much of
// them is. An empty one is the same as none.
bool SameSecret(std::string_view given, std::string_view expected);

// 32 hexadecimal digits that stand for `id` of `channel` and do not tell it:
// the ids of some platforms hold telephone numbers.
std::string Digest(std::string_view channel, std::string_view id);

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_SECRETS_H_
