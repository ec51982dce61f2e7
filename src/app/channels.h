#ifndef NEARER_APP_CHANNELS_H_
#define NEARER_APP_CHANNELS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "channels/desk.h"
#include "channels/rest.h"
#include "channels/webhooks.h"
#include "chat/chat.h"
#include "core/result.h"
#include "history/history.h"
#include "http/server.h"

namespace nearer::app {

// The channels to be served. Those that are absent are not.
struct ChannelSettings {
  std::optional<channels::Rest::Options> rest;
};

// Reads the settings from variables of the environment; README.md lists them. A
// secret may stand in a file, named by the variable with _FILE at its end;
// errors name variables and files and never tell what is in them.
using Environment = std::function<const char*(const char* name)>;
Result<ChannelSettings> ReadChannelSettings(const Environment& environment);

// Every object of the channels, wired.
class Channels {
 public:
  // All must outlive it.
  Channels(ChannelSettings settings, chat::Chat& chat,
           history::History& history, channels::Desk::Now now);

  bool any() const { return rest_.has_value(); }
  http::Answer Answer(const http::Server::Webhook& webhook);
  std::string MetricsText() const { return webhooks_.MetricsText(); }

 private:
  std::optional<channels::Rest> rest_;
  channels::Desk desk_;
  channels::Webhooks webhooks_;
};

}  // namespace nearer::app

#endif  // NEARER_APP_CHANNELS_H_
