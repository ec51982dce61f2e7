#include "http/json_body.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace nearer::http {
namespace {

using nlohmann::json;

// The events of an object of strings; any other event ends the reading. What is
// reported holds the names of known fields only.
class FieldReader : public nlohmann::json_sax<json> {
 public:
  FieldReader(std::span<const std::string_view> required,
              std::span<const std::string_view> more)
      : required_(required), known_(required.begin(), required.end()) {
    known_.insert(known_.end(), more.begin(), more.end());
  }

  Result<Fields, Answer> Finish() && {
    if (problem_) return *std::move(problem_);
    for (const std::string_view field : required_)
      if (!fields_.contains(field))
        return Problem(422, "missing_field",
                       "The field \"" + std::string(field) + "\" is missing.");
    return std::move(fields_);
  }

  bool null() override { return WrongType(); }
  bool boolean(bool) override { return WrongType(); }
  bool number_integer(number_integer_t) override { return WrongType(); }
  bool number_unsigned(number_unsigned_t) override { return WrongType(); }
  bool number_float(number_float_t, const string_t&) override {
    return WrongType();
  }
  bool binary(binary_t&) override { return WrongType(); }
  bool start_array(std::size_t) override { return WrongType(); }
  bool end_array() override { return true; }
  bool end_object() override { return true; }

  bool start_object(std::size_t) override {
    if (std::exchange(inside_, true)) return WrongType();
    return true;
  }

  bool key(string_t& name) override {
    if (std::ranges::find(known_, std::string_view(name)) == known_.end())
      return Fail(422, "unknown_field",
                  "There is a field this request does not have. It has: " +
                      List() + ".");
    if (fields_.contains(name))
      return Fail(400, "duplicate_field",
                  "The field \"" + name + "\" is there twice.");
    name_ = name;
    return true;
  }

  bool string(string_t& value) override {
    if (!inside_) return WrongType();
    fields_.emplace(name_, std::move(value));
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const json::exception&) override {
    return Fail(400, "malformed_json",
                "The body is not JSON in UTF-8; it goes wrong at byte " +
                    std::to_string(position) + ".");
  }

 private:
  bool Fail(int status, std::string_view code, const std::string& detail) {
    if (!problem_) problem_ = Problem(status, code, detail);
    return false;
  }

  bool WrongType() {
    return Fail(422, "wrong_type",
                inside_ && !name_.empty()
                    ? "The field \"" + name_ + "\" must be a string."
                    : "The body must be a JSON object.");
  }

  std::string List() const {
    if (known_.empty()) return "none";
    std::string list;
    for (const std::string_view field : known_)
      list.append(list.empty() ? "\"" : ", \"").append(field).append("\"");
    return list;
  }

  std::span<const std::string_view> required_;
  std::vector<std::string_view> known_;
  bool inside_ = false;
  std::string name_;
  Fields fields_;
  std::optional<Answer> problem_;
};

}  // namespace

Result<Fields, Answer> ReadFields(std::string_view body,
                                  std::span<const std::string_view> fields,
                                  std::span<const std::string_view> more) {
  FieldReader reader(fields, more);
  json::sax_parse(body, &reader);
  return std::move(reader).Finish();
}

}  // namespace nearer::http
