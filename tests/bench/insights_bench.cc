// Prints what looking back over a long conversation costs: 5,000 turns with the
// shipped pack, in a SQLite record. No test; nothing fails on its figures.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "chat/chat.h"
#include "content/content.h"
#include "history/sqlite_history.h"
#include "insights/export.h"
#include "insights/insights.h"

namespace nearer {
namespace {

constexpr int kTurns = 5000;
constexpr int kRounds = 5;

// A session: talk, a journal entry, a step and what became of the one before.
constexpr const char* kSession[] = {
    "I want to let him in but every time he gets close I pull away",
    "my sister asked me about work again and I went quiet and left the room",
    "I always end up doing everything by myself",
    "let us write a journal entry",
    "someone asked how I felt",
    "Go quiet",
    "I left",
    "My freedom",
    "give me one small step",
    "tell my sister that it was a rough day",
    "when I get home",
    "8",
    "nobody at home ever asked how I felt so I learned to keep it inside"};

struct Written {
  std::string id;
  std::int64_t state_bytes = 0, record_bytes = 0;
};

Written Write(history::History& history) {
  chat::PackShelf shelf(content::ShippedPack().value());
  std::int64_t now = 1'750'000'000;
  chat::Chat chat(
      history, shelf,
      {.now = [&] { return now; },
       .randomness = [](std::size_t n) { return std::string(n, 'x'); }});
  const auto begun = chat.Begin("web").value();
  Written written{.id = begun.id};
  for (int i = 0; i < kTurns; ++i) {
    const auto line = static_cast<std::size_t>(i) % std::size(kSession);
    now += line == 0 ? 3 * 86400 : 40;
    const auto turn =
        chat.Say(begun.id, begun.token, kSession[line], std::to_string(i));
    if (!turn) std::abort();
    written.state_bytes += static_cast<std::int64_t>(turn->state.size());
    written.record_bytes +=
        static_cast<std::int64_t>(turn->state.size() + turn->reply.size() +
                                  turn->trace.size() + turn->utterance.size());
  }
  return written;
}

// Of the processor's time, so that whatever else runs is left out.
template <typename Work>
double Milliseconds(const Work& work) {
  std::vector<double> times;
  for (int i = 0; i < kRounds; ++i) {
    const std::clock_t begin = std::clock();
    work();
    times.push_back(1000.0 * static_cast<double>(std::clock() - begin) /
                    CLOCKS_PER_SEC);
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

long PeakMiB() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

int Main() {
  std::string folder =
      (std::filesystem::temp_directory_path() / "nearer-insights-XXXXXX")
          .string();
  if (mkdtemp(folder.data()) == nullptr) std::abort();
  {
    auto history = history::OpenSqlite(folder + "/record.db").value();
    const Written written = Write(*history);
    std::printf("a conversation of %d turns, %.1f KiB a turn (state %.1f)\n",
                kTurns,
                static_cast<double>(written.record_bytes) / kTurns / 1024,
                static_cast<double>(written.state_bytes) / kTurns / 1024);
    const long before = PeakMiB();
    std::size_t size = 0;
    const double read = Milliseconds([&] {
      if (!insights::ForEachTurn(*history, written.id,
                                 [](const auto&) { return Done{}; }))
        std::abort();
    });
    const double insights = Milliseconds([&] {
      const auto found =
          insights::LookBack(*history, written.id, {}, insights::Length::kWeek);
      size = insights::ToJson(found.value(), {}, insights::Length::kWeek)
                 .dump()
                 .size();
    });
    std::printf("reading alone     %7.1f ms\n", read);
    std::printf("insights          %7.1f ms  %zu KiB of JSON\n", insights,
                size / 1024);
    const auto conversation = history->Find(written.id).value();
    const double json = Milliseconds([&] {
      size = insights::ExportJson(*history, conversation).value().size();
    });
    std::printf("export, JSON      %7.1f ms  %zu KiB\n", json, size / 1024);
    const double markdown = Milliseconds([&] {
      size =
          insights::ExportMarkdown(*history, conversation, {}).value().size();
    });
    std::printf("export, Markdown  %7.1f ms  %zu KiB\n", markdown, size / 1024);
    std::printf("peak memory grew by %ld MiB\n", PeakMiB() - before);
  }
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace nearer

int main() { return nearer::Main(); }
