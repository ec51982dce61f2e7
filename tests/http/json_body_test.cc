#include "http/json_body.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace nearer::http {
namespace {

constexpr std::array<std::string_view, 2> kFields = {"text", "id"};

std::string CodeOf(std::string_view body) {
  const auto fields = ReadFields(body, kFields);
  if (fields) return "";
  const std::string& problem = fields.error().body;
  const auto at = problem.find("\"code\":\"") + 8;
  return std::to_string(fields.error().status) + " " +
         problem.substr(at, problem.find('"', at) - at);
}

TEST(JsonBodyTest, OtherFieldsMayBeThereOrNot) {
  static constexpr std::string_view kMore[] = {"more"};
  const auto with =
      ReadFields(R"({"more":"3","id":"1","text":"2"})", kFields, kMore);
  ASSERT_TRUE(with.ok());
  EXPECT_EQ(with->at("more"), "3");
  const auto without = ReadFields(R"({"id":"1","text":"2"})", kFields, kMore);
  ASSERT_TRUE(without.ok());
  EXPECT_FALSE(without->contains("more"));
  EXPECT_EQ(ReadFields(R"({"more":"3"})", kFields, kMore).error().status, 422);
}

TEST(JsonBodyTest, ReadsAnObjectOfStringsInAnyOrder) {
  const auto fields =
      ReadFields(R"( {"id": "1", "text": "é\u0041"} )", kFields);
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->at("text"), "éA");
  EXPECT_EQ(fields->at("id"), "1");
}

TEST(JsonBodyTest, EverythingElseIsAProblemWithAName) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "400 malformed_json"},
      {"{", "400 malformed_json"},
      {R"({"text":"a","id":"1"} x)", "400 malformed_json"},
      {R"({"text":"a","id":"1",})", "400 malformed_json"},
      {R"({'text':'a'})", "400 malformed_json"},
      {"{\"text\":\"\xff\",\"id\":\"1\"}", "400 malformed_json"},
      {"{\"text\":\"\xed\xa0\x80\",\"id\":\"1\"}", "400 malformed_json"},
      {R"({"text":"\ud800","id":"1"})", "400 malformed_json"},
      {"{\"text\":\"a\nb\",\"id\":\"1\"}", "400 malformed_json"},
      {R"({"text":"a","id":"1","text":"b"})", "400 duplicate_field"},
      {R"({"text":"a","id":"1","\u0074ext":"b"})", "400 duplicate_field"},
      {R"({"text":"a","id":"1","more":"b"})", "422 unknown_field"},
      {R"({"text":"a"})", "422 missing_field"},
      {R"({"text":1,"id":"1"})", "422 wrong_type"},
      {R"({"text":null,"id":"1"})", "422 wrong_type"},
      {R"({"text":["a"],"id":"1"})", "422 wrong_type"},
      {R"({"text":{"text":"a"},"id":"1"})", "422 wrong_type"},
      {R"("text")", "422 wrong_type"},
      {"[]", "422 wrong_type"},
      {"null", "422 wrong_type"},
      {std::string(60'000, '['), "422 wrong_type"},
  };
  for (const auto& [body, code] : cases) EXPECT_EQ(CodeOf(body), code) << body;
}

}  // namespace
}  // namespace nearer::http
