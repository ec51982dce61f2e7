#ifndef NEARER_CORE_FNV_H_
#define NEARER_CORE_FNV_H_

#include <cstdint>
#include <string_view>

namespace nearer {

inline constexpr std::uint64_t kFnvBasis = 14695981039346656037ULL;

// FNV-1a, 64 bits: the same on every machine, and no secret. Goes on from
// `state`, so that several texts make one hash.
constexpr std::uint64_t Fnv1a(std::string_view text,
                              std::uint64_t state = kFnvBasis) {
  for (const char c : text)
    state = (state ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return state;
}

}  // namespace nearer

#endif  // NEARER_CORE_FNV_H_
