#include "insights/calendar.h"

#include <array>
#include <cstdio>
#include <string_view>

namespace nearer::insights {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

constexpr std::array<const char*, 7> kDays = {
    "Sunday",   "Monday", "Tuesday", "Wednesday",
    "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

template <typename... Values>
std::string Format(const char* format, Values... values) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), format, values...);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

sys_days Calendar::DayOf(std::int64_t at) const {
  return std::chrono::floor<days>(sys_seconds(seconds(at)) + utc_offset);
}

sys_days Calendar::WeekOf(std::int64_t at) const {
  const sys_days day = DayOf(at);
  return day - (std::chrono::weekday(day) - std::chrono::Monday);
}

std::string Calendar::ClockAt(std::int64_t at) const {
  const auto local = sys_seconds(seconds(at)) + utc_offset;
  const auto minute =
      std::chrono::floor<minutes>(local - std::chrono::floor<days>(local));
  return Format("%02d:%02d", static_cast<int>(minute.count() / 60),
                static_cast<int>(minute.count() % 60));
}

std::string Calendar::Name() const {
  const auto count = static_cast<int>(utc_offset.count());
  if (count == 0) return "UTC";
  const int size = count < 0 ? -count : count;
  return Format("UTC%c%02d:%02d", count < 0 ? '-' : '+', size / 60, size % 60);
}

std::string IsoDate(sys_days day) {
  const std::chrono::year_month_day date(day);
  return Format("%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
}

std::string LongDate(sys_days day) {
  const std::chrono::year_month_day date(day);
  return Format("%s, %u %s %d", kDays[std::chrono::weekday(day).c_encoding()],
                static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1],
                static_cast<int>(date.year()));
}

}  // namespace nearer::insights
