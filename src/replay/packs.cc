#include "replay/packs.h"

#include <utility>

#include "content/content.h"

namespace nearer::replay {

using history::HistoryError;
using history::HistoryErrorCode;

Packs::Found Packs::Find(const std::string& hash) {
  std::promise<Found> promise;
  std::shared_future<Found> found;
  bool load = false;
  {
    const std::lock_guard lock(mutex_);
    if (const auto* present = loaded_.Find(hash)) {
      found = *present;
    } else {
      load = true;
      found = loaded_.Put(hash, promise.get_future().share());
    }
  }
  if (load) {
    Found made = Load(hash);
    if (!made) {  // may go better next time
      const std::lock_guard lock(mutex_);
      loaded_.Erase(hash);
    }
    promise.set_value(std::move(made));
  }
  return found.get();
}

Packs::Found Packs::Load(const std::string& hash) const {
  const auto archive = history_.ReadPack(hash);
  if (!archive) return archive.error();
  const auto damaged = [&] {
    return HistoryError{HistoryErrorCode::kBroken,
                        "the archive of pack " + hash +
                            " cannot be read; restore it from a backup"};
  };
  coach::Pack::Models models;
  auto authored = content::ReadArchive(*archive, models);
  if (!authored) return damaged();
  auto pack = coach::Pack::Compile(std::move(authored).value(), models, hash);
  if (!pack) return damaged();
  return std::move(pack).value();
}

}  // namespace nearer::replay
