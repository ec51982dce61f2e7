// What check-ins that wait cost while none is due: CPU time of the whole
// process over a few seconds, with a hundred thousand in the record and with
// none, and how long it takes to find the next one.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "channels/check_ins.h"
#include "chat/small_pack.h"
#include "history/sqlite_history.h"

namespace {

using namespace nearer;
using Clock = std::chrono::steady_clock;

constexpr int kWaiting = 100'000;
constexpr std::chrono::seconds kIdle{5};
constexpr std::int64_t kNow = 1'795'345'200;

double CpuSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double Since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

void Fill(history::History& history) {
  constexpr int kThreads = 16;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = thread; i < kWaiting; i += kThreads) {
        const std::string id = std::to_string(i);
        const history::Delivery delivery{
            .from = {"telegram", id},
            .at = kNow,
            .due =
                history::Due{.at = kNow + 3600 + i, .until = kNow + 7200 + i}};
        (void)history.Begin({.id = "conversation " + id,
                             .token_hash = id,
                             .channel = "telegram",
                             .began = kNow},
                            {.at = kNow,
                             .reply = "{}",
                             .state = "{}",
                             .trace = "{}",
                             .pack = "pack"},
                            &delivery);
      }
    });
  for (std::thread& thread : threads) thread.join();
}

void Measure(const char* what, history::History& history) {
  chat::PackShelf shelf(chat::SmallPack("pack"));
  chat::Chat chat(
      history, shelf,
      {.now = [] { return kNow; },
       .randomness = [](std::size_t n) { return std::string(n, 'x'); }});
  channels::CheckIns check_ins(
      {}, chat, history, [] { return kNow; }, [] {});
  const auto began = Clock::now();
  const auto next = check_ins.SendDue();
  const double found = Since(began);
  check_ins.Start();
  const double before = CpuSeconds();
  std::this_thread::sleep_for(kIdle);
  const double used = CpuSeconds() - before;
  check_ins.Stop();
  std::printf(
      "%s: the next %s found in %.0f us; %.4f s of CPU in %lld s idle\n", what,
      next ? "was" : "(none) was", found * 1e6, used,
      static_cast<long long>(kIdle.count()));
}

}  // namespace

int main() {
  const auto folder =
      std::filesystem::temp_directory_path() / "nearer-check-ins-bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  {
    auto history = history::OpenSqlite((folder / "record.db").string());
    if (!history) return 1;
    Measure("no check-ins", **history);
    Fill(**history);
    Measure("100,000 check-ins", **history);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
