#ifndef NEARER_HTTP_REPLAYS_H_
#define NEARER_HTTP_REPLAYS_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "chat/chat.h"
#include "history/history.h"
#include "http/answer.h"
#include "replay/packs.h"

namespace nearer::http {

// The operator's replays (/v1/replays), in the background: one at a time, on
// half of the cores, with its findings in temporary files of bounded size. The
// last one is kept until the next is begun. Safe from many threads.
class Replays {
 public:
  // All must outlive it; the zones may be null.
  Replays(const history::History& history, const chat::PackShelf& shelf,
          replay::Packs& packs, const when::Zones* zones);
  ~Replays();  // ends what is under way

  // Begins what `body` asks for; see /openapi.json.
  Answer Begin(std::string_view body);

  // How far a replay is, and when it is done a page of what it found: at most
  // `limit` turns from the place `after` on.
  Answer Read(std::string_view id, std::int64_t after, int limit);

  // Ends a replay, and forgets it.
  Answer End(std::string_view id);

 private:
  struct Job;
  // Whether what a line speaks of was erased since: then it is not shown.
  bool IsErased(const std::string& line) const;
  std::shared_ptr<Job> Find(std::string_view id);

  const history::History& history_;
  const chat::PackShelf& shelf_;
  replay::Packs& packs_;
  const when::Zones* const zones_;
  std::mutex mutex_;  // guards what follows
  std::int64_t begun_ = 0;
  std::shared_ptr<Job> job_;
};

}  // namespace nearer::http

#endif  // NEARER_HTTP_REPLAYS_H_
