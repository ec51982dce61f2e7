#ifndef NEARER_HTTP_ANSWER_H_
#define NEARER_HTTP_ANSWER_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nearer::http {

// What a route answers with; the headers every answer carries are added later.
struct Answer {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// An error as RFC 9457 problem+json. `code` is for programs and stays the same
// between versions; `detail` is for people and repeats nothing they wrote.
Answer Problem(int status, std::string_view code, std::string_view detail);

// As the status line has it: "Not Found".
std::string_view Phrase(int status);

}  // namespace nearer::http

#endif  // NEARER_HTTP_ANSWER_H_
