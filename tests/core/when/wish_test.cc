#include "core/when/wish.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "fuzz/kept_corpus.h"

namespace nearer::when {
namespace {

// As a line: what was said of when, in the order of the struct.
std::string Said(std::string_view text) {
  const Wish wish = ParseWish(text);
  std::string said;
  const auto add = [&](const std::string& what) {
    if (!said.empty()) said += ' ';
    said += what;
  };
  if (wish.in) add("in:" + std::to_string(wish.in->count()));
  if (wish.days) add("days:" + std::to_string(*wish.days));
  if (wish.weekday)
    add("weekday:" + std::to_string(wish.weekday->c_encoding()));
  if (wish.month) add("month:" + std::to_string(*wish.month));
  if (wish.day_of_month) add("date:" + std::to_string(*wish.day_of_month));
  if (wish.minute) {
    const std::string minute = std::to_string(*wish.minute % 60);
    add("clock:" + std::to_string(*wish.minute / 60) + ":" +
        (minute.size() < 2 ? "0" : "") + minute +
        (wish.either_half ? "?" : ""));
  }
  constexpr const char* kParts[] = {
      "", "morning", "noon", "afternoon", "evening", "night", "midnight"};
  if (wish.part != Wish::Part::kNone) add(kParts[static_cast<int>(wish.part)]);
  if (wish.repeated) add("repeated");
  EXPECT_EQ(wish.said(), !said.empty() && said != "repeated") << text;
  return said;
}

TEST(WishTest, ReadsWhenInPlainWords) {
  const std::pair<const char*, const char*> cases[] = {
      {"remind me on Sunday evening", "weekday:0 evening"},
      {"Can you check in with me tomorrow at 7?", "days:1 clock:7:00?"},
      {"ping me in two days", "days:2"},
      {"write me in half an hour", "in:30"},
      {"remind me in an hour", "in:60"},
      {"in a couple of hours please", "in:120"},
      {"in a few days", "days:3"},
      {"a week from now", "days:7"},
      {"ask me again next week", "days:7"},
      {"in 45 minutes", "in:45"},
      {"tonight", "days:0 evening"},
      {"this evening", "days:0 evening"},
      {"tomorrow morning", "days:1 morning"},
      {"the day after tomorrow at noon", "days:2 noon"},
      {"on fri at 6pm", "weekday:5 clock:18:00"},
      {"this weekend", "weekday:6"},
      {"Thursday at 18:30", "weekday:4 clock:18:30"},
      {"at 7.15 p.m.", "clock:19:15"},
      {"at 12 am", "clock:0:00"},
      {"half past six tomorrow", "days:1 clock:6:30?"},
      {"quarter to 8 in the morning", "clock:7:45? morning"},
      {"seven o'clock in the evening", "evening"},
      {"at seven o'clock in the evening", "clock:7:00? evening"},
      {"8 o'clock", "clock:8:00?"},
      {"on 3 December", "month:12 date:3"},
      {"on December 3rd at 10am", "month:12 date:3 clock:10:00"},
      {"the 3rd of May", "month:5 date:3"},
      {"on the 21st", "date:21"},
      {"every Monday", "weekday:1 repeated"},
      {"every day at 9", "clock:9:00? repeated"},
      {"daily", "repeated"},
      {"once a week", ""},
      {"remind me", ""},
      {"remind me some time soon", ""},
      {"he sat in the sun with his 3 kids", ""},
      {"we may talk, in march or not", ""},
      {"", ""},
  };
  for (const auto& [text, said] : cases)
    EXPECT_EQ(Said(text), said) << "text: " << text;
}

TEST(WhenFuzzTest, ReadsTheKeptCorpus) { ReadKeptCorpus("when"); }

}  // namespace
}  // namespace nearer::when
