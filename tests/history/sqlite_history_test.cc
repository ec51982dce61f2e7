#include "history/sqlite_history.h"

#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bytes_of.h"
#include "history/clean_vfs.h"
#include "history/migrations.h"
#include "history/sqlite_connection.h"
#include "record.h"
#include "scratch.h"
#include "sqlite_record.h"

namespace nearer::history {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using enum HistoryErrorCode;
using std::chrono::milliseconds;

// Longer than any test: whoever waits so long waits for something that comes.
constexpr milliseconds kForever = std::chrono::hours(1);

std::string MessageOf(const std::string& path) {
  const auto opened = OpenSqlite(path);
  EXPECT_THAT(opened, FailsWith(kBroken));
  return opened.ok() ? "" : opened.error().message;
}

// A connection of somebody else's.
class Other {
 public:
  explicit Other(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &db_), SQLITE_OK);
  }
  ~Other() { sqlite3_close(db_); }

  // The first column of the last row.
  std::string Run(const std::string& sql) {
    std::string last;
    char* error = nullptr;
    sqlite3_exec(
        db_, sql.c_str(),
        [](void* to, int, char** columns, char**) {
          *static_cast<std::string*>(to) = columns[0] ? columns[0] : "NULL";
          return 0;
        },
        &last, &error);
    EXPECT_EQ(error, nullptr) << sql << ": " << error;
    sqlite3_free(error);
    return last;
  }

 private:
  sqlite3* db_ = nullptr;
};

constexpr int kSkip = 77;

// Runs `work` in a process of its own and waits for it. Its exit status: 0
// when no expectation failed in it.
int InChild(const std::function<void()>& work) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    work();
    std::fflush(nullptr);
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class SqliteHistory : public testing::Test {
 protected:
  Scratch scratch_;
  const std::string path_ = scratch_ / "nearer.db";
};

TEST_F(SqliteHistory, FindsEverythingAfterItWasClosed) {
  auto history = Open(path_);
  Begin(*history, "c-1", 3);
  ASSERT_THAT(history->ArchivePack("hash", "rules"), Succeeds());
  history.reset();
  EXPECT_EQ(access((path_ + "-wal").c_str(), F_OK), -1);

  history = Open(path_);
  EXPECT_THAT(AllTurns(*history, "c-1"), SizeIs(4));
  EXPECT_EQ(*history->ReadTurn("c-1", 2), TurnOf(2));
  EXPECT_EQ(*history->ReadPack("hash"), "rules");
  EXPECT_THAT(history->Append("c-1", TurnOf(4)), Succeeds());
}

TEST_F(SqliteHistory, KeepsItsFilesToTheUser) {
  const mode_t before = umask(0);
  auto history = Open(path_);
  Begin(*history, "c-1");
  umask(before);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat file;
    ASSERT_EQ(stat((path_ + suffix).c_str(), &file), 0) << suffix;
    EXPECT_EQ(file.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(SqliteHistory, TakesEveryFileNameForAFile) {
  for (const char* name : {":memory:", "file:x?mode=memory", "ü 'quoted'.db"}) {
    Begin(*Open(scratch_ / name), "c-1");
    EXPECT_THAT(Open(scratch_ / name)->Find("c-1"), Succeeds()) << name;
  }
}

TEST_F(SqliteHistory, ServesTwoObjectsOnOneFile) {
  const auto one = Open(path_);
  const auto two = Open(path_);
  Begin(*one, "c-1", 1);
  EXPECT_THAT(two->Append("c-1", TurnOf(1)), Succeeds());
  EXPECT_THAT(two->Append("c-1", TurnOf(2)), Succeeds());
  EXPECT_EQ(one->Find("c-1")->version, 2);
  EXPECT_THAT(one->Erase("c-1", kErasedAt), Succeeds());
  EXPECT_THAT(two->Find("c-1"), FailsWith(kNotFound));
}

// ---- Versions of the tables.

TEST_F(SqliteHistory, BringsEveryOlderVersionUpToDate) {
  const int newest = Migrations().back().number;
  for (int version = 0; version <= newest; ++version) {
    const std::string path = scratch_ / ("v" + std::to_string(version));
    std::ofstream{path};
    {
      auto connection = Connection::Open(path, kForever);
      ASSERT_THAT(connection, Succeeds());
      ASSERT_THAT(Migrate(**connection, version), Succeeds());
    }
    if (version >= 1) {
      Other(path).Run(
          "INSERT INTO packs VALUES (7, 'hash', NULL);"
          "INSERT INTO conversations VALUES (5, 'c-1', x'07', 'web', 1700);"
          "INSERT INTO turns VALUES"
          " (5, 0, NULL, 1700, '', '{}', '{}', '{}', 7),"
          " (5, 1, 'turn-1', 1701, 'I keep busy.', '{}', '{}', '{}', 7)");
    }

    auto history = Open(path);
    if (version == 0) Begin(*history, "c-1", 1);
    const std::vector<Turn> turns = AllTurns(*history, "c-1");
    ASSERT_THAT(turns, SizeIs(2)) << "from version " << version;
    EXPECT_EQ(turns[1].utterance, "I keep busy.");
    EXPECT_EQ(turns[1].client_turn_id, "turn-1");
    EXPECT_THAT(history->Append("c-1", TurnOf(2)), Succeeds());
    EXPECT_THAT(history->Erase("c-1", kErasedAt), Succeeds());

    Other raw(path);
    EXPECT_EQ(raw.Run("PRAGMA user_version"), std::to_string(newest));
    EXPECT_EQ(raw.Run("SELECT group_concat(number) FROM "
                      "(SELECT number FROM migrations ORDER BY number)"),
              "1,2,3,4,5");
    EXPECT_EQ(raw.Run("PRAGMA integrity_check"), "ok");
  }
}

TEST_F(SqliteHistory, NumbersItsMigrationsFrom1) {
  int number = 0;
  for (const Migration& migration : Migrations()) {
    EXPECT_EQ(migration.number, ++number);
  }
}

TEST_F(SqliteHistory, RefusesANewerDatabaseAndSaysWhatToDo) {
  Begin(*Open(path_), "c-1");
  Other(path_).Run("PRAGMA user_version = 99");
  const std::string before = BytesOf(path_);
  EXPECT_THAT(MessageOf(path_),
              AllOf(HasSubstr(path_), HasSubstr("a newer nearer wrote it"),
                    HasSubstr("version 99"), HasSubstr("use that nearer")));
  EXPECT_EQ(BytesOf(path_), before);
}

// ---- Files it must not touch.

TEST_F(SqliteHistory, RefusesTheDatabaseOfAnotherProgram) {
  int number = 0;
  for (const char* sql :
       {"CREATE TABLE recipes (name)", "PRAGMA user_version = 1",
        "PRAGMA application_id = 77"}) {
    const std::string path = scratch_ / ("foreign" + std::to_string(++number));
    Other(path).Run(sql);
    const std::string before = BytesOf(path);
    EXPECT_THAT(MessageOf(path),
                AllOf(HasSubstr(path), HasSubstr("another program")))
        << sql;
    EXPECT_EQ(BytesOf(path), before);
  }
}

TEST_F(SqliteHistory, RefusesAFileThatIsNoDatabase) {
  const std::string letter(5000, 'a');
  std::ofstream(path_) << letter;
  EXPECT_THAT(MessageOf(path_), HasSubstr("no SQLite database"));
  EXPECT_EQ(BytesOf(path_), letter);
}

TEST_F(SqliteHistory, RefusesWhatCannotBeOpened) {
  EXPECT_THAT(MessageOf(scratch_ / "no/such/folder.db"),
              AllOf(HasSubstr("no/such/folder.db"),
                    HasSubstr("its folder does not exist; create it")));
  EXPECT_THAT(MessageOf(scratch_.folder()), HasSubstr("it is a folder"));
  EXPECT_THAT(MessageOf(""), HasSubstr("no file name"));
  EXPECT_THAT(MessageOf(std::string("a\0b", 3)), HasSubstr("no file name"));
}

TEST_F(SqliteHistory, RefusesWhatMayNotBeWritten) {
  Begin(*Open(path_), "c-1");
  ASSERT_EQ(chmod(path_.c_str(), 0444), 0);
  ASSERT_EQ(chmod(scratch_.folder().c_str(), 0555), 0);
  EXPECT_EQ(InChild([&] {
              // Nothing is read-only to root.
              if (geteuid() == 0) {
                ASSERT_EQ(setuid(65534), 0);
              }
              EXPECT_THAT(MessageOf(path_),
                          AllOf(HasSubstr(path_), HasSubstr("permission")));
              EXPECT_THAT(MessageOf(scratch_ / "new.db"),
                          HasSubstr("its folder may not be written"));
            }),
            0);
  ASSERT_EQ(chmod(scratch_.folder().c_str(), 0755), 0);
}

TEST_F(SqliteHistory, SaysThatADamagedFileIsDamaged) {
  {
    auto history = Open(path_);
    for (int i = 0; i < 20; ++i) Begin(*history, "c-" + std::to_string(i), 20);
  }
  {
    // Everything but the first page, which holds the names of the tables.
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(0, std::ios::end);
    const auto size = file.tellp();
    file.seekp(4096);
    const std::string noise(4096, '\x5a');
    while (file.tellp() < size) file.write(noise.data(), 4096);
  }
  const auto opened = OpenSqlite(path_);
  if (!opened.ok()) {
    EXPECT_THAT(opened, FailsWith(kBroken));
    EXPECT_THAT(opened.error().message, HasSubstr("it is damaged"));
    return;
  }
  const auto found = (*opened)->Find("c-7");
  ASSERT_THAT(found, FailsWith(kBroken));
  EXPECT_THAT(found.error().message, HasSubstr("it is damaged"));
  EXPECT_THAT((*opened)->Append("c-7", TurnOf(21)), FailsWith(kBroken));
}

// ---- Load.

TEST_F(SqliteHistory, IsBusyWhenAnotherProgramKeepsItLocked) {
  const auto history = Open(path_, {.patience = milliseconds(1)});
  Begin(*history, "c-1");
  Other other(path_);
  other.Run("BEGIN IMMEDIATE");
  const auto appended = history->Append("c-1", TurnOf(1, "my secret"));
  ASSERT_THAT(appended, FailsWith(kBusy));
  EXPECT_THAT(appended.error().message,
              AllOf(HasSubstr("locked"), Not(HasSubstr("my secret"))));
  EXPECT_THAT(history->Find("c-1"), Succeeds());
  other.Run("ROLLBACK");
  EXPECT_THAT(history->Append("c-1", TurnOf(1)), Succeeds());
}

TEST_F(SqliteHistory, IsBusyWhenTooManyWritesWaitAndFinishesThoseOnClosing) {
  constexpr int kRoom = 4;
  auto history = Open(path_, {.waiting_writes = kRoom, .patience = kForever});
  for (int i = 0; i <= kRoom; ++i) Begin(*history, "c-" + std::to_string(i));
  Other other(path_);
  other.Run("BEGIN IMMEDIATE");

  // One more than there is room for. The one that is turned away shows that
  // all others wait.
  std::promise<std::string> turned_away;
  std::vector<std::thread> threads;
  for (int i = 0; i <= kRoom; ++i) {
    threads.emplace_back([&, i] {
      const std::string id = "c-" + std::to_string(i);
      const auto appended = history->Append(id, TurnOf(1));
      if (!appended.ok()) {
        EXPECT_THAT(appended, FailsWith(kBusy));
        turned_away.set_value(id);
      }
    });
  }
  const std::string refused = turned_away.get_future().get();
  std::thread closing([&] { history.reset(); });
  other.Run("ROLLBACK");
  closing.join();
  for (std::thread& thread : threads) thread.join();

  history = Open(path_);
  for (int i = 0; i <= kRoom; ++i) {
    const std::string id = "c-" + std::to_string(i);
    EXPECT_EQ(history->Find(id)->version, id == refused ? 0 : 1) << id;
  }
}

TEST_F(SqliteHistory, LosesNothingOfSeveralProcesses) {
  constexpr int kProcesses = 4;
  constexpr int kThreads = 4;
  constexpr int kEach = 12;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = fork();
    if (child != 0) {
      children.push_back(child);
      continue;
    }
    // All create the file at once.
    const auto history = Open(path_, {.patience = kForever});
    (void)history->Begin(ConversationOf("all"), TurnOf(0));
    const std::string own = "own-" + std::to_string(process);
    Begin(*history, own);
    InThreads(kThreads, [&](int thread) {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = std::to_string(process) + "-" +
                               std::to_string(thread) + "-" + std::to_string(i);
        EXPECT_TRUE(AppendSomehow(*history, "all", id));
        EXPECT_TRUE(AppendSomehow(*history, own, id));
      }
    });
    std::fflush(nullptr);
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }

  const auto history = Open(path_);
  std::set<std::string> ids;
  for (const Turn& turn : AllTurns(*history, "all")) {
    ids.insert(turn.client_turn_id);
  }
  EXPECT_THAT(ids, SizeIs(1 + kProcesses * kThreads * kEach));
  for (int process = 0; process < kProcesses; ++process) {
    EXPECT_THAT(AllTurns(*history, "own-" + std::to_string(process)),
                SizeIs(1 + kThreads * kEach));
  }
}

// ---- kill -9.

// What a writer says it did: turn `n` of conversation `conversation` was
// acknowledged for thread `thread`'s `i`-th utterance; or, for n = -1, the
// `i`-th conversation it erased.
struct Acknowledged {
  int conversation, thread, i;
  std::int64_t n;
};

std::string IdOf(int round, const Acknowledged& said) {
  return std::to_string(round) + "-" + std::to_string(said.thread) + "-" +
         std::to_string(said.i);
}

std::string SecretOf(int round, int i) {
  return "secret-" + std::to_string(round) + "-" + std::to_string(i) + ";";
}

// Writes until it is killed, and says so into `pipe`.
[[noreturn]] void WriteForever(const std::string& path, int round, int pipe) {
  constexpr int kConversations = 4;
  const auto history = Open(path, {.patience = kForever});
  for (int c = 0; c < kConversations; ++c) {
    (void)history->Begin(ConversationOf("c-" + std::to_string(c)), TurnOf(0));
  }
  const auto say = [&](const Acknowledged& said) {
    if (write(pipe, &said, sizeof(said)) != sizeof(said)) _exit(1);
  };
  InThreads(9, [&](int thread) {
    for (int i = 0;; ++i) {
      Acknowledged said{.conversation = thread % kConversations,
                        .thread = thread,
                        .i = i,
                        .n = -1};
      if (thread < 8) {
        const std::string id = IdOf(round, said);
        const Delivery delivery = {
            .from = {"telegram", "77"}, .inbound_id = id, .outbound = {id}};
        const auto n = AppendSomehow(
            *history, "c-" + std::to_string(said.conversation), id, &delivery);
        if (!n) _exit(1);
        said.n = *n;
      } else {
        const std::string id = "erased-" + IdOf(round, said);
        std::string secret;
        for (int k = 0; k < 400; ++k) secret += SecretOf(round, i);
        if (!history->Begin(ConversationOf(id), TurnOf(0)).ok() ||
            !history->Append(id, TurnOf(1, secret)).ok() ||
            !history->Erase(id, kErasedAt).ok()) {
          _exit(1);
        }
      }
      say(said);
    }
  });
  _exit(1);
}

TEST_F(SqliteHistory, KeepsWhatItAcknowledgedWhenItIsKilled) {
  constexpr int kRounds = 25;
  std::minstd_rand random(7);
  std::map<std::pair<int, std::int64_t>, std::string> acknowledged;
  for (int round = 0; round < kRounds; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      WriteForever(path_, round, ends[1]);
    }
    close(ends[1]);
    std::vector<int> erased;
    const std::size_t enough = 1 + random() % 300;
    Acknowledged said;
    for (std::size_t count = 1;
         read(ends[0], &said, sizeof(said)) == sizeof(said); ++count) {
      if (said.n < 0) {
        erased.push_back(said.i);
      } else {
        acknowledged[{said.conversation, said.n}] = IdOf(round, said);
      }
      if (count == enough) {
        ASSERT_EQ(kill(child, SIGKILL), 0);
      }
    }
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer failed by itself";

    const std::string bytes = BytesOf(path_);
    for (const int i : erased) {
      EXPECT_EQ(bytes.find(SecretOf(round, i)), std::string::npos);
    }
    const auto history = Open(path_);
    std::multiset<std::string> spoken;
    for (int c = 0; c < 4; ++c) {
      const auto turns = AllTurns(*history, "c-" + std::to_string(c));
      for (const Turn& turn : turns) {
        if (turn.n > 0) spoken.insert(turn.client_turn_id);
      }
      for (const auto& [where, id] : acknowledged) {
        if (where.first != c) continue;
        ASSERT_LT(where.second, static_cast<std::int64_t>(turns.size()));
        EXPECT_EQ(turns[where.second].client_turn_id, id);
      }
    }
    // Whatever was recorded was recorded with its delivery, and the other way
    // round, acknowledged or not.
    const std::vector<std::string> posted = Waiting(*history);
    EXPECT_EQ(std::multiset<std::string>(posted.begin(), posted.end()), spoken);
    for (const std::string& id : spoken) {
      ASSERT_TRUE(*history->WasReceived("telegram", id));
    }
  }
  EXPECT_EQ(Other(path_).Run("PRAGMA integrity_check"), "ok");
}

// ---- Erasing.

// Conversations whose every turn says whose it is, in words and in its
// client_turn_id.
class Talkers {
 public:
  // They speak through `history` and are erased through `eraser`; what they say
  // is up to `size` bytes long.
  Talkers(History& history, History& eraser, int size)
      : history_(history), eraser_(eraser), size_(size) {}

  void BeginOne() {
    const int number = next_++;
    const std::string name = NameOf(number);
    const Delivery delivery = {.from = {"telegram", name}, .notes = name};
    ASSERT_THAT(history_.Begin(ConversationOf(name), TurnOf(0), &delivery),
                Succeeds());
    living_[number] = 0;
  }

  void SayOne() {
    const auto talker = Anyone();
    const std::string name = NameOf(talker->first);
    std::string text;
    for (std::size_t n = 1 + random_() % size_; text.size() < n;) {
      text += "<" + name + ">";
    }
    Turn turn = TurnOf(++talker->second, text);
    turn.client_turn_id = name + "." + std::to_string(talker->second);
    turn.state = text;
    const Delivery delivery = {
        .from = {"telegram", name}, .outbound = {text}, .notes = text};
    ASSERT_THAT(history_.Append(name, turn, &delivery), Succeeds());
    // Some of what waits is sent, some given up.
    const auto waiting = history_.ReadOutbox(0, 3);
    ASSERT_THAT(waiting, Succeeds());
    if (waiting->size() < 3) return;
    ASSERT_THAT(history_.RemoveOutbound(waiting->front().id), Succeeds());
    ASSERT_THAT(history_.GiveUp(waiting->back().id, "it was refused"),
                Succeeds());
  }

  void EraseOne() {
    const auto talker = Anyone();
    ASSERT_THAT(eraser_.Erase(NameOf(talker->first), kErasedAt), Succeeds());
    erased_.insert(talker->first);
    living_.erase(talker);
  }

  // The erased ones that `bytes` still speak of.
  std::set<int> StillIn(const std::string& bytes) const {
    std::set<int> found;
    for (std::size_t at = 0; (at = bytes.find(kName, at)) != std::string::npos;
         at += kName.size()) {
      const int number = std::atoi(bytes.substr(at + kName.size(), 6).c_str());
      if (erased_.count(number) != 0) found.insert(number);
    }
    return found;
  }

  std::size_t living() const { return living_.size(); }

 private:
  static constexpr std::string_view kName = "talker-";
  static std::string NameOf(int number) {
    return std::string(kName) + std::to_string(number);
  }

  std::map<int, std::int64_t>::iterator Anyone() {
    return std::next(living_.begin(), random_() % living_.size());
  }

  History& history_;
  History& eraser_;
  const unsigned size_;
  // A seed with which old rows are left in a page and come back into the log by
  // the 20th round, unless somebody sees to it.
  std::mt19937 random_{8};
  int next_ = 100'000;                  // all names are of one length
  std::map<int, std::int64_t> living_;  // by number; the version
  std::set<int> erased_;
};

// Rows of all sizes come and go, so that SQLite moves them between pages.
void TalkAndErase(const std::string& path, int size, History& history,
                  History& eraser) {
  Talkers talkers(history, eraser, size);
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 2; ++i) talkers.BeginOne();
    for (int i = 0; i < 20; ++i) talkers.SayOne();
    talkers.EraseOne();
    ASSERT_THAT(talkers.StillIn(BytesOf(path)), IsEmpty())
        << "texts of up to " << size << ", round " << round;
    // These bring pages into the log again that stood in memory before.
    for (int i = 0; i < 10; ++i) talkers.SayOne();
    ASSERT_THAT(talkers.StillIn(BytesOf(path)), IsEmpty())
        << "texts of up to " << size << ", round " << round << ", later";
  }
  while (talkers.living() > 0) talkers.EraseOne();
  EXPECT_THAT(talkers.StillIn(BytesOf(path)), IsEmpty());
  EXPECT_EQ(Other(path).Run("PRAGMA integrity_check"), "ok");
}

TEST_F(SqliteHistory, LeavesNoByteOfWhatWasErased) {
  for (const int size : {40, 300, 1500, 6000}) {
    const std::string path = scratch_ / ("size" + std::to_string(size));
    const auto history = Open(path);
    TalkAndErase(path, size, *history, *history);
  }
}

TEST_F(SqliteHistory, LeavesNoByteOfWhatAnotherErased) {
  const auto history = Open(path_);
  const auto eraser = Open(path_);
  TalkAndErase(path_, 300, *history, *eraser);
}

TEST_F(SqliteHistory, SaysThatAnErasureIsUnfinishedWhileSomebodyReadsTheLog) {
  const auto history = Open(path_, {.patience = milliseconds(1)});
  Begin(*history, "c-1");
  ASSERT_THAT(history->Append("c-1", TurnOf(1, "my secret")), Succeeds());
  Other reader(path_);
  reader.Run("BEGIN; SELECT count(*) FROM turns");

  const auto erased = history->Erase("c-1", kErasedAt);
  ASSERT_THAT(erased, FailsWith(kBusy));
  EXPECT_THAT(erased.error().message, AllOf(HasSubstr("its bytes are still"),
                                            Not(HasSubstr("my secret"))));
  EXPECT_THAT(history->Find("c-1"), FailsWith(kNotFound));
  EXPECT_THAT(BytesOf(path_), HasSubstr("my secret"));
  EXPECT_THAT(history->Erase("c-1", kErasedAt), FailsWith(kBusy));

  reader.Run("COMMIT");
  EXPECT_THAT(history->Erase("c-1", kErasedAt), FailsWith(kNotFound));
  EXPECT_THAT(BytesOf(path_), Not(HasSubstr("my secret")));
}

TEST_F(SqliteHistory, FinishesAnErasureWhenItIsOpenedAgain) {
  auto history = Open(path_, {.patience = milliseconds(1)});
  Begin(*history, "c-1");
  ASSERT_THAT(history->Append("c-1", TurnOf(1, "my secret")), Succeeds());
  Other reader(path_);
  reader.Run("BEGIN; SELECT count(*) FROM turns");
  ASSERT_THAT(history->Erase("c-1", kErasedAt), FailsWith(kBusy));
  history.reset();
  reader.Run("COMMIT");
  EXPECT_THAT(BytesOf(path_), HasSubstr("my secret"));

  history = Open(path_);
  EXPECT_THAT(BytesOf(path_), Not(HasSubstr("my secret")));
  EXPECT_THAT(history->Erase("c-1", kErasedAt), FailsWith(kNotFound));
}

TEST_F(SqliteHistory, ServesOtherWritesWhileAnErasureWaits) {
  const auto history = Open(path_, {.patience = kForever});
  Begin(*history, "c-1");
  Begin(*history, "c-2");
  Other reader(path_);
  reader.Run("BEGIN; SELECT count(*) FROM turns");
  std::thread erasing(
      [&] { EXPECT_THAT(history->Erase("c-1", kErasedAt), Succeeds()); });
  for (std::int64_t n = 1; history->Find("c-1").ok(); ++n) {
    ASSERT_THAT(history->Append("c-2", TurnOf(n)), Succeeds());
  }
  const std::int64_t version = history->Find("c-2")->version;
  for (std::int64_t n = version + 1; n < version + 5; ++n) {
    EXPECT_THAT(history->Append("c-2", TurnOf(n)), Succeeds());
  }
  reader.Run("COMMIT");
  erasing.join();
}

// ---- No room.

// Fills the store in `folder` until it refuses, then calls `make_room`.
void FillAndRecover(const std::string& path,
                    const std::function<void()>& make_room) {
  const auto history = Open(path);
  Begin(*history, "c-1");
  const std::string text(20'000, 'x');
  std::int64_t n = 1;
  for (;; ++n) {
    const auto appended = history->Append("c-1", TurnOf(n, text));
    if (appended.ok()) {
      ASSERT_LT(n, 10'000) << "there is no end to it";
      continue;
    }
    EXPECT_THAT(appended, FailsWith(kBroken));
    EXPECT_THAT(appended.error().message,
                AllOf(HasSubstr(path), HasSubstr("space"),
                      Not(HasSubstr(text.substr(0, 20)))));
    break;
  }
  EXPECT_THAT(AllTurns(*history, "c-1"), SizeIs(n));
  EXPECT_THAT(history->Append("c-1", TurnOf(n, text)), FailsWith(kBroken));
  make_room();
  for (int more = 0; more < 20; ++more, ++n) {
    EXPECT_THAT(history->Append("c-1", TurnOf(n, text)), Succeeds());
  }
  EXPECT_THAT(AllTurns(*history, "c-1"), SizeIs(n));
}

TEST_F(SqliteHistory, GoesOnAfterTheFileCouldNotGrow) {
  EXPECT_EQ(InChild([&] {
              signal(SIGXFSZ, SIG_IGN);
              rlimit limit;
              getrlimit(RLIMIT_FSIZE, &limit);
              limit.rlim_cur = 1'000'000;
              setrlimit(RLIMIT_FSIZE, &limit);
              FillAndRecover(path_, [&] {
                limit.rlim_cur = limit.rlim_max;
                setrlimit(RLIMIT_FSIZE, &limit);
              });
            }),
            0);
  EXPECT_EQ(Other(path_).Run("PRAGMA integrity_check"), "ok");
}

TEST_F(SqliteHistory, GoesOnAfterTheDiskWasFull) {
  const int status = InChild([&] {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("none", scratch_.folder().c_str(), "tmpfs", 0, "size=2M") != 0) {
      _exit(kSkip);
    }
    const std::string ballast = scratch_ / "ballast";
    std::ofstream(ballast) << std::string(1'000'000, 'b');
    FillAndRecover(path_, [&] { unlink(ballast.c_str()); });
  });
  if (status == kSkip) GTEST_SKIP() << "may not mount a small disk here";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace nearer::history
