#ifndef NEARER_TESTS_HTTP_CLIENT_H_
#define NEARER_TESTS_HTTP_CLIENT_H_

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearer::http {

struct Response {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  nlohmann::json json() const { return nlohmann::json::parse(body); }
  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

// A client that sends the very bytes it is told to. Waits at most ten seconds
// for anything.
class Client {
 public:
  explicit Client(int port);
  Client(Client&& other) noexcept;
  Client& operator=(Client&&) = delete;
  ~Client();

  bool connected() const { return socket_ >= 0; }
  void Send(std::string_view bytes);
  // Nothing when the server closed instead, or let time pass.
  std::optional<Response> Receive();
  std::optional<Response> ReceiveHead();  // when there will be no body
  // Whether the server has closed, with nothing more to read.
  bool AtEnd();

  // One request and its response.
  Response Ask(std::string_view method, std::string_view path,
               const std::vector<std::string>& headers = {},
               std::string_view body = {});

 private:
  bool Read();
  int socket_ = -1;
  std::string in_;
};

}  // namespace nearer::http

#endif  // NEARER_TESTS_HTTP_CLIENT_H_
