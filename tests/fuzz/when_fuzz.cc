// Whatever is said of when: it is read, and what was read comes to pass later
// than now, by day, within a year. With libFuzzer:
//   clang++ -std=c++20 -g -fsanitize=fuzzer,address,undefined -Isrc
//     tests/fuzz/when_fuzz.cc src/core/when/{plan,wish}.cc -o when_fuzz
//   ./when_fuzz tests/fuzz/corpus/when
// The kept corpus is also read by when_test.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/when/plan.h"
#include "core/when/wish.h"

namespace {

using namespace nearer::when;

constexpr std::int64_t kNow = 1'795'345'200;
constexpr std::int64_t kDay = 24 * 3600;

void Expect(bool holds) {
  if (!holds) std::abort();
}

// Half an hour off, and clocks that are put forward half a year from now.
class Clocks final : public Zones {
 public:
  std::optional<std::string> Find(std::string_view) const override {
    return std::nullopt;
  }
  std::chrono::seconds OffsetAt(std::string_view,
                                std::int64_t at) const override {
    return std::chrono::minutes(at < kNow + 180 * kDay ? 570 : 630);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Wish wish = ParseWish(text);
  if (wish.minute) Expect(*wish.minute >= 0 && *wish.minute < 24 * 60);
  if (!wish.said()) return 0;
  const Clocks clocks;
  const auto plan = Arrange(wish, {.now = kNow, .last = kNow}, clocks);
  if (!plan) return 0;
  Expect(plan->at >= kNow - 60 && plan->at <= kNow + 370 * kDay);
  Expect(plan->until > plan->at);
  const std::int64_t clock =
      (plan->at + clocks.OffsetAt("", plan->at).count()) % kDay;
  Expect(clock >= 8 * 3600 && clock < 21 * 3600);
  Expect(!InWords(plan->at, "", clocks).empty());
  return 0;
}
