#ifndef NEARER_APP_CHANNELS_H_
#define NEARER_APP_CHANNELS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/environment.h"
#include "channels/check_ins.h"
#include "channels/desk.h"
#include "channels/poller.h"
#include "channels/rest.h"
#include "channels/sender.h"
#include "channels/slack.h"
#include "channels/telegram.h"
#include "channels/transport.h"
#include "channels/twilio.h"
#include "channels/webhooks.h"
#include "channels/whatsapp.h"
#include "chat/chat.h"
#include "core/result.h"
#include "history/history.h"
#include "http/server.h"

namespace nearer::app {

// The channels to be served. Those that are absent are not.
struct ChannelSettings {
  std::optional<channels::Rest::Options> rest;
  // Its updates come by webhook when it has a secret, else by long polling.
  std::optional<channels::Telegram::Options> telegram;
  std::optional<channels::Twilio::Options> twilio;
  std::optional<channels::WhatsApp::Options> whatsapp;
  std::optional<channels::Slack::Options> slack;
  // Where people reach this server: "https://coach.example"; may be empty.
  std::string site;
};

// Reads the settings from variables of the environment; README.md lists them. A
// secret may stand in a file, named by the variable with _FILE at its end;
// errors name variables and files and never tell what is in them.
Result<ChannelSettings> ReadChannelSettings(const Environment& environment);

// Every object of the channels, wired.
class Channels {
 public:
  // All must outlive it.
  // Sends what waits in the outbox from now on.
  Channels(ChannelSettings settings, chat::Chat& chat,
           history::History& history, const chat::Chat::World& world);
  ~Channels();  // Stop()s

  bool any() const { return rest_ || !Platforms().empty(); }
  // Where a code that moves a conversation to Telegram is brought:
  // "https://t.me/NAME?start="; empty when there is no such place.
  std::string TelegramLink() const { return telegram_link_; }
  // The messengers that are served: "telegram", "slack", …
  std::vector<std::string> Messengers() const;
  http::Answer Answer(const http::Server::Webhook& webhook);
  std::string MetricsText() const;

  // Begins to fetch what does not come by itself.
  void StartPolling();
  // To be called after the last Answer has returned. Idempotent.
  void Stop();

 private:
  // The platforms to which requests are made.
  std::vector<const channels::Channel*> Platforms() const;
  void Aside(const channels::Channel& channel, const channels::Call& call);
  void Wake();

  const std::optional<channels::Rest> rest_;
  const std::optional<channels::Telegram> telegram_;
  const std::optional<channels::Twilio> twilio_;
  const std::optional<channels::WhatsApp> whatsapp_;
  const std::optional<channels::Slack> slack_;
  const std::string telegram_link_;
  channels::Desk desk_;
  // Two, because what waits for updates must be cut off when we stop.
  const std::unique_ptr<channels::Transport> sending_, polling_;
  std::optional<channels::Sender> sender_;
  std::optional<channels::CheckIns> check_ins_;
  channels::Webhooks webhooks_;
  std::optional<channels::Poller> poller_;
};

}  // namespace nearer::app

#endif  // NEARER_APP_CHANNELS_H_
