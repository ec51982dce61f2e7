#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "app/commands.h"
#include "app/world.h"
#include "chat/chat.h"
#include "history/sqlite_history.h"

namespace nearer::app {
namespace {

constexpr int kWidest = 78;
constexpr int kTurnsShownAgain = 4;

int Width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 30)
    return kWidest;
  return std::min<int>(size.ws_col - 2, kWidest);
}

// Columns a UTF-8 text takes, near enough: its characters.
int Columns(std::string_view text) {
  int columns = 0;
  for (const char c : text)
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++columns;
  return columns;
}

// Prints a paragraph broken between words.
void PrintWrapped(std::string_view text, std::string_view indent) {
  const int width = Width();
  int column = 0;
  while (!text.empty()) {
    const auto space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == text.npos ? text.size() : space + 1);
    if (word.empty()) continue;
    if (column == 0 || column + 1 + Columns(word) > width) {
      if (column > 0) std::cout << '\n';
      std::cout << indent;
      column = Columns(indent);
    } else {
      std::cout << ' ';
      ++column;
    }
    std::cout << word;
    column += Columns(word);
  }
  std::cout << '\n';
}

void PrintReply(const nlohmann::json& reply) {
  for (const auto& message : reply["messages"]) {
    std::cout << '\n';
    PrintWrapped(message.get<std::string>(), "  ");
  }
  int number = 0;
  for (const auto& choice : reply["choices"]) {
    if (number == 0) std::cout << '\n';
    std::cout << "    " << ++number << "  " << choice.get<std::string>()
              << '\n';
  }
  std::cout << '\n';
}

// "2" picks the second choice; anything else is what it is.
std::string Chosen(const std::string& line, const nlohmann::json& reply) {
  std::size_t number = 0;
  const auto parsed =
      std::from_chars(line.data(), line.data() + line.size(), number);
  const auto& choices = reply["choices"];
  if (parsed.ec == std::errc() && parsed.ptr == line.data() + line.size() &&
      number >= 1 && number <= choices.size())
    return choices[number - 1];
  return line;
}

// Where the terminal keeps which conversation of the record is its own.
class Ticket {
 public:
  explicit Ticket(const std::string& db) : path_(db + ".terminal") {}

  bool Read(chat::Begun& begun) const {
    std::ifstream file(path_);
    return static_cast<bool>(file >> begun.id >> begun.token);
  }
  void Write(const chat::Begun& begun) const {
    const mode_t before = umask(0077);
    std::ofstream(path_) << begun.id << '\n' << begun.token << '\n';
    umask(before);
  }

 private:
  std::string path_;
};

// Shows the end of a conversation that goes on. False when it is gone.
bool ShowAgain(const chat::Chat& chat, const history::History& history,
               const chat::Begun& begun, nlohmann::json& reply) {
  const auto known = chat.Authorize(begun.id, begun.token);
  if (!known) return false;
  const auto turns = history.ReadTurns(
      begun.id, std::max<std::int64_t>(-1, known->version - kTurnsShownAgain),
      kTurnsShownAgain);
  if (!turns || turns->empty()) return false;
  for (const history::Turn& turn : *turns) {
    if (turn.n > 0) std::cout << "> " << turn.utterance << '\n';
    reply = nlohmann::json::parse(turn.reply);
    PrintReply(reply);
  }
  return true;
}

}  // namespace

int TalkInTerminal(const PackSource& source, const std::string& db) {
  auto pack = LoadPack(source);
  if (!pack) return kFoundWrong;
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

  const Ticket ticket(db);
  chat::Begun begun;
  nlohmann::json reply;
  if (db.empty() || !ticket.Read(begun) ||
      !ShowAgain(chat, *history, begun, reply)) {
    auto begin = chat.Begin("terminal");
    if (!begin) return Fail(begin.error().message);
    begun = std::move(begin).value();
    if (!db.empty()) ticket.Write(begun);
    reply = nlohmann::json::parse(begun.opening.reply);
    PrintReply(reply);
  }

  // Each process numbers its own turns; the time keeps them apart.
  const std::string prefix = "terminal-" + std::to_string(world.now()) + "-" +
                             std::to_string(getpid()) + "-";
  const bool prompt = isatty(STDIN_FILENO) != 0;
  std::string line;
  for (int count = 1;; ++count) {
    if (prompt) std::cout << "> " << std::flush;
    if (!std::getline(std::cin, line)) break;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto turn = chat.Say(begun.id, begun.token, Chosen(line, reply),
                               prefix + std::to_string(count));
    if (!turn) {
      std::cout << "\n  (" << turn.error().message << ")\n\n";
      continue;
    }
    reply = nlohmann::json::parse(turn->reply);
    PrintReply(reply);
  }
  if (prompt) std::cout << '\n';
  std::cout << "  Until another time."
            << (db.empty() ? "" : " What was said is kept in " + db + ".")
            << '\n';
  return kDone;
}

}  // namespace nearer::app
