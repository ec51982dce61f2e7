#include "channels/transport.h"

#include <httplib.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nearer::channels {
namespace {

constexpr std::chrono::seconds kConnect{5};
constexpr std::size_t kLongestResponse = 16 * 1024 * 1024;

// "https://host:port" and "/path?query".
std::pair<std::string, std::string> Parted(const std::string& url) {
  const auto scheme = url.find("://");
  const auto path = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  if (path == std::string::npos) return {url, "/"};
  return {url.substr(0, path), url.substr(path)};
}

class HttpTransport final : public Transport {
 public:
  HttpResponse Send(const HttpRequest& request,
                    std::chrono::milliseconds patience) override {
    const auto [origin, path] = Parted(request.url);
    std::shared_ptr<httplib::Client> client = Borrow(origin);
    if (!client) return Failed("closing");
    client->set_read_timeout(patience);
    client->set_write_timeout(patience);

    httplib::Request asked;
    asked.method = "POST";
    asked.path = path;
    asked.body = request.body;
    asked.headers.emplace("Content-Type", request.type);
    for (const auto& [name, value] : request.headers)
      asked.headers.emplace(name, value);
    std::string body;
    asked.content_receiver = [&](const char* data, std::size_t size,
                                 std::uint64_t, std::uint64_t) {
      body.append(data, size);
      return body.size() <= kLongestResponse;
    };
    const httplib::Result result = client->send(asked);
    const httplib::Error error = result.error();
    HttpResponse response =
        result ? HttpResponse{.status = result->status,
                              .body = std::move(body),
                              .retry_after =
                                  result->get_header_value("Retry-After")}
               : Failed(httplib::to_string(error));
    Return(origin, std::move(client), result ? Again::kYes : Again::kNo);
    return response;
  }

  void Close() override {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& client : lent_) client->stop();
  }

 private:
  enum class Again { kYes, kNo };

  static HttpResponse Failed(std::string why) {
    return {.status = 0, .body = "no response: " + std::move(why)};
  }

  std::shared_ptr<httplib::Client> Borrow(const std::string& origin) {
    const std::lock_guard lock(mutex_);
    if (closed_) return nullptr;
    auto& idle = idle_[origin];
    std::shared_ptr<httplib::Client> client;
    if (idle.empty()) {
      client = std::make_shared<httplib::Client>(origin);
      client->set_keep_alive(true);
      client->set_tcp_nodelay(true);
      client->set_connection_timeout(kConnect);
    } else {
      client = std::move(idle.back());
      idle.pop_back();
    }
    lent_.insert(client);
    return client;
  }

  void Return(const std::string& origin,
              std::shared_ptr<httplib::Client> client, Again again) {
    const std::lock_guard lock(mutex_);
    lent_.erase(client);
    if (again == Again::kYes) idle_[origin].push_back(std::move(client));
  }

  std::mutex mutex_;
  bool closed_ = false;
  std::map<std::string, std::vector<std::shared_ptr<httplib::Client>>> idle_;
  std::set<std::shared_ptr<httplib::Client>> lent_;
};

}  // namespace

std::unique_ptr<Transport> OpenHttpTransport() {
  return std::make_unique<HttpTransport>();
}

}  // namespace nearer::channels
