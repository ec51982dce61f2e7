#ifndef NEARER_TESTS_HISTORY_FORWARDING_H_
#define NEARER_TESTS_HISTORY_FORWARDING_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "history/history.h"

namespace nearer::history {

// A record that passes everything on to `kept`. Tests that want a failure, or a
// count, override what they want to fail or to count.
class Forwarding : public History {
 public:
  explicit Forwarding(std::unique_ptr<History> to = OpenMemory())
      : kept(std::move(to)) {}

  HistoryResult<Done> Begin(const Conversation& conversation,
                            const Turn& opening,
                            const Delivery* delivery) override {
    return kept->Begin(conversation, opening, delivery);
  }
  HistoryResult<Conversation> Find(std::string_view id) const override {
    return kept->Find(id);
  }
  HistoryResult<Appended> Append(std::string_view id, const Turn& turn,
                                 const Delivery* delivery) override {
    return kept->Append(id, turn, delivery);
  }
  HistoryResult<Turn> FindByClientTurnId(
      std::string_view id, std::string_view turn_id) const override {
    return kept->FindByClientTurnId(id, turn_id);
  }
  HistoryResult<Turn> ReadTurn(std::string_view id,
                               std::int64_t n) const override {
    return kept->ReadTurn(id, n);
  }
  HistoryResult<std::vector<Turn>> ReadTurns(std::string_view id,
                                             std::int64_t after,
                                             int limit) const override {
    return kept->ReadTurns(id, after, limit);
  }
  HistoryResult<Done> Erase(std::string_view id, UnixSeconds now,
                            const Delivery* delivery) override {
    return kept->Erase(id, now, delivery);
  }
  HistoryResult<Done> ForgetErased(UnixSeconds before) override {
    return kept->ForgetErased(before);
  }
  HistoryResult<Done> ArchivePack(std::string_view hash,
                                  std::string_view archive) override {
    return kept->ArchivePack(hash, archive);
  }
  HistoryResult<bool> HasPack(std::string_view hash) const override {
    return kept->HasPack(hash);
  }
  HistoryResult<std::string> ReadPack(std::string_view hash) const override {
    return kept->ReadPack(hash);
  }
  HistoryResult<std::vector<Conversation>> List(std::string_view after,
                                                int limit) const override {
    return kept->List(after, limit);
  }
  HistoryResult<std::vector<Placed>> ListLatest(std::int64_t before,
                                                int limit) const override {
    return kept->ListLatest(before, limit);
  }
  HistoryResult<Done> Deliver(const Delivery& delivery) override {
    return kept->Deliver(delivery);
  }
  HistoryResult<bool> WasReceived(std::string_view channel,
                                  std::string_view inbound_id) const override {
    return kept->WasReceived(channel, inbound_id);
  }
  HistoryResult<Done> ForgetReceived(UnixSeconds before) override {
    return kept->ForgetReceived(before);
  }
  HistoryResult<Contact> FindContact(const Address& address) const override {
    return kept->FindContact(address);
  }
  HistoryResult<std::vector<Outbound>> ReadOutbox(std::int64_t after,
                                                  int limit) const override {
    return kept->ReadOutbox(after, limit);
  }
  HistoryResult<Done> RemoveOutbound(std::int64_t id) override {
    return kept->RemoveOutbound(id);
  }
  HistoryResult<Done> RemoveAllOutbound(const Address& to) override {
    return kept->RemoveAllOutbound(to);
  }
  HistoryResult<Done> GiveUp(std::int64_t id,
                             std::string_view failure) override {
    return kept->GiveUp(id, failure);
  }
  HistoryResult<std::vector<Outbound>> ReadDeadLetters(
      std::int64_t after, int limit) const override {
    return kept->ReadDeadLetters(after, limit);
  }
  HistoryResult<Done> PostAgain(std::int64_t id, UnixSeconds at) override {
    return kept->PostAgain(id, at);
  }

  HistoryResult<std::vector<Reminder>> ReadReminders(int limit) const override {
    return kept->ReadReminders(limit);
  }
  HistoryResult<Done> FinishReminder(const Reminder& reminder,
                                     const std::vector<std::string>& outbound,
                                     UnixSeconds now) override {
    return kept->FinishReminder(reminder, outbound, now);
  }
  HistoryResult<Done> GiveCode(std::string_view id, const Code& code) override {
    return kept->GiveCode(id, code);
  }
  HistoryResult<Conversation> FindByCode(Purpose purpose, std::string_view hash,
                                         UnixSeconds now) const override {
    return kept->FindByCode(purpose, hash, now);
  }
  HistoryResult<Conversation> Move(std::string_view code_hash, UnixSeconds now,
                                   std::string_view token_hash,
                                   const Delivery* delivery) override {
    return kept->Move(code_hash, now, token_hash, delivery);
  }
  HistoryResult<bool> HoldLease(std::string_view name, std::string_view owner,
                                UnixSeconds now, UnixSeconds until) override {
    return kept->HoldLease(name, owner, now, until);
  }
  HistoryResult<Done> ReleaseLease(std::string_view name,
                                   std::string_view owner) override {
    return kept->ReleaseLease(name, owner);
  }

  std::unique_ptr<History> kept;
};

}  // namespace nearer::history

#endif  // NEARER_TESTS_HISTORY_FORWARDING_H_
