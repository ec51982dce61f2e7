#ifndef NEARER_HTTP_SERVER_H_
#define NEARER_HTTP_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "chat/chat.h"
#include "core/result.h"
#include "history/history.h"
#include "http/answer.h"
#include "http/api.h"
#include "http/connections.h"

namespace nearer::http {

// Serves the API (described at /openapi.json) and the page. Sockets and threads
// are in connections.h, the routes in api.h; cpp-httplib reads the requests and
// writes the responses in between.
//
//   Server server(chat, history, shelf, {});
//   const auto port = server.Listen("127.0.0.1", 8080);
//   if (!port) return Fail(port.error());
//   WaitForSigterm();   // no handler needed: block the signals, sigwait
//   server.Stop();
//
// Logs each request with spdlog's default logger at level info (health checks
// at debug): method, route, status, time; never an id, a token or a text.
// Trusts the peer's address and no header about it.
class Server {
 public:
  // A request to /webhooks/{channel}. The views live as long as the call.
  struct Webhook {
    std::string_view channel, path;  // "telegram" and what follows it
    std::string_view method;
    std::string_view query;  // as sent, without the '?'
    std::string_view body;
    // The value of a header, whatever its case; empty when absent.
    std::function<std::string_view(const char* name)> header;
  };
  struct Options {
    Connections::Options connections;
    // Of rate; {.conversations = {}, .turns = {}, .reviews = {}} for none.
    Api::Limits limits;
    Origins origins;           // that may carry the widget, besides its own
    std::string operator_key;  // empty: there are no operator routes
    Api::Messengers messengers;
    // Answers messaging platforms; null: there are none. From many threads.
    std::function<Answer(const Webhook&)> webhook = nullptr;
    // More lines for /metrics; may be null.
    std::function<std::string()> more_metrics = nullptr;
  };

  // `chat`, `history` and `shelf` must outlive the server.
  Server(chat::Chat& chat, history::History& history, chat::PackShelf& shelf,
         Options options);
  ~Server();  // Stop()s

  // Binds to `host` (a name or an address) and `port` (0: any free one) and
  // serves from then on, on threads of its own. Gives the port. Once only.
  Result<int> Listen(const std::string& host, int port);

  // Takes no more requests, finishes those under way, closes. Returns when all
  // is done; a client that does not read its reply delays that by at most
  // `Connections::Options::reply`. Idempotent; from any thread of the caller.
  void Stop();

 private:
  class Desk;
  std::unique_ptr<Desk> desk_;
};

}  // namespace nearer::http

#endif  // NEARER_HTTP_SERVER_H_
