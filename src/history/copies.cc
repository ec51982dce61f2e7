#include "history/copies.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <optional>
#include <system_error>

namespace nearer::history {
namespace {

namespace fs = std::filesystem;

constexpr char kPattern[] = "nearer-%Y%m%dT%H%M%SZ.db";

std::optional<UnixSeconds> MadeAt(const std::string& name) {
  std::tm utc{};
  const char* end = strptime(name.c_str(), kPattern, &utc);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const UnixSeconds made = timegm(&utc);
  // strptime takes more than what was written: one digit for two, leap seconds.
  if (CopyName(made) != name) return std::nullopt;
  return made;
}

}  // namespace

std::string CopyName(UnixSeconds made) {
  const std::time_t at = made;
  std::tm utc{};
  gmtime_r(&at, &utc);
  char name[64];
  std::strftime(name, sizeof name, kPattern, &utc);
  return name;
}

HistoryResult<std::vector<Copy>> CopiesIn(const std::string& folder) {
  std::vector<Copy> copies;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (const auto made = MadeAt(at->path().filename().string())) {
      copies.push_back({at->path().string(), *made});
    }
  }
  if (failed) {
    return HistoryError{
        HistoryErrorCode::kBroken,
        "could not list the copies in " + folder + ": " + failed.message()};
  }
  std::sort(copies.begin(), copies.end(),
            [](const Copy& a, const Copy& b) { return a.made < b.made; });
  return copies;
}

}  // namespace nearer::history
