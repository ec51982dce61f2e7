#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "history/history.h"

namespace nearer::history {
namespace {

HistoryError NotFound(const char* what) {
  return {HistoryErrorCode::kNotFound, std::string("no such ") + what};
}

// std::map orders ids by their bytes, as the contract's List does.
template <typename T>
using ByName = std::map<std::string, T, std::less<>>;

class MemoryHistory final : public History {
 public:
  HistoryResult<Done> Begin(const Conversation& conversation,
                            const Turn& opening) override {
    std::unique_lock lock(mutex_);
    if (opening.n != 0) return NotAnOpening();
    auto [at, fresh] = conversations_.try_emplace(conversation.id);
    if (!fresh) {
      return HistoryError{HistoryErrorCode::kConflict,
                          "a conversation of that id exists"};
    }
    at->second.begun = conversation;
    at->second.Add(opening);
    return Done{};
  }

  HistoryResult<Conversation> Find(std::string_view id) const override {
    std::shared_lock lock(mutex_);
    const auto at = conversations_.find(id);
    if (at == conversations_.end()) return NotFound("conversation");
    return at->second.begun;
  }

  HistoryResult<Appended> Append(std::string_view id,
                                 const Turn& turn) override {
    std::unique_lock lock(mutex_);
    const auto at = conversations_.find(id);
    if (at == conversations_.end()) return NotFound("conversation");
    Kept& kept = at->second;
    if (const Turn* earlier = kept.Recorded(turn.client_turn_id)) {
      return Appended{.turn = *earlier, .repeated = true};
    }
    if (turn.n != kept.begun.version + 1) {
      return HistoryError{HistoryErrorCode::kConflict,
                          "the conversation is at another version"};
    }
    kept.Add(turn);
    return Appended{.turn = turn, .repeated = false};
  }

  HistoryResult<Turn> FindByClientTurnId(
      std::string_view id, std::string_view client_turn_id) const override {
    std::shared_lock lock(mutex_);
    const auto at = conversations_.find(id);
    if (at == conversations_.end()) return NotFound("conversation");
    const Turn* turn = at->second.Recorded(client_turn_id);
    if (turn == nullptr) return NotFound("turn");
    return *turn;
  }

  HistoryResult<Turn> ReadTurn(std::string_view id,
                               std::int64_t n) const override {
    std::shared_lock lock(mutex_);
    const auto at = conversations_.find(id);
    if (at == conversations_.end()) return NotFound("conversation");
    const Kept& kept = at->second;
    const std::int64_t wanted = n == kLatest ? kept.begun.version : n;
    if (wanted < 0 || wanted > kept.begun.version) return NotFound("turn");
    return kept.turns[static_cast<std::size_t>(wanted)];
  }

  HistoryResult<std::vector<Turn>> ReadTurns(std::string_view id,
                                             std::int64_t after,
                                             int limit) const override {
    std::shared_lock lock(mutex_);
    const auto at = conversations_.find(id);
    if (at == conversations_.end()) return NotFound("conversation");
    std::vector<Turn> read;
    for (const Turn& turn : at->second.turns) {
      if (static_cast<int>(read.size()) >= limit) break;
      if (turn.n > after) read.push_back(turn);
    }
    return read;
  }

  HistoryResult<Done> Erase(std::string_view id) override {
    std::unique_lock lock(mutex_);
    const auto at = conversations_.find(id);
    if (at == conversations_.end()) return NotFound("conversation");
    conversations_.erase(at);
    return Done{};
  }

  HistoryResult<Done> ArchivePack(std::string_view hash,
                                  std::string_view archive) override {
    std::unique_lock lock(mutex_);
    packs_.try_emplace(std::string(hash), archive);
    return Done{};
  }

  HistoryResult<std::string> ReadPack(std::string_view hash) const override {
    std::shared_lock lock(mutex_);
    const auto at = packs_.find(hash);
    if (at == packs_.end()) return NotFound("pack");
    return at->second;
  }

  HistoryResult<std::vector<Conversation>> List(std::string_view after,
                                                int limit) const override {
    std::shared_lock lock(mutex_);
    std::vector<Conversation> listed;
    for (auto at = conversations_.upper_bound(after);
         at != conversations_.end() && static_cast<int>(listed.size()) < limit;
         ++at) {
      listed.push_back(at->second.begun);
    }
    return listed;
  }

 private:
  struct Kept {
    Conversation begun;
    std::vector<Turn> turns;  // the turn n stands at n
    ByName<std::size_t> by_client_turn_id;

    void Add(const Turn& turn) {
      if (!turn.client_turn_id.empty()) {
        by_client_turn_id.emplace(turn.client_turn_id, turns.size());
      }
      turns.push_back(turn);
      begun.version = turn.n;
    }

    const Turn* Recorded(std::string_view client_turn_id) const {
      const auto at = by_client_turn_id.find(client_turn_id);
      return at == by_client_turn_id.end() ? nullptr : &turns[at->second];
    }
  };

  static HistoryError NotAnOpening() {
    return {HistoryErrorCode::kConflict, "an opening is turn 0"};
  }

  mutable std::shared_mutex mutex_;
  ByName<Kept> conversations_;
  ByName<std::string> packs_;
};

}  // namespace

std::unique_ptr<History> OpenMemory() {
  return std::make_unique<MemoryHistory>();
}

}  // namespace nearer::history
