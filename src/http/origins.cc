#include "http/origins.h"

#include <algorithm>
#include <charconv>

namespace nearer::http {
namespace {

constexpr std::string_view kHostLetters =
    "abcdefghijklmnopqrstuvwxyz0123456789.-";

bool IsOrigin(std::string_view text) {
  int usual_port = 0;
  if (text.starts_with("https://")) {
    text.remove_prefix(8);
    usual_port = 443;
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
    usual_port = 80;
  } else {
    return false;
  }
  std::string_view host = text;
  if (host.starts_with('[')) {  // an IPv6 address
    host = host.substr(0, host.find(']') + 1);
    if (host.size() < 4 ||
        host.substr(1, host.size() - 2)
                .find_first_not_of("0123456789abcdef:.") != host.npos)
      return false;
  } else {
    host = host.substr(0, host.find(':'));
    if (host.empty() || host.find_first_not_of(kHostLetters) != host.npos)
      return false;
  }
  text.remove_prefix(host.size());
  if (text.empty()) return true;
  if (text.front() != ':' || text.size() < 2 || text[1] == '0') return false;
  int port = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + 1, end, port);
  return read.ec == std::errc() && read.ptr == end && port > 0 &&
         port <= 65535 && port != usual_port;
}

}  // namespace

Result<Origins> Origins::Parse(const std::vector<std::string>& allowed) {
  Origins origins;
  for (const std::string& origin : allowed) {
    if (!IsOrigin(origin))
      return Error{origin +
                   ": expected an origin as a browser sends it, as in "
                   "https://example.org, in lower case and with nothing after "
                   "the host but a port that is not the usual one"};
    origins.allowed_.push_back(origin);
  }
  return origins;
}

bool Origins::Allow(std::string_view origin) const {
  return std::ranges::find(allowed_, origin) != allowed_.end();
}

Answer Origins::Preflight() {
  return {.status = 204,
          .body = {},
          .headers = {
              {"Access-Control-Allow-Methods", "GET, POST, DELETE"},
              {"Access-Control-Allow-Headers", "Authorization, Content-Type"},
              {"Access-Control-Max-Age", "7200"}}};
}

void Origins::Open(std::string_view origin, Answer& answer) const {
  if (allowed_.empty()) return;
  auto vary = std::ranges::find(answer.headers, "Vary",
                                &std::pair<std::string, std::string>::first);
  if (vary == answer.headers.end())
    answer.headers.emplace_back("Vary", "Origin");
  else
    vary->second += ", Origin";
  if (!Allow(origin)) return;
  answer.headers.emplace_back("Access-Control-Allow-Origin", origin);
  answer.headers.emplace_back("Access-Control-Expose-Headers", "Retry-After");
}

}  // namespace nearer::http
