#include "insights/markdown.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace nearer::insights {
namespace {

// That readers show the same words is asserted with a reader, in tests/web.
TEST(MarkdownTest, WhatMayMeanSomethingIsEscapedAndNothingElse) {
  const std::pair<std::string, std::string> cases[] = {
      {"I'm fine. Really (mostly) - it's 10:15!",
       "I'm fine. Really (mostly) - it's 10:15!"},
      {"*a* _b_ `c` ~d~ [e](f) ![g](h)",
       R"(\*a\* \_b\_ \`c\` \~d\~ \[e\](f) \!\[g\](h))"},
      {"<script>&amp;", R"(\<script\>\&amp;)"},
      {"# x", R"(\# x)"},
      {"- x", R"(\- x)"},
      {"+ x", R"(\+ x)"},
      {"> x", R"(\> x)"},
      {"1. x", R"(1\. x)"},
      {"42) x", R"(42\) x)"},
      {"iv. x", R"(iv\. x)"},
      {"a) x", R"(a\) x)"},
      {"===", R"(\===)"},
      {"back\\slash", R"(back\\slash)"},
      {"https://a.example", R"(https\://a.example)"},
      {"", ""},
  };
  for (const auto& [text, markdown] : cases)
    EXPECT_EQ(MarkdownOf(text, ""), markdown);
}

TEST(MarkdownTest, LinesStayLines) {
  EXPECT_EQ(MarkdownOf("one\ntwo\r\nthree\rfour\n\n five", "> "),
            "> one\\\n> two\\\n> three\\\n> four\n> \n> \u00a0five");
  EXPECT_EQ(MarkdownOf("a\n", "> "), "> a\n> ");
}

TEST(MarkdownTest, SpacesAndControlsMakeNoCode) {
  EXPECT_EQ(MarkdownOf("\t\x01 x\x02y  ", ""), "\u00a0\u00a0\u00a0x y");
  EXPECT_EQ(MarkdownOf(" \t\x7f", "> "), "> ");
}

}  // namespace
}  // namespace nearer::insights
