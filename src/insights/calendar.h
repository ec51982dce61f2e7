#ifndef NEARER_INSIGHTS_CALENDAR_H_
#define NEARER_INSIGHTS_CALENDAR_H_

#include <chrono>
#include <cstdint>
#include <string>

namespace nearer::insights {

// Days as the person's clock tells them apart. The record knows moments, not
// places: whoever asks says how far that clock is ahead of UTC. Where clocks
// are changed in summer, what was said in the other half of the year within an
// hour of midnight may be put to the neighbouring day.
struct Calendar {
  std::chrono::minutes utc_offset{0};  // at most 18 hours either way

  // The day of a moment in Unix seconds, any number.
  std::chrono::sys_days DayOf(std::int64_t at) const;
  // The Monday of its week (ISO 8601).
  std::chrono::sys_days WeekOf(std::int64_t at) const;
  // "09:05"
  std::string ClockAt(std::int64_t at) const;
  // "UTC", "UTC+02:00"
  std::string Name() const;
};

inline constexpr std::chrono::minutes kMostOffset{18 * 60};

// "2026-06-01"
std::string IsoDate(std::chrono::sys_days day);
// "Monday, 1 June 2026"
std::string LongDate(std::chrono::sys_days day);

}  // namespace nearer::insights

#endif  // NEARER_INSIGHTS_CALENDAR_H_
