#include "core/when/plan.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>

namespace nearer::when {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::seconds;
using std::chrono::year_month_day;
using Part = Wish::Part;
// What clocks and calendars show somewhere.
using Local = std::chrono::local_seconds;
using LocalDay = std::chrono::local_days;

constexpr hours kQuietFrom{21}, kQuietUntil{8};
constexpr minutes kUnlessSaid{10 * 60};  // "tomorrow"
// Something of the past hours is still of use; it never comes at night.
constexpr hours kUseful{6};
constexpr days kFarthest{366};
constexpr int kNoonMinute = 12 * 60;

Local LocalAt(std::int64_t at, std::string_view zone, const Zones& zones) {
  return Local(seconds(at) + zones.OffsetAt(zone, at));
}

// The first moment at which clocks show `local`.
std::int64_t UnixAt(Local local, std::string_view zone, const Zones& zones) {
  const std::int64_t as_utc = local.time_since_epoch().count();
  const seconds before =
      zones.OffsetAt(zone, as_utc - seconds(days(1)).count());
  const seconds after = zones.OffsetAt(zone, as_utc + seconds(days(1)).count());
  for (const seconds offset :
       {std::max(before, after), std::min(before, after)})
    if (const std::int64_t at = as_utc - offset.count();
        zones.OffsetAt(zone, at) == offset)
      return at;
  return as_utc - before.count();
}

minutes MinuteOf(Part part) {
  switch (part) {
    case Part::kNone:
      return kUnlessSaid;
    case Part::kMorning:
      return hours(9);
    case Part::kNoon:
      return hours(12);
    case Part::kAfternoon:
      return hours(15);
    case Part::kEvening:
      return hours(19);
    case Part::kNight:
      return minutes(20 * 60 + 30);
    case Part::kMidnight:
      return hours(0);
  }
  std::abort();  // not a Part
}

// "At 7" is in the evening unless the morning is spoken of; "at 9" is not.
minutes ClockOf(const Wish& wish) {
  if (!wish.minute) return MinuteOf(wish.part);
  const int minute = *wish.minute;
  const bool late = wish.part == Part::kAfternoon ||
                    wish.part == Part::kEvening || wish.part == Part::kNight;
  const bool early = wish.part == Part::kMorning;
  const bool second_half = late || (!early && minute < hours(8) / minutes(1));
  if (wish.either_half && minute < kNoonMinute && second_half)
    return minutes(minute + kNoonMinute);
  if (wish.either_half && minute >= kNoonMinute && wish.part == Part::kNight)
    return minutes(minute - kNoonMinute);  // twelve at night
  return minutes(minute);
}

// The next day in the calendar that `wish` names, from `today` on.
std::optional<LocalDay> NextDate(const Wish& wish, LocalDay today) {
  const year_month_day now(today);
  for (int ahead = 0; ahead <= 12; ++ahead) {
    const auto that = std::chrono::year_month(now.year(), now.month()) +
                      std::chrono::months(ahead);
    if (wish.month && that.month() != month(static_cast<unsigned>(*wish.month)))
      continue;
    const year_month_day date =
        that / day(static_cast<unsigned>(*wish.day_of_month));
    if (date.ok() && LocalDay(date) >= today) return LocalDay(date);
  }
  return std::nullopt;
}

// What `wish` says, by the calendar; later than `now`.
std::optional<Local> Next(const Wish& wish, Local now) {
  if (wish.in) return now + *wish.in;
  const LocalDay today = floor<days>(now);
  const minutes clock = ClockOf(wish);
  if (wish.day_of_month) {
    auto date = NextDate(wish, today);
    if (date && *date + clock <= now) date = NextDate(wish, today + days(1));
    if (!date) return std::nullopt;
    return *date + clock;
  }
  if (wish.weekday) {
    // "Monday next week" is seven days on, or more.
    const LocalDay from = today + days(wish.days.value_or(0) >= 7 ? 7 : 0);
    const LocalDay date = from + (*wish.weekday - std::chrono::weekday(today));
    return date + clock <= now ? date + days(7) + clock : date + clock;
  }
  if (wish.days.value_or(0) > 0) return today + days(*wish.days) + clock;
  if (today + clock > now) return today + clock;
  // Today, but that is past: "tonight" said late is soon.
  if (wish.days && !wish.minute) return now + hours(1);
  return today + days(1) + clock;
}

}  // namespace

std::optional<Plan> Arrange(const Wish& wish, const Here& here,
                            const Zones& zones) {
  const Local now = LocalAt(here.now, here.zone, zones);
  const auto wished = Next(wish, floor<minutes>(now));
  if (!wished || *wished > now + kFarthest) return std::nullopt;
  Local at = *wished;
  Plan plan;
  const auto clear_night = [&] {
    const auto clock = at - floor<days>(at);
    if (clock >= kQuietUntil && clock < kQuietFrom) return;
    plan.quiet = true;
    at = floor<days>(at) + days(clock >= kQuietFrom ? 1 : 0) + kQuietUntil;
  };
  clear_night();
  if (here.last > 0 &&
      floor<days>(LocalAt(here.last, here.zone, zones)) == floor<days>(at)) {
    plan.spaced = true;
    at += days(1);
  }
  plan.at = UnixAt(at, here.zone, zones);
  plan.until = std::min(plan.at + seconds(kUseful).count(),
                        UnixAt(floor<days>(at) + kQuietFrom, here.zone, zones));
  return plan;
}

std::string InWords(std::int64_t at, std::string_view zone,
                    const Zones& zones) {
  constexpr std::array kWeekdays = {"Sunday",    "Monday",   "Tuesday",
                                    "Wednesday", "Thursday", "Friday",
                                    "Saturday"};
  constexpr std::array kMonths = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const Local local = LocalAt(at, zone, zones);
  const LocalDay date = floor<days>(local);
  const year_month_day calendar(date);
  const std::chrono::hh_mm_ss clock(floor<minutes>(local) - date);
  const auto hour = std::chrono::make12(clock.hours()).count();
  std::string words = kWeekdays[std::chrono::weekday(date).c_encoding()];
  words += ", " + std::to_string(static_cast<unsigned>(calendar.day())) + " " +
           kMonths[static_cast<unsigned>(calendar.month()) - 1] + ", " +
           std::to_string(hour);
  if (const auto minute = clock.minutes().count(); minute > 0)
    words += (minute < 10 ? ":0" : ":") + std::to_string(minute);
  return words + (std::chrono::is_am(clock.hours()) ? " am" : " pm");
}

std::string ZoneInWords(std::string_view zone) {
  constexpr std::string_view kFixed = "Etc/GMT";
  if (zone.starts_with(kFixed) && zone.size() > kFixed.size()) {
    // These are named by the other sign.
    std::string words(zone.substr(kFixed.size()));
    words.front() = words.front() == '+' ? '-' : '+';
    return "UTC" + words;
  }
  std::string words(zone.substr(zone.rfind('/') + 1));
  if (words == "UTC") return words;
  std::ranges::replace(words, '_', ' ');
  return words + " time";
}

}  // namespace nearer::when
