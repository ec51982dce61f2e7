// Prints what it costs to say a large record again, and to explain a turn of
// it. No test; nothing fails on its figures.
//
//   replay_bench [TURNS [FOLDER]]     100,000 turns unless told otherwise
//
// The record is of people who come back now and then, with the shipped pack,
// each turn answered for the conversation it is in. Of ten utterances three are
// what many people say ("yes", the choices, what the tests say); the rest, a
// sentence and the end of another, are hardly ever said twice.
//
// Of two figures the second, the processors' time for a turn, does not depend
// on what else runs on the machine.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "content/content.h"
#include "core/coach/coach.h"
#include "history/sqlite_connection.h"
#include "history/sqlite_history.h"
#include "replay/findings.h"
#include "replay/packs.h"
#include "replay/replay.h"
#include "replay/why.h"
#include "tests/core/coach/scripts.h"

namespace nearer {
namespace {

using Clock = std::chrono::steady_clock;
using history::Connection;
using history::Query;

constexpr int kTurnsEach = 20;
constexpr int kWhys = 2000;

double Seconds(Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

void Need(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "replay_bench: %s\n", what);
  std::exit(1);
}

double ProcessorSeconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) / 1e9;
}

// ", " and the last three words.
std::string EndOf(const std::string& text) {
  std::size_t at = text.size();
  for (int words = 0; words < 3 && at != text.npos && at > 0; ++words)
    at = text.rfind(' ', at - 1);
  return ", " + text.substr(at == text.npos ? 0 : at + 1);
}

// One conversation, as the chat would record it.
std::vector<history::Turn> Talk(const coach::Pack& pack, const std::string& id,
                                const std::vector<std::string>& pool,
                                std::uint64_t number, double& responding) {
  std::mt19937_64 random(number);
  std::vector<history::Turn> turns;
  coach::Moment moment{
      .at = 1'750'000'000 + static_cast<std::int64_t>(number % 100'000) * 60,
      .conversation = id};
  coach::Answer answer = coach::Open(pack, moment);
  for (std::string text;;) {
    turns.push_back({.n = moment.n,
                     .at = moment.at,
                     .utterance = text,
                     .reply = coach::ToJson(answer.reply),
                     .state = coach::ToJson(answer.state),
                     .trace = coach::ToJson(answer.trace).dump(),
                     .pack = pack.hash()});
    if (++moment.n > kTurnsEach) return turns;
    moment.at += moment.n % 12 == 0 ? 3 * 86400 : 45;
    const auto die = random() % 10;
    if (die == 0 && !answer.reply.choices.empty()) {
      text = answer.reply.choices[random() % answer.reply.choices.size()];
    } else {
      text = pool[random() % pool.size()];
      if (die >= 3) text += EndOf(pool[random() % pool.size()]);
    }
    const double before = ProcessorSeconds(CLOCK_THREAD_CPUTIME_ID);
    answer = coach::Respond(pack, answer.state, text, moment);
    responding += ProcessorSeconds(CLOCK_THREAD_CPUTIME_ID) - before;
  }
}

std::string IdOf(std::uint64_t number) {
  // As scattered as ids drawn at random.
  std::mt19937_64 random(number * 2 + 1);
  char id[33];
  std::snprintf(id, sizeof id, "%016llx%06llx",
                static_cast<unsigned long long>(random()),
                static_cast<unsigned long long>(number));
  return id;
}

// Writes the tables themselves: appending a million turns one by one, each on
// disk before the next, is another benchmark.
void Insert(Connection& db, const std::string& id,
            const std::vector<history::Turn>& turns) {
  Query begin(db,
              "INSERT INTO conversations (id, token_hash, channel, began) "
              "VALUES (?, x'00', 'web', ?)",
              std::string_view(id), turns.front().at);
  Need(begin.Finish(), "cannot write a conversation");
  const std::int64_t key = sqlite3_last_insert_rowid(db.raw());
  for (const history::Turn& turn : turns) {
    Query query(db,
                "INSERT INTO turns (conversation, n, client_turn_id, at, "
                "utterance, reply, state, trace, pack) "
                "VALUES (?, ?, NULL, ?, ?, ?, ?, ?, 1)",
                key, turn.n, turn.at, std::string_view(turn.utterance),
                std::string_view(turn.reply), std::string_view(turn.state),
                std::string_view(turn.trace));
    Need(query.Finish(), "cannot write a turn");
  }
}

void Write(const std::string& path, std::int64_t turns) {
  const auto begin = Clock::now();
  const auto pack = content::ShippedPack().value();
  {
    auto history = history::OpenSqlite(path);
    Need(history.ok(), "cannot make the record");
    Need((*history)->ArchivePack(pack->hash(), content::ArchiveOf(*pack)).ok(),
         "cannot archive the pack");
  }
  std::vector<std::string> pool;
  for (const auto& scripts : {coach::People(), coach::Transcripts()})
    for (const coach::Script& script : scripts)
      for (const coach::Utterance& utterance : script.utterances)
        pool.push_back(utterance.text);

  auto opened = Connection::Open(path, std::chrono::seconds(5));
  Need(opened.ok(), "cannot open the record");
  Connection& db = **opened;
  db.Run("PRAGMA synchronous = OFF; BEGIN");
  const std::uint64_t people =
      static_cast<std::uint64_t>(turns / (kTurnsEach + 1));
  std::atomic<std::uint64_t> next = 0;
  std::mutex mutex;
  double responding = 0;
  std::unordered_set<std::size_t> distinct;
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i)
    threads.emplace_back([&] {
      for (std::uint64_t number; (number = next++) < people;) {
        const std::string id = IdOf(number);
        double seconds = 0;
        const auto talk = Talk(*pack, id, pool, number, seconds);
        const std::lock_guard lock(mutex);
        responding += seconds;
        for (const history::Turn& turn : talk)
          distinct.insert(std::hash<std::string>()(turn.utterance));
        Insert(db, id, talk);
      }
    });
  threads.clear();
  db.Run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  const auto said = static_cast<double>(people * kTurnsEach);
  std::printf(
      "record: %llu conversations of %d turns, %.0f MiB, in %.0f s; %.0f%% of "
      "the utterances distinct; Respond took %.1f us of processor a turn\n",
      static_cast<unsigned long long>(people), kTurnsEach + 1,
      static_cast<double>(std::filesystem::file_size(path)) / (1 << 20),
      Seconds(Clock::now() - begin),
      100 * static_cast<double>(distinct.size()) / said,
      1e6 * responding / said);
  std::fflush(stdout);
}

long PeakMiB() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

void Replay(const std::string& path, bool changed) {
  const auto history = history::OpenSqlite(path);
  Need(history.ok(), "cannot open the record");
  auto pack = content::ShippedPack().value();
  if (changed) {
    // One rule says its reflections in other words.
    Authored authored = pack->authored();
    authored.model = pack->near_miss().Serialize();
    for (Rule& rule : authored.rules)
      if (rule.id == "self_reliance.never_ask")
        for (Line& line : rule.reflect) line.text += " Always.";
    pack = content::MakePack(std::move(authored), pack.get()).value();
  }
  replay::Packs archived(**history);
  auto findings = replay::Findings::Temporary().value();
  const std::atomic<bool> stop = false;
  const auto begin = Clock::now();
  const double before = ProcessorSeconds(CLOCK_PROCESS_CPUTIME_ID);
  const auto progress =
      replay::Replay(**history, archived, {.pack = pack}, {}, *findings, stop);
  const double seconds = Seconds(Clock::now() - begin);
  const double used = ProcessorSeconds(CLOCK_PROCESS_CPUTIME_ID) - before;
  Need(progress.ok(), "the record cannot be read");
  const auto differ =
      progress->counts.compared() - progress->counts.of(replay::Outcome::kSame);
  std::printf(
      "replay in place, %s: %.0f turns/s on %u cores (asked: >= 100,000), "
      "%.1f us of processor a turn, peak %ld MiB (asked: <= 200), %lld of %lld "
      "differ\n",
      changed ? "a changed rule" : "the same pack",
      static_cast<double>(progress->read) / seconds,
      std::thread::hardware_concurrency(),
      1e6 * used / static_cast<double>(progress->read), PeakMiB(),
      static_cast<long long>(differ), static_cast<long long>(progress->read));
  std::fflush(stdout);
}

void Explain(const std::string& path) {
  const auto history = history::OpenSqlite(path);
  Need(history.ok(), "cannot open the record");
  replay::Packs packs(**history);
  const auto listed = (*history)->List("7", kWhys);
  Need(listed.ok() && !listed->empty(), "the record is empty");
  std::vector<double> costs;
  std::size_t bytes = 0;
  const auto begun = Clock::now();
  (void)packs.Find((*history)->ReadTurn(listed->front().id, 0).value().pack);
  const double load = Seconds(Clock::now() - begun);
  for (std::size_t i = 0; i < kWhys; ++i) {
    const auto& conversation = (*listed)[i % listed->size()];
    const auto begin = Clock::now();
    const auto turn = (*history)->ReadTurn(
        conversation.id, static_cast<std::int64_t>(i % kTurnsEach));
    Need(turn.ok(), "a turn cannot be read");
    const auto pack = packs.Find(turn->pack);
    bytes += replay::Why(*turn, pack ? pack->get() : nullptr).dump().size();
    costs.push_back(1000 * Seconds(Clock::now() - begin));
  }
  Need(bytes > 0, "nothing was explained");
  std::ranges::sort(costs);
  std::printf(
      "why: median %.3f ms, p99 %.3f ms, most %.3f ms (asked: <= 10), after "
      "%.0f ms to load the pack once\n",
      costs[costs.size() / 2], costs[costs.size() * 99 / 100], costs.back(),
      1000 * load);
  std::fflush(stdout);
}

// In a process of its own, so that its peak of memory is its own.
void InAProcess(const std::function<void()>& work) {
  std::fflush(stdout);
  const pid_t child = fork();
  Need(child >= 0, "cannot fork");
  if (child == 0) {
    work();
    std::_Exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  Need(status == 0, "a part of it failed");
}

int Run(int argc, char** argv) {
  const std::int64_t turns = argc > 1 ? std::atoll(argv[1]) : 100'000;
  Need(turns >= kTurnsEach + 1, "the number of turns is too small");
  std::string folder = (argc > 2 ? std::filesystem::path(argv[2])
                                 : std::filesystem::temp_directory_path()) /
                       "nearer-replay-bench-XXXXXX";
  Need(mkdtemp(folder.data()) != nullptr, "cannot make a folder");
  const std::string path = folder + "/talk.db";
  InAProcess([&] { Write(path, turns); });
  InAProcess([&] { Replay(path, false); });
  InAProcess([&] { Replay(path, true); });
  InAProcess([&] { Explain(path); });
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace nearer

int main(int argc, char** argv) { return nearer::Run(argc, argv); }
