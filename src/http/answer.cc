#include "http/answer.h"

#include <nlohmann/json.hpp>

namespace nearer::http {

std::string_view Phrase(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

Answer Problem(int status, std::string_view code, std::string_view detail) {
  const nlohmann::ordered_json problem = {{"type", "about:blank"},
                                          {"title", Phrase(status)},
                                          {"status", status},
                                          {"code", code},
                                          {"detail", detail}};
  return {.status = status,
          .type = "application/problem+json",
          .body = problem.dump(),
          .headers = {}};
}

}  // namespace nearer::http
