#ifndef NEARER_CHANNELS_TWILIO_H_
#define NEARER_CHANNELS_TWILIO_H_

#include <string>
#include <string_view>
#include <vector>

#include "channels/channel.h"
#include "channels/form.h"

namespace nearer::channels {

// Text messages and WhatsApp through Twilio's Programmable Messaging. A chat is
// the person's address and the one of ours that they wrote to, so that they are
// answered from there. There are no buttons: choices have numbers.
//
// On SMS the words that carriers know (STOP, START, HELP and their like, alone
// in a message) end and begin again what is sent, and are never a turn: Twilio
// itself answers them and holds back what we would send.
class Twilio final : public Channel {
 public:
  struct Options {
    std::string account;              // "AC…"
    std::vector<std::string> tokens;  // of the account; the first is used to
                                      // send, any may sign
    std::string url;  // as Twilio knows it: "https://host/webhooks/twilio"
    std::string api = "https://api.twilio.com";  // another for tests
  };
  explicit Twilio(Options options);

  std::string_view name() const override { return "twilio"; }
  // Twilio queues what is faster than the number may send.
  Pace pace() const override {
    return {
        .burst = 20, .per_second = 20, .chat_burst = 3, .chat_per_second = 1};
  }
  coach::Reach ReachOf(std::string_view chat) const override;
  bool numbers_choices() const override { return true; }
  Reception Receive(const WebRequest& request,
                    history::UnixSeconds now) const override;
  std::vector<Call> Render(std::string_view chat,
                           const Reply& reply) const override;
  HttpRequest Address(const Call& call) const override;
  Outcome Judge(const HttpResponse& response) const override;

 private:
  bool IsSigned(const WebRequest& request, const Form& form) const;

  Options options_;
};

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_TWILIO_H_
