#include "channels/secrets.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace nearer::channels {
namespace {

std::string Sha256(std::string_view bytes) {
  std::string hash(32, '\0');
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(),
             reinterpret_cast<unsigned char*>(hash.data()), &length,
             EVP_sha256(), nullptr);
  return hash;
}

}  // namespace

bool SameSecret(std::string_view given, std::string_view expected) {
  if (given.empty() || expected.empty()) return false;
  // Hashes are of one length, so that not even the length is told.
  const std::string a = Sha256(given), b = Sha256(expected);
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string Digest(std::string_view channel, std::string_view id) {
  constexpr char kHex[] = "0123456789abcdef";
  constexpr std::size_t kBytes = 16;
  std::string both(channel);
  both.append(1, '\0').append(id);
  const std::string hash = Sha256(both);
  std::string digest;
  for (std::size_t i = 0; i < kBytes; ++i) {
    const auto byte = static_cast<unsigned char>(hash[i]);
    digest += kHex[byte >> 4];
    digest += kHex[byte & 15];
  }
  return digest;
}

}  // namespace nearer::channels
