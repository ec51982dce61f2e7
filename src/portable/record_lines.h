#ifndef NEARER_PORTABLE_RECORD_LINES_H_
#define NEARER_PORTABLE_RECORD_LINES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "history/whole_record.h"

// A record as JSON Lines, version 1; FORMAT.md beside this says what stands in
// them. Equal records give equal bytes, and what was read gives the bytes it
// was read from.
namespace nearer::portable {

inline constexpr int kVersion = 1;

// Writes what it takes, line by line.
class RecordWriter final : public history::Receiver {
 public:
  // `write` gets one whole line at a time, with its line break; false when it
  // could not be written, which ends the walk.
  explicit RecordWriter(std::function<bool(std::string_view)> write);

  Result<Done> TakePack(std::string_view hash,
                        std::string_view archive) override;
  Result<Done> TakeReceived(const history::Received& received) override;
  Result<Done> TakeConversation(
      const history::Conversation& conversation) override;
  Result<Done> TakeTurn(const history::Turn& turn) override;
  Result<Done> TakeContact(const history::Contact& contact) override;
  Result<Done> TakeReminder(const history::Due& due) override;
  Result<Done> TakeMessage(const history::Outbound& message) override;
  Result<Done> TakeEnd() override;

  std::int64_t conversations() const { return conversations_; }
  std::int64_t turns() const { return turns_; }

 private:
  Result<Done> Write(std::string line);

  const std::function<bool(std::string_view)> write_;
  bool begun_ = false;
  std::int64_t conversations_ = 0, turns_ = 0;
};

// Something that is read line by line.
class LineReader {
 public:
  virtual ~LineReader() = default;
  // `line` is without its line break and not blank. Fails with what is wrong
  // in it and what to do; then nothing more must be read.
  virtual Result<Done> Read(std::string_view line) = 0;
  // There are no more lines.
  virtual Result<Done> Finish() = 0;
};

// Reads what a RecordWriter wrote and gives it to `receiver`, which must
// outlive it. Any bytes give an error, never a crash; a pack whose archive is
// not the one its hash names is refused, and so is a file that was cut off.
class RecordReader final : public LineReader {
 public:
  explicit RecordReader(history::Receiver& receiver) : receiver_(receiver) {}
  Result<Done> Read(std::string_view line) override;
  Result<Done> Finish() override;

 private:
  class Object;
  Result<Done> ReadHeader(Object& line);
  Result<Done> ReadPack(Object& line);
  Result<Done> ReadPart(Object& line);
  Result<Done> ReadReceived(Object& line);
  Result<Done> ReadConversation(Object& line);
  Result<Done> ReadTurn(Object& line);
  Result<Done> ReadContact(Object& line);
  Result<Done> ReadReminder(Object& line);
  Result<Done> ReadMessage(Object& line);
  Result<Done> ReadEnd(Object& line);

  history::Receiver& receiver_;
  bool begun_ = false, ended_ = false;
  std::string pack_, archive_;   // a pack of which parts are still to come
  std::int64_t pack_bytes_ = 0;  // of the whole of it; 0 when none is
  std::string conversation_;
  std::int64_t next_turn_ = 0, turns_to_come_ = 0;
  std::int64_t conversations_ = 0, turns_ = 0;
};

}  // namespace nearer::portable

#endif  // NEARER_PORTABLE_RECORD_LINES_H_
