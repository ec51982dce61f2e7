// What a replay reads back, its progress and recorded replies, is refused or
// read, whatever the bytes; and what was read is written as it was.
// With libFuzzer:
//   clang++ -std=c++20 -g -fsanitize=fuzzer,address,undefined -Isrc
//     tests/fuzz/replay_fuzz.cc src/replay/{outcome,progress_file}.cc
//     src/core/{json_text,risk}.cc src/core/coach/coach.cc … -o replay_fuzz
//   ./replay_fuzz -max_len=2000 tests/fuzz/corpus/replay
// The kept corpus is also read by replay_test.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/coach/coach.h"
#include "replay/outcome.h"
#include "replay/progress_file.h"

namespace {

void Expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace nearer;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto mark = replay::ParseMark(text)) {
    const auto again = replay::ParseMark(replay::ToJson(*mark));
    Expect(again.ok() && *again == *mark);
  }
  if (const auto reply = replay::ParseReply(text)) {
    const auto again = replay::ParseReply(coach::ToJson(*reply));
    Expect(again.ok() &&
           replay::Compare(*reply, *again) == replay::Outcome::kSame);
  }
  return 0;
}
