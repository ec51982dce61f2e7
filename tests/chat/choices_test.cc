#include "chat/choices.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nearer::chat {
namespace {

TEST(ChoicesTest, ANumberAlonePicksAChoice) {
  const std::vector<std::string> choices = {"Yes", "No"};
  for (const char* line : {"2", " 2 ", "2.", "2)", "\t2\r\n"})
    EXPECT_EQ(Chosen(line, choices), "No") << line;
  for (const char* line :
       {"0", "3", "-1", "2 of them", "two", "", "2..", "99999999999999999999"})
    EXPECT_EQ(Chosen(line, choices), line);
  EXPECT_EQ(Chosen("1", {}), "1");
}

TEST(ChoicesTest, ChoicesThatAreNumbersAreSaidAsTheyAre) {
  const std::vector<std::string> choices = {"0", "3", "7"};
  EXPECT_FALSE(PickedByNumber(choices));
  EXPECT_EQ(Chosen("3", choices), "3");
}

}  // namespace
}  // namespace nearer::chat
