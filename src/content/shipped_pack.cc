#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "content/content.h"

// The archive that the build wrote, put in by shipped_pack.S.
extern "C" {
extern const char nearer_shipped_pack_begin[];
extern const char nearer_shipped_pack_end[];
}

namespace nearer::content {
namespace {

// Gives back the memory of the whole pages in it; should they be read again,
// they come from the program's file.
void Release(std::string_view read_only) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(read_only.data());
  const std::uintptr_t first = (begin + page - 1) / page * page;
  const std::uintptr_t past = (begin + read_only.size()) / page * page;
  if (first < past)
    madvise(reinterpret_cast<void*>(first), past - first, MADV_DONTNEED);
}

}  // namespace

Result<std::shared_ptr<const coach::Pack>, std::vector<Problem>> ShippedPack() {
  const std::string_view archive(
      nearer_shipped_pack_begin,
      static_cast<std::size_t>(nearer_shipped_pack_end -
                               nearer_shipped_pack_begin));
  auto pack = OpenPack(archive);
  Release(archive);
  return pack;
}

}  // namespace nearer::content
