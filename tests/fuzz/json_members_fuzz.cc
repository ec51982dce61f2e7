// Where nlohmann's parser reads an object, the scanner finds the same members
// with the same values; of anything else it gives back at most parts of it.
// With libFuzzer:
//   clang++ -std=c++20 -g -fsanitize=fuzzer,address,undefined -Isrc
//     tests/fuzz/json_members_fuzz.cc src/insights/json_members.cc
//     -o json_members_fuzz
//   ./json_members_fuzz -max_len=600 tests/fuzz/corpus/json_members
// The kept corpus is also read by insights_test.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "insights/json_members.h"

namespace {

using nlohmann::json;

void Expect(bool holds) {
  if (!holds) std::abort();
}

bool IsWithin(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() &&
         part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto members = nearer::insights::MembersOf(text);
  if (members)
    for (const auto& [name, value] : *members)
      Expect(IsWithin(name, text) && IsWithin(value, text) && !value.empty());

  // The twin compares nested values by recursion: deeper ones take its stack.
  constexpr std::size_t kTwinReads = 4096;
  if (size > kTwinReads) return 0;
  const json read = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!read.is_object()) return 0;
  Expect(members.has_value());
  json found = json::object();  // of a name that stands twice, the last
  for (const auto& [name, value] : *members)
    found[json::parse('"' + std::string(name) + '"').get<std::string>()] =
        json::parse(value);
  Expect(found == read);
  return 0;
}
