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

enum class HistoryErrorCode : std::uint8_t {
  kNotFound,  // no such conversation, turn or pack
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

// Stands for the number of the latest turn.
inline constexpr std::int64_t kLatest = -1;

// Every member may be called from many threads. A write that returned a value
// is durable: it survives kill -9 and loss of power. Reads see every write
// that was acknowledged before they began. A write that returned kConflict or
// kNotFound changed nothing; after kBusy or kBroken ask again with the same
// arguments, which is safe: a store that fails while it commits cannot always
// say whether it did.
//
// Whatever asks about a conversation gives kNotFound when there is none. The
// object must outlive the calls; its destructor finishes the writes that wait.
class History {
 public:
  virtual ~History() = default;

  // Records a conversation and its opening turn (n = 0) together, at version 0
  // whatever `conversation.version` says. kConflict when the id is taken.
  virtual HistoryResult<Done> Begin(const Conversation& conversation,
                                    const Turn& opening) = 0;

  virtual HistoryResult<Conversation> Find(std::string_view id) const = 0;

  // Records `turn` when the conversation stands at version `turn.n - 1`, else
  // kConflict. A client_turn_id recorded before in this conversation gives
  // that earlier turn back, whatever the version; an empty one never repeats.
  // The pack that spoke need not be archived yet.
  virtual HistoryResult<Appended> Append(std::string_view id,
                                         const Turn& turn) = 0;

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
  // bytes stand in no file of the store. kBusy: either nothing happened, or the
  // conversation is gone for every reader but its bytes are not yet, because
  // somebody else still reads the store. kNotFound: there is no such
  // conversation, and nothing is left of any that was erased; so kNotFound
  // after kBusy says that the work is done.
  virtual HistoryResult<Done> Erase(std::string_view id) = 0;

  // Keeps `archive` under `hash`, once; a second call with the same hash does
  // nothing.
  virtual HistoryResult<Done> ArchivePack(std::string_view hash,
                                          std::string_view archive) = 0;
  virtual HistoryResult<std::string> ReadPack(std::string_view hash) const = 0;

  // Conversations in order of id, those with id > after, at most `limit`.
  virtual HistoryResult<std::vector<Conversation>> List(std::string_view after,
                                                        int limit) const = 0;
};

// A record that lives and dies with the object; the twin for tests.
std::unique_ptr<History> OpenMemory();

}  // namespace nearer::history

#endif  // NEARER_HISTORY_HISTORY_H_
