#ifndef NEARER_CHANNELS_TELEGRAM_H_
#define NEARER_CHANNELS_TELEGRAM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "channels/channel.h"

namespace nearer::channels {

// A bot on Telegram (https://core.telegram.org/bots/api). Its updates come by
// webhook, authenticated by the secret token that setWebhook was given, or by
// long polling.
//
// Speaks in private chats; in groups, when spoken to, it says to come there.
// Text goes out plain, so that nothing in it can be taken for markup; choices
// are inline buttons.
class Telegram final : public Channel {
 public:
  struct Options {
    std::string token;     // of the bot, "123456:ABC…"
    std::string secret;    // of the webhook; empty: nothing comes that way
    std::string username;  // of the bot, without '@'; to know it in groups
    std::string api = "https://api.telegram.org";  // another for tests
  };
  explicit Telegram(Options options);

  std::string_view name() const override { return "telegram"; }
  // About 30 messages a second, and one a second to a chat with short bursts.
  Pace pace() const override {
    return {
        .burst = 30, .per_second = 25, .chat_burst = 3, .chat_per_second = 1};
  }
  bool sends_files() const override { return true; }
  Reception Receive(const WebRequest& request,
                    history::UnixSeconds now) const override;
  std::vector<Call> Render(std::string_view chat,
                           const Reply& reply) const override;
  HttpRequest Address(const Call& call) const override;
  Outcome Judge(const HttpResponse& response) const override;

  const std::string& username() const { return options_.username; }
  bool takes_webhooks() const { return !options_.secret.empty(); }

  // ---- For long polling.

  // Asks for updates from `offset` on; the answer comes after `seconds` when
  // there are none.
  Call AskForUpdates(std::int64_t offset, int seconds) const;

  struct Updates {
    // Each update's id and what was in it; nothing for what we do not answer.
    struct Update {
      std::int64_t id = 0;
      Reception reception;
    };
    std::vector<Update> updates;
  };
  // Nothing when the answer is no list of updates.
  std::optional<Updates> ReadUpdates(std::string_view body) const;

 private:
  Options options_;
  std::int64_t id_ = 0;  // of the bot: what its token begins with
};

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_TELEGRAM_H_
