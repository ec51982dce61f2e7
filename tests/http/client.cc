#include "http/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace nearer::http {

Client::Client(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(static_cast<std::uint16_t>(port));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&server), sizeof server) !=
      0) {
    close(socket_);
    socket_ = -1;
  }
}

Client::Client(Client&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), in_(std::move(other.in_)) {}

Client::~Client() {
  if (socket_ >= 0) close(socket_);
}

void Client::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;  // the server may have closed; Receive will tell
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

bool Client::Read() {
  char bytes[16 * 1024];
  errno = 0;
  const auto n = recv(socket_, bytes, sizeof bytes, 0);
  if (n > 0) in_.append(bytes, static_cast<std::size_t>(n));
  return n > 0;
}

std::optional<Response> Client::ReceiveHead() {
  std::size_t end = 0;
  while ((end = in_.find("\r\n\r\n")) == std::string::npos)
    if (!Read()) return std::nullopt;
  Response response;
  std::string_view head = std::string_view(in_).substr(0, end + 2);
  response.status = std::stoi(std::string(head.substr(9, 3)));
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    std::string name(line.substr(0, line.find(':')));
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return std::tolower(c); });
    if (!response.headers.emplace(name, line.substr(line.find(':') + 2)).second)
      throw std::runtime_error("the header " + name + " is there twice");
  }
  in_.erase(0, end + 4);
  return response;
}

std::optional<Response> Client::Receive() {
  auto received = ReceiveHead();
  if (!received) return received;
  Response& response = *received;
  const std::string length = response.header("content-length");
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  while (in_.size() < size)
    if (!Read()) return std::nullopt;
  response.body = in_.substr(0, size);
  in_.erase(0, size);
  return received;
}

bool Client::AtEnd() {
  if (!in_.empty() || Read()) return false;
  return errno != EAGAIN;  // nothing came, but the server may still be there
}

Response Client::Ask(std::string_view method, std::string_view path,
                     const std::vector<std::string>& headers,
                     std::string_view body) {
  std::string request(method);
  request.append(" ").append(path).append(" HTTP/1.1\r\nHost: test\r\n");
  for (const std::string& header : headers) request.append(header + "\r\n");
  if (!body.empty())
    request.append("Content-Length: " + std::to_string(body.size()) + "\r\n");
  request.append("\r\n").append(body);
  Send(request);
  auto response = Receive();
  if (!response) throw std::runtime_error("there was no response");
  return *std::move(response);
}

}  // namespace nearer::http
