#ifndef NEARER_CHANNELS_WHATSAPP_H_
#define NEARER_CHANNELS_WHATSAPP_H_

#include <string>
#include <string_view>
#include <vector>

#include "channels/channel.h"

namespace nearer::channels {

// WhatsApp through Meta's Cloud API. Choices are buttons when they are few and
// short, else numbered lines. Free text is only sent within a day of what the
// person wrote last, so what is older than that is not answered.
class WhatsApp final : public Channel {
 public:
  struct Options {
    std::string token;       // to send with
    std::string app_secret;  // signs what comes
    std::string verify;      // is asked for when the webhook is set up
    std::string number;      // the id of the number: "phone_number_id"
    std::string api = "https://graph.facebook.com/v23.0";
  };
  explicit WhatsApp(Options options);

  std::string_view name() const override { return "whatsapp"; }
  // 80 messages a second, and to one person one in six seconds after a burst.
  Pace pace() const override {
    return {.burst = 40,
            .per_second = 60,
            .chat_burst = 10,
            .chat_per_second = 1.0 / 6};
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
  Reception Verify(const WebRequest& request) const;
  bool IsSigned(const WebRequest& request) const;

  Options options_;
};

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_WHATSAPP_H_
