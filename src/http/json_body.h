#ifndef NEARER_HTTP_JSON_BODY_H_
#define NEARER_HTTP_JSON_BODY_H_

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "http/answer.h"

namespace nearer::http {

using Fields = std::map<std::string, std::string, std::less<>>;

// Reads a request body {"field": "string", …} that has every one of `fields`
// once, may have one or the other of `more` once, and nothing else. Fails with
// the problem to answer: 400 for what is no JSON in UTF-8 or names a field
// twice, 422 for JSON of another shape. Linear; depth costs no stack.
Result<Fields, Answer> ReadFields(std::string_view body,
                                  std::span<const std::string_view> fields,
                                  std::span<const std::string_view> more = {});

}  // namespace nearer::http

#endif  // NEARER_HTTP_JSON_BODY_H_
