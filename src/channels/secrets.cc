#include "channels/secrets.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/sha256.h"

namespace nearer::channels {
namespace {

std::string Hmac(const EVP_MD* hash, std::string_view key,
                 std::string_view message) {
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned length = 0;
  HMAC(hash, key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       reinterpret_cast<unsigned char*>(mac.data()), &length);
  mac.resize(length);
  return mac;
}

std::string Hex(std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    (hex += kHex[byte >> 4]) += kHex[byte & 15];
  }
  return hex;
}

}  // namespace

std::string Base64(std::string_view bytes) {
  // EVP_EncodeBlock writes a NUL behind the text.
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string HmacSha1Base64(std::string_view key, std::string_view message) {
  return Base64(Hmac(EVP_sha1(), key, message));
}

std::string HmacSha256Hex(std::string_view key, std::string_view message) {
  return Hex(Hmac(EVP_sha256(), key, message));
}

bool SameSecret(std::string_view given, std::string_view expected) {
  if (given.empty() || expected.empty()) return false;
  // Hashes are of one length, so that not even the length is told.
  const std::string a = Sha256(given);
  const std::string b = Sha256(expected);
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string Digest(std::string_view channel, std::string_view id) {
  constexpr std::size_t kDigits = 32;
  std::string both(channel);
  both.append(1, '\0').append(id);
  return Sha256(both).substr(0, kDigits);
}

}  // namespace nearer::channels
