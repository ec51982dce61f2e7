#ifndef NEARER_TESTS_LOAD_SERVER_PROCESS_H_
#define NEARER_TESTS_LOAD_SERVER_PROCESS_H_

#include <sys/types.h>

#include <string>

namespace nearer::load {

// A `nearer serve` of its own on a free port, without limits of rate. Throws
// std::runtime_error when it does not come up.
class ServerProcess {
 public:
  // Returns once /readyz says so.
  ServerProcess(const std::string& binary, const std::string& db);
  ~ServerProcess();  // kills
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  int port() const { return port_; }
  pid_t pid() const { return pid_; }
  void Kill();      // SIGKILL; returns when it is gone
  int Terminate();  // SIGTERM; its exit code, -1 when it died otherwise

 private:
  pid_t pid_ = -1;
  int port_ = 0;
};

}  // namespace nearer::load

#endif  // NEARER_TESTS_LOAD_SERVER_PROCESS_H_
