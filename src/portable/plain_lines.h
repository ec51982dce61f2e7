#ifndef NEARER_PORTABLE_PLAIN_LINES_H_
#define NEARER_PORTABLE_PLAIN_LINES_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/coach/pack.h"
#include "history/whole_record.h"
#include "portable/record_lines.h"

// Conversations from elsewhere: {"role","text"} line by line; FORMAT.md beside
// this says what else may stand there.
namespace nearer::portable {

// When a conversation without times begins, and how far apart its turns are.
inline constexpr std::int64_t kPlainBegins = 1767603600;  // 2026-01-05 09:00 Z
inline constexpr std::int64_t kPlainPause = 30;           // seconds

// Gives each conversation to `receiver` as if the person had said the same to
// `pack` at the same times: what the person said becomes the utterances, and
// the pack's coach answers. What was answered elsewhere is kept in the trace of
// the turn that it answered, as "answered_elsewhere". Equal lines and equal
// packs give equal turns. Memory is bounded by the longest conversation.
//
// No token opens such a conversation. Its channel is "import".
class PlainReader final : public LineReader {
 public:
  // `receiver` must outlive the reader.
  PlainReader(std::shared_ptr<const coach::Pack> pack,
              history::Receiver& receiver);
  Result<Done> Read(std::string_view line) override;
  Result<Done> Finish() override;

 private:
  // A turn to be: what the person said, and what answered it.
  struct Exchange {
    std::int64_t at = 0;
    std::string utterance;
    std::vector<std::string> answers;
  };

  Result<Done> GiveConversation();

  const std::shared_ptr<const coach::Pack> pack_;
  history::Receiver& receiver_;
  bool archived_ = false;
  // The conversation that is being read; the first exchange is its opening.
  bool named_ = false;
  std::string name_;
  std::vector<Exchange> exchanges_;
  std::set<std::string> given_;  // names of those before it
};

}  // namespace nearer::portable

#endif  // NEARER_PORTABLE_PLAIN_LINES_H_
