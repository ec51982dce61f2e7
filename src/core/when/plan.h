#ifndef NEARER_CORE_WHEN_PLAN_H_
#define NEARER_CORE_WHEN_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/when/wish.h"
#include "core/when/zones.h"

namespace nearer::when {

// What somebody may be disturbed with: once a day, and not from nine in the
// evening to eight in the morning where they are.
struct Plan {
  std::int64_t at = 0;     // Unix seconds
  std::int64_t until = 0;  // later than this it is not worth it
  bool quiet = false;      // it was wished for in quiet hours, and moved
  bool spaced = false;     // it was wished for on the day of another, and moved
};

// Where and when a wish is made.
struct Here {
  std::int64_t now = 0;
  std::string_view zone;
  // When they were, or will be, disturbed last; 0 for never.
  std::int64_t last = 0;
};

// The next time that is as `wish` says, which says something. Nothing when
// that is more than a year away. An hour that the clocks leave out when they
// are put forward comes an hour later.
std::optional<Plan> Arrange(const Wish& wish, const Here& here,
                            const Zones& zones);

// "Sunday, 29 November, 7 pm"
std::string InWords(std::int64_t at, std::string_view zone, const Zones& zones);

// "Berlin time", "UTC+2" of "Europe/Berlin", "Etc/GMT-2"
std::string ZoneInWords(std::string_view zone);

}  // namespace nearer::when

#endif  // NEARER_CORE_WHEN_PLAN_H_
