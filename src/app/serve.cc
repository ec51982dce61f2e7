#include <fcntl.h>
#include <malloc.h>
#include <openssl/rand.h>
#include <signal.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdlib>
#include <optional>

#include "app/channels.h"
#include "app/commands.h"
#include "app/retention.h"
#include "app/world.h"
#include "chat/chat.h"
#include "chat/zones.h"
#include "history/sqlite_history.h"
#include "http/server.h"

namespace nearer::app {
namespace {

struct Address {
  std::string host;
  int port = 0;
};

// "127.0.0.1:8080", "[::1]:8080", ":8080" (every address).
std::optional<Address> ParseAddress(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  Address address{.host = text.substr(0, colon)};
  if (address.host.size() > 1 && address.host.front() == '[' &&
      address.host.back() == ']')
    address.host = address.host.substr(1, address.host.size() - 2);
  if (address.host.empty()) address.host = "0.0.0.0";
  const std::string port = text.substr(colon + 1);
  if (port.empty() || port.size() > 5 ||
      port.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  address.port = std::stoi(port);
  if (address.port > 65535) return std::nullopt;
  return address;
}

// Blocks the signals we answer in this and every later thread, so that they
// are taken by sigwait alone.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

// The key that opens the operator's routes; empty: there are none.
Result<std::string> OperatorKey(const Environment& environment) {
  constexpr std::size_t kShortest = 16;
  auto key = Secret(environment, "NEARER_OPERATOR_KEY");
  if (key && !key->empty() &&
      (key->size() < kShortest ||
       key->find_first_of(" \t\r\n") != std::string::npos))
    return Error{
        "NEARER_OPERATOR_KEY: expected at least 16 characters and no blanks; "
        "openssl rand -hex 24 makes one"};
  return key;
}

// Before somebody waits for it.
void KeepPack(chat::Chat& chat) {
  if (const auto kept = chat.KeepPack(); !kept)
    spdlog::warn("the pack cannot be put on record now: {}",
                 kept.error().cause);
}

// Loading a pack, and putting it on record, takes several times the memory that
// stays in use; what is left over goes back to the system.
void GiveBackMemory() { malloc_trim(0); }

void Reload(const PackSource& source, chat::PackShelf& shelf,
            chat::Chat& chat) {
  if (source.shipped()) {
    spdlog::warn(
        "SIGHUP: the pack is the one built in; start with --rules and "
        "--dialogs to change it");
    return;
  }
  if (auto pack = LoadPack(source, shelf.current().get())) {
    shelf.Replace(std::move(pack));
    KeepPack(chat);
    GiveBackMemory();
    std::printf("nearer speaks with pack %.12s now\n",
                shelf.current()->hash().c_str());
    std::fflush(stdout);
  } else {
    spdlog::error("the changed pack is broken and was refused; {:.12} goes on",
                  shelf.current()->hash());
  }
}

}  // namespace

int Serve(const ServeOptions& options) {
  const auto address = ParseAddress(options.listen);
  if (!address)
    return Fail("--listen " + options.listen +
                    ": expected ADDRESS:PORT, as in 127.0.0.1:8080",
                kWrongUse);
  auto origins = http::Origins::Parse(options.allowed_origins);
  if (!origins)
    return Fail("--allow-origin " + origins.error().message, kWrongUse);
  std::int64_t retained_seconds = 0;
  if (!options.retain.empty()) {
    const auto seconds = ParseRetention(options.retain);
    if (!seconds) return Fail("--retain " + seconds.error().message, kWrongUse);
    retained_seconds = *seconds;
  }
  const sigset_t signals = BlockSignals();
  spdlog::set_default_logger(spdlog::stderr_color_mt("nearer"));
  spdlog::set_level(spdlog::level::warn);

  const Environment environment = [](const char* name) {
    return std::getenv(name);
  };
  auto settings = ReadChannelSettings(environment);
  if (!settings) return Fail(settings.error().message, kWrongUse);
  auto operator_key = OperatorKey(environment);
  if (!operator_key) return Fail(operator_key.error().message, kWrongUse);
  auto pack = LoadPack(options.pack);
  if (!pack) return kFoundWrong;
  auto history = history::OpenSqlite(options.db);
  if (!history) return Fail(history.error().message);
  chat::PackShelf shelf(std::move(pack));
  const auto zones = chat::OpenSystemZones();
  if (!zones)
    spdlog::warn(
        "the system has no time zones, so nobody can ask for check-ins; "
        "install tzdata");
  chat::Chat::World world = RealWorld();
  world.zones = zones.get();
  chat::Chat chat(**history, shelf, world);
  KeepPack(chat);
  GiveBackMemory();
  Channels channels(*std::move(settings), chat, **history, world);
  http::Server::Options server_options;
  server_options.origins = *std::move(origins);
  server_options.operator_key = *std::move(operator_key);
  if (!options.limits)
    server_options.limits = {.conversations = {}, .turns = {}, .reviews = {}};
  server_options.messengers = {.names = channels.Messengers(),
                               .telegram = channels.TelegramLink()};
  if (channels.any()) {
    server_options.webhook = [&](const auto& webhook) {
      return channels.Answer(webhook);
    };
    server_options.more_metrics = [&] { return channels.MetricsText(); };
  }
  http::Server server(chat, **history, shelf, server_options);
  const auto port = server.Listen(address->host, address->port);
  if (!port)
    return Fail(port.error().message + "; choose another with --listen");
  std::printf("nearer serves http://%s:%d/  (record: %s, pack %.12s)\n",
              address->host.find(':') == std::string::npos
                  ? address->host.c_str()
                  : ("[" + address->host + "]").c_str(),
              *port, options.db.c_str(), shelf.current()->hash().c_str());
  std::fflush(stdout);

  channels.StartPolling();
  std::optional<DailyRetention> retention;
  if (retained_seconds > 0 || !options.backups.empty()) {
    retention.emplace(
        Retention{.db = options.db,
                  .seconds = retained_seconds,
                  .backups = options.backups},
        world.now,
        [](const std::string& line) {
          std::printf("%s\n", line.c_str());
          std::fflush(stdout);
        },
        [](const std::string& line) { spdlog::error(line); });
  }

  for (int signal = 0; sigwait(&signals, &signal) == 0;) {
    if (signal != SIGHUP) break;
    Reload(options.pack, shelf, chat);
  }
  server.Stop();
  channels.Stop();
  return kDone;
}

}  // namespace nearer::app
