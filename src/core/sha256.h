#ifndef NEARER_CORE_SHA256_H_
#define NEARER_CORE_SHA256_H_

#include <string>
#include <string_view>

namespace nearer {

// SHA-256 of `bytes`, 64 small hexadecimal digits.
std::string Sha256(std::string_view bytes);

}  // namespace nearer

#endif  // NEARER_CORE_SHA256_H_
