#include "replay/draft.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace nearer::replay {
namespace {

constexpr std::size_t kWrittenAtOnce = 1 << 16;

Error Cannot(const std::string& path) {
  return Error{path + ": cannot be written (" +
               std::system_category().message(errno) + ")"};
}

}  // namespace

Result<Draft> Draft::At(const std::string& path) {
  Draft draft(-1, path);
  draft.file_ = open(draft.Name().c_str(),
                     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (draft.file_ < 0) return Cannot(path);
  return draft;
}

Draft::Draft(Draft&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      path_(std::move(other.path_)),
      waiting_(std::move(other.waiting_)) {}

Draft::~Draft() {
  if (file_ < 0) return;
  close(file_);
  unlink(Name().c_str());
}

Result<Done> Draft::Write(std::string_view bytes) {
  waiting_ += bytes;
  if (waiting_.size() < kWrittenAtOnce) return Done{};
  return Flush();
}

Result<Done> Draft::Flush() {
  std::string_view left = waiting_;
  while (!left.empty()) {
    const ssize_t wrote = write(file_, left.data(), left.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return Cannot(path_);
    left.remove_prefix(static_cast<std::size_t>(wrote));
  }
  waiting_.clear();
  return Done{};
}

Result<Done> Draft::Finish() {
  if (const auto flushed = Flush(); !flushed) return flushed;
  if (fsync(file_) != 0 || rename(Name().c_str(), path_.c_str()) != 0)
    return Cannot(path_);
  close(std::exchange(file_, -1));
  return Done{};
}

}  // namespace nearer::replay
