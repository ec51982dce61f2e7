#include "core/json_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <random>

namespace nearer {
namespace {

template <typename T>
std::string Written(const T& value) {
  std::string json = "before ";
  AppendJson(value, json);
  EXPECT_TRUE(json.starts_with("before "));
  return json.substr(7);
}

template <typename T>
std::string Twin(const T& value) {
  return nlohmann::json(value).dump(-1, ' ', false,
                                    nlohmann::json::error_handler_t::replace);
}

TEST(JsonTextTest, WritesTheBytesThatNlohmannWrites) {
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-7}, std::int64_t{1767603600},
        std::numeric_limits<std::int64_t>::min()})
    EXPECT_EQ(Written(number), Twin(number));
  const std::vector<std::vector<std::string>> lists = {
      {}, {""}, {"", ""}, {"a", "\"quoted\"", "[", "[,"}};
  for (const auto& list : lists) EXPECT_EQ(Written(list), Twin(list));
  const std::map<std::string, std::string> map = {
      {"a", "1"}, {"b\n", ""}, {"\xc3\xa9", "\\"}};
  EXPECT_EQ(Written(map), Twin(map));
  EXPECT_EQ(Written(std::map<std::string, std::string>()), "{}");
}

TEST(JsonTextTest, EscapesAndMendsEveryTextAsNlohmannDoes) {
  std::mt19937 random(17);
  // Bytes that matter to UTF-8 and to JSON, more often than others.
  const std::string_view pieces[] = {
      "plain words ", "\"",           "\\",
      "\n",           "\x01",         "\x7f",
      "\xc3\xa9",     "\xe2\x80\x99", "\xf0\x9f\x99\x82",
      "\x80",         "\xc0",         "\xc2",
      "\xe0\x80",     "\xe0\xa0",     "\xed\xa0\x80",
      "\xef\xbf\xbd", "\xf0\x8f",     "\xf0\x9f\x99",
      "\xf4\x90",     "\xf5",         "\xff"};
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (auto parts = random() % 6; parts > 0; --parts) {
      if (random() % 4 == 0) {
        text += static_cast<char>(random());
      } else {
        text += pieces[random() % std::size(pieces)];
      }
    }
    ASSERT_EQ(Written(std::string_view(text)), Twin(text))
        << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace nearer
