#ifndef NEARER_CORE_LRU_H_
#define NEARER_CORE_LRU_H_

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

namespace nearer {

// A map of at most `capacity` entries that forgets the one not used longest.
// Not safe for several threads at once. Constant time each.
template <typename Key, typename Value>
class Lru {
 public:
  explicit Lru(std::size_t capacity) : capacity_(capacity) {}

  // Counts as a use. Null when absent; valid until the next Put or Erase.
  Value* Find(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }

  // Replaces what stood under `key`.
  Value& Put(const Key& key, Value value) {
    if (Value* present = Find(key)) return *present = std::move(value);
    entries_.emplace_front(key, std::move(value));
    places_.emplace(key, entries_.begin());
    if (entries_.size() > capacity_) {
      places_.erase(entries_.back().first);
      entries_.pop_back();
    }
    return entries_.front().second;
  }

  void Erase(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    entries_.erase(found->second);
    places_.erase(found);
  }

  std::size_t size() const { return entries_.size(); }

 private:
  using Entries = std::list<std::pair<Key, Value>>;  // the latest used first
  std::size_t capacity_;
  Entries entries_;
  std::unordered_map<Key, typename Entries::iterator> places_;
};

}  // namespace nearer

#endif  // NEARER_CORE_LRU_H_
