#include "app/channels.h"

#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "channels/secrets.h"

namespace nearer::app {
namespace {

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  std::istringstream in{std::string(text)};
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

Result<std::optional<channels::Rest::Options>> ReadRest(
    const Environment& environment) {
  auto token = Secret(environment, "NEARER_REST_TOKEN");
  if (!token) return token.error();
  const std::string open = Get(environment, "NEARER_REST");
  if (!open.empty() && open != "open")
    return Error{"NEARER_REST: expected \"open\", or set NEARER_REST_TOKEN"};
  if (!open.empty() && !token->empty())
    return Error{
        "NEARER_REST=open asks for no token, but NEARER_REST_TOKEN is set; "
        "unset one"};
  if (open.empty() && token->empty())
    return std::optional<channels::Rest::Options>();
  return std::optional(channels::Rest::Options{
      .token = *std::move(token),
      .origins = Words(Get(environment, "NEARER_REST_ORIGINS"))});
}

// Puts the address in the variable `name`, when it is set, into `address`.
std::optional<Error> TakeAddress(const Environment& environment,
                                 const std::string& name,
                                 std::string& address) {
  const std::string given = Get(environment, name);
  if (given.empty()) return std::nullopt;
  if (!given.starts_with("https://") && !given.starts_with("http://"))
    return Error{name + ": expected http://… or https://…"};
  address = given;
  return std::nullopt;
}

// The values of variables that are all to be set, or none: then it is empty.
// Each may be a secret.
Result<std::vector<std::string>> AllOrNone(
    const Environment& environment, const std::vector<std::string>& names) {
  std::vector<std::string> values;
  std::string set, unset;
  for (const std::string& name : names) {
    auto value = Secret(environment, name);
    if (!value) return value.error();
    (value->empty() ? unset : set) = name;
    values.push_back(*std::move(value));
  }
  if (set.empty()) return std::vector<std::string>();
  if (!unset.empty()) return Error{set + " is set, but " + unset + " is not"};
  return values;
}

// Whether `text` is 1 to `most` letters, digits, '_' and '-'.
bool IsPlain(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most &&
         text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
             "_-") == text.npos;
}

bool IsBotToken(std::string_view token) {
  const auto colon = token.find(':');
  return colon != token.npos && colon > 0 &&
         token.substr(0, colon).find_first_not_of("0123456789") == token.npos &&
         IsPlain(token.substr(colon + 1), 256);
}

Result<std::optional<channels::Telegram::Options>> ReadTelegram(
    const Environment& environment) {
  auto token = Secret(environment, "NEARER_TELEGRAM_TOKEN");
  if (!token) return token.error();
  auto secret = Secret(environment, "NEARER_TELEGRAM_SECRET");
  if (!secret) return secret.error();
  if (token->empty()) {
    if (!secret->empty())
      return Error{
          "NEARER_TELEGRAM_SECRET is set, but NEARER_TELEGRAM_TOKEN is not"};
    return std::optional<channels::Telegram::Options>();
  }
  if (!IsBotToken(*token))
    return Error{
        "NEARER_TELEGRAM_TOKEN is no token of a bot; expected digits, ':' and "
        "letters, as @BotFather gives it"};
  if (!secret->empty() && !IsPlain(*secret, 256))
    return Error{"NEARER_TELEGRAM_SECRET must be 1 to 256 of A-Z a-z 0-9 _ -"};
  channels::Telegram::Options options{
      .token = *std::move(token),
      .secret = *std::move(secret),
      .username = Get(environment, "NEARER_TELEGRAM_USERNAME")};
  if (options.username.starts_with('@')) options.username.erase(0, 1);
  if (auto error = TakeAddress(environment, "NEARER_TELEGRAM_API", options.api))
    return *std::move(error);
  return std::optional(std::move(options));
}

Result<std::optional<channels::Twilio::Options>> ReadTwilio(
    const Environment& environment) {
  using Options = channels::Twilio::Options;
  auto values = AllOrNone(
      environment,
      {"NEARER_TWILIO_ACCOUNT", "NEARER_TWILIO_TOKEN", "NEARER_TWILIO_URL"});
  if (!values) return values.error();
  if (values->empty()) return std::optional<Options>();
  Options options{.account = (*values)[0], .tokens = {(*values)[1]}};
  auto next = Secret(environment, "NEARER_TWILIO_NEXT_TOKEN");
  if (!next) return next.error();
  if (!next->empty()) options.tokens.push_back(*std::move(next));
  if (auto error = TakeAddress(environment, "NEARER_TWILIO_URL", options.url))
    return *std::move(error);
  if (auto error = TakeAddress(environment, "NEARER_TWILIO_API", options.api))
    return *std::move(error);
  return std::optional(std::move(options));
}

Result<std::optional<channels::WhatsApp::Options>> ReadWhatsApp(
    const Environment& environment) {
  using Options = channels::WhatsApp::Options;
  auto values =
      AllOrNone(environment,
                {"NEARER_WHATSAPP_TOKEN", "NEARER_WHATSAPP_APP_SECRET",
                 "NEARER_WHATSAPP_VERIFY_TOKEN", "NEARER_WHATSAPP_NUMBER_ID"});
  if (!values) return values.error();
  if (values->empty()) return std::optional<Options>();
  Options options{.token = (*values)[0],
                  .app_secret = (*values)[1],
                  .verify = (*values)[2],
                  .number = (*values)[3]};
  if (auto error = TakeAddress(environment, "NEARER_WHATSAPP_API", options.api))
    return *std::move(error);
  return std::optional(std::move(options));
}

Result<std::optional<channels::Slack::Options>> ReadSlack(
    const Environment& environment) {
  using Options = channels::Slack::Options;
  auto values = AllOrNone(
      environment, {"NEARER_SLACK_TOKEN", "NEARER_SLACK_SIGNING_SECRET"});
  if (!values) return values.error();
  if (values->empty()) return std::optional<Options>();
  Options options{.token = (*values)[0], .signing_secret = (*values)[1]};
  if (auto error = TakeAddress(environment, "NEARER_SLACK_API", options.api))
    return *std::move(error);
  return std::optional(std::move(options));
}

template <typename T, typename Options>
std::optional<T> Made(std::optional<Options> options) {
  if (!options) return std::nullopt;
  return std::optional<T>(std::in_place, *std::move(options));
}

}  // namespace

Result<ChannelSettings> ReadChannelSettings(const Environment& environment) {
  ChannelSettings settings;
  auto rest = ReadRest(environment);
  if (!rest) return rest.error();
  settings.rest = *std::move(rest);
  auto telegram = ReadTelegram(environment);
  if (!telegram) return telegram.error();
  settings.telegram = *std::move(telegram);
  auto twilio = ReadTwilio(environment);
  if (!twilio) return twilio.error();
  settings.twilio = *std::move(twilio);
  auto whatsapp = ReadWhatsApp(environment);
  if (!whatsapp) return whatsapp.error();
  settings.whatsapp = *std::move(whatsapp);
  auto slack = ReadSlack(environment);
  if (!slack) return slack.error();
  settings.slack = *std::move(slack);
  if (auto error = TakeAddress(environment, "NEARER_SITE", settings.site))
    return *std::move(error);
  while (settings.site.ends_with('/')) settings.site.pop_back();
  return settings;
}

Channels::Channels(ChannelSettings settings, chat::Chat& chat,
                   history::History& history, const chat::Chat::World& world)
    : rest_(Made<channels::Rest>(std::move(settings.rest))),
      telegram_(Made<channels::Telegram>(std::move(settings.telegram))),
      twilio_(Made<channels::Twilio>(std::move(settings.twilio))),
      whatsapp_(Made<channels::WhatsApp>(std::move(settings.whatsapp))),
      slack_(Made<channels::Slack>(std::move(settings.slack))),
      telegram_link_(telegram_ && !telegram_->username().empty()
                         ? "https://t.me/" + telegram_->username() + "?start="
                         : ""),
      desk_(chat, history, world.now, std::move(settings.site)),
      sending_(channels::OpenHttpTransport()),
      polling_(channels::OpenHttpTransport()),
      webhooks_(desk_, rest_ ? &*rest_ : nullptr, Platforms(), world.now,
                [this](const auto& channel, const auto& call) {
                  Aside(channel, call);
                }) {
  if (Platforms().empty()) return;
  sender_.emplace(
      Platforms(), history, *sending_, world.now,
      channels::Sender::Options{
          .owner = channels::Digest("sender", world.randomness(16))});
  check_ins_.emplace(Platforms(), chat, history, world.now,
                     [this] { sender_->Wake(); });
  check_ins_->Start();
}

Channels::~Channels() { Stop(); }

std::vector<const channels::Channel*> Channels::Platforms() const {
  std::vector<const channels::Channel*> platforms;
  if (telegram_) platforms.push_back(&*telegram_);
  if (twilio_) platforms.push_back(&*twilio_);
  if (whatsapp_) platforms.push_back(&*whatsapp_);
  if (slack_) platforms.push_back(&*slack_);
  return platforms;
}

void Channels::Aside(const channels::Channel& channel,
                     const channels::Call& call) {
  sender_->Aside(channel, call);
}

void Channels::Wake() {
  if (!sender_) return;
  sender_->Wake();
  check_ins_->Wake();
}

std::vector<std::string> Channels::Messengers() const {
  std::vector<std::string> names;
  for (const channels::Channel* channel : Platforms())
    names.emplace_back(channel->name());
  return names;
}

void Channels::StartPolling() {
  if (!telegram_ || telegram_->takes_webhooks()) return;
  poller_.emplace(
      *telegram_, *polling_, desk_, [this] { Wake(); },
      [this](const auto& channel, const auto& call) { Aside(channel, call); });
  poller_->Start();
}

void Channels::Stop() {
  if (poller_) poller_->Stop([this] { polling_->Close(); });
  if (check_ins_) check_ins_->Stop();
  if (sender_) sender_->Stop();
}

std::string Channels::MetricsText() const {
  return webhooks_.MetricsText() + (sender_ ? sender_->MetricsText() : "") +
         (check_ins_ ? check_ins_->MetricsText() : "");
}

http::Answer Channels::Answer(const http::Server::Webhook& webhook) {
  channels::WebAnswer answer =
      webhooks_.Answer(webhook.channel, {.method = webhook.method,
                                         .path = webhook.path,
                                         .query = webhook.query,
                                         .body = webhook.body,
                                         .header = webhook.header});
  Wake();
  return {.status = answer.status,
          .type = std::move(answer.type),
          .body = std::move(answer.body),
          .headers = std::move(answer.headers)};
}

}  // namespace nearer::app
