#include "web/assets.h"

#include <cstddef>

namespace nearer::web {
namespace {

template <std::size_t n>
std::string_view View(const unsigned char (&bytes)[n]) {
  return {reinterpret_cast<const char*>(bytes), n};
}

// kAssets, written by build.mjs.
#include "assets.inc"

}  // namespace

std::span<const Asset> Assets() { return kAssets; }

}  // namespace nearer::web
