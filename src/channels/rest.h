#ifndef NEARER_CHANNELS_REST_H_
#define NEARER_CHANNELS_REST_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "channels/channel.h"
#include "channels/desk.h"
#include "core/result.h"

namespace nearer::channels {

// The REST channel in the shape of Rasa's, so that widgets and gateways made
// for it can talk with nearer unchanged: POST {"sender","message"} to
// /webhooks/rest/webhook, and the replies are in the response.
//
// `sender` names a person's conversation. Whoever may send requests may speak
// as anybody, so a gateway that knows its people stands before it; the token
// keeps others out.
class Rest {
 public:
  struct Options {
    std::string token;  // bearer token or ?token=; empty: none is asked for
    std::vector<std::string> origins;  // of pages that may call it
  };
  explicit Rest(Options options);

  static constexpr std::string_view kName = "rest";

  // What `request` was found to be; `inbound` has one element when it is for
  // the desk, else `answer` is the answer. A metadata.message_id, which is our
  // own addition, makes a repeated request one turn.
  Reception Receive(const WebRequest& request) const;

  // The response to an accepted request.
  WebAnswer Answer(const WebRequest& request, std::string_view sender,
                   std::span<const Reply> replies) const;
  // The same when nothing could be recorded just now.
  WebAnswer AnswerBusy(const WebRequest& request) const;

 private:
  bool MayCall(const WebRequest& request) const;
  void AllowOrigin(const WebRequest& request, WebAnswer& answer) const;

  Options options_;
};

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_REST_H_
