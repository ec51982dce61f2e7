#include "portable/read_lines.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "portable/plain_lines.h"
#include "portable/record_lines.h"

namespace nearer::portable {
namespace {

// Lines of bounded length.
class Lines {
 public:
  explicit Lines(std::istream& in) : in_(in) {}

  enum class Got : std::uint8_t { kLine, kEnd, kTooLong, kBroken };
  Got Next(std::string& line) {
    line.clear();
    for (;;) {
      const std::size_t end = left_.find('\n');
      if (line.size() + std::min(end, left_.size()) > kMaxLine)
        return Got::kTooLong;
      if (end != std::string_view::npos) {
        line += left_.substr(0, end);
        left_.remove_prefix(end + 1);
        return Got::kLine;
      }
      line += left_;
      in_.read(buffer_.data(), buffer_.size());
      left_ = {buffer_.data(), static_cast<std::size_t>(in_.gcount())};
      if (!left_.empty()) continue;
      if (in_.bad()) return Got::kBroken;
      return line.empty() ? Got::kEnd : Got::kLine;
    }
  }

 private:
  std::istream& in_;
  std::array<char, 1 << 16> buffer_;
  std::string_view left_;  // of the buffer
};

// The reader for a file that begins with `line`.
Result<std::unique_ptr<LineReader>> ReaderFor(
    const std::string& line,
    const std::function<std::shared_ptr<const coach::Pack>()>& pack,
    history::Receiver& receiver) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (json.is_object() && json.contains("format"))
    return std::unique_ptr<LineReader>(
        std::make_unique<RecordReader>(receiver));
  if (!json.is_object() || !json.contains("role"))
    return Error{
        "expected the first line of an export, {\"format\": "
        "\"nearer.record\", …}, or one of a plain conversation, {\"role\": "
        "\"user\", \"text\": \"…\"}"};
  auto speaks = pack();
  if (!speaks) return Error{"plain lines need a pack to answer them"};
  return std::unique_ptr<LineReader>(
      std::make_unique<PlainReader>(std::move(speaks), receiver));
}

}  // namespace

Result<Done> ReadLines(
    std::istream& in, const std::string& name,
    const std::function<std::shared_ptr<const coach::Pack>()>& pack,
    history::Receiver& receiver) {
  Lines lines(in);
  std::unique_ptr<LineReader> reader;
  std::string line;
  std::int64_t number = 1;
  const auto wrong = [&](const std::string& what) {
    return Error{name + ":" + std::to_string(number) + ": " + what};
  };
  for (;; ++number) {
    switch (lines.Next(line)) {
      case Lines::Got::kTooLong:
        return wrong("the line is longer than 64 MiB; is this an export?");
      case Lines::Got::kBroken:
        return wrong("the file could not be read on");
      case Lines::Got::kEnd: {
        if (!reader) return wrong("there is nothing in it");
        const auto finished = reader->Finish();
        return finished ? finished : wrong(finished.error().message);
      }
      case Lines::Got::kLine:
        break;
    }
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (!reader) {
      auto chosen = ReaderFor(line, pack, receiver);
      if (!chosen) return wrong(chosen.error().message);
      reader = std::move(*chosen);
    }
    if (const auto read = reader->Read(line); !read)
      return wrong(read.error().message);
  }
}

}  // namespace nearer::portable
