#ifndef NEARER_CORE_WHEN_WISH_H_
#define NEARER_CORE_WHEN_WISH_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nearer::when {

// When something shall be, as it was said: "on Sunday evening", "tomorrow at
// 7", "in two days". What was not said is absent; `in` stands alone.
struct Wish {
  // A part of the day stands for an hour.
  enum class Part : std::uint8_t {
    kNone,
    kMorning,    // 9
    kNoon,       // 12
    kAfternoon,  // 15
    kEvening,    // 19
    kNight,      // 20:30: what comes at night shall still be read
    kMidnight,   // 0
  };
  std::optional<std::chrono::minutes> in;  // from now
  std::optional<int> days;                 // from today; 0 is today
  std::optional<std::chrono::weekday> weekday;
  std::optional<int> month, day_of_month;  // a month has its day
  std::optional<int> minute;               // of the day, from 0
  // An hour up to twelve was said and not which half of the day: "at 7".
  bool either_half = false;
  Part part = Part::kNone;
  bool repeated = false;  // "every Monday"

  // Whether it says anything of when.
  bool said() const {
    return in || days || weekday || day_of_month || minute ||
           part != Part::kNone;
  }
};

// Reads plain English words; whatever else stands there is passed over. Of two
// of a kind the first counts. Any bytes; linear.
Wish ParseWish(std::string_view text);

}  // namespace nearer::when

#endif  // NEARER_CORE_WHEN_WISH_H_
