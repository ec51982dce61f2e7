// nearer: the command line. Parses it and hands over; commands.h says what each
// command does.
#include <CLI/CLI.hpp>
#include <functional>

#include "app/commands.h"

namespace nearer::app {
namespace {

void AddPackOptions(CLI::App& command, PackSource& source) {
  auto* rules = command.add_option(
      "--rules", source.rules, "folder of rules, instead of those built in");
  auto* dialogs =
      command.add_option("--dialogs", source.dialogs,
                         "folder of dialogs, instead of those built in");
  rules->check(CLI::ExistingDirectory)->needs(dialogs);
  dialogs->check(CLI::ExistingDirectory)->needs(rules);
}

int Run(int argc, char** argv) {
  CLI::App program(
      "nearer, a reflective coach for people who keep others at a distance");
  program.require_subcommand(1);
  std::function<int()> command;

  ServeOptions serve;
  auto* serve_command =
      program.add_subcommand("serve", "serve the page and the API");
  serve_command->add_option("--listen", serve.listen, "address and port")
      ->capture_default_str();
  serve_command->add_option("--db", serve.db, "the record, a SQLite file")
      ->capture_default_str();
  serve_command->set_config("--config", "", "options from a file (TOML)");
  serve_command->add_flag("!--no-limits", serve.limits,
                          "no limits of rate; for load tests");
  AddPackOptions(*serve_command, serve.pack);
  serve_command->callback([&] { command = [&] { return Serve(serve); }; });

  PackSource pack;
  std::string db, seed = "1";
  auto* chat = program.add_subcommand("chat", "talk in the terminal");
  chat->add_option("--db", db, "keep the conversation in this file");
  AddPackOptions(*chat, pack);
  chat->callback([&] { command = [&] { return TalkInTerminal(pack, db); }; });

  auto* match = program.add_subcommand(
      "match", "what is heard in each line of stdin, {\"text\": …}");
  AddPackOptions(*match, pack);
  match->callback([&] { command = [&] { return MatchLines(pack); }; });

  auto* simulate = program.add_subcommand(
      "simulate",
      "a conversation from stdin, {\"text\": …, \"after\": \"7d\"}");
  simulate->add_option("--seed", seed, "decides between equal wordings")
      ->capture_default_str();
  AddPackOptions(*simulate, pack);
  simulate->callback([&] { command = [&] { return Simulate(pack, seed); }; });

  CheckOptions check;
  auto* check_command = program.add_subcommand(
      "check", "errors and warnings in rules and dialogs");
  check_command->add_flag("--scores", check.scores,
                          "print each pattern's score");
  check_command->add_flag("--coverage", check.coverage,
                          "print what carries each item of the inventory");
  AddPackOptions(*check_command, check.pack);
  check_command->callback([&] { command = [&] { return Check(check); }; });

  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << program.help();
    return kDone;
  } catch (const CLI::ParseError& error) {
    return Fail(std::string(error.what()) + "; see nearer --help", kWrongUse);
  }
  return command();
}

}  // namespace
}  // namespace nearer::app

int main(int argc, char** argv) { return nearer::app::Run(argc, argv); }
