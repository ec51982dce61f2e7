#ifndef NEARER_HTTP_CONNECTIONS_H_
#define NEARER_HTTP_CONNECTIONS_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "http/framing.h"

namespace nearer::http {

// Takes TCP connections, collects requests and sends replies.
//
// The idea: a connection has a thread only while one of its requests is being
// answered. Threads wait together on one epoll; whichever wakes reads what is
// there, and goes on to the next connection unless a request is complete. So a
// client that idles, sends byte by byte or does not read costs two small
// buffers and never a thread; ten thousand may. No thread ever blocks on a
// socket. (cpp-httplib of itself gives each connection a thread for its whole
// life and wakes it a hundred times a second.)
//
// Threads: one is added when the last waiting one finds work, up to `threads`;
// one that found nothing for `thread_idle` leaves, down to two. A thread costs
// about 40 KiB resident (its 8 MiB stack is only reserved); a connection about
// 1 KiB between requests, and its request and reply while they are under way.
class Connections {
 public:
  struct Options {
    int threads = 256;               // answering at one time; more wait
    std::size_t connections = 4096;  // when full, the longest idle makes room
    int requests_each = 100'000;     // then the connection is closed
    std::chrono::milliseconds idle{60'000};  // between two requests
    std::chrono::milliseconds request{
        10'000};                              // from its first byte to its last
    std::chrono::milliseconds reply{20'000};  // until the client has read it
    std::chrono::milliseconds thread_idle{10'000};
    Framing::Limits limits = {};
  };

  struct Request {
    std::string_view head;     // request line and headers, with the blank line
    std::string_view body;     // out of its chunks
    std::string_view address;  // of the peer, as the kernel knows it
    bool last = false;  // the connection will be closed: say so in the reply
  };
  struct Reply {
    std::string bytes;
    bool close = false;
  };

  struct Owner {
    // Answers a request. Called from many threads at once; may block.
    std::function<Reply(const Request&)> answer;
    // The reply for what never became a request: 400, 408, 413 or 431. The
    // connection is closed after it.
    std::function<std::string(int status)> refuse;
  };

  Connections(Owner owner, Options options);
  ~Connections();  // Stop()s

  // Binds and serves from then on, on threads of its own. `host` is a name or
  // an address, `port` 0 any free one; the result is the port. Once only.
  // Raises this process's soft limit of open files when it is too low.
  Result<int> Listen(const std::string& host, int port);

  // Takes no more connections or requests, waits until every request received
  // is answered, closes all. Returns when no thread is left. Idempotent, but
  // not to be called from within `answer`.
  void Stop();

  std::size_t open() const;  // connections
  std::size_t threads() const;

 private:
  class Hall;
  std::unique_ptr<Hall> hall_;
};

}  // namespace nearer::http

#endif  // NEARER_HTTP_CONNECTIONS_H_
