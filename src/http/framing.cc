#include "http/framing.h"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace nearer::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kChunkLine = 256;  // a size and its extensions

bool Same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// All of `text`, digits only; so large a number that it does not fit is the
// largest there is.
std::optional<std::size_t> ReadNumber(std::string_view text, int base) {
  std::size_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number, base);
  if (read.ptr != end || text.empty()) return std::nullopt;
  if (read.ec == std::errc::result_out_of_range) return SIZE_MAX;
  return number;
}

bool IsToken(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return c > ' ' && c < 127 && c != '(' && c != ')' && c != '/' && c != '"' &&
           c != '@' && c != '{' && c != '}' && c != '\\' && c != ',';
  });
}

// No control but the tab: a bare CR or LF would end the line for some reader.
bool IsPlain(std::string_view line) {
  return std::ranges::all_of(line, [](unsigned char c) {
    return (c >= ' ' && c != 127) || c == '\t';
  });
}

}  // namespace

Framing::Status Framing::Scan(std::string_view bytes) {
  if (part_ == Part::kHead) {
    const Status status = ScanHead(bytes);
    if (status != Status::kWhole) return status;
  }
  if (part_ != Part::kLength) return ScanChunks(bytes);
  if (bytes.size() - head_size_ < left_) return Status::kMore;
  body_ = bytes.substr(head_size_, left_);
  at_ = head_size_ + left_;
  return Status::kWhole;
}

Framing::Status Framing::ScanHead(std::string_view bytes) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const auto end = bytes.find(kEnd, at_ < kEnd.size() ? 0 : at_ - kEnd.size());
  if (end == std::string_view::npos) {
    at_ = bytes.size();
    return at_ > limits_.head ? Status::kHeadTooLarge : Status::kMore;
  }
  head_size_ = at_ = end + kEnd.size();
  if (head_size_ > limits_.head) return Status::kHeadTooLarge;
  if (!ReadHead(bytes.substr(0, end))) return Status::kMalformed;
  if (part_ == Part::kLength && left_ > limits_.body)
    return Status::kBodyTooLarge;
  return Status::kWhole;
}

bool Framing::ReadHead(std::string_view head) {
  std::optional<std::size_t> length;
  bool chunked = false;
  bool request_line = true;
  while (!head.empty()) {
    const auto end = head.find(kLineEnd);
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(head.size(), line.size() + kLineEnd.size()));
    if (!IsPlain(line)) return false;
    if (std::exchange(request_line, false)) {
      ReadRequestLine(line);
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = Trim(line.substr(colon + 1));
    if (!IsToken(name)) return false;
    if (Same(name, "content-length")) {
      if (length) return false;
      length = ReadNumber(value, 10);
      if (!length) return false;
    } else if (Same(name, "transfer-encoding")) {
      if (chunked || !Same(value, "chunked")) return false;
      chunked = true;
    } else if (Same(name, "expect")) {
      expects_continue_ = Same(value, "100-continue");
    }
  }
  if (chunked && (length || old_)) return false;
  part_ = chunked ? Part::kChunkSize : Part::kLength;
  left_ = length.value_or(0);
  return true;
}

void Framing::ReadRequestLine(std::string_view line) {
  old_ = line.ends_with("HTTP/1.0");
  const auto space = line.find(' ');
  if (space != std::string_view::npos &&
      line.substr(space + 1).starts_with(limits_.roomy_target))
    limits_.body = limits_.roomy_body;
}

Framing::Status Framing::ScanChunks(std::string_view bytes) {
  // One byte may be sent as a chunk of six: bounds what a body costs in all.
  if (bytes.size() - head_size_ > 2 * limits_.body + limits_.head)
    return Status::kBodyTooLarge;
  for (;;) {
    const std::string_view rest = bytes.substr(at_);
    if (part_ == Part::kChunk) {
      const std::string_view piece = rest.substr(0, left_);
      body_ += piece;
      at_ += piece.size();
      left_ -= piece.size();
      if (left_ > 0) return Status::kMore;
      part_ = Part::kChunkEnd;
      continue;
    }
    const auto end = rest.find(kLineEnd);
    if (end == std::string_view::npos)
      return rest.size() > kChunkLine ? Status::kMalformed : Status::kMore;
    const std::string_view line = rest.substr(0, end);
    if (line.size() > kChunkLine || !IsPlain(line)) return Status::kMalformed;
    at_ += line.size() + kLineEnd.size();
    switch (part_) {
      case Part::kChunkEnd:
        if (!line.empty()) return Status::kMalformed;
        part_ = Part::kChunkSize;
        break;
      case Part::kTrailer:
        if (line.empty()) return Status::kWhole;
        break;  // trailers are not used
      default: {
        const auto size = ReadNumber(Trim(line.substr(0, line.find(';'))), 16);
        if (!size) return Status::kMalformed;
        if (*size > limits_.body - body_.size()) return Status::kBodyTooLarge;
        left_ = *size;
        part_ = left_ > 0 ? Part::kChunk : Part::kTrailer;
      }
    }
  }
}

}  // namespace nearer::http
