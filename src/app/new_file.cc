#include "app/new_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace nearer::app {

Result<File> NewFile(const std::string& path) {
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0)
    return Error{path + ": " +
                 (errno == EEXIST ? "exists already; name a new file"
                                  : std::system_category().message(errno))};
  return File(fdopen(file, "wb"));
}

Result<Done> WriteNewFile(const std::string& path, std::string_view bytes) {
  const auto file = NewFile(path);
  if (!file) return file.error();
  std::FILE* out = file->get();
  if (std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size() &&
      std::fflush(out) == 0)
    return Done{};
  const std::string why = std::system_category().message(errno);
  unlink(path.c_str());
  return Error{path + ": could not be written: " + why};
}

}  // namespace nearer::app
