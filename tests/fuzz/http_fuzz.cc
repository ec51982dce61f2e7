// Whatever a client sends: how the bytes arrive makes no difference to where a
// request ends, bounds hold, and a body is read or refused. With libFuzzer:
//   clang++ -std=c++20 -g -fsanitize=fuzzer,address,undefined -Isrc
//     tests/fuzz/http_fuzz.cc
//     src/http/{accept_encoding,framing,json_body,answer}.cc -o http_fuzz
//   ./http_fuzz -max_len=600 tests/fuzz/corpus/http
// The kept corpus is also read by http_test.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/accept_encoding.h"
#include "http/framing.h"
#include "http/json_body.h"

namespace {

using nearer::http::Framing;

constexpr Framing::Limits kLimits{.head = 256, .body = 128, .roomy_body = 200};

void Expect(bool holds) {
  if (!holds) std::abort();
}

// `bytes` as they arrive, `step` at a time.
Framing::Status Scan(Framing& framing, std::string_view bytes,
                     std::size_t step) {
  auto status = Framing::Status::kMore;
  for (std::size_t n = 0; n < bytes.size() && status == Framing::Status::kMore;)
    status =
        framing.Scan(bytes.substr(0, n = std::min(bytes.size(), n + step)));
  return status;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Framing whole(kLimits);
  const auto status = Scan(whole, bytes, bytes.size());
  if (status == Framing::Status::kWhole) {
    Expect(whole.size() <= bytes.size());
    Expect(whole.body().size() <= kLimits.roomy_body);
    Expect(whole.head_size() <= kLimits.head);
  }
  for (const std::size_t step : {1, 2, 7}) {
    Framing pieces(kLimits);
    const auto again = Scan(pieces, bytes, step);
    // What is wrong in several ways may be found wrong for another one first.
    Expect((again == Framing::Status::kWhole) ==
           (status == Framing::Status::kWhole));
    Expect((again == Framing::Status::kMore) ==
           (status == Framing::Status::kMore));
    if (again != Framing::Status::kWhole) continue;
    Expect(pieces.size() == whole.size());
    Expect(pieces.body() == whole.body());
  }

  // Who says that gzip is not wanted, last of all, is not overheard.
  if (bytes.find(',') == bytes.npos && bytes.find(';') == bytes.npos)
    Expect(!nearer::http::AcceptsGzip(std::string(bytes) + ";q=0"));
  nearer::http::AcceptsGzip(bytes);

  constexpr std::array<std::string_view, 2> kFields = {"text",
                                                       "client_turn_id"};
  if (const auto fields = nearer::http::ReadFields(bytes, kFields)) {
    Expect(fields->size() == kFields.size());
  } else {
    Expect(fields.error().status == 400 || fields.error().status == 422);
  }
  return 0;
}
