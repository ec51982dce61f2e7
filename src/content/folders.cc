#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <system_error>

#include "content/content.h"
#include "content/source_text.h"

namespace nearer::content {
namespace {

namespace fs = std::filesystem;

// True when `path`, all links followed, lies in `folder` (already canonical).
bool LiesIn(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) return false;
  const fs::path relative = real.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

// A file larger than is allowed is read far enough to be refused.
std::optional<std::string> ReadStart(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::nullopt;
  std::string bytes(kLargestFile + 1, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (stream.bad()) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  bytes.shrink_to_fit();
  return bytes;
}

std::optional<Error> ReadFolder(const fs::path& folder, std::string_view name,
                                std::span<const std::string_view> endings,
                                Files& files) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error || !fs::is_directory(root, error))
    return Error{folder.string() +
                 ": there is no such folder; name the one "
                 "that holds the " +
                 std::string(name)};
  fs::recursive_directory_iterator entries(root, error), end;
  for (; !error && entries != end; entries.increment(error)) {
    const fs::path& path = entries->path();
    // Editors and mounted configuration keep their own files behind a dot.
    if (path.filename().string().starts_with('.')) {
      if (entries->is_directory(error)) entries.disable_recursion_pending();
      error.clear();
      continue;
    }
    const std::string ending = path.extension().string();
    if (std::find(endings.begin(), endings.end(), ending) == endings.end())
      continue;
    if (entries->is_symlink(error) && !LiesIn(path, root))
      return Error{path.string() +
                   ": a link that leads out of the folder; "
                   "put the file itself here"};
    if (!entries->is_regular_file(error)) {
      error.clear();
      continue;
    }
    std::optional<std::string> bytes = ReadStart(path);
    if (!bytes)
      return Error{path.string() + ": cannot be read (" + std::strerror(errno) +
                   "); look at its permissions"};
    files.emplace(std::string(name) + '/' +
                      path.lexically_relative(root).generic_string(),
                  std::move(*bytes));
  }
  if (error)
    return Error{folder.string() + ": cannot be listed (" + error.message() +
                 "); look at its permissions"};
  return std::nullopt;
}

}  // namespace

Result<Files> ReadFolders(const fs::path& rules, const fs::path& dialogs) {
  static constexpr std::array<std::string_view, 2> kRules = {".yaml", ".txt"};
  static constexpr std::array<std::string_view, 1> kDialogs = {".yaml"};
  Files files;
  if (auto error = ReadFolder(rules, "rules", kRules, files)) return *error;
  if (auto error = ReadFolder(dialogs, "dialogs", kDialogs, files))
    return *error;
  return files;
}

}  // namespace nearer::content
