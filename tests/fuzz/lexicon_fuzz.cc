// Any bytes can be read, and what must hold for every reading does. With
// libFuzzer:
//   clang++ -std=c++20 -g -fsanitize=fuzzer,address,undefined -Isrc -I.
//     -DNEARER_SOURCE_DIR='"."' tests/fuzz/lexicon_fuzz.cc src/core/text/*.cc
//     -lutf8proc -o lexicon_fuzz
//   ./lexicon_fuzz tests/fuzz/corpus/lexicon
// The kept corpus is also read by text_test.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/lexicon.h"
#include "core/text/pronouns.h"
#include "tests/core/text/invariants.h"
#include "tests/core/text/shipped_tables.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using nearer::text::Lexicon;
  static const Lexicon* const lexicon = [] {
    const std::vector<std::string> words = {
        "trust", "suicide", "relationship", "loneliness", "vulnerable", "kill"};
    return new Lexicon(Lexicon::Build(nearer::text::ShippedTables(), words));
  }();
  const std::string_view said(reinterpret_cast<const char*>(data), size);
  const std::string wrong = nearer::text::WhatIsWrong(*lexicon, said);
  if (!wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    std::abort();
  }
  (void)nearer::text::TurnToYou(said);
  return 0;
}
