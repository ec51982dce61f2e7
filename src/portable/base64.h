#ifndef NEARER_PORTABLE_BASE64_H_
#define NEARER_PORTABLE_BASE64_H_

#include <optional>
#include <string>
#include <string_view>

namespace nearer::portable {

// RFC 4648, with padding.
std::string ToBase64(std::string_view bytes);
// Nothing for what ToBase64 did not write.
std::optional<std::string> FromBase64(std::string_view text);

// Small hexadecimal digits.
std::string ToHex(std::string_view bytes);
std::optional<std::string> FromHex(std::string_view text);

}  // namespace nearer::portable

#endif  // NEARER_PORTABLE_BASE64_H_
