#ifndef NEARER_REPLAY_PACKS_H_
#define NEARER_REPLAY_PACKS_H_

#include <cstddef>
#include <future>
#include <memory>
#include <mutex>
#include <string>

#include "core/coach/pack.h"
#include "core/lru.h"
#include "core/result.h"
#include "history/history.h"

namespace nearer::replay {

// The packs that spoke, out of the record's archive. Loading one takes a
// quarter of a second and some ten MiB, so the ones used last are held. Safe
// from many threads; several that want the same pack load it once.
class Packs {
 public:
  using Shared = std::shared_ptr<const coach::Pack>;
  using Found = history::HistoryResult<Shared>;

  // `history` must outlive it.
  explicit Packs(const history::History& history, std::size_t held = 3)
      : history_(history), loaded_(held) {}

  // kNotFound: there is no archive of that name. kBroken: it is damaged.
  Found Find(const std::string& hash);

 private:
  Found Load(const std::string& hash) const;

  const history::History& history_;
  std::mutex mutex_;
  Lru<std::string, std::shared_future<Found>> loaded_;
};

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_PACKS_H_
