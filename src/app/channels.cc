#include "app/channels.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace nearer::app {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string Get(const Environment& environment, const std::string& name) {
  const char* value = environment(name.c_str());
  return value == nullptr ? "" : value;
}

// The value of the variable `name`, or what stands in the file that `name`_FILE
// names; empty when neither is set.
Result<std::string> Secret(const Environment& environment,
                           const std::string& name) {
  std::string secret = Get(environment, name);
  const std::string path = Get(environment, name + "_FILE");
  if (path.empty()) return secret;
  if (!secret.empty())
    return Error{name + " and " + name + "_FILE are both set; unset one"};
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  secret = text.str();
  if (!file || secret.find_first_not_of(kBlanks) == std::string::npos)
    return Error{
        name + "_FILE: " + path +
        (file ? " is empty"
              : " cannot be read (" + std::string(std::strerror(errno)) + ")")};
  // Editors end a file with a line break.
  secret.erase(secret.find_last_not_of(kBlanks) + 1);
  return secret;
}

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

}  // namespace

Result<ChannelSettings> ReadChannelSettings(const Environment& environment) {
  ChannelSettings settings;
  auto rest = ReadRest(environment);
  if (!rest) return rest.error();
  settings.rest = *std::move(rest);
  return settings;
}

Channels::Channels(ChannelSettings settings, chat::Chat& chat,
                   history::History& history, channels::Desk::Now now)
    : desk_(chat, history, now),
      webhooks_(desk_, settings.rest ? &rest_.emplace(*settings.rest) : nullptr,
                {}, now,
                [](const channels::Channel&, const channels::Call&) {}) {}

http::Answer Channels::Answer(const http::Server::Webhook& webhook) {
  channels::WebAnswer answer =
      webhooks_.Answer(webhook.channel, {.method = webhook.method,
                                         .path = webhook.path,
                                         .query = webhook.query,
                                         .body = webhook.body,
                                         .header = webhook.header});
  return {.status = answer.status,
          .type = std::move(answer.type),
          .body = std::move(answer.body),
          .headers = std::move(answer.headers)};
}

}  // namespace nearer::app
