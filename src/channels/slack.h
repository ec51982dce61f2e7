#ifndef NEARER_CHANNELS_SLACK_H_
#define NEARER_CHANNELS_SLACK_H_

#include <string>
#include <string_view>
#include <vector>

#include "channels/channel.h"

namespace nearer::channels {

// An app in one Slack workspace: the Events API and interactivity, both at the
// same URL. Speaks in direct messages; in channels, when mentioned, it says in
// the thread to write privately. Slack keeps what begins with "/" to itself, so
// commands begin with "!".
class Slack final : public Channel {
 public:
  struct Options {
    std::string token;           // of the bot, "xoxb-…"
    std::string signing_secret;  // signs what comes
    std::string api = "https://slack.com/api";
  };
  explicit Slack(Options options);

  std::string_view name() const override { return "slack"; }
  // About one a second to a channel, with short bursts; together as many as
  // there are channels.
  Pace pace() const override {
    return {
        .burst = 500, .per_second = 500, .chat_burst = 3, .chat_per_second = 1};
  }
  bool numbers_choices() const override { return true; }
  char command_sign() const override { return '!'; }
  Reception Receive(const WebRequest& request,
                    history::UnixSeconds now) const override;
  std::vector<Call> Render(std::string_view chat,
                           const Reply& reply) const override;
  HttpRequest Address(const Call& call) const override;
  Outcome Judge(const HttpResponse& response) const override;

 private:
  bool IsSigned(const WebRequest& request, history::UnixSeconds now) const;

  Options options_;
};

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_SLACK_H_
