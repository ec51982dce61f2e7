#include "authoring/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace nearer::authoring {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PageTest, TakesTextForText) {
  EXPECT_EQ(Escaped("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(Escaped("\xF0\x9F\x8C\x99 \xC3\xA9\n"),
            "\xF0\x9F\x8C\x99 \xC3\xA9\n");
  EXPECT_EQ(Escaped(std::string("\0\x1b\xff", 3)),
            "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(PageTest, RunsAndFetchesNothing) {
  const std::string page = Page("A <title>", "<p>Body</p>");
  EXPECT_THAT(page, HasSubstr("<title>A &lt;title&gt;</title>"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("script")));
  for (const char* outside : {"http://", "https://", "url(", "@import", "src="})
    EXPECT_THAT(page, Not(HasSubstr(outside)));
}

}  // namespace
}  // namespace nearer::authoring
