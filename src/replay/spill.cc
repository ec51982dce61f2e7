#include "replay/spill.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace nearer::replay {
namespace {

constexpr std::size_t kWrittenAtOnce = 1 << 16;

Error Cannot(const std::string& name, const char* what) {
  return Error{name + ": cannot " + what + " (" +
               std::system_category().message(errno) + ")"};
}

}  // namespace

Result<Spill> Spill::Temporary() {
  std::error_code failed;
  const auto folder = std::filesystem::temp_directory_path(failed);
  if (failed)
    return Error{"there is no folder for temporary files (" + failed.message() +
                 "); set TMPDIR to one"};
  std::string path = (folder / "nearer-replay-XXXXXX").string();
  const int file = mkostemp(path.data(), O_CLOEXEC);
  if (file < 0) return Cannot(path, "make it");
  unlink(path.c_str());
  return Spill(file, 0, "a temporary file in " + folder.string());
}

Result<Spill> Spill::At(const std::string& path, std::int64_t size) {
  const int flags = O_RDWR | O_CLOEXEC | (size == 0 ? O_CREAT : 0);
  const int file = open(path.c_str(), flags, 0600);
  if (file < 0) return Cannot(path, "open it");
  Spill spill(file, size, path);
  const off_t present = lseek(file, 0, SEEK_END);
  if (present < size)
    return Error{path + ": it was cut short; begin the replay anew"};
  if (ftruncate(file, size) != 0) return spill.Failed("cut it");
  return spill;
}

Spill::Spill(Spill&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      size_(other.size_),
      written_(other.written_),
      waiting_(std::move(other.waiting_)),
      name_(std::move(other.name_)) {}

Spill::~Spill() {
  if (file_ >= 0) close(file_);
}

Error Spill::Failed(const char* what) const { return Cannot(name_, what); }

Result<Done> Spill::Append(std::string_view line) {
  waiting_.append(line) += '\n';
  size_ += static_cast<std::int64_t>(line.size()) + 1;
  if (waiting_.size() >= kWrittenAtOnce) return Flush();
  return Done{};
}

Result<Done> Spill::Flush() {
  std::string_view left = waiting_;
  while (!left.empty()) {
    const ssize_t wrote = pwrite(file_, left.data(), left.size(), written_);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return Failed("write it");
    left.remove_prefix(static_cast<std::size_t>(wrote));
    written_ += wrote;
  }
  waiting_.clear();
  return Done{};
}

Result<Done> Spill::Sync() {
  if (auto flushed = Flush(); !flushed) return flushed;
  if (fdatasync(file_) != 0) return Failed("write it");
  return Done{};
}

Result<std::string> Spill::Read(std::int64_t begin, std::int64_t most) {
  if (auto flushed = Flush(); !flushed) return flushed.error();
  most = std::clamp<std::int64_t>(size_ - begin, 0, most);
  std::string bytes(static_cast<std::size_t>(most), '\0');
  std::size_t read = 0;
  while (read < bytes.size()) {
    const ssize_t got = pread(file_, bytes.data() + read, bytes.size() - read,
                              begin + static_cast<off_t>(read));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Failed("read it");
    read += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace nearer::replay
