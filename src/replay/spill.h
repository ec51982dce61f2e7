#ifndef NEARER_REPLAY_SPILL_H_
#define NEARER_REPLAY_SPILL_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace nearer::replay {

// Lines on disk that do not fit into memory: written at the end, read anywhere.
// Not for several threads at once.
class Spill {
 public:
  // A file without a name, which goes with the object.
  static Result<Spill> Temporary();
  // The first `size` bytes of the file at `path`, which is made, for this user
  // only, when `size` is 0.
  static Result<Spill> At(const std::string& path, std::int64_t size);

  Spill(Spill&& other) noexcept;
  Spill& operator=(Spill&&) = delete;
  ~Spill();

  std::int64_t size() const { return size_; }

  // `line` has no line end in it; one is added.
  Result<Done> Append(std::string_view line);
  // What was appended is in the file, and on disk.
  Result<Done> Sync();

  // At most `most` bytes from `begin`; fewer at the end alone.
  Result<std::string> Read(std::int64_t begin, std::int64_t most);

  // Calls `each(line, begin)` with the lines from `begin` on, which must be
  // where one begins, until it gives false.
  template <typename Each>
  Result<Done> ForEach(std::int64_t begin, const Each& each);

 private:
  Spill(int file, std::int64_t size, std::string name)
      : file_(file), size_(size), written_(size), name_(std::move(name)) {}

  Result<Done> Flush();
  Error Failed(const char* what) const;

  int file_;
  std::int64_t size_, written_;  // with and without what `waiting_` holds
  std::string waiting_;
  std::string name_;
};

template <typename Each>
Result<Done> Spill::ForEach(std::int64_t begin, const Each& each) {
  constexpr std::int64_t kAtOnce = 1 << 18;
  std::string held;  // from `begin` on
  std::int64_t read = begin;
  while (begin < size_) {
    std::size_t at = 0;
    for (std::size_t end; (end = held.find('\n', at)) != held.npos;
         at = end + 1)
      if (!each(std::string_view(held).substr(at, end - at),
                begin + static_cast<std::int64_t>(at)))
        return Done{};
    begin += static_cast<std::int64_t>(at);
    held.erase(0, at);
    if (read >= size_) break;
    auto more = Read(read, kAtOnce);
    if (!more) return more.error();
    read += static_cast<std::int64_t>(more->size());
    held += *more;
  }
  return Done{};
}

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_SPILL_H_
