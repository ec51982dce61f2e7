#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "history/erased_ids.h"
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
                            const Turn& opening,
                            const Delivery* delivery) override {
    std::unique_lock lock(mutex_);
    if (Seen(delivery)) return SeenBefore();
    if (opening.n != 0) return Conflict("an opening is turn 0");
    if (conversations_.contains(conversation.id)) {
      return Conflict("a conversation of that id exists");
    }
    if (erased_.contains(NameOfErased(conversation.id))) {
      return Conflict("a conversation of that id was erased");
    }
    if (delivery != nullptr) {
      if (!ConversationOf(delivery->from).empty()) {
        return Conflict("the contact has a conversation");
      }
      contacts_[NameOf(delivery->from)].conversation = conversation.id;
      Record(*delivery, conversation.id);
    }
    Kept& kept = conversations_[conversation.id];
    kept.begun = conversation;
    kept.place = ++last_place_;
    kept.Add(opening);
    return Done{};
  }

  HistoryResult<Conversation> Find(std::string_view id) const override {
    std::shared_lock lock(mutex_);
    const auto at = conversations_.find(id);
    if (at == conversations_.end()) return NotFound("conversation");
    return at->second.begun;
  }

  HistoryResult<Appended> Append(std::string_view id, const Turn& turn,
                                 const Delivery* delivery) override {
    std::unique_lock lock(mutex_);
    if (Seen(delivery)) return SeenBefore();
    const auto at = conversations_.find(id);
    if (at == conversations_.end()) return NotFound("conversation");
    Kept& kept = at->second;
    if (const Turn* earlier = kept.Recorded(turn.client_turn_id)) {
      return Appended{.turn = *earlier, .repeated = true};
    }
    if (turn.n != kept.begun.version + 1) {
      return Conflict("the conversation is at another version");
    }
    kept.Add(turn);
    if (delivery != nullptr) Record(*delivery, std::string(id));
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

  HistoryResult<Done> Erase(std::string_view id, UnixSeconds now,
                            const Delivery* delivery) override {
    std::unique_lock lock(mutex_);
    if (Seen(delivery)) return SeenBefore();
    const auto at = conversations_.find(id);
    if (at == conversations_.end()) return NotFound("conversation");
    conversations_.erase(at);
    dues_.erase(std::string(id));
    std::erase_if(codes_, [&](const auto& code) {
      return code.second.conversation == id;
    });
    std::erase_if(contacts_, [&](const auto& contact) {
      return contact.second.conversation == id;
    });
    std::erase_if(outbox_, [&](const auto& posted) {
      return posted.second.conversation == id;
    });
    if (delivery != nullptr) Record(*delivery, {});
    erased_[NameOfErased(id)] = now;
    return Done{};
  }

  HistoryResult<Done> ForgetErased(UnixSeconds before) override {
    std::unique_lock lock(mutex_);
    std::erase_if(erased_,
                  [&](const auto& one) { return one.second < before; });
    return Done{};
  }

  HistoryResult<Done> ArchivePack(std::string_view hash,
                                  std::string_view archive) override {
    std::unique_lock lock(mutex_);
    packs_.try_emplace(std::string(hash), archive);
    return Done{};
  }

  HistoryResult<bool> HasPack(std::string_view hash) const override {
    std::shared_lock lock(mutex_);
    return packs_.find(hash) != packs_.end();
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

  HistoryResult<std::vector<Placed>> ListLatest(std::int64_t before,
                                                int limit) const override {
    std::shared_lock lock(mutex_);
    std::vector<Placed> listed;
    for (const auto& [id, kept] : conversations_)
      if (before == kLatest || kept.place < before)
        listed.push_back({kept.place, kept.begun});
    std::ranges::sort(listed, std::ranges::greater(), &Placed::place);
    if (static_cast<int>(listed.size()) > limit)
      listed.resize(static_cast<std::size_t>(std::max(limit, 0)));
    return listed;
  }

  HistoryResult<Done> Deliver(const Delivery& delivery) override {
    std::unique_lock lock(mutex_);
    if (Seen(&delivery)) return SeenBefore();
    Record(delivery, ConversationOf(delivery.from));
    return Done{};
  }

  HistoryResult<bool> WasReceived(std::string_view channel,
                                  std::string_view inbound_id) const override {
    std::shared_lock lock(mutex_);
    return received_.contains(
        Name(std::string(channel), std::string(inbound_id)));
  }

  HistoryResult<Done> ForgetReceived(UnixSeconds before) override {
    std::unique_lock lock(mutex_);
    std::erase_if(received_,
                  [&](const auto& one) { return one.second < before; });
    return Done{};
  }

  HistoryResult<Contact> FindContact(const Address& address) const override {
    std::shared_lock lock(mutex_);
    const auto at = contacts_.find(NameOf(address));
    if (at == contacts_.end()) return NotFound("contact");
    return Contact{.address = address,
                   .conversation = at->second.conversation,
                   .notes = at->second.notes};
  }

  HistoryResult<std::vector<Outbound>> ReadOutbox(std::int64_t after,
                                                  int limit) const override {
    return ReadMessages(after, limit, Posted::kWaiting);
  }

  HistoryResult<Done> RemoveOutbound(std::int64_t id) override {
    std::unique_lock lock(mutex_);
    if (outbox_.erase(id) == 0) return NotFound("message");
    return Done{};
  }

  HistoryResult<Done> RemoveAllOutbound(const Address& to) override {
    std::unique_lock lock(mutex_);
    std::erase_if(outbox_, [&](const auto& posted) {
      const Outbound& message = posted.second.message;
      return NameOf(message.to) == NameOf(to) && message.failure.empty();
    });
    return Done{};
  }

  HistoryResult<Done> GiveUp(std::int64_t id,
                             std::string_view failure) override {
    std::unique_lock lock(mutex_);
    const auto at = outbox_.find(id);
    if (at == outbox_.end() || !at->second.message.failure.empty()) {
      return NotFound("message");
    }
    at->second.message.failure = failure;
    return Done{};
  }

  HistoryResult<std::vector<Outbound>> ReadDeadLetters(
      std::int64_t after, int limit) const override {
    return ReadMessages(after, limit, Posted::kGivenUp);
  }

  HistoryResult<Done> PostAgain(std::int64_t id, UnixSeconds at) override {
    std::unique_lock lock(mutex_);
    const auto found = outbox_.find(id);
    if (found == outbox_.end() || found->second.message.failure.empty()) {
      return NotFound("message");
    }
    Letter letter = std::move(found->second);
    outbox_.erase(found);
    letter.message.failure.clear();
    letter.message.at = at;
    Post(std::move(letter));
    return Done{};
  }

  HistoryResult<std::vector<Reminder>> ReadReminders(int limit) const override {
    std::shared_lock lock(mutex_);
    std::vector<Reminder> read;
    for (const auto& [id, due] : dues_)
      read.push_back(
          {.conversation = id, .contact = ContactOf(id), .due = due});
    std::ranges::sort(read, [](const Reminder& a, const Reminder& b) {
      return std::pair(a.due.at, a.conversation) <
             std::pair(b.due.at, b.conversation);
    });
    if (limit < static_cast<int>(read.size()))
      read.resize(static_cast<std::size_t>(std::max(limit, 0)));
    return read;
  }

  HistoryResult<Done> FinishReminder(const Reminder& reminder,
                                     const std::vector<std::string>& outbound,
                                     UnixSeconds now) override {
    std::unique_lock lock(mutex_);
    const auto at = dues_.find(reminder.conversation);
    if (at == dues_.end() || at->second != reminder.due)
      return NotFound("check-in");
    dues_.erase(at);
    const Address to = ContactOf(reminder.conversation).address;
    if (!to.channel.empty())
      Record({.from = to, .at = now, .outbound = outbound},
             reminder.conversation);
    return Done{};
  }

  HistoryResult<Done> GiveCode(std::string_view id, const Code& code) override {
    std::unique_lock lock(mutex_);
    if (!conversations_.contains(id)) return NotFound("conversation");
    std::erase_if(codes_, [&](const auto& one) {
      return one.second.conversation == id &&
             one.second.code.purpose == code.purpose;
    });
    codes_[code.hash] = {.code = code, .conversation = std::string(id)};
    return Done{};
  }

  HistoryResult<Conversation> FindByCode(Purpose purpose, std::string_view hash,
                                         UnixSeconds now) const override {
    std::shared_lock lock(mutex_);
    const auto at = codes_.find(hash);
    if (at == codes_.end() || at->second.code.purpose != purpose ||
        at->second.code.until <= now)
      return NotFound("code");
    return conversations_.find(at->second.conversation)->second.begun;
  }

  HistoryResult<Conversation> Move(std::string_view code_hash, UnixSeconds now,
                                   std::string_view token_hash,
                                   const Delivery* delivery) override {
    std::unique_lock lock(mutex_);
    if (Seen(delivery)) return SeenBefore();
    const auto at = codes_.find(code_hash);
    if (at == codes_.end() || at->second.code.purpose != Purpose::kMove ||
        at->second.code.until <= now)
      return NotFound("code");
    const std::string id = at->second.conversation;
    if (delivery != nullptr) {
      const std::string present = ConversationOf(delivery->from);
      if (!present.empty() && present != id)
        return Conflict("the contact has a conversation");
    }
    std::erase_if(codes_, [&](const auto& code) {
      return code.second.conversation == id;
    });
    dues_.erase(id);
    std::erase_if(contacts_, [&](const auto& contact) {
      return contact.second.conversation == id;
    });
    std::erase_if(outbox_, [&](const auto& posted) {
      return posted.second.conversation == id;
    });
    Kept& kept = conversations_.find(id)->second;
    kept.begun.token_hash = token_hash;
    if (delivery != nullptr) {
      contacts_[NameOf(delivery->from)].conversation = id;
      Record(*delivery, id);
    }
    return kept.begun;
  }

  HistoryResult<bool> HoldLease(std::string_view name, std::string_view owner,
                                UnixSeconds now, UnixSeconds until) override {
    std::unique_lock lock(mutex_);
    const auto at = leases_.find(name);
    if (at != leases_.end() && at->second.first != owner &&
        at->second.second > now)
      return false;
    leases_[std::string(name)] = {std::string(owner), until};
    return true;
  }

  HistoryResult<Done> ReleaseLease(std::string_view name,
                                   std::string_view owner) override {
    std::unique_lock lock(mutex_);
    const auto at = leases_.find(name);
    if (at != leases_.end() && at->second.first == owner) leases_.erase(at);
    return Done{};
  }

 private:
  using Name = std::pair<std::string, std::string>;  // channel and chat, or id
  enum class Posted : std::uint8_t { kWaiting, kGivenUp };

  struct Known {
    std::string conversation, notes;
  };
  struct Letter {
    Outbound message;
    std::string conversation;
  };

  struct Given {
    Code code;
    std::string conversation;
  };

  struct Kept {
    Conversation begun;
    std::int64_t place = 0;
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

  static HistoryError Conflict(const char* why) {
    return {HistoryErrorCode::kConflict, why};
  }
  static HistoryError SeenBefore() {
    return {HistoryErrorCode::kSeen, "that was delivered before"};
  }
  static Name NameOf(const Address& address) {
    return {address.channel, address.chat};
  }

  bool Seen(const Delivery* delivery) const {
    return delivery != nullptr && !delivery->inbound_id.empty() &&
           received_.contains(
               Name(delivery->from.channel, delivery->inbound_id));
  }

  std::string ConversationOf(const Address& address) const {
    const auto at = contacts_.find(NameOf(address));
    return at == contacts_.end() ? "" : at->second.conversation;
  }

  // Of a conversation; without an address when it has none.
  Contact ContactOf(const std::string& conversation) const {
    for (const auto& [name, known] : contacts_)
      if (known.conversation == conversation)
        return {.address = {name.first, name.second},
                .conversation = conversation,
                .notes = known.notes};
    return {};
  }

  void Record(const Delivery& delivery, const std::string& conversation) {
    if (!delivery.inbound_id.empty()) {
      received_[Name(delivery.from.channel, delivery.inbound_id)] = delivery.at;
    }
    if (delivery.notes)
      contacts_[NameOf(delivery.from)].notes = *delivery.notes;
    if (delivery.due && !conversation.empty()) {
      if (delivery.due->at > 0)
        dues_[conversation] = *delivery.due;
      else
        dues_.erase(conversation);
    }
    for (const std::string& request : delivery.outbound) {
      Post({.message = {.to = delivery.from,
                        .at = delivery.at,
                        .request = request},
            .conversation = conversation});
    }
  }

  void Post(Letter letter) {
    letter.message.id = ++last_posted_;
    outbox_.emplace(last_posted_, std::move(letter));
  }

  HistoryResult<std::vector<Outbound>> ReadMessages(std::int64_t after,
                                                    int limit,
                                                    Posted wanted) const {
    std::shared_lock lock(mutex_);
    std::vector<Outbound> read;
    for (auto at = outbox_.upper_bound(after);
         at != outbox_.end() && static_cast<int>(read.size()) < limit; ++at) {
      const Outbound& message = at->second.message;
      const Posted posted =
          message.failure.empty() ? Posted::kWaiting : Posted::kGivenUp;
      if (posted == wanted) read.push_back(message);
    }
    return read;
  }

  mutable std::shared_mutex mutex_;
  ByName<Kept> conversations_;
  std::int64_t last_place_ = 0;
  ByName<std::string> packs_;
  std::map<Name, Known> contacts_;
  std::map<Name, UnixSeconds> received_;
  ByName<UnixSeconds> erased_;
  ByName<Due> dues_;     // by conversation
  ByName<Given> codes_;  // by hash
  ByName<std::pair<std::string, UnixSeconds>> leases_;
  std::int64_t last_posted_ = 0;
  std::map<std::int64_t, Letter> outbox_;
};

}  // namespace

std::unique_ptr<History> OpenMemory() {
  return std::make_unique<MemoryHistory>();
}

}  // namespace nearer::history
