#ifndef NEARER_CHAT_CHAT_H_
#define NEARER_CHAT_CHAT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/coach/coach.h"
#include "core/result.h"
#include "history/history.h"

namespace nearer::chat {

// The pack in use. Swapped whole; turns under way end with the one they began.
// Safe from many threads.
class PackShelf {
 public:
  explicit PackShelf(std::shared_ptr<const coach::Pack> pack);
  std::shared_ptr<const coach::Pack> current() const;
  void Replace(std::shared_ptr<const coach::Pack> pack);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const coach::Pack> pack_;
};

enum class ChatErrorCode : std::uint8_t {
  kNotFound,   // no such conversation, or not with this token
  kTooLong,    // the utterance has more than kMaxCharacters
  kEmpty,      // nothing but white space
  kNotUtf8,    // not UTF-8, or with a NUL
  kBadTurnId,  // client_turn_id empty, over 64 bytes or not [A-Za-z0-9._:-]
  kBusy,       // may go later
  kBroken,     // the operator must look
};

struct ChatError {
  ChatErrorCode code;
  std::string message;  // for whoever called; no utterance, no internals
  std::string cause;    // for the operator's log; no utterance
};

template <typename T>
using ChatResult = Result<T, ChatError>;

inline constexpr std::size_t kMaxCharacters = 4000;  // code points

// A turn as it is recorded, but for what was said and its client_turn_id.
history::Turn RecordOf(const coach::Answer& answer, const coach::Pack& pack,
                       const coach::Moment& moment);

struct Begun {
  std::string id;     // 128 random bits, 22 characters of base64url
  std::string token;  // 256 random bits, 43 characters; nowhere else kept
  history::Turn opening;
};

// One turn end to end: load, respond, record, once. Safe from many threads.
//
// Holds the state of the conversations spoken in last, so that a turn need not
// load and parse it. A state held may be old (another process may have spoken
// since); it is never believed: the append names the version it builds on, and
// a conflict loads anew. Turns of one conversation wait for each other, turns
// of different ones do not.
class Chat {
 public:
  struct World {
    std::function<std::int64_t()> now;                   // Unix seconds
    std::function<std::string(std::size_t)> randomness;  // n random bytes
  };
  // `history` and `shelf` must outlive the chat.
  Chat(history::History& history, PackShelf& shelf, World world);
  ~Chat();

  ChatResult<Begun> Begin(std::string_view channel);

  // The same client_turn_id twice is one turn and the same reply.
  ChatResult<history::Turn> Say(std::string_view id, std::string_view token,
                                std::string_view text,
                                std::string_view client_turn_id);

  // kNotFound unless `token` opens `id`. Compared in constant time.
  ChatResult<history::Conversation> Authorize(std::string_view id,
                                              std::string_view token) const;

  ChatResult<Done> Erase(std::string_view id, std::string_view token);

  // ---- For messaging channels, which make sure who writes in their own ways,
  // without a token. What these record is one piece with `delivery`; what
  // `post` makes of the turn goes to the end of its outbound messages. kBusy:
  // ask again with the same arguments.
  using Post = std::function<std::vector<std::string>(const history::Turn&)>;

  // Begins a conversation with the delivery's sender as its contact.
  ChatResult<Begun> BeginWith(std::string_view channel,
                              const history::Delivery& delivery,
                              const Post& post);

  // Nothing when the delivery was recorded before. A `client_turn_id` that was
  // recorded before gives that turn, and nothing of the delivery is recorded;
  // an empty one never was.
  ChatResult<std::optional<history::Turn>> SayWith(
      std::string_view id, std::string_view text,
      std::string_view client_turn_id, const history::Delivery& delivery,
      const Post& post);

  ChatResult<Done> EraseWith(std::string_view id,
                             const history::Delivery& delivery);

 private:
  struct Desk;
  std::unique_ptr<Desk> desk_;
};

}  // namespace nearer::chat

#endif  // NEARER_CHAT_CHAT_H_
