#ifndef NEARER_CHANNELS_CHANNEL_H_
#define NEARER_CHANNELS_CHANNEL_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/coach/coach.h"
#include "history/history.h"

// What every messaging platform has in common: requests come in, are
// authenticated and hold messages; replies become requests that go out. A
// channel is pure: no I/O, no clock. All text is UTF-8.
namespace nearer::channels {

// A request that a platform made to us. The views live as long as the call.
struct WebRequest {
  std::string_view method;  // "POST"
  std::string_view path;   // what follows "/webhooks/{channel}": "", "/webhook"
  std::string_view query;  // as sent, without the '?'
  std::string_view body;   // the raw bytes
  // The value of a header, whatever its case; empty when absent.
  std::function<std::string_view(const char* name)> header;
};

struct WebAnswer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// One thing that happened in a chat.
struct Inbound {
  enum class Kind : std::uint8_t {
    kWords,      // `text` is what the person wrote
    kPress,      // `text` is the data of the choice they pressed
    kCommand,    // `text` is its name, in lower case: "start"; `argument` what
                 // stood behind it
    kForwarded,  // somebody else's words
    kOther,      // a voice message, a picture, …: no words
    kEdit,       // an earlier message was changed
    kGroup,      // spoken to in a group
    kGone,       // the person blocked us
    kBack,       // and took that back
  };
  Kind kind = Kind::kWords;
  std::string id;    // unique on its platform; any bytes
  std::string chat;  // where an answer goes
  std::string text;
  std::string argument = {};
};

// A request to a platform, as it waits in the outbox. It holds no secret.
struct Call {
  std::string path;  // what the channel calls it: "sendMessage"
  std::string type = "application/json";
  std::string body;
};

// What a request of a platform was found to be.
struct Reception {
  enum class Verdict : std::uint8_t {
    kAccepted,
    kForged,     // wrong or missing secret or signature, or too old
    kMalformed,  // authentic, but it cannot be read
  };
  Verdict verdict = Verdict::kAccepted;
  WebAnswer answer;  // once everything in it is recorded
  std::vector<Inbound> inbound;
  // To be sent at once, if possible, and not missed if not: "typing".
  std::vector<Call> asides;
};

// A quick reply. `data` comes back when it is pressed, at most 64 bytes.
struct Choice {
  std::string label, data;
};

struct File {
  std::string name, type, bytes;
};

// What a person shall see.
struct Reply {
  std::vector<std::string> messages;  // paragraphs of plain text, in order
  std::vector<Choice> choices;
  // Where help is to be had: always shown, as text.
  std::vector<std::string> help;
  std::optional<File> file;
};

// A request on the wire.
struct HttpRequest {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string type, body;
};

struct HttpResponse {
  int status = 0;  // 0: there was none; `body` says why, for the operator
  std::string body;
  std::string retry_after;  // the header; empty when absent
};

// What became of a request to a platform.
struct Outcome {
  enum class Kind : std::uint8_t {
    kSent,
    kLimited,       // too many; not before `wait`
    kLater,         // the platform or the way there failed; try again
    kUnreachable,   // the person does not want us any more
    kRefused,       // this request will never do
    kUnauthorized,  // none of our requests will, until an operator acts
  };
  Kind kind = Kind::kSent;
  std::chrono::milliseconds wait{0};
  std::string reason;  // for the operator, unless sent; nothing of the person
};

// How fast a platform takes messages: so many at once, then so many a second.
struct Pace {
  double burst = 1, per_second = 1;            // all together
  double chat_burst = 1, chat_per_second = 1;  // to one chat
};

// A platform whose replies go out by requests of ours. Immutable; safe from
// many threads.
class Channel {
 public:
  virtual ~Channel() = default;

  virtual std::string_view name() const = 0;  // "telegram", as in the URL
  virtual Pace pace() const = 0;
  // Whether choices may come as numbers, to be answered by a number.
  virtual bool numbers_choices() const { return false; }
  virtual bool sends_files() const { return false; }
  // How somebody there can be written to first.
  virtual coach::Reach ReachOf(std::string_view /*chat*/) const {
    return {.writes = true};
  }
  // What commands begin with.
  virtual char command_sign() const { return '/'; }

  // Authenticates and parses. Nothing in `request` is believed before its
  // secret or signature was verified over the raw bytes. Linear; never fails
  // otherwise than by its verdict.
  virtual Reception Receive(const WebRequest& request,
                            history::UnixSeconds now) const = 0;

  // The requests that bring `reply` to a chat, in order.
  virtual std::vector<Call> Render(std::string_view chat,
                                   const Reply& reply) const = 0;

  // The request as it goes out, with address and credentials.
  virtual HttpRequest Address(const Call& call) const = 0;

  // What the platform's answer to a request means.
  virtual Outcome Judge(const HttpResponse& response) const = 0;
};

// A call as it stands in the outbox, and back; nothing for what is no call.
std::string Pack(const Call& call);
std::optional<Call> Unpack(std::string_view packed);

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_CHANNEL_H_
