#ifndef NEARER_TESTS_HTTP_CONTRACT_H_
#define NEARER_TESTS_HTTP_CONTRACT_H_

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "http/client.h"

namespace nearer::http {

// The description at /openapi.json, to hold responses against. Knows the part
// of JSON Schema that the description uses.
class Contract {
 public:
  explicit Contract(nlohmann::json description);

  // What is wrong with `response` to a request of this method and path template
  // ("/v1/conversations/{id}"); empty when nothing is.
  std::string Violation(std::string_view method, std::string_view route,
                        const Response& response) const;

 private:
  std::string Check(const nlohmann::json& schema, const nlohmann::json& value,
                    const std::string& where) const;
  const nlohmann::json& Resolve(const nlohmann::json& node) const;
  nlohmann::json description_;
};

}  // namespace nearer::http

#endif  // NEARER_TESTS_HTTP_CONTRACT_H_
