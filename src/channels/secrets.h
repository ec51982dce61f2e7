#ifndef NEARER_CHANNELS_SECRETS_H_
#define NEARER_CHANNELS_SECRETS_H_

#include <string>
#include <string_view>

namespace nearer::channels {

// Whether two secrets are the same, in a time that does not tell how much of
// them is. An empty one is the same as none.
bool SameSecret(std::string_view given, std::string_view expected);

// Signatures, as platforms write them.
std::string HmacSha1Base64(std::string_view key, std::string_view message);
std::string HmacSha256Hex(std::string_view key, std::string_view message);

std::string Base64(std::string_view bytes);

// 32 hexadecimal digits that stand for `id` of `channel` and do not tell it:
// the ids of some platforms hold telephone numbers.
std::string Digest(std::string_view channel, std::string_view id);

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_SECRETS_H_
