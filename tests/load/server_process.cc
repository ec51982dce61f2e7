#include "load/server_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <stdexcept>

#include "http/client.h"

extern char** environ;

namespace nearer::load {
namespace {

constexpr int kTries = 10'000;

int PortIn(const std::string& line) {
  const auto host = line.find("http://127.0.0.1:");
  if (host == std::string::npos)
    throw std::runtime_error("the server said: " + line);
  return std::stoi(line.substr(host + 17));
}

}  // namespace

ServerProcess::ServerProcess(const std::string& binary, const std::string& db) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  std::string arguments[] = {binary, "serve", "--listen",   "127.0.0.1:0",
                             "--db", db,      "--no-limits"};
  char* argv[std::size(arguments) + 1] = {};
  for (std::size_t i = 0; i < std::size(arguments); ++i)
    argv[i] = arguments[i].data();
  const int failed =
      posix_spawn(&pid_, binary.c_str(), &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  FILE* out = fdopen(pipe_ends[0], "r");
  char line[512] = "";
  const bool said = failed == 0 && std::fgets(line, sizeof line, out);
  std::fclose(out);
  if (!said) {
    if (failed == 0) Kill();
    throw std::runtime_error(binary + " did not start");
  }
  port_ = PortIn(line);
  for (int i = 0; i < kTries; ++i) {
    http::Client client(port_);
    if (client.connected() && client.Ask("GET", "/readyz").status == 200)
      return;
  }
  Kill();
  throw std::runtime_error("the server did not become ready");
}

ServerProcess::~ServerProcess() { Kill(); }

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
