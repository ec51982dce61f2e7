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
#include "core/when/zones.h"
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
  kWrongCode,  // a code that opens nothing, or not any more
  kTooMany,    // codes tried; may go later
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

// A code that moves a conversation, for people to type: eight letters and
// digits that are not mistaken for each other, 40 random bits, ten minutes.
struct Link {
  std::string code;  // "ABCD-EFGH"
  history::UnixSeconds until = 0;
};

// Who brought a code has the conversation now.
struct Moved {
  std::string id;
  std::string token;  // opens it; the one before does not any more
};

// Whether `text` looks like the code of a link, spaces and case aside.
bool IsLinkCode(std::string_view text);

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
    const when::Zones* zones = nullptr;                  // null: no check-ins
  };
  // `history`, `shelf` and the zones must outlive the chat.
  Chat(history::History& history, PackShelf& shelf, World world);
  ~Chat();

  // What check-ins are arranged by; null: they are not.
  const when::Zones* zones() const;

  // The moment, by the clock of the world it was given.
  std::int64_t now() const;

  // Puts the pack in use on record, which the first turn that it speaks would
  // else wait for: a third of a second for the shipped one.
  ChatResult<Done> KeepPack();

  ChatResult<Begun> Begin(std::string_view channel);

  // The same client_turn_id twice is one turn and the same reply.
  ChatResult<history::Turn> Say(std::string_view id, std::string_view token,
                                std::string_view text,
                                std::string_view client_turn_id);

  // kNotFound unless `token` opens `id`. Compared in constant time.
  ChatResult<history::Conversation> Authorize(std::string_view id,
                                              std::string_view token) const;

  ChatResult<Done> Erase(std::string_view id, std::string_view token);

  // A conversation is in one place at a time, and its code takes it to another:
  // from the page to a messenger, or back. Whoever brings the code has it, and
  // nobody else: the token, or the contact, that had it loses it. Gives a code,
  // in place of one given before.
  ChatResult<Link> GiveLink(std::string_view id, std::string_view token);
  // Moves it to the page. `who` tries, an address: after a few wrong codes
  // kTooMany.
  ChatResult<Moved> TakeLink(std::string_view code, const std::string& who);

  // The conversation that an address given out by GiveExport shows.
  ChatResult<history::Conversation> FindExport(std::string_view key) const;

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
  // `reach` says how the coach can write to them first; a check-in that is
  // arranged or ended is recorded with the delivery.
  ChatResult<std::optional<history::Turn>> SayWith(
      std::string_view id, std::string_view text,
      std::string_view client_turn_id, const history::Delivery& delivery,
      const Post& post, const coach::Reach& reach = {});

  ChatResult<Done> EraseWith(std::string_view id,
                             const history::Delivery& delivery);

  ChatResult<Link> GiveLinkWith(std::string_view id);
  // Moves the conversation to the delivery's sender, who has no other. Done,
  // too, when the delivery was recorded before.
  ChatResult<Done> TakeLinkWith(std::string_view code, const std::string& who,
                                const history::Delivery& delivery);
  // Whether a code would be taken, which counts as a try.
  ChatResult<Done> TryLink(std::string_view code, const std::string& who);

  // A key that shows everything that was said for a quarter of an hour, to
  // whoever has it.
  ChatResult<std::string> GiveExport(std::string_view id);

  // What a check-in says; how it is ended, for where there are no buttons.
  std::string CheckInText(const history::Reminder& reminder) const;
  std::string HowToEndCheckIns() const;

 private:
  struct Desk;
  std::unique_ptr<Desk> desk_;
};

}  // namespace nearer::chat

#endif  // NEARER_CHAT_CHAT_H_
