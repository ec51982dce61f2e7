#ifndef NEARER_CHAT_CHAT_H_
#define NEARER_CHAT_CHAT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/coach/coach.h"
#include "core/result.h"
#include "history/history.h"

namespace nearer::chat {

// The pack in use. Swapped whole; turns under way end with the one they began.
class PackShelf {
 public:
  explicit PackShelf(std::shared_ptr<const coach::Pack> pack);
  std::shared_ptr<const coach::Pack> current() const;
  void Replace(std::shared_ptr<const coach::Pack> pack);

 private:
  std::atomic<std::shared_ptr<const coach::Pack>> pack_;
};

enum class ChatErrorCode : std::uint8_t {
  kNotFound,      // no such conversation, or not with this token
  kTooLong,       // the utterance has more than kMaxCharacters
  kEmpty,         // nothing but white space
  kNotUtf8,
  kBadTurnId,     // client_turn_id empty, over 64 bytes or not [A-Za-z0-9._:-]
  kBusy,          // may go later
  kBroken,        // the operator must look
};

struct ChatError {
  ChatErrorCode code;
  std::string message;  // for whoever called; no utterance, no internals
};

template <typename T>
using ChatResult = Result<T, ChatError>;

inline constexpr std::size_t kMaxCharacters = 4000;  // code points

struct Begun {
  std::string id, token;
  history::Turn opening;
};

// One turn end to end: load, respond, record, once. Safe from many threads.
class Chat {
 public:
  struct World {
    std::function<std::int64_t()> now;                  // Unix seconds
    std::function<std::string(std::size_t)> randomness; // n random bytes
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

 private:
  struct Desk;
  std::unique_ptr<Desk> desk_;
};

}  // namespace nearer::chat

#endif  // NEARER_CHAT_CHAT_H_
