#include "web/assets.h"

#include <cstddef>

namespace nearer::web {
namespace {

constexpr unsigned char kIndex[] = {
#include "index.html.inc"
};
constexpr unsigned char kStyle[] = {
#include "page.css.inc"
};
constexpr unsigned char kScript[] = {
#include "page.js.inc"
};
constexpr unsigned char kIcon[] = {
#include "icon.svg.inc"
};

template <std::size_t n>
std::string_view View(const unsigned char (&bytes)[n]) {
  return {reinterpret_cast<const char*>(bytes), n};
}

}  // namespace

std::span<const Asset> Assets() {
  static const Asset assets[] = {
      {"/", "text/html; charset=utf-8", View(kIndex)},
      {"/page.css", "text/css; charset=utf-8", View(kStyle)},
      {"/page.js", "text/javascript; charset=utf-8", View(kScript)},
      {"/icon.svg", "image/svg+xml", View(kIcon)},
  };
  return assets;
}

}  // namespace nearer::web
