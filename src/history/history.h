#ifndef NEARER_HISTORY_HISTORY_H_
#define NEARER_HISTORY_HISTORY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

// The record of conversations: one contract, whatever stores it.
namespace nearer::history {

// Ids, texts and hashes are bytes: NULs, quotes and any encoding come back as
// they were given. Ids are ordered by their bytes.

// Seconds since 1970-01-01 UTC.
using UnixSeconds = std::int64_t;

// A conversation as it was begun. `token_hash` is the SHA-256 of its bearer
// token, in raw bytes; the token itself is never stored.
struct Conversation {
  std::string id;
  std::string token_hash;
  std::string channel;  // "web", "terminal", …
  UnixSeconds began = 0;
  std::int64_t version = 0;  // number of the last turn; the opening is turn 0
};

// One turn, as it was spoken. Turns are never changed; n = 0 is the opening,
// which has no utterance. All JSON members are UTF-8 JSON texts.
struct Turn {
  std::int64_t n = 0;
  std::string client_turn_id;  // unique in its conversation, or empty
  UnixSeconds at = 0;
  std::string utterance;
  std::string reply;  // JSON: what was answered, as the API shows it
  std::string state;  // JSON: the coach's state after this turn
  std::string trace;  // JSON: why
  std::string pack;   // hash of the pack that spoke
};

// Where a person is reached: a chat on a messaging channel. Both are names, as
// the platform gives them.
struct Address {
  std::string channel;  // "telegram"
  std::string chat;     // "77", "+491701234567"
};

// Somebody who wrote from an address.
struct Contact {
  Address address;
  std::string conversation;  // its id; empty when they have none
  std::string notes;         // what channels remember of them; may be empty
};

// When to write first to a conversation's contact. Later than `until` it is not
// worth it any more.
struct Due {
  UnixSeconds at = 0, until = 0;  // at = 0: not at all
  friend bool operator==(const Due&, const Due&) = default;
};

// A check-in that waits.
struct Reminder {
  std::string conversation;  // its id
  Contact contact;           // where it goes; without an address: nowhere
  Due due;
};

// What a message from a channel leaves behind besides a turn. It is recorded
// in one piece with that turn, or not at all.
struct Delivery {
  Address from;
  // Unique in its channel: the same id a second time gives kSeen. It must tell
  // nothing of the person, for erasing does not remove it. Empty: never seen.
  std::string inbound_id;
  UnixSeconds at = 0;
  // What goes to `from`, in order: each enters the outbox.
  std::vector<std::string> outbound;
  // Replace the notes of the contact, which is recorded when it was not.
  std::optional<std::string> notes;
  // Replaces when the sender's conversation is to be written to first.
  std::optional<Due> due;
};

// What a code that was given out for a conversation opens. Of each purpose a
// conversation has one code at a time.
enum class Purpose : std::uint8_t {
  kMove,    // moves the conversation to who brings the code, once
  kExport,  // shows all that was said
};

struct Code {
  Purpose purpose = Purpose::kMove;
  std::string hash;  // SHA-256 of the code, in raw bytes; it is not stored
  UnixSeconds until = 0;
};

// A request to a messaging platform that waits to be sent, or was given up.
struct Outbound {
  std::int64_t id = 0;  // grows; never used twice
  Address to;
  UnixSeconds at = 0;   // when it entered the outbox
  std::string request;  // as the channel wrote it
  std::string failure;  // why it was given up; empty while it waits
};

// A conversation and where it stands in the record: one recorded later has a
// greater place, above 0. The places of what was erased may be given again.
struct Placed {
  std::int64_t place = 0;
  Conversation conversation;
};

enum class HistoryErrorCode : std::uint8_t {
  kNotFound,  // no such conversation, turn, pack, contact or message
  kSeen,      // the delivery was recorded before
  kConflict,  // the conversation is at another version: load again, retry
  kBusy,      // the store is overloaded or locked: the same call may go later
  kBroken,    // the store refused; the operator must look
};

struct HistoryError {
  HistoryErrorCode code;
  std::string message;  // for the operator; never holds an utterance
};

template <typename T>
using HistoryResult = Result<T, HistoryError>;

// What an append did: the turn as recorded. `repeated` when the same
// client_turn_id had been recorded before; then `turn` is that earlier one.
struct Appended {
  Turn turn;
  bool repeated = false;
};

// Stands for the number of the latest turn, and for the place after the last
// conversation.
inline constexpr std::int64_t kLatest = -1;

// Every member may be called from many threads. A write that returned a value
// is durable: it survives kill -9 and loss of power. Reads see every write
// that was acknowledged before they began. A write that returned kConflict,
// kSeen or kNotFound changed nothing; after kBusy or kBroken ask again with the
// same arguments, which is safe: a store that fails while it commits cannot
// always say whether it did.
//
// Whatever asks about a conversation gives kNotFound when there is none. The
// object must outlive the calls; its destructor finishes the writes that wait.
class History {
 public:
  virtual ~History() = default;

  // Records a conversation and its opening turn (n = 0) together, at version 0
  // whatever `conversation.version` says. kConflict when the id is taken, or
  // was that of a conversation which was erased. With a delivery, which may be
  // null, its sender becomes the conversation's contact; kConflict when it has
  // another conversation.
  virtual HistoryResult<Done> Begin(const Conversation& conversation,
                                    const Turn& opening,
                                    const Delivery* delivery) = 0;
  HistoryResult<Done> Begin(const Conversation& conversation,
                            const Turn& opening) {
    return Begin(conversation, opening, nullptr);
  }

  virtual HistoryResult<Conversation> Find(std::string_view id) const = 0;

  // Records `turn` when the conversation stands at version `turn.n - 1`, else
  // kConflict. A client_turn_id recorded before in this conversation gives
  // that earlier turn back, whatever the version; an empty one never repeats.
  // The pack that spoke need not be archived yet. Of `delivery`, which may be
  // null, nothing is recorded when the turn repeats an earlier one; kSeen comes
  // before anything else.
  virtual HistoryResult<Appended> Append(std::string_view id, const Turn& turn,
                                         const Delivery* delivery) = 0;
  HistoryResult<Appended> Append(std::string_view id, const Turn& turn) {
    return Append(id, turn, nullptr);
  }

  // The turn recorded under `client_turn_id`; kNotFound when none is.
  virtual HistoryResult<Turn> FindByClientTurnId(
      std::string_view id, std::string_view client_turn_id) const = 0;

  // The turn `n`, or the latest for kLatest.
  virtual HistoryResult<Turn> ReadTurn(std::string_view id,
                                       std::int64_t n) const = 0;

  // Turns with n > after, in order, at most `limit`; after = -1 begins with
  // the opening.
  virtual HistoryResult<std::vector<Turn>> ReadTurns(std::string_view id,
                                                     std::int64_t after,
                                                     int limit) const = 0;

  // Removes a conversation with all its turns, so that when it returns its
  // bytes stand in no file of the store; its contacts and what waits in the
  // outbox for it go too. A delivery, which may be null, is recorded in the
  // same piece, so that it can say goodbye. That there was one of this id, and
  // that it was erased at `now`, is remembered by a hash of the id, so that no
  // copy brings it back; see erased_ids.h. kBusy: either nothing happened, or
  // the conversation is gone for every reader but its bytes are not yet,
  // because somebody else still reads the store. kNotFound: there is no such
  // conversation, and nothing is left of any that was erased; so kNotFound
  // after kBusy says that the work is done.
  virtual HistoryResult<Done> Erase(std::string_view id, UnixSeconds now,
                                    const Delivery* delivery) = 0;
  HistoryResult<Done> Erase(std::string_view id, UnixSeconds now) {
    return Erase(id, now, nullptr);
  }

  // Forgets the ids that were erased before `before`: for when nothing is left
  // that could bring those conversations back.
  virtual HistoryResult<Done> ForgetErased(UnixSeconds before) = 0;

  // Keeps `archive` under `hash`, once; a second call with the same hash does
  // nothing.
  virtual HistoryResult<Done> ArchivePack(std::string_view hash,
                                          std::string_view archive) = 0;
  virtual HistoryResult<std::string> ReadPack(std::string_view hash) const = 0;
  // Whether ReadPack would find it; archives are tens of megabytes.
  virtual HistoryResult<bool> HasPack(std::string_view hash) const = 0;

  // Conversations in order of id, those with id > after, at most `limit`.
  virtual HistoryResult<std::vector<Conversation>> List(std::string_view after,
                                                        int limit) const = 0;

  // Conversations as they were recorded, the last first: those with
  // place < before, at most `limit`; before = kLatest begins with the last.
  virtual HistoryResult<std::vector<Placed>> ListLatest(std::int64_t before,
                                                        int limit) const = 0;

  // ---- What messaging channels need besides.

  // Records a delivery that is no turn. What it puts into the outbox belongs to
  // its sender's conversation, if there is one, as with Append.
  virtual HistoryResult<Done> Deliver(const Delivery& delivery) = 0;

  // Whether a delivery of that id was recorded and is not yet forgotten.
  virtual HistoryResult<bool> WasReceived(
      std::string_view channel, std::string_view inbound_id) const = 0;

  // Forgets the inbound ids of deliveries with at < before.
  virtual HistoryResult<Done> ForgetReceived(UnixSeconds before) = 0;

  virtual HistoryResult<Contact> FindContact(const Address& address) const = 0;

  // Messages that wait, in the order in which they entered the outbox, those
  // with id > after, at most `limit`. A message with a smaller id than one that
  // was read enters no more.
  virtual HistoryResult<std::vector<Outbound>> ReadOutbox(std::int64_t after,
                                                          int limit) const = 0;

  // Removes a message that waits or was given up: it was sent, or is not worth
  // it.
  virtual HistoryResult<Done> RemoveOutbound(std::int64_t id) = 0;

  // Removes all that waits for an address.
  virtual HistoryResult<Done> RemoveAllOutbound(const Address& to) = 0;

  // Gives up a message that waits: it becomes a dead letter. `failure` says
  // why, for the operator, and is not empty.
  virtual HistoryResult<Done> GiveUp(std::int64_t id,
                                     std::string_view failure) = 0;

  // Dead letters with id > after, in order, at most `limit`.
  virtual HistoryResult<std::vector<Outbound>> ReadDeadLetters(
      std::int64_t after, int limit) const = 0;

  // Check-ins that wait, the earliest first, at most `limit`. Takes a time that
  // does not grow with how many wait.
  virtual HistoryResult<std::vector<Reminder>> ReadReminders(
      int limit) const = 0;

  // Takes a check-in away and, in the same piece, puts `outbound` into the
  // outbox for its contact; empty: it was dropped. kNotFound when it does not
  // wait any more, or for another time.
  virtual HistoryResult<Done> FinishReminder(
      const Reminder& reminder, const std::vector<std::string>& outbound,
      UnixSeconds now) = 0;

  // ---- Codes: a conversation goes where its code is brought.

  // Gives a code out for a conversation, in place of an earlier one.
  virtual HistoryResult<Done> GiveCode(std::string_view id,
                                       const Code& code) = 0;

  // The conversation that a code opens; kNotFound for one that is wrong, used,
  // replaced or past its time.
  virtual HistoryResult<Conversation> FindByCode(Purpose purpose,
                                                 std::string_view hash,
                                                 UnixSeconds now) const = 0;

  // Moves the conversation that a code of kMove opens: from now on it has this
  // `token_hash` and no other, and the sender of `delivery`, which may be null,
  // is its contact instead of whoever was, of whom nothing stays; what waited
  // for that one and a check-in go. The code is used up. Gives the conversation
  // as it is then. kConflict when the sender has another conversation.
  virtual HistoryResult<Conversation> Move(std::string_view code_hash,
                                           UnixSeconds now,
                                           std::string_view token_hash,
                                           const Delivery* delivery) = 0;

  // ---- What one process at a time may do.

  // Takes or keeps the lease `name` for `owner`. It is free when nobody holds
  // it at `now`. Gives whether `owner` holds it now.
  virtual HistoryResult<bool> HoldLease(std::string_view name,
                                        std::string_view owner, UnixSeconds now,
                                        UnixSeconds until) = 0;
  // Does nothing when somebody else holds it.
  virtual HistoryResult<Done> ReleaseLease(std::string_view name,
                                           std::string_view owner) = 0;

  // Puts a dead letter at the end of the outbox, as if it had entered `at`. It
  // gets a new id.
  virtual HistoryResult<Done> PostAgain(std::int64_t id, UnixSeconds at) = 0;
};

// A record that lives and dies with the object; the twin for tests.
std::unique_ptr<History> OpenMemory();

}  // namespace nearer::history

#endif  // NEARER_HISTORY_HISTORY_H_
