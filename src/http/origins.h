#ifndef NEARER_HTTP_ORIGINS_H_
#define NEARER_HTTP_ORIGINS_H_

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "http/answer.h"

namespace nearer::http {

// The sites whose pages may carry the widget, besides the server's own. A
// browser lets a page of another origin read what this server answers only
// when the answer names that origin (CORS).
class Origins {
 public:
  Origins() = default;  // none

  // Each as a browser sends it: "https://example.org", "http://localhost:3000";
  // in lower case, with no path, no user and no default port. Fails on anything
  // else, naming it; "*" and "null" are no origins.
  static Result<Origins> Parse(const std::vector<std::string>& allowed);

  bool empty() const { return allowed_.empty(); }
  bool Allow(std::string_view origin) const;

  // What a browser asks before it sends a token or a body from another origin
  // (OPTIONS with Access-Control-Request-Method).
  static Answer Preflight();

  // Lets a page of `origin` read `answer`, when it may. While there are any
  // allowed origins every answer varies by origin, so that no cache gives one
  // site's answer to another.
  void Open(std::string_view origin, Answer& answer) const;

 private:
  std::vector<std::string> allowed_;
};

}  // namespace nearer::http

#endif  // NEARER_HTTP_ORIGINS_H_
