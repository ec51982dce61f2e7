#include "app/interrupt.h"

#include <pthread.h>

namespace nearer::app {

Interrupt::Interrupt() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1})
    sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  waiter_ = std::thread([this] {
    for (int signal = 0; sigwait(&signals_, &signal) == 0 && !over_;) {
      if (signal == SIGUSR1) continue;
      if (!heeded_) {
        ::signal(signal, SIG_DFL);
        pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
        raise(signal);
      }
      const std::lock_guard lock(mutex_);
      asked_ = true;
      came_.notify_all();
    }
  });
}

Interrupt::~Interrupt() {
  over_ = true;
  pthread_kill(waiter_.native_handle(), SIGUSR1);
  waiter_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool Interrupt::WaitFor(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return came_.wait_for(lock, time, [&] { return asked_.load(); });
}

}  // namespace nearer::app
