#include "load/server_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "http/client.h"

extern char** environ;

namespace nearer::load {
namespace {

constexpr int kTries = 10'000;
constexpr int kPatienceMs = 60'000;
constexpr std::string_view kServes = "nearer serves http://127.0.0.1:";

}  // namespace

ServerProcess::ServerProcess(const std::string& binary, const std::string& db,
                             const std::vector<std::string>& more,
                             Stderr stderr_goes) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  if (stderr_goes == Stderr::kRead)
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDERR_FILENO);
  std::vector<std::string> arguments = {
      binary, "serve", "--listen", "127.0.0.1:0", "--db", db, "--no-limits"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const int failed = posix_spawn(&pid_, binary.c_str(), &actions, nullptr,
                                 argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  output_ = pipe_ends[0];
  if (failed != 0) {
    pid_ = -1;
    close(output_);
    throw std::runtime_error(binary + " did not start");
  }
  try {
    const std::string said = WaitForLine(kServes);
    port_ = std::stoi(said.substr(said.rfind(kServes) + kServes.size()));
    for (int i = 0; i < kTries; ++i) {
      http::Client client(port_);
      if (client.connected() && client.Ask("GET", "/readyz").status == 200)
        return;
    }
    throw std::runtime_error("the server did not become ready");
  } catch (const std::exception&) {
    Kill();
    close(output_);
    throw;
  }
}

ServerProcess::~ServerProcess() {
  Kill();
  close(output_);
}

std::string ServerProcess::WaitForLine(std::string_view part) {
  std::string read;
  for (;;) {
    for (auto end = unread_.find('\n'); end != std::string::npos;
         end = unread_.find('\n')) {
      const std::string line = unread_.substr(0, end + 1);
      unread_.erase(0, line.size());
      read += line;
      if (line.find(part) != std::string::npos) return read;
    }
    pollfd more{.fd = output_, .events = POLLIN, .revents = 0};
    char bytes[4096];
    const auto size = poll(&more, 1, kPatienceMs) == 1
                          ? ::read(output_, bytes, sizeof bytes)
                          : 0;
    if (size <= 0)
      throw std::runtime_error("the server did not say \"" + std::string(part) +
                               "\" but: " + read + unread_);
    unread_.append(bytes, static_cast<std::size_t>(size));
  }
}

void ServerProcess::Signal(int number) const { kill(pid_, number); }

void ServerProcess::Kill() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

int ServerProcess::Terminate() {
  kill(pid_, SIGTERM);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace nearer::load
