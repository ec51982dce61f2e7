#ifndef NEARER_HISTORY_WHOLE_RECORD_H_
#define NEARER_HISTORY_WHOLE_RECORD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "history/history.h"

// A record as a whole, on its way out of a file and into another.
namespace nearer::history {

// A delivery of a messaging channel that was recorded and is remembered, so
// that it is not recorded twice.
struct Received {
  std::string channel, id;
  UnixSeconds at = 0;
};

// Takes everything a record holds, in an order that is the same for equal
// records: packs that have an archive, by hash; deliveries received; contacts
// and messages that belong to no conversation; then the conversations by id,
// each followed by its turns, its contacts, its messages and the check-in that
// waits. Messages come in
// the order in which they entered the outbox, without their ids, which mean
// nothing elsewhere. Views live for the length of the call.
//
// The first error ends the walk.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual Result<Done> TakePack(std::string_view hash,
                                std::string_view archive) = 0;
  virtual Result<Done> TakeReceived(const Received& received) = 0;
  // `version` + 1 turns follow.
  virtual Result<Done> TakeConversation(const Conversation& conversation) = 0;
  virtual Result<Done> TakeTurn(const Turn& turn) = 0;
  // Of the last conversation taken; before the first one, of none.
  virtual Result<Done> TakeContact(const Contact& contact) = 0;
  virtual Result<Done> TakeMessage(const Outbound& message) = 0;
  // Of the last conversation taken.
  virtual Result<Done> TakeReminder(const Due& due) = 0;
  // That was all.
  virtual Result<Done> TakeEnd() = 0;
};

// Gives `receiver` the record in the SQLite file at `path`, as it stands at one
// moment, while other processes go on writing; they find its log growing, and
// erasures unfinished, until this is done. Memory is bounded by the largest
// pack. The file must exist; an older one is brought up to date. Fails with
// what the receiver says (kBroken) or what OpenSqlite would.
//
// With an id in `only`: of that conversation, what belongs to it and the packs
// that spoke in it; kNotFound when there is none.
HistoryResult<Done> Walk(const std::string& path, Receiver& receiver,
                         const std::string& only = "");

// What an intake did.
struct TakenIn {
  std::int64_t conversations = 0;  // recorded now
  std::int64_t turns = 0;          // in them
  std::int64_t equal = 0;          // conversations that the record had already
  std::int64_t erased = 0;  // conversations that the record knows to be erased
  // Ids of conversations that the record has with other content, the first
  // kDifferentNamed of them, and how many there are.
  std::vector<std::string> different;
  std::int64_t different_count = 0;
};
inline constexpr std::size_t kDifferentNamed = 20;

// Records what it is given in the SQLite file at `path`, in which other
// processes may be writing. What the record has is never changed:
//
// - A conversation with an id it has is passed over with all that belongs to
//   it, as equal when beginning and turns are the same bytes, else as
//   different. One of whose contacts the record has for another conversation
//   is different too.
// - A conversation that was erased from it stays erased: it is passed over with
//   all that belongs to it.
// - A contact it has keeps its notes, if it has any.
// - A message of no conversation that waits already, the same to the same
//   chat at the same time, is passed over.
//
// A conversation is recorded in one piece with what belongs to it, or not at
// all; many share a commit. So after an error or a crash nothing is half done,
// and the same again records what is missing.
class Intake final : public Receiver {
 public:
  static HistoryResult<std::unique_ptr<Intake>> Open(const std::string& path);
  // Undoes what was not committed.
  ~Intake() override;

  Result<Done> TakePack(std::string_view hash,
                        std::string_view archive) override;
  Result<Done> TakeReceived(const Received& received) override;
  Result<Done> TakeConversation(const Conversation& conversation) override;
  Result<Done> TakeTurn(const Turn& turn) override;
  Result<Done> TakeContact(const Contact& contact) override;
  Result<Done> TakeMessage(const Outbound& message) override;
  Result<Done> TakeReminder(const Due& due) override;
  Result<Done> TakeEnd() override;

  // Gives up the conversation that is being taken, and commits those before
  // it: for when what was to come does not come.
  Result<Done> Stop();

  // Of what is committed.
  const TakenIn& taken_in() const { return committed_; }

 private:
  struct Work;
  explicit Intake(std::unique_ptr<Work> work);
  std::unique_ptr<Work> work_;
  TakenIn committed_;
};

}  // namespace nearer::history

#endif  // NEARER_HISTORY_WHOLE_RECORD_H_
