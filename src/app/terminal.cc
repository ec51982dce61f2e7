#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands.h"
#include "app/world.h"
#include "chat/chat.h"
#include "chat/choices.h"
#include "history/sqlite_history.h"

namespace nearer::app {
namespace {

constexpr int kWidest = 78;
constexpr int kNarrowest = 20;
constexpr int kTurnsShownAgain = 4;
// Linux passes on so many bytes of a line typed at a terminal and drops the
// rest without a word.
constexpr std::size_t kLongestTypedLine = 4095;

int Width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return kWidest;
  return std::clamp(size.ws_col - 2, kNarrowest, kWidest);
}

// Columns a UTF-8 text takes, near enough: its characters.
int Columns(std::string_view text) {
  int columns = 0;
  for (const char c : text)
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++columns;
  return columns;
}

// Prints a paragraph broken between words. Its first line begins with `first`,
// the others as far to the right.
void PrintWrapped(std::string_view first, std::string_view text) {
  const int width = Width();
  const int indent = Columns(first);
  std::cout << first;
  int column = indent;
  while (!text.empty()) {
    const auto space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == text.npos ? text.size() : space + 1);
    if (word.empty()) continue;
    if (column > indent && column + 1 + Columns(word) > width) {
      std::cout << '\n' << std::string(static_cast<std::size_t>(indent), ' ');
      column = indent;
    } else if (column > indent) {
      std::cout << ' ';
      ++column;
    }
    std::cout << word;
    column += Columns(word);
  }
  std::cout << '\n';
}

// For what we say, not the coach.
void PrintAside(const std::string& text) {
  std::cout << '\n';
  PrintWrapped("  ", "(" + text + ")");
}

std::vector<std::string> ChoicesOf(const nlohmann::json& reply) {
  return reply["choices"].get<std::vector<std::string>>();
}

void PrintReply(const nlohmann::json& reply) {
  for (const auto& message : reply["messages"]) {
    std::cout << '\n';
    PrintWrapped("  ", message.get<std::string>());
  }
  const std::vector<std::string> choices = ChoicesOf(reply);
  const bool numbered = chat::PickedByNumber(choices);
  int number = 0;
  for (const std::string& choice : choices) {
    if (number++ == 0) std::cout << '\n';
    PrintWrapped(numbered ? "    " + std::to_string(number) + "  " : "    ",
                 choice);
  }
  std::cout << '\n';
}

// How many bytes at the front of `text` are no words: a control character, or
// what a key such as an arrow leaves in a line, ESC [ A.
std::size_t Controls(std::string_view text) {
  const auto byte = [&](std::size_t at) -> unsigned char {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
  };
  if (byte(0) == 0x1B && (byte(1) == '[' || byte(1) == 'O')) {
    std::size_t length = 2;
    while (byte(length) >= 0x20 && byte(length) < 0x40) ++length;
    if (byte(length) >= 0x40 && byte(length) < 0x7F) ++length;
    return length;
  }
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0)
    return 2;  // U+0080 to U+009F
  return byte(0) < 0x20 || byte(0) == 0x7F ? 1 : 0;
}

// What was said in a line. Controls are not said, and shown again they would
// move the cursor.
std::string WithoutControls(std::string_view line) {
  std::string said;
  while (!line.empty()) {
    const std::size_t controls = Controls(line);
    if (controls == 0 || line.front() == '\t')
      said += line.front() == '\t' ? ' ' : line.front();
    line.remove_prefix(std::max<std::size_t>(controls, 1));
  }
  return said;
}

// The lines of stdin, up to its end (Ctrl-D) and, at a terminal, Ctrl-C.
class Lines {
 public:
  // At a terminal, blocks SIGINT in this and every later thread.
  explicit Lines(bool terminal) {
    if (!terminal) return;
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, nullptr);
    interrupted_ = signalfd(-1, &interrupt, SFD_CLOEXEC);
  }
  ~Lines() {
    if (interrupted_ >= 0) close(interrupted_);
  }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  std::optional<std::string> Next() {
    std::size_t end = 0;
    while ((end = unread_.find('\n')) == std::string::npos && !ended_) Read();
    if (unread_.empty()) return std::nullopt;
    const bool at_terminal = interrupted_ >= 0;
    if (at_terminal && end == std::string::npos) std::cout << '\n';  // Ctrl-D
    std::string line = unread_.substr(0, end);
    unread_.erase(0, line.size() + 1);
    return line;
  }

 private:
  void Read() {
    pollfd either[] = {{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                       {.fd = interrupted_, .events = POLLIN, .revents = 0}};
    if (poll(either, std::size(either), -1) < 0) {
      ended_ = errno != EINTR;
      return;
    }
    char bytes[4096];
    const bool stop = either[1].revents != 0;
    const auto size = stop ? 0 : read(STDIN_FILENO, bytes, sizeof bytes);
    if (stop) unread_.clear();
    if (size > 0)
      unread_.append(bytes, static_cast<std::size_t>(size));
    else
      ended_ = size == 0 || errno != EINTR;
  }

  int interrupted_ = -1;
  std::string unread_;
  bool ended_ = false;
};

// Where the terminal keeps which conversation of the record is its own.
class Ticket {
 public:
  explicit Ticket(const std::string& db) : path_(db + ".terminal") {}

  bool Read(chat::Begun& begun) const {
    std::ifstream file(path_);
    return static_cast<bool>(file >> begun.id >> begun.token);
  }
  Result<Done> Write(const chat::Begun& begun) const {
    const mode_t before = umask(0077);
    std::ofstream file(path_);
    umask(before);
    if (file << begun.id << '\n' << begun.token << '\n' << std::flush)
      return Done{};
    return Error{path_ + ": cannot be written (" + std::strerror(errno) +
                 "); the conversation could not be found again"};
  }

 private:
  std::string path_;
};

// There is no operator at a terminal but the person who reads this.
std::string ToOperator(const chat::ChatError& error) {
  return error.cause.empty() ? error.message : error.cause;
}

// Where a talk stands.
struct Talk {
  chat::Begun begun;     // without its opening when it goes on
  nlohmann::json reply;  // the last
};

// A new conversation, its opening shown.
Result<Talk> Begin(chat::Chat& chat) {
  auto begun = chat.Begin("terminal");
  if (!begun) return Error{ToOperator(begun.error())};
  Talk talk{.begun = *begun,
            .reply = nlohmann::json::parse(begun->opening.reply)};
  PrintReply(talk.reply);
  return talk;
}

// The conversation that the ticket of `db` opens, its end shown again; a new
// one, with a ticket, when there is none or it was deleted.
Result<Talk> GoOn(chat::Chat& chat, const history::History& history,
                  const std::string& db) {
  const Ticket ticket(db);
  Talk talk;
  if (ticket.Read(talk.begun)) {
    const auto known = chat.Authorize(talk.begun.id, talk.begun.token);
    if (known) {
      const auto turns = history.ReadTurns(
          talk.begun.id,
          std::max<std::int64_t>(-1, known->version - kTurnsShownAgain),
          kTurnsShownAgain);
      if (!turns) return Error{turns.error().message};
      if (turns->front().n > 0) std::cout << '\n';
      for (const history::Turn& turn : *turns) {
        if (turn.n > 0) PrintWrapped("> ", WithoutControls(turn.utterance));
        talk.reply = nlohmann::json::parse(turn.reply);
        PrintReply(talk.reply);
      }
      return talk;
    }
    if (known.error().code != chat::ChatErrorCode::kNotFound)
      return Error{ToOperator(known.error())};
  }
  auto begun = Begin(chat);
  if (!begun) return begun;
  const auto kept = ticket.Write(begun->begun);
  if (!kept) return kept.error();
  return begun;
}

}  // namespace

int TalkInTerminal(const PackSource& source, const std::string& db) {
  auto pack = LoadPack(source);
  if (!pack) return kFoundWrong;
  const bool terminal = isatty(STDIN_FILENO) != 0;
  Lines lines(terminal);  // before there are threads
  std::unique_ptr<history::History> history;
  if (db.empty()) {
    history = history::OpenMemory();
  } else {
    auto opened = history::OpenSqlite(db);
    if (!opened) return Fail(opened.error().message);
    history = std::move(opened).value();
  }
  chat::PackShelf shelf(std::move(pack));
  const chat::Chat::World world = RealWorld();
  chat::Chat chat(*history, shelf, world);

  if (terminal) PrintAside("A number picks a choice. Ctrl-D says goodbye.");
  auto talk = db.empty() ? Begin(chat) : GoOn(chat, *history, db);
  if (!talk) return Fail(talk.error().message);

  // Each process numbers its own turns; the time keeps them apart.
  const std::string prefix = "terminal-" + std::to_string(world.now()) + "-" +
                             std::to_string(getpid()) + "-";
  for (int count = 1;; ++count) {
    if (terminal) std::cout << "> ";
    std::cout << std::flush;
    const auto line = lines.Next();
    if (!line) break;
    if (terminal && line->size() >= kLongestTypedLine) {
      PrintAside(
          "That was longer than a terminal takes in one line, and its end was "
          "lost, so nothing was said. Shorter pieces get through.");
      std::cout << '\n';
      continue;
    }
    const std::string plain = WithoutControls(*line);
    if (plain.find_first_not_of(' ') == std::string::npos) continue;
    const auto turn = chat.Say(talk->begun.id, talk->begun.token,
                               chat::Chosen(plain, ChoicesOf(talk->reply)),
                               prefix + std::to_string(count));
    if (turn) {
      talk->reply = nlohmann::json::parse(turn->reply);
      PrintReply(talk->reply);
    } else if (turn.error().code == chat::ChatErrorCode::kNotFound) {
      return Fail(
          "the conversation was deleted meanwhile; nearer chat begins "
          "a new one");
    } else {
      PrintAside(ToOperator(turn.error()));
      std::cout << '\n';
    }
  }
  if (terminal) std::cout << '\n';
  PrintWrapped("  ",
               "Until another time." +
                   (db.empty() ? "" : " What was said is kept in " + db + "."));
  return kDone;
}

}  // namespace nearer::app
