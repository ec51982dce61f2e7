#include "content/content.h"

// The archive that the build wrote, put in by shipped_pack.S.
extern "C" {
extern const char nearer_shipped_pack_begin[];
extern const char nearer_shipped_pack_end[];
}

namespace nearer::content {

Result<std::shared_ptr<const coach::Pack>, std::vector<Problem>> ShippedPack() {
  return OpenPack({nearer_shipped_pack_begin,
                   static_cast<std::size_t>(nearer_shipped_pack_end -
                                            nearer_shipped_pack_begin)});
}

}  // namespace nearer::content
