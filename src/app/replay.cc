#include "replay/replay.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "app/commands.h"
#include "app/interrupt.h"
#include "chat/zones.h"
#include "history/sqlite_history.h"
#include "replay/accept.h"
#include "replay/findings.h"
#include "replay/packs.h"
#include "replay/report.h"
#include "replay/why.h"

namespace nearer::app {
namespace {

using std::chrono::steady_clock;

constexpr int kConversationsAtOnce = 1000;
constexpr int kTurnsAtOnce = 256;
constexpr std::size_t kBarWidth = 30;
constexpr std::chrono::milliseconds kBetweenBars{100};
constexpr std::size_t kLine = 2000;

// Passes on what is told, and shows how far it has come.
class Bar final : public replay::Listener {
 public:
  // `whole`: turns there are.
  Bar(replay::Findings& findings, std::int64_t whole)
      : findings_(findings),
        whole_(std::max<std::int64_t>(whole, 1)),
        before_(findings.progress().read) {}
  ~Bar() override { std::fputs("\r\033[K", stderr); }

  Result<Done> Changed(replay::Outcome outcome,
                       std::string_view line) override {
    return findings_.Changed(outcome, line);
  }

  Result<Done> Reached(const replay::Progress& progress) override {
    const auto now = steady_clock::now();
    if (now - shown_ >= kBetweenBars) {
      shown_ = now;
      Show(progress, std::chrono::duration<double>(now - begun_).count());
    }
    return findings_.Reached(progress);
  }

 private:
  void Show(const replay::Progress& progress, double seconds) const {
    const double share = std::min(
        1.0, static_cast<double>(progress.read) / static_cast<double>(whole_));
    const auto full =
        static_cast<std::size_t>(share * static_cast<double>(kBarWidth));
    const auto changed =
        progress.counts.compared() - progress.counts.of(replay::Outcome::kSame);
    std::fprintf(
        stderr,
        "\r\033[K[%s%s] %3.0f%%  %lld turns, %.0f a second, %lld "
        "differ, %lld risks lost",
        std::string(full, '#').c_str(),
        std::string(kBarWidth - full, '.').c_str(), 100 * share,
        static_cast<long long>(progress.read),
        static_cast<double>(progress.read - before_) / std::max(seconds, 0.001),
        static_cast<long long>(changed),
        static_cast<long long>(progress.counts.of(replay::Outcome::kRiskLost)));
    std::fflush(stderr);
  }

  replay::Findings& findings_;
  const std::int64_t whole_, before_;
  const steady_clock::time_point begun_ = steady_clock::now();
  steady_clock::time_point shown_{};
};

history::HistoryResult<std::int64_t> CountTurns(
    const history::History& history) {
  std::int64_t turns = 0;
  for (std::string after;;) {
    const auto listed = history.List(after, kConversationsAtOnce);
    if (!listed) return listed.error();
    if (listed->empty()) return turns;
    for (const history::Conversation& conversation : *listed)
      turns += conversation.version + 1;
    after = listed->back().id;
  }
}

std::string Absolute(const std::string& path) {
  std::error_code failed;
  const auto absolute = std::filesystem::canonical(path, failed);
  return failed ? path : absolute.string();
}

// What is to be asked; an error in the words of the command line.
Result<replay::Options> Read(const ReplayOptions& options) {
  replay::Options asked;
  asked.mode = options.onward ? replay::Mode::kOnward : replay::Mode::kInPlace;
  asked.threads = options.threads;
  asked.filter = {.since = std::nullopt,
                  .until = std::nullopt,
                  .theme = options.theme,
                  .rule = options.rule,
                  .channel = options.channel,
                  .conversation = options.conversation};
  const auto date =
      [](const char* option, const std::string& text,
         std::optional<history::UnixSeconds>& at) -> std::optional<Error> {
    if (text.empty()) return std::nullopt;
    at = replay::ParseDate(text);
    if (at) return std::nullopt;
    return Error{std::string(option) + " " + text +
                 ": expected a date, as in 2026-01-31 or 2026-01-31T18:00"};
  };
  if (auto error = date("--since", options.since, asked.filter.since))
    return *error;
  if (auto error = date("--until", options.until, asked.filter.until))
    return *error;
  return asked;
}

// ---- Playing one conversation back.

void PrintDate(history::UnixSeconds at) {
  const std::time_t time = at;
  std::tm utc{};
  if (gmtime_r(&time, &utc) == nullptr) return;
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &utc);
  std::printf("\n── %s ──\n", text);
}

void PrintTurn(const history::Turn& turn, replay::Packs& packs) {
  PrintDate(turn.at);
  if (turn.n > 0)
    std::printf("> %s\n", replay::OnOneLine(turn.utterance, kLine).c_str());
  if (const auto reply = replay::ParseReply(turn.reply)) {
    for (const std::string& message : reply->messages)
      std::printf("  %s\n", replay::OnOneLine(message, kLine).c_str());
    for (const std::string& choice : reply->choices)
      std::printf("    [%s]\n", replay::OnOneLine(choice, kLine).c_str());
  }
  const auto pack = packs.Find(turn.pack);
  std::printf("\n");
  auto why = replay::Why(turn, pack ? pack->get() : nullptr);
  why.erase("text");  // stands above
  replay::PrintWhy(stdout, why);
  std::fflush(stdout);
}

// So long a reader takes for a reply.
std::chrono::milliseconds PaceOf(const history::Turn& turn) {
  constexpr std::size_t kLetters = 1500;
  return std::chrono::milliseconds(
      800 + 15 * std::min(kLetters, turn.utterance.size() + turn.reply.size()));
}

int PlayBack(const history::History& history, const ReplayOptions& options,
             Interrupt& interrupt) {
  const auto conversation = history.Find(options.conversation);
  if (!conversation)
    return Fail(conversation.error().code ==
                        history::HistoryErrorCode::kNotFound
                    ? options.db + " has no conversation with that id"
                    : conversation.error().message);
  const bool paced = options.play && isatty(STDOUT_FILENO) != 0;
  replay::Packs packs(history);
  std::printf("conversation %s, %s, %lld turns\n",
              replay::OnOneLine(conversation->id, kLine).c_str(),
              replay::OnOneLine(conversation->channel, kLine).c_str(),
              static_cast<long long>(conversation->version + 1));
  for (std::int64_t after = -1;;) {
    const auto turns = history.ReadTurns(conversation->id, after, kTurnsAtOnce);
    if (!turns) return Fail(turns.error().message);
    if (turns->empty()) return kDone;
    for (const history::Turn& turn : *turns) {
      PrintTurn(turn, packs);
      if (paced ? interrupt.WaitFor(PaceOf(turn)) : interrupt.asked().load())
        return kDone;
    }
    after = turns->back().n;
  }
}

// ---- Reporting.

Result<Done> Report(const ReplayOptions& options, const replay::Options& asked,
                    replay::Findings& findings) {
  if (!options.json.empty()) {
    const auto wrote = replay::WriteJsonLines(options.json, asked, findings);
    if (!wrote) return wrote;
  }
  if (!options.html.empty()) {
    const auto wrote = replay::WriteHtml(options.html, asked, findings);
    if (!wrote) return wrote;
  }
  return replay::PrintText(stdout, asked, findings);
}

Result<std::unique_ptr<replay::Findings>> Open(const ReplayOptions& options,
                                               const replay::Options& asked) {
  if (options.resume.empty()) return replay::Findings::Temporary();
  return replay::Findings::Resumable(
      options.resume,
      nlohmann::json{{"db", Absolute(options.db)},
                     {"asked", replay::Summary(asked, {})}}
          .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

int Compare(const history::History& history, const ReplayOptions& options,
            const replay::Options& asked, const Interrupt& interrupt) {
  auto findings = Open(options, asked);
  if (!findings) return Fail(findings.error().message);
  replay::Packs packs(history);
  const auto run = [&](replay::Listener& listener) {
    return replay::Replay(history, packs, asked, (*findings)->progress(),
                          listener, interrupt.asked());
  };
  auto progress = [&]() -> Result<replay::Progress> {
    if (isatty(STDERR_FILENO) == 0) return run(**findings);
    const auto whole = CountTurns(history);
    if (!whole) return Error{whole.error().message};
    Bar bar(**findings, *whole);
    return run(bar);
  }();
  if (!progress) {
    (void)(*findings)->Save();  // what went wrong first is what is told
    return Fail(progress.error().message);
  }
  if (!progress->done) {
    if (const auto saved = (*findings)->Save(); !saved)
      return Fail(saved.error().message);
    return Fail(
        "interrupted after " + std::to_string(progress->read) + " turns; " +
        (options.resume.empty() ? "with --resume FILE it could go on from there"
                                : "the same command goes on from there"));
  }
  if (const auto told = Report(options, asked, **findings); !told)
    return Fail(told.error().message);
  (*findings)->Remove();
  return replay::IsWrong(asked, progress->counts) ? kFoundWrong : kDone;
}

int AcceptAsTest(const history::History& history, const ReplayOptions& options,
                 const coach::Pack& pack) {
  const auto accepted = replay::Accept(history, options.accept, pack);
  if (!accepted) return Fail(accepted.error().message);
  const auto path = replay::WriteInto(options.into, *accepted);
  if (!path) return Fail(path.error().message);
  std::printf("%s\n", path->c_str());
  for (const std::string& difference : accepted->differences)
    std::printf("%s\n", difference.c_str());
  return accepted->differences.empty() ? kDone : kFoundWrong;
}

}  // namespace

int Replay(const ReplayOptions& options) {
  auto asked = Read(options);
  if (!asked) return Fail(asked.error().message, kWrongUse);
  if (!options.accept.empty() && options.own_packs)
    return Fail("--accept takes one pack, not --own-packs", kWrongUse);
  const bool compares = !options.accept.empty() || options.own_packs ||
                        !options.pack.shipped() || options.onward ||
                        !options.json.empty() || !options.html.empty() ||
                        !options.resume.empty();
  const bool plays = !options.conversation.empty() && !compares;
  if (options.play && !plays)
    return Fail("--play goes with --conversation ID, and no other pack",
                kWrongUse);

  const auto zones = chat::OpenSystemZones();
  asked->zones = zones.get();
  Interrupt interrupt;
  const int threads =
      options.threads > 0
          ? options.threads
          : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const auto opened =
      history::OpenSqlite(options.db, {.readers = plays ? 1 : threads});
  if (!opened) return Fail(opened.error().message);
  if (plays) {
    interrupt.Heed();
    return PlayBack(**opened, options, interrupt);
  }
  if (!options.own_packs) {
    asked->pack = LoadPack(options.pack);
    if (!asked->pack) return kFoundWrong;
  }
  if (!options.accept.empty())
    return AcceptAsTest(**opened, options, *asked->pack);
  interrupt.Heed();
  return Compare(**opened, options, *asked, interrupt);
}

}  // namespace nearer::app
