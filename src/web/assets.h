#ifndef NEARER_WEB_ASSETS_H_
#define NEARER_WEB_ASSETS_H_

#include <span>
#include <string_view>

// The widget and the pages, built into the program. They talk to the HTTP API
// of the server they came from. What is served at which path stands in
// build.mjs.
namespace nearer::web {

struct Asset {
  std::string_view path;  // as requested: "/", "/page.css", …
  std::string_view type;  // its media type
  std::string_view bytes;
  std::string_view gzip;  // the same, compressed
  std::string_view hash;  // of the bytes; letters, digits, '-' and '_'
};

std::span<const Asset> Assets();

}  // namespace nearer::web

#endif  // NEARER_WEB_ASSETS_H_
