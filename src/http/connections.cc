#include "http/connections.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <list>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace nearer::http {
namespace {

using Clock = std::chrono::steady_clock;
using Millis = std::chrono::milliseconds;

constexpr int kFewestThreads = 2;
constexpr int kBacklog = 1024;
constexpr std::size_t kReadSize = 16 * 1024;
constexpr std::size_t kKeptBuffer = 4 * 1024;
constexpr int kAcceptsAtOnce = 64;
constexpr Millis kTick{250};
constexpr Millis kLinger{2'000};
constexpr std::size_t kLingerBytes = 1 << 20;
constexpr std::int64_t kNever = INT64_MAX;

// A file descriptor with one owner.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

// Moments are nanoseconds of the steady clock, so that they can be atomic.
std::int64_t Nanos(std::chrono::nanoseconds time) { return time.count(); }

std::int64_t Now() { return Nanos(Clock::now().time_since_epoch()); }

std::string AddressOf(const sockaddr_storage& peer) {
  char text[INET6_ADDRSTRLEN] = "";
  if (peer.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(peer);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  } else if (peer.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(peer);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  }
  return text;
}

void AllowOpenFiles(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

Error CannotListen(const std::string& host, int port, const std::string& why) {
  return {"cannot listen on " + host + ":" + std::to_string(port) + ": " + why};
}

// One client. Belongs to the thread that took its event, until Park gives it
// back to the epoll; others look only at the atomics.
struct Connection {
  Connection(Descriptor fd, std::string from, Framing::Limits limits)
      : socket(std::move(fd)), address(std::move(from)), framing(limits) {}

  Descriptor socket;
  std::string address;
  std::string in;               // from the first byte not yet answered
  Framing framing;              // of the request that begins at `in`
  std::int64_t began = kNever;  // when its first byte was seen
  bool told_to_continue = false;
  int requests = 0;
  std::string out;  // to send, from `sent` on
  std::size_t sent = 0;
  bool last_said = false;               // nothing follows `out`
  std::int64_t lingers_until = kNever;  // then all is sent
  std::size_t discarded = 0;
  std::atomic<std::int64_t> deadline = kNever;    // kNever when busy
  std::atomic<std::int64_t> idle_since = kNever;  // kNever in a request
};

}  // namespace

class Connections::Hall {
 public:
  Hall(Owner owner, Options options)
      : owner_(std::move(owner)), options_(options) {}

  ~Hall() { Stop(); }

  Result<int> Listen(const std::string& host, int port) {
    AllowOpenFiles(options_.connections + 512);
    epoll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
    timer_ =
        Descriptor(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    over_ = Descriptor(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!epoll_ || !timer_ || !over_)
      return CannotListen(host, port, std::strerror(errno));

    auto bound = Bind(host, port);
    if (!bound) return bound;

    itimerspec tick{};
    tick.it_interval.tv_nsec = tick.it_value.tv_nsec = Nanos(kTick);
    timerfd_settime(timer_.get(), 0, &tick, nullptr);
    Watch(EPOLL_CTL_ADD, timer_, EPOLLIN | EPOLLONESHOT, &timer_);
    Watch(EPOLL_CTL_ADD, over_, EPOLLIN, &over_);
    Watch(EPOLL_CTL_ADD, listener_, EPOLLIN | EPOLLONESHOT, &listener_);
    const std::lock_guard lock(threads_mutex_);
    for (int i = 0; i < kFewestThreads; ++i) Hire();
    return bound;
  }

  void Stop() {
    const std::lock_guard once(stop_mutex_);
    if (!epoll_) return;
    stopping_ = true;
    {
      std::unique_lock lock(table_mutex_);
      listener_ = Descriptor();
      // What was received is still read, then comes the end: idle ones close,
      // those with a request answer it first.
      for (const auto& [key, each] : table_)
        shutdown(each->socket.get(), SHUT_RD);
      emptied_.wait(lock, [this] { return table_.empty(); });
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(over_.get(), &one, sizeof one);
    std::unique_lock lock(threads_mutex_);
    left_.wait(lock, [this] { return threads_.size() == gone_.size(); });
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    gone_.clear();
    epoll_ = Descriptor();
  }

  std::size_t open() const {
    const std::lock_guard lock(table_mutex_);
    return table_.size();
  }

  std::size_t threads() const {
    const std::lock_guard lock(threads_mutex_);
    return threads_.size() - gone_.size();
  }

 private:
  using Threads = std::list<std::thread>;

  Result<int> Bind(const std::string& host, int port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const int failed =
        getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (failed != 0) return CannotListen(host, port, gai_strerror(failed));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(
        found, &freeaddrinfo);

    int why = 0;
    for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
      Descriptor fd(socket(a->ai_family,
                           a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      const int yes = 1;
      if (fd &&
          setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) ==
              0 &&
          bind(fd.get(), a->ai_addr, a->ai_addrlen) == 0 &&
          listen(fd.get(), kBacklog) == 0) {
        listener_ = std::move(fd);
        break;
      }
      why = errno;
    }
    if (!listener_) return CannotListen(host, port, std::strerror(why));

    sockaddr_storage own{};
    socklen_t length = sizeof own;
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&own), &length);
    return static_cast<int>(
        ntohs(own.ss_family == AF_INET6
                  ? reinterpret_cast<sockaddr_in6&>(own).sin6_port
                  : reinterpret_cast<sockaddr_in&>(own).sin_port));
  }

  void Watch(int operation, const Descriptor& fd, std::uint32_t events,
             void* whose) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = whose;
    epoll_ctl(epoll_.get(), operation, fd.get(), &event);
  }

  // --- Threads ---------------------------------------------------------

  // With threads_mutex_ held.
  void Hire() {
    for (const auto& gone : gone_) {
      gone->join();
      threads_.erase(gone);
    }
    gone_.clear();
    ++waiting_;  // it will, at once: whoever looks now need not hire another
    threads_.emplace_back();
    const auto self = std::prev(threads_.end());
    *self = std::thread([this, self] { Work(self); });
  }

  void HireIfNoneIsLeft(int waiting) {
    if (waiting > 0) return;
    const std::lock_guard lock(threads_mutex_);
    if (waiting_ > 0) return;
    if (std::ssize(threads_) - std::ssize(gone_) < options_.threads) Hire();
  }

  // Whether this thread, having found nothing to do, is one too many.
  bool Leave(Threads::iterator self) {
    const std::lock_guard lock(threads_mutex_);
    if (std::ssize(threads_) - std::ssize(gone_) <= kFewestThreads)
      return false;
    gone_.push_back(self);
    return true;
  }

  void Work(Threads::iterator self) {
    for (;; ++waiting_) {
      epoll_event event{};
      const int happened =
          epoll_wait(epoll_.get(), &event, 1,
                     static_cast<int>(options_.thread_idle.count()));
      const int waiting = --waiting_;
      if (happened == 0 && Leave(self)) return;
      if (happened != 1) continue;
      if (event.data.ptr == &over_) break;
      if (event.data.ptr == &timer_) {
        Tick();
      } else if (event.data.ptr == &listener_) {
        Accept();
      } else {
        HireIfNoneIsLeft(waiting);
        Serve(*static_cast<Connection*>(event.data.ptr));
      }
    }
    const std::lock_guard lock(threads_mutex_);
    gone_.push_back(self);
    left_.notify_all();
  }

  // --- Coming and going ------------------------------------------------

  void Accept() {
    const std::lock_guard lock(table_mutex_);
    for (int i = 0; i < kAcceptsAtOnce && listener_; ++i) {
      sockaddr_storage peer{};
      socklen_t length = sizeof peer;
      Descriptor fd(accept4(listener_.get(), reinterpret_cast<sockaddr*>(&peer),
                            &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) {
        if (errno == EINTR || errno == ECONNABORTED) continue;
        if (errno == EAGAIN) break;
        return;  // out of descriptors or memory; the tick listens again
      }
      const int yes = 1;
      setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      auto connection = std::make_unique<Connection>(
          std::move(fd), AddressOf(peer), options_.limits);
      Connection* key = connection.get();
      // A new client gets as long as one in the middle of a request.
      key->idle_since = Now();
      key->deadline = key->idle_since + Nanos(options_.request);
      Watch(EPOLL_CTL_ADD, key->socket, EPOLLIN | EPOLLONESHOT, key);
      table_.emplace(key, std::move(connection));
      if (table_.size() > options_.connections) {
        Evict();
        return;  // the tick listens again
      }
    }
    ListenAgain();
  }

  // With table_mutex_ held.
  void ListenAgain() {
    if (listener_)
      Watch(EPOLL_CTL_MOD, listener_, EPOLLIN | EPOLLONESHOT, &listener_);
  }

  // With table_mutex_ held. Makes room at the cost of idle connections, those
  // that waited longest first.
  void Evict() {
    std::vector<std::pair<std::int64_t, Connection*>> idle;
    for (const auto& [key, each] : table_)
      if (each->idle_since != kNever)
        idle.emplace_back(each->idle_since.load(), key);
    const auto few = std::min(idle.size(), 1 + options_.connections / 16);
    std::ranges::partial_sort(idle,
                              idle.begin() + static_cast<std::ptrdiff_t>(few));
    for (std::size_t i = 0; i < few; ++i)
      shutdown(idle[i].second->socket.get(), SHUT_RDWR);
  }

  // Closes nothing itself: whose deadline is over gets an end of file, and so
  // an event, and so a thread that owns it.
  void Tick() {
    std::uint64_t ticks = 0;
    [[maybe_unused]] const auto taken =
        read(timer_.get(), &ticks, sizeof ticks);
    const std::int64_t now = Now();
    {
      const std::lock_guard lock(table_mutex_);
      for (const auto& [key, each] : table_) {
        const std::int64_t deadline = each->deadline;
        if (deadline > now) continue;
        // One tick to say so, then the end.
        const bool told = deadline + 2 * Nanos(kTick) < now;
        shutdown(each->socket.get(), told ? SHUT_RDWR : SHUT_RD);
      }
      if (table_.size() < options_.connections) ListenAgain();
    }
    Watch(EPOLL_CTL_MOD, timer_, EPOLLIN | EPOLLONESHOT, &timer_);
  }

  void Close(Connection* connection) {
    const std::lock_guard lock(table_mutex_);
    table_.erase(connection);
    if (table_.empty()) emptied_.notify_all();
  }

  // Gives the connection back until `events`, or an end of file at `deadline`.
  // The caller has it no more.
  void Park(Connection& connection, std::uint32_t events,
            std::int64_t deadline) {
    connection.deadline = deadline;
    Watch(EPOLL_CTL_MOD, connection.socket, events | EPOLLONESHOT, &connection);
  }

  // --- One connection --------------------------------------------------

  void Serve(Connection& c) {
    const bool late = Now() >= c.deadline.exchange(kNever);
    c.idle_since = kNever;
    for (;;) {
      if (!Send(c)) return Close(&c);
      if (!c.out.empty())
        return Park(c, EPOLLOUT, Now() + Nanos(options_.reply));
      if (c.last_said) return Linger(c);
      if (Respond(c)) continue;

      switch (Receive(c)) {
        case Received::kBytes:
          continue;
        case Received::kNothing:
          return Await(c);
        case Received::kEnd:
          if (!late || c.in.empty()) return Close(&c);
          Refuse(c, 408);
      }
    }
  }

  void Await(Connection& c) {
    if (!c.in.empty()) {
      // Counted from its first byte: a byte now and then buys no time.
      return Park(c, EPOLLIN, c.began + Nanos(options_.request));
    }
    if (c.in.capacity() > kKeptBuffer) std::string().swap(c.in);
    c.idle_since = Now();
    Park(c, EPOLLIN, c.idle_since + Nanos(options_.idle));
  }

  // False when the client is gone; else `out` is empty unless more must wait.
  static bool Send(Connection& c) {
    while (c.sent < c.out.size()) {
      const auto n = send(c.socket.get(), c.out.data() + c.sent,
                          c.out.size() - c.sent, MSG_NOSIGNAL);
      if (n >= 0) {
        c.sent += static_cast<std::size_t>(n);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return true;
      } else if (errno != EINTR) {
        return false;
      }
    }
    c.out.clear();
    if (c.out.capacity() > kKeptBuffer) std::string().swap(c.out);
    c.sent = 0;
    return true;
  }

  enum class Received : std::uint8_t { kBytes, kNothing, kEnd };

  static Received Receive(Connection& c) {
    char bytes[kReadSize];
    for (;;) {
      const auto n = recv(c.socket.get(), bytes, sizeof bytes, 0);
      if (n > 0) {
        if (c.in.empty()) c.began = Now();
        c.in.append(bytes, static_cast<std::size_t>(n));
        return Received::kBytes;
      }
      if (n == 0) return Received::kEnd;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return Received::kNothing;
      if (errno != EINTR) return Received::kEnd;
    }
  }

  // Puts the answer to what is in `in` into `out`; false when that is not a
  // whole request yet.
  bool Respond(Connection& c) {
    if (c.framing.fresh())  // RFC 9112 §2.2: empty lines before a request
      while (c.in.starts_with("\r\n")) c.in.erase(0, 2);
    if (c.in.empty()) return false;
    switch (c.framing.Scan(c.in)) {
      case Framing::Status::kMore:
        if (!c.framing.expects_continue() || c.told_to_continue) return false;
        c.told_to_continue = true;
        c.out = "HTTP/1.1 100 Continue\r\n\r\n";
        return true;
      case Framing::Status::kWhole:
        Answer(c);
        return true;
      case Framing::Status::kHeadTooLarge:
        Refuse(c, 431);
        return true;
      case Framing::Status::kBodyTooLarge:
        Refuse(c, 413);
        return true;
      case Framing::Status::kMalformed:
        Refuse(c, 400);
        return true;
    }
    std::abort();  // not a Status
  }

  void Answer(Connection& c) {
    const std::string_view all = c.in;
    const bool last = stopping_ || ++c.requests >= options_.requests_each;
    Reply reply = owner_.answer({.head = all.substr(0, c.framing.head_size()),
                                 .body = c.framing.body(),
                                 .address = c.address,
                                 .last = last});
    c.out = std::move(reply.bytes);
    c.last_said = last || reply.close;
    c.in.erase(0, c.framing.size());
    c.began = Now();  // of what follows, if anything does
    c.framing = Framing(options_.limits);
    c.told_to_continue = false;
  }

  void Refuse(Connection& c, int status) {
    c.out = owner_.refuse(status);
    c.last_said = true;
  }

  // Closing with input unread would reset the connection and could take the
  // reply with it, so the client gets a moment to read and close.
  void Linger(Connection& c) {
    if (c.lingers_until == kNever) {
      shutdown(c.socket.get(), SHUT_WR);
      c.lingers_until = Now() + Nanos(kLinger);
    }
    c.in.clear();
    for (;;) {
      const Received received = Receive(c);
      c.discarded += std::exchange(c.in, {}).size();
      if (received == Received::kEnd || c.discarded > kLingerBytes)
        return Close(&c);
      if (received == Received::kNothing)
        return Park(c, EPOLLIN, c.lingers_until);
    }
  }

  const Owner owner_;
  const Options options_;
  Descriptor epoll_, timer_, over_;

  std::mutex stop_mutex_;
  std::atomic<bool> stopping_ = false;

  mutable std::mutex table_mutex_;  // guards these
  Descriptor listener_;
  std::unordered_map<Connection*, std::unique_ptr<Connection>> table_;
  std::condition_variable emptied_;

  mutable std::mutex threads_mutex_;  // guards these
  Threads threads_;
  std::vector<Threads::iterator> gone_;  // to be joined
  std::condition_variable left_;
  std::atomic<int> waiting_ = 0;
};

Connections::Connections(Owner owner, Options options)
    : hall_(std::make_unique<Hall>(std::move(owner), options)) {}

Connections::~Connections() = default;

Result<int> Connections::Listen(const std::string& host, int port) {
  return hall_->Listen(host, port);
}

void Connections::Stop() { hall_->Stop(); }

std::size_t Connections::open() const { return hall_->open(); }

std::size_t Connections::threads() const { return hall_->threads(); }

}  // namespace nearer::http
