#ifndef NEARER_TESTS_LOAD_SERVER_PROCESS_H_
#define NEARER_TESTS_LOAD_SERVER_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace nearer::load {

// A `nearer serve` of its own on a free port, without limits of rate. Throws
// std::runtime_error when it does not come up.
class ServerProcess {
 public:
  // Where its stderr goes: to ours, or among what WaitForLine reads.
  enum class Stderr { kOurs, kRead };

  // `more` are further arguments. Returns once /readyz says so.
  ServerProcess(const std::string& binary, const std::string& db,
                const std::vector<std::string>& more = {},
                Stderr stderr_goes = Stderr::kOurs);
  ~ServerProcess();  // kills
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  int port() const { return port_; }
  pid_t pid() const { return pid_; }
  // Reads what it writes up to the first line with `part` in it; returns all of
  // that, this line included. Throws when it ends or says nothing for a minute.
  std::string WaitForLine(std::string_view part);
  void Signal(int number) const;
  void Kill();      // SIGKILL; returns when it is gone
  int Terminate();  // SIGTERM; its exit code, -1 when it died otherwise

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string unread_;  // of its output
  int port_ = 0;
};

}  // namespace nearer::load

#endif  // NEARER_TESTS_LOAD_SERVER_PROCESS_H_
