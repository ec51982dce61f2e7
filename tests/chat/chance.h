#ifndef NEARER_TESTS_CHAT_CHANCE_H_
#define NEARER_TESTS_CHAT_CHANCE_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace nearer::chat {

// `n` bytes that look random and are the same for the same `call`.
inline std::string Chance(std::uint64_t call, std::size_t n) {
  std::string bytes;
  for (std::size_t i = 0; i < n; ++i)
    bytes += static_cast<char>((call * 2654435761u + i * 40503u) >> 7);
  return bytes;
}

}  // namespace nearer::chat

#endif  // NEARER_TESTS_CHAT_CHANCE_H_
