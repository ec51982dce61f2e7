#ifndef NEARER_APP_INTERRUPT_H_
#define NEARER_APP_INTERRUPT_H_

#include <signal.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace nearer::app {

// Once they are heeded, SIGINT and SIGTERM ask for an end; until then they end
// the program, as always. To be made before any other thread.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void Heed() { heeded_ = true; }
  const std::atomic<bool>& asked() const { return asked_; }

  // Waits for so long, or until an end is asked for; true when it is.
  bool WaitFor(std::chrono::milliseconds time);

 private:
  sigset_t signals_, before_;
  std::atomic<bool> asked_ = false, heeded_ = false, over_ = false;
  std::mutex mutex_;
  std::condition_variable came_;
  std::thread waiter_;
};

}  // namespace nearer::app

#endif  // NEARER_APP_INTERRUPT_H_
