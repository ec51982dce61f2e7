// How many durable appends a second the record takes, by the number of threads
// that append at once:
//
//   history_bench [FOLDER]
//
// Turns are of the size that the coach writes. The folder decides: on a disk
// that syncs slowly, one thread waits for each sync and many share them.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "history/sqlite_history.h"

namespace nearer::history {
namespace {

Turn TurnOf(std::int64_t n) {
  return {.n = n,
          .client_turn_id = "7c9e6679-7425-40de-944b-" + std::to_string(n),
          .at = 1'700'000'000 + n,
          .utterance = std::string(120, 'u'),
          .reply = std::string(600, 'r'),
          .state = std::string(800, 's'),
          .trace = std::string(1000, 't'),
          .pack = "9f86d081884c7d659a2feaa0c55ad015"};
}

double AppendsPerSecond(const std::string& path, int threads, int each) {
  auto opened = OpenSqlite(path);
  if (!opened.ok()) {
    std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    std::exit(1);
  }
  History& history = **opened;
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    (void)history.Begin({.id = std::to_string(i),
                         .token_hash = std::string(32, 'h'),
                         .channel = "web",
                         .began = 0,
                         .version = 0},
                        TurnOf(0));
  }
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&history, i, each] {
      const std::string id = std::to_string(i);
      for (int n = 1; n <= each; ++n) {
        if (!history.Append(id, TurnOf(n)).ok()) std::exit(1);
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - begin;
  return threads * each / took.count();
}

}  // namespace
}  // namespace nearer::history

int main(int argc, char** argv) {
  const std::filesystem::path folder =
      argc > 1 ? argv[1] : std::filesystem::temp_directory_path();
  for (const int threads : {1, 4, 16, 64, 256}) {
    const std::string path = folder / "nearer-history-bench.db";
    const double rate = nearer::history::AppendsPerSecond(
        path, threads, threads == 1 ? 2000 : 40'000 / threads);
    std::printf("%4d threads: %8.0f appends/s\n", threads, rate);
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove(path + suffix);
    }
  }
}
