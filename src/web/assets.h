#ifndef NEARER_WEB_ASSETS_H_
#define NEARER_WEB_ASSETS_H_

#include <span>
#include <string_view>

// The page, built into the program: plain HTML, CSS and JavaScript that talk
// to the HTTP API of the server they came from.
namespace nearer::web {

struct Asset {
  std::string_view path;  // as requested: "/", "/page.css", …
  std::string_view type;  // its media type
  std::string_view bytes;
};

std::span<const Asset> Assets();

}  // namespace nearer::web

#endif  // NEARER_WEB_ASSETS_H_
