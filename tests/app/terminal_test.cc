// `nearer chat` as somebody at a terminal meets it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/program.h"
#include "http/client.h"
#include "load/server_process.h"

namespace nearer {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kCtrlC[] = "\x03";
constexpr char kCtrlD[] = "\x04";
constexpr char kPrompt[] = "\n\n> ";

// `nearer chat ARGUMENTS` at a terminal of its own, in `folder`.
class Terminal {
 public:
  Terminal(const fs::path& folder, int columns,
           std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {NEARER_BINARY, "chat"});
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    winsize size{};
    size.ws_row = 24;
    size.ws_col = static_cast<unsigned short>(columns);
    pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ < 0) throw std::runtime_error("forkpty");
    if (pid_ == 0) {
      if (chdir(folder.c_str()) == 0) execv(argv[0], argv.data());
      _exit(127);
    }
  }
  ~Terminal() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(terminal_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void Type(std::string_view keys) {
    while (!keys.empty()) {
      const auto written = write(terminal_, keys.data(), keys.size());
      if (written <= 0) throw std::runtime_error("the terminal takes no keys");
      keys.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  // What is on the screen since the last call, up to and with `end`.
  std::string ReadUntil(std::string_view end) {
    while (screen_.find(end) == std::string::npos)
      if (!Read())
        throw std::runtime_error("not \"" + std::string(end) +
                                 "\" but: " + screen_);
    const std::string read = screen_.substr(0, screen_.find(end) + end.size());
    screen_.erase(0, read.size());
    return read;
  }

  // Types a line and reads up to the next prompt: the line, then the answer.
  std::string Say(const std::string& line) {
    Type(line + "\n");
    return ReadUntil(kPrompt);
  }

  // Types `keys`, after which the program should end; what it said then.
  std::string End(std::string_view keys) {
    Type(keys);
    while (Read()) {
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return std::exchange(screen_, {});
  }
  int code() const { return code_; }  // of the exit, after End

 private:
  // False at its end; throws when nothing comes for a minute.
  bool Read() {
    pollfd more{.fd = terminal_, .events = POLLIN, .revents = 0};
    if (poll(&more, 1, 60'000) != 1)
      throw std::runtime_error("nothing more after: " + screen_);
    char bytes[4096];
    const auto size = read(terminal_, bytes, sizeof bytes);
    for (const char c :
         std::string_view(bytes, size > 0 ? static_cast<std::size_t>(size) : 0))
      if (c != '\r') screen_ += c;
    return size > 0;
  }

  int terminal_ = -1;
  pid_t pid_ = -1;
  std::string screen_;
  int code_ = -1;
};

class TerminalTest : public ProgramTest {
 protected:
  // A bare container may have no /dev/ptmx; there nobody sits at a terminal.
  void SetUp() override {
    ProgramTest::SetUp();
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0) GTEST_SKIP() << "this system has no pseudo-terminals";
    close(terminal);
  }

  TerminalTest() {
    WriteRules("Go on.");
    Write("dialogs/sure.yaml", R"(dialog: sure
title: How sure
about: []
ask: (exercise)
invite: Shall we?
source: [S001-05]
start: which
nodes:
  which:
    say: Which of the two is it, the one that is long or the second one?
    source: [S001-05]
    choices: [The one that takes more than a line of its own, The second]
    replies:
      - choice: The second
        when: the second
        to: sure
      - choice: The one that takes more than a line of its own
        when: the one
        to: which
      - else: true
        to: which
  sure:
    say: From 0 to 10, how sure are you?
    source: [S001-05]
    choices: ["3", "7"]
    replies:
      - number: [2, 2]
        to: two
      - else: true
        to: which
  two:
    say: That was two.
    source: [S001-05]
    end: true
)");
  }

  std::vector<std::string> Options(const std::string& db = "") {
    std::vector<std::string> options = {"--rules", "rules", "--dialogs",
                                        "dialogs"};
    if (!db.empty()) options.insert(options.end(), {"--db", db});
    return options;
  }
};

TEST_F(TerminalTest, LinesBreakBetweenWordsAtTheTerminalsWidth) {
  Terminal wide(folder_, 80, Options());
  EXPECT_EQ(wide.ReadUntil(kPrompt), R"(
  (A number picks a choice. Ctrl-D says goodbye.)

  Hello.

> )");
  EXPECT_EQ(wide.Say("an exercise"), R"(an exercise

  Which of the two is it, the one that is long or the second one?

    1  The one that takes more than a line of its own
    2  The second

> )");

  Terminal narrow(folder_, 40, Options());
  narrow.ReadUntil(kPrompt);
  EXPECT_EQ(narrow.Say("an exercise"), R"(an exercise

  Which of the two is it, the one that
  is long or the second one?

    1  The one that takes more than a
       line of its own
    2  The second

> )");
}

TEST_F(TerminalTest, ANumberPicksAChoiceUnlessTheChoicesAreNumbers) {
  Terminal terminal(folder_, 80, Options());
  terminal.ReadUntil(kPrompt);
  for (const char* second : {"2", " 2 ", "2.", "2)"}) {
    terminal.Say("an exercise");
    EXPECT_EQ(terminal.Say(second), std::string(second) + R"(

  From 0 to 10, how sure are you?

    3
    7

> )");
    EXPECT_THAT(terminal.Say("2"), HasSubstr("That was two."));
  }
}

TEST_F(TerminalTest, CtrlDAndCtrlCSayGoodbye) {
  for (const char* key : {kCtrlD, kCtrlC}) {
    Terminal terminal(folder_, 80, Options());
    terminal.ReadUntil(kPrompt);
    EXPECT_THAT(terminal.End(key), HasSubstr("\n  Until another time.\n"));
    EXPECT_EQ(terminal.code(), 0);
  }
}

TEST_F(TerminalTest, WithCtrlCAnUnfinishedLineIsNotSaid) {
  {
    Terminal terminal(folder_, 80, Options("talk.db"));
    terminal.ReadUntil(kPrompt);
    terminal.Type("half a sent");
    EXPECT_THAT(terminal.End(kCtrlC),
                HasSubstr("What was said is kept in talk.db."));
  }
  Terminal terminal(folder_, 80, Options("talk.db"));
  EXPECT_THAT(terminal.End(kCtrlD), Not(HasSubstr("half")));
}

TEST_F(TerminalTest, AConversationThatGoesOnIsShownAgainFromItsEnd) {
  const std::string said =
      "I do it alone because nobody has ever asked me whether I want to";
  {
    Terminal terminal(folder_, 40, Options("talk.db"));
    terminal.ReadUntil(kPrompt);
    terminal.Say(said);
    terminal.Say("an exercise");
    terminal.End(kCtrlD);
  }
  Terminal terminal(folder_, 40, Options("talk.db"));
  EXPECT_EQ(terminal.ReadUntil("2  The second\n\n> "), R"(
  (A number picks a choice. Ctrl-D
  says goodbye.)

  Hello.

> I do it alone because nobody has
  ever asked me whether I want to

  Go on.

> an exercise

  Which of the two is it, the one that
  is long or the second one?

    1  The one that takes more than a
       line of its own
    2  The second

> )");
  EXPECT_THAT(terminal.Say("2"), HasSubstr("how sure"));
}

TEST_F(TerminalTest, EmptyLinesAreNoTurns) {
  Terminal terminal(folder_, 80, Options());
  terminal.ReadUntil(kPrompt);
  for (const char* nothing : {"", " \t", "\x1b[A"}) {
    terminal.Type(std::string(nothing) + "\n");
    EXPECT_THAT(terminal.ReadUntil("\n> "), Not(HasSubstr("Go on.")));
  }
}

TEST_F(TerminalTest, WhatCannotBeSaidIsNamedAndTheTalkGoesOn) {
  Terminal terminal(folder_, 80, Options());
  terminal.ReadUntil(kPrompt);
  EXPECT_THAT(terminal.Say("caf\xe9"), HasSubstr("(The text must be UTF-8"));
  // A terminal passes on 4,095 bytes of it.
  EXPECT_THAT(terminal.Say(std::string(5'000, 'x')),
              HasSubstr("nothing was said"));
  EXPECT_THAT(terminal.Say("I do it alone"), HasSubstr("Go on."));
}

TEST_F(TerminalTest, KeysThatAreNoCharactersAreNotSaid) {
  {
    Terminal terminal(folder_, 80, Options("talk.db"));
    terminal.ReadUntil(kPrompt);
    terminal.Say("I\x1b[A do\x1bOB it\t\x1b[1;5C alone\a \x1b[\xc3\xa4");
    terminal.End(kCtrlD);
  }
  Terminal terminal(folder_, 80, Options("talk.db"));
  EXPECT_THAT(terminal.ReadUntil("Go on.\n"),
              HasSubstr("\n> I do it alone \xc3\xa4\n"));
}

TEST_F(TerminalTest, AConversationDeletedMeanwhileEndsTheTalk) {
  Terminal terminal(folder_, 80, Options("talk.db"));
  terminal.ReadUntil(kPrompt);
  std::istringstream ticket(Read("talk.db.terminal"));
  std::string id, token;
  ticket >> id >> token;
  load::ServerProcess server(
      NEARER_BINARY, Path("talk.db"),
      {"--rules", Path("rules"), "--dialogs", Path("dialogs")});
  EXPECT_EQ(http::Client(server.port())
                .Ask("DELETE", "/v1/conversations/" + id,
                     {"Authorization: Bearer " + token})
                .status,
            204);
  EXPECT_THAT(terminal.End("I do it alone\n"), HasSubstr("deleted"));
  EXPECT_EQ(terminal.code(), 1);

  Terminal again(folder_, 80, Options("talk.db"));
  EXPECT_THAT(again.ReadUntil(kPrompt), HasSubstr("Hello."));
}

TEST_F(TerminalTest, AConversationThatCouldNotBeFoundAgainIsNotBegun) {
  fs::create_directories(folder_ / "talk.db.terminal");
  const Ran ran =
      Run("chat --db talk.db --rules rules --dialogs dialogs", "hello\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("nearer: talk.db.terminal: "));
}

}  // namespace
}  // namespace nearer
