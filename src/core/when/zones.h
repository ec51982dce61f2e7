#ifndef NEARER_CORE_WHEN_ZONES_H_
#define NEARER_CORE_WHEN_ZONES_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nearer::when {

// The time zones of the world. Immutable; safe from many threads.
class Zones {
 public:
  virtual ~Zones() = default;

  // The zone that somebody names in a few words: "Berlin", "I'm in Germany",
  // "Pacific time", "UTC+2", "Europe/Berlin". Nothing when they name none, or
  // a country with several.
  virtual std::optional<std::string> Find(std::string_view words) const = 0;

  // By how much clocks in `zone`, which Find gave, are ahead of UTC at `at`, in
  // Unix seconds. Zero for what is no zone.
  virtual std::chrono::seconds OffsetAt(std::string_view zone,
                                        std::int64_t at) const = 0;
};

}  // namespace nearer::when

#endif  // NEARER_CORE_WHEN_ZONES_H_
