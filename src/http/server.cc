#include "http/server.h"

#include <httplib.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstring>
#include <exception>
#include <typeinfo>
#include <utility>

#include "http/answer.h"
#include "http/metrics.h"
#include "http/routes.h"

namespace nearer::http {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

// What a client sent as Accept-Encoding stands under this name, so that the
// library does not act on it. A body's length must not tell what it says, and
// a turn is short: what somebody wrote is never compressed, and what is the
// same for everybody was compressed when the program was built.
constexpr char kAcceptEncoding[] = "Accept-Encoding of the client";

constexpr std::pair<const char*, const char*> kHeaders[] = {
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
};

// What never reached a route: by the library or before it.
Answer Refusal(int status) {
  switch (status) {
    case 400:
      return Problem(400, "bad_request", "This is no HTTP/1.1 request.");
    case 408:
      return Problem(408, "request_timeout",
                     "The request did not come to an end in time.");
    case 413:
      return Problem(
          413, "body_too_large",
          "A body may have at most 64 KiB, that of a webhook 1 MiB.");
    case 414:
      return Problem(414, "uri_too_long", "The URI is too long.");
    case 416:
      return Problem(416, "bad_range", "The Range header cannot be read.");
    case 431:
      return Problem(431, "head_too_large",
                     "The request's headers may have at most 16 KiB.");
    default:
      return Problem(status, "refused", "The request cannot be answered.");
  }
}

void Put(Answer answer, httplib::Response& response) {
  response.status = answer.status;
  response.body = std::move(answer.body);
  response.headers.clear();
  if (!response.body.empty())
    response.headers.emplace("Content-Type", std::move(answer.type));
  for (auto& [name, value] : answer.headers)
    response.headers.emplace(std::move(name), std::move(value));
  for (const auto& [name, value] : kHeaders)
    if (!response.has_header(name)) response.headers.emplace(name, value);
}

std::string_view View(const httplib::Headers& headers, const char* name) {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : found->second;
}

std::string_view View(const httplib::Params& params, const char* name) {
  const auto found = params.find(name);
  return found == params.end() ? std::string_view() : found->second;
}

// A request's head for the library to read, and what it writes.
class MemoryStream : public httplib::Stream {
 public:
  MemoryStream(std::string_view in, std::string_view address)
      : in_(in), address_(address) {}

  std::string TakeWritten() && { return std::move(out_); }

  bool is_readable() const override { return !in_.empty(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* bytes, std::size_t size) override {
    const std::size_t n = in_.copy(bytes, size);
    in_.remove_prefix(n);
    return static_cast<ssize_t>(n);
  }
  ssize_t write(const char* bytes, std::size_t size) override {
    out_.append(bytes, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& ip, int&) const override {
    ip = address_;
  }
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string_view in_;
  std::string_view address_;
  std::string out_;
};

// The library's server without its sockets, threads, bodies and regular
// expressions: each request is answered in the hook before its own routing.
class Library : public httplib::Server {
 public:
  using httplib::Server::process_request;
};

}  // namespace

class Server::Desk {
 public:
  Desk(chat::Chat& chat, history::History& history, chat::PackShelf& shelf,
       const Options& options)
      : api_(chat, history, shelf, options.limits, options.origins,
             options.operator_key, options.messengers),
        webhook_(options.webhook),
        more_metrics_(options.more_metrics),
        connections_(
            {.answer = [this](const auto& request) { return Reply(request); },
             .refuse = [this](int status) { return Refuse(status); }},
            Roomy(options)) {
    using std::chrono::duration_cast;
    library_.set_keep_alive_timeout(
        duration_cast<std::chrono::seconds>(options.connections.idle).count());
    library_.set_keep_alive_max_count(
        static_cast<std::size_t>(options.connections.requests_each));
    library_.set_pre_routing_handler(
        [this](const httplib::Request& request, httplib::Response& response) {
          Route(request, response);
          return Library::HandlerResponse::Handled;
        });
    library_.set_error_handler(Library::HandlerWithResponse(
        [this](const httplib::Request&, httplib::Response& response) {
          if (response.body.empty()) {
            Put(Refusal(response.status), response);
            Note(RouteName::kNone, "-", response.status, nanoseconds(0));
          }
          return Library::HandlerResponse::Handled;
        }));
    library_.set_exception_handler([](const httplib::Request&,
                                      httplib::Response& response,
                                      std::exception_ptr thrown) {
      LogException(std::move(thrown));
      Put(Problem(
              500, "broken",
              "Something is broken here; it has been noted for the operator."),
          response);
    });
    library_.set_post_routing_handler(
        [](const httplib::Request&, httplib::Response& response) {
          if (response.status == 204 || response.status == 304)
            response.headers.erase("Content-Length");
        });
  }

  Connections& connections() { return connections_; }

 private:
  // Without channels nothing has to be longer than a turn.
  static Connections::Options Roomy(const Options& options) {
    Connections::Options roomy = options.connections;
    if (!options.webhook) roomy.limits.roomy_body = roomy.limits.body;
    return roomy;
  }

  Connections::Reply Reply(const Connections::Request& request) {
    MemoryStream stream(request.head, request.address);
    bool closed = false;
    const bool written = library_.process_request(
        stream, request.last, closed, [&](httplib::Request& parsed) {
          parsed.body = request.body;
          std::string accepted = parsed.get_header_value("Accept-Encoding");
          parsed.headers.erase("Accept-Encoding");
          parsed.headers.emplace(kAcceptEncoding, std::move(accepted));
          parsed.headers.erase("Expect");  // seen to in Connections
          parsed.ranges.clear();           // parts of an answer are never sent
        });
    return {.bytes = std::move(stream).TakeWritten(),
            .close = closed || !written};
  }

  void Route(const httplib::Request& request, httplib::Response& response) {
    const auto began = steady_clock::now();
    const Call call{
        .method = request.method,
        .path = request.path,
        .route = FindRoute(request.path),
        .body = request.body,
        .content_type = View(request.headers, "Content-Type"),
        .content_encoding = View(request.headers, "Content-Encoding"),
        .authorization = View(request.headers, "Authorization"),
        .origin = View(request.headers, "Origin"),
        .preflight = View(request.headers, "Access-Control-Request-Method"),
        .if_none_match = View(request.headers, "If-None-Match"),
        .accept_encoding = View(request.headers, kAcceptEncoding),
        .after = View(request.params, "after"),
        .limit = View(request.params, "limit"),
        .by = View(request.params, "by"),
        .utc_offset = View(request.params, "utc_offset"),
        .format = View(request.params, "format"),
        .since = View(request.params, "since"),
        .until = View(request.params, "until"),
        .least = View(request.params, "least"),
        .address = request.remote_addr};
    Answer answer = Respond(call, request);
    const int status = answer.status;
    Put(std::move(answer), response);
    Note(call.route.name, call.method, status, steady_clock::now() - began);
  }

  Answer Respond(const Call& call, const httplib::Request& request) {
    if (call.route.name == RouteName::kMetrics &&
        (call.method == "GET" || call.method == "HEAD"))
      return MetricsPage();
    if (call.route.name != RouteName::kWebhook || !webhook_)
      return api_.Respond(call);
    const std::string_view target = request.target;
    const auto question = target.find('?');
    return webhook_({.channel = call.route.id,
                     .path = call.route.n,
                     .method = call.method,
                     .query = question == target.npos
                                  ? std::string_view()
                                  : target.substr(question + 1),
                     .body = call.body,
                     .header = [&](const char* name) {
                       return View(request.headers, name);
                     }});
  }

  std::string Refuse(int status) {
    Answer answer = Refusal(status);
    std::string bytes = "HTTP/1.1 " + std::to_string(status) + " ";
    bytes.append(Phrase(status)).append("\r\n");
    const auto header = [&](std::string_view name, std::string_view value) {
      bytes.append(name).append(": ").append(value).append("\r\n");
    };
    for (const auto& [name, value] : kHeaders) header(name, value);
    header("Connection", "close");
    header("Content-Type", answer.type);
    header("Content-Length", std::to_string(answer.body.size()));
    bytes.append("\r\n").append(answer.body);
    Note(RouteName::kNone, "-", status, nanoseconds(0));
    return bytes;
  }

  Answer MetricsPage() const {
    return {.type = "text/plain; version=0.0.4; charset=utf-8",
            .body = metrics_.Text(connections_.open(), connections_.threads()) +
                    (more_metrics_ ? more_metrics_() : ""),
            .headers = {}};
  }

  void Note(RouteName route, std::string_view method, int status,
            nanoseconds took) {
    metrics_.Count(route, status, took);
    const bool often =
        route == RouteName::kHealth || route == RouteName::kReady;
    spdlog::log(often ? spdlog::level::debug : spdlog::level::info,
                "{} {} {} {:.1f} ms", method, TemplateOf(route), status,
                static_cast<double>(took.count()) / 1e6);
  }

  // By its type only: what() of a library may quote what somebody wrote.
  static void LogException(std::exception_ptr thrown) {
    try {
      std::rethrow_exception(std::move(thrown));
    } catch (const std::exception& e) {
      spdlog::error("a request ended in an exception: {}", typeid(e).name());
    } catch (...) {
      spdlog::error("a request ended in an exception of no known type");
    }
  }

  Library library_;
  Api api_;
  const std::function<Answer(const Webhook&)> webhook_;
  const std::function<std::string()> more_metrics_;
  Metrics metrics_;
  Connections connections_;  // last: its threads use the rest
};

Server::Server(chat::Chat& chat, history::History& history,
               chat::PackShelf& shelf, Options options)
    : desk_(std::make_unique<Desk>(chat, history, shelf, options)) {}

Server::~Server() = default;

Result<int> Server::Listen(const std::string& host, int port) {
  return desk_->connections().Listen(host, port);
}

void Server::Stop() { desk_->connections().Stop(); }

}  // namespace nearer::http
