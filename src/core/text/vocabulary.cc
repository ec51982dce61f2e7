#include "core/text/vocabulary.h"

namespace nearer::text {

std::size_t Vocabulary::Probe(std::uint32_t hash, std::string_view word) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].id != kNone &&
         (slots_[at].hash != hash || Text(slots_[at].id) != word))
    at = (at + 1) & mask;
  return at;
}

Vocabulary::Id Vocabulary::Find(std::string_view word) const {
  if (word.empty() || word.size() > kLongest || slots_.empty()) return kNone;
  return slots_[Probe(HashWord(word), word)].id;
}

Vocabulary::Id Vocabulary::Add(std::string_view word) {
  if (word.empty() || word.size() > kLongest) return kNone;
  if (words_.size() * 2 >= slots_.size())
    Grow(slots_.empty() ? 1024 : slots_.size() * 2);
  const std::uint32_t hash = HashWord(word);
  Slot& slot = slots_[Probe(hash, word)];
  if (slot.id == kNone) {
    slot = {hash, static_cast<Id>(words_.size())};
    words_.push_back({static_cast<std::uint32_t>(letters_.size()),
                      static_cast<std::uint32_t>(word.size())});
    letters_.append(word);
  }
  return slot.id;
}

void Vocabulary::Reserve(std::size_t words) {
  std::size_t slots = 1024;
  while (slots < words * 2) slots *= 2;
  if (slots > slots_.size()) Grow(slots);
  words_.reserve(words);
  letters_.reserve(words * 8);
}

void Vocabulary::Grow(std::size_t slots) {
  std::vector<Slot> old(slots, Slot{0, kNone});
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.id == kNone) continue;
    std::size_t at = slot.hash & mask;
    while (slots_[at].id != kNone) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace nearer::text
