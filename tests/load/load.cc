// How many health checks and durable turns a server answers in a second, for
// clients that each keep one connection and wait for every answer:
//
//   nearer_load ./nearer [clients [seconds]]
//
// Starts that server on a free port with a record of its own, runs both loads
// against it one after the other, and prints one table.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "load/server_process.h"
#include "load/utterances.h"

namespace nearer::load {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration;
using std::chrono::seconds;

constexpr int kTurnsEach = 40;  // then the client begins another conversation
constexpr seconds kWarmUp{1};

struct Client {
  int socket = -1;
  std::string in;
  Clock::time_point asked;
  bool counts = true;  // what it waits for now
  std::string id, token;
  int turns = 0;
};

// The next thing `client` asks for; takes the body of the last answer.
using Script = std::function<std::string(Client& client, const std::string&)>;

std::string HealthCheck(Client&, const std::string&) {
  return "GET /healthz HTTP/1.1\r\nHost: load\r\n\r\n";
}

std::string Member(const std::string& json, const std::string& name) {
  const auto at = json.find("\"" + name + "\":\"");
  if (at == std::string::npos) throw std::runtime_error("no " + name);
  const auto from = at + name.size() + 4;
  return json.substr(from, json.find('"', from) - from);
}

std::string Talk(Client& client, const std::string& body) {
  client.counts = true;
  if (client.turns == 0) {
    client.counts = false;
    client.turns = 1;
    client.id.clear();
    return "POST /v1/conversations HTTP/1.1\r\nHost: load\r\n\r\n";
  }
  if (client.id.empty()) {
    client.id = Member(body, "id");
    client.token = Member(body, "token");
  }
  const auto n = static_cast<std::size_t>(client.turns + client.socket);
  const std::string turn =
      "{\"text\":\"" + std::string(kUtterances[n % kUtterances.size()]) +
      "\",\"client_turn_id\":\"" + std::to_string(client.turns) + "\"}";
  client.turns = client.turns == kTurnsEach ? 0 : client.turns + 1;
  return "POST /v1/conversations/" + client.id +
         "/turns HTTP/1.1\r\nHost: load\r\nAuthorization: Bearer " +
         client.token +
         "\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(turn.size()) + "\r\n\r\n" + turn;
}

struct Measured {
  double rate = 0;                       // per second
  double p50 = 0, p99 = 0, longest = 0;  // milliseconds
  double cpu = 0;  // microseconds of the server's processors for each
};

// Processor time that `pid` has used.
double CpuSeconds(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string all;
  std::getline(stat, all);
  std::istringstream fields(all.substr(all.rfind(')') + 2));
  std::string field;
  for (int i = 3; i < 14; ++i) fields >> field;
  long user = 0, system = 0;
  fields >> user >> system;
  return static_cast<double>(user + system) /
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

class Load {
 public:
  Load(const ServerProcess& server_process, int clients)
      : pid_(server_process.pid()), epoll_(epoll_create1(0)) {
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(static_cast<std::uint16_t>(server_process.port()));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    clients_.resize(static_cast<std::size_t>(clients));
    for (Client& client : clients_) {
      client.socket = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(client.socket, reinterpret_cast<sockaddr*>(&server),
                  sizeof server) != 0)
        throw std::runtime_error("cannot connect");
      const int yes = 1;
      setsockopt(client.socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      epoll_event event{.events = EPOLLIN, .data = {.ptr = &client}};
      epoll_ctl(epoll_, EPOLL_CTL_ADD, client.socket, &event);
    }
  }

  ~Load() {
    for (const Client& client : clients_) close(client.socket);
    close(epoll_);
  }

  Measured Run(const Script& script, seconds length) {
    std::vector<double> times;
    double cpu = -1;
    for (Client& client : clients_) Ask(client, script(client, ""));
    const auto begin = Clock::now() + kWarmUp;
    const auto end = begin + length;
    std::vector<epoll_event> events(clients_.size());
    for (auto now = Clock::now(); now < end; now = Clock::now()) {
      const int n = epoll_wait(epoll_, events.data(),
                               static_cast<int>(events.size()), 1000);
      for (int i = 0; i < n; ++i) {
        auto& client =
            *static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr);
        std::string body;
        if (!Receive(client, body)) continue;
        if (client.counts && client.asked >= begin) {
          if (cpu < 0) cpu = CpuSeconds(pid_);
          times.push_back(
              duration<double, std::milli>(Clock::now() - client.asked)
                  .count());
        }
        Ask(client, script(client, body));
      }
    }
    Measured measured = Sum(times, length);
    measured.cpu =
        (CpuSeconds(pid_) - cpu) * 1e6 / static_cast<double>(times.size());
    return measured;
  }

 private:
  static Measured Sum(std::vector<double>& times, seconds length) {
    if (times.empty()) throw std::runtime_error("nothing was answered");
    std::ranges::sort(times);
    const auto at = [&](double share) {
      return times[static_cast<std::size_t>(
          share * static_cast<double>(times.size() - 1))];
    };
    return {.rate = static_cast<double>(times.size()) /
                    static_cast<double>(length.count()),
            .p50 = at(0.5),
            .p99 = at(0.99),
            .longest = times.back(),
            .cpu = 0};
  }

  static void Ask(Client& client, const std::string& request) {
    client.asked = Clock::now();
    if (send(client.socket, request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size()))
      throw std::runtime_error("cannot send");
  }

  // Whether a response is there now; its body.
  static bool Receive(Client& client, std::string& body) {
    char bytes[16 * 1024];
    const auto n = recv(client.socket, bytes, sizeof bytes, 0);
    if (n <= 0) throw std::runtime_error("the server closed");
    client.in.append(bytes, static_cast<std::size_t>(n));
    const auto head = client.in.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    const auto length = client.in.find("Content-Length: ");
    const std::size_t size = std::stoul(client.in.substr(length + 16, 10));
    if (client.in.size() < head + 4 + size) return false;
    if (client.in[9] != '2')
      throw std::runtime_error("the server answered " + client.in);
    body = client.in.substr(head + 4);
    client.in.clear();
    return true;
  }

  pid_t pid_;
  int epoll_;
  std::vector<Client> clients_;
};

void Print(const char* what, const Measured& m) {
  std::printf("%-14s %9.0f %9.2f %9.2f %9.2f %9.0f\n", what, m.rate, m.p50,
              m.p99, m.longest, m.cpu);
}

int ResidentMiB(pid_t pid) {
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  long all = 0, resident = 0;
  statm >> all >> resident;
  return static_cast<int>(resident * sysconf(_SC_PAGESIZE) / (1 << 20));
}

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: nearer_load NEARER [clients [seconds]]\n");
    return 2;
  }
  const int clients = argc > 2 ? std::atoi(argv[2]) : 64;
  const seconds length(argc > 3 ? std::atoi(argv[3]) : 10);
  std::string folder =
      (std::filesystem::current_path() / "nearer-load-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("mkdtemp");

  const auto began = Clock::now();
  ServerProcess server(argv[1], folder + "/record.db");
  const double ready =
      duration<double, std::milli>(Clock::now() - began).count();
  const int resident = ResidentMiB(server.pid());

  const Measured health = Load(server, clients).Run(HealthCheck, length);
  const Measured turns = Load(server, clients).Run(Talk, length);
  std::printf("%d clients, %lld s each\n", clients,
              static_cast<long long>(length.count()));
  std::printf("%-14s %9s %9s %9s %9s %9s\n", "", "per s", "p50 ms", "p99 ms",
              "max ms", "cpu us");
  Print("/healthz", health);
  Print("durable turns", turns);
  std::printf(
      "turns / healthz %.2f; start to ready %.0f ms; resident %d MiB after "
      "start, %d MiB now\n",
      turns.rate / health.rate, ready, resident, ResidentMiB(server.pid()));
  server.Kill();
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace nearer::load

int main(int argc, char** argv) try {
  return nearer::load::Main(argc, argv);
} catch (const std::exception& error) {
  std::fprintf(stderr, "nearer_load: %s\n", error.what());
  return 1;
}
