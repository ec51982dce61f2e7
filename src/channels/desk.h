#ifndef NEARER_CHANNELS_DESK_H_
#define NEARER_CHANNELS_DESK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "channels/channel.h"
#include "chat/chat.h"
#include "history/history.h"

namespace nearer::channels {

// What channels remember of a contact, as it stands in the record's notes.
struct Notes {
  bool gone = false;             // blocked us
  bool stopped = false;          // wants nothing that was not just asked for
  bool asked_to_delete = false;  // and has not confirmed it yet
  friend bool operator==(const Notes&, const Notes&) = default;
};
std::string ToText(const Notes& notes);
Notes ParseNotes(std::string_view text);  // of what is no notes: none

// The data of the button that ends check-ins. It holds in any conversation.
inline constexpr char kStopCheckInsData[] = "stop check-ins";

// Answers what came in over channels: has the words heard by chat, does what
// the commands say, and puts what is answered into the outbox, all in the
// transaction that records the inbound id. Whatever happens to the process, a
// message is answered once.
//
// Messages of one chat are taken one after the other, those of different chats
// at the same time. Safe from many threads.
class Desk {
 public:
  using Now = std::function<history::UnixSeconds()>;
  // Both must outlive the desk. `site` is where people reach this server,
  // "https://coach.example", for addresses of what cannot be sent as a file;
  // may be empty.
  Desk(chat::Chat& chat, history::History& history, Now now,
       std::string site = {});

  enum class Taken : std::uint8_t {
    kRecorded,  // now or before
    kLater,     // nothing was recorded: the platform shall send it again
  };
  Taken Take(const Channel& channel, const Inbound& inbound);

  // For a channel whose replies are in the response: what the person sees after
  // `inbound`, in order. An empty inbound.id never repeats; the same one again
  // gives the reply of that turn again. An error is kBusy or kBroken.
  chat::ChatResult<std::vector<Reply>> Converse(std::string_view channel,
                                                const Inbound& inbound);

 private:
  struct Letter;
  struct Line {
    std::mutex mutex;
    int waiting = 0;  // guarded by lines_mutex_
  };
  class Turn;

  chat::ChatResult<Done> Answer(Letter& letter);
  chat::ChatResult<Done> Recall(Letter& letter);
  chat::ChatResult<Done> Obey(Letter& letter);
  chat::ChatResult<Done> Press(Letter& letter);
  chat::ChatResult<Done> Hear(Letter& letter);
  chat::ChatResult<Done> Say(Letter& letter, std::string_view words);
  chat::ChatResult<Done> Delete(Letter& letter);
  chat::ChatResult<Done> Export(Letter& letter);
  chat::ChatResult<Done> GiveLink(Letter& letter);
  chat::ChatResult<Done> TakeLink(Letter& letter, std::string_view code);
  chat::ChatResult<Done> Tell(Letter& letter, Reply reply);
  chat::ChatResult<Done> Tell(Letter& letter, const char* phrase);
  chat::ChatResult<std::string> Opened(Letter& letter);
  void Log(std::string_view channel, const chat::ChatError& error) const;

  chat::Chat& chat_;
  history::History& history_;
  const Now now_;
  const std::string site_;
  std::mutex lines_mutex_;
  // The chats in which something is being taken.
  std::map<std::pair<std::string, std::string>, Line> lines_;
};

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_DESK_H_
