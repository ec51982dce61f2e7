// nearer: the command line. Parses it and hands over; commands.h says what each
// command does.
#include <CLI/CLI.hpp>
#include <functional>

#include "app/commands.h"
#include "app/config_file.h"

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

// Gives `command` what the file says, as if it stood on the command line; what
// does stand there comes first.
void TakeConfigFile(CLI::App& command, const std::string& file) {
  const auto settings = ReadConfigFile(file);
  if (!settings) throw CLI::ConfigError(settings.error().message);
  for (const Setting& setting : *settings) {
    CLI::Option* option = command.get_option_no_throw("--" + setting.key);
    if (option == nullptr || !option->get_configurable()) {
      std::string known;
      for (const CLI::Option* each : command.get_options())
        if (each->get_configurable())
          known += (known.empty() ? "" : ", ") + each->get_lnames().front();
      throw CLI::ConfigError(setting.place + ": there is no option '" +
                             setting.key + "'; expected one of " + known);
    }
    if (!option->empty()) continue;
    try {
      option->add_result(option->get_flag_value(setting.key, setting.value));
      option->run_callback();
    } catch (const CLI::ParseError& error) {
      throw CLI::ConfigError(setting.place + ": " + error.what());
    }
  }
}

// CLI11 2.1 reads a configuration file for the whole program only, takes any
// line for a setting, and passes over those it does not know.
void AddConfigOption(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--config",
          [&command](const std::string& file) {
            TakeConfigFile(command, file);
          },
          "file with these options, as in db = \"nearer.db\"")
      ->type_name("FILE")
      ->configurable(false);
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
  serve_command
      ->add_option("--allow-origin", serve.allowed_origins,
                   "a site that may carry the widget, as in "
                   "https://example.org; again for another")
      ->delimiter(',');
  serve_command->add_flag("!--no-limits", serve.limits,
                          "no limits of rate; for load tests");
  serve_command->add_option(
      "--retain", serve.retain,
      "erase conversations so long after their last turn, as in 180d");
  serve_command
      ->add_option("--backups", serve.backups,
                   "folder of copies from which goes what is erased, too")
      ->check(CLI::ExistingDirectory);
  AddPackOptions(*serve_command, serve.pack);
  AddConfigOption(*serve_command);
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

  OutboxOptions outbox;
  auto* outbox_command = program.add_subcommand(
      "outbox", "messages that could not be sent to a messaging platform");
  outbox_command->add_option("--db", outbox.db, "the record, a SQLite file")
      ->capture_default_str();
  auto* retry = outbox_command->add_option(
      "--retry", outbox.retry, "send the one with this ID again, or all");
  auto* drop = outbox_command->add_option(
      "--drop", outbox.drop, "forget the one with this ID, or all");
  retry->excludes(drop);
  outbox_command->callback([&] { command = [&] { return Outbox(outbox); }; });

  ExportOptions export_options;
  auto* export_command = program.add_subcommand(
      "export", "the record as JSON lines; as secret as the record");
  export_command
      ->add_option("--db", export_options.db, "the record, a SQLite file")
      ->required();
  export_command->add_option("--out", export_options.file,
                             "write to this new file instead of stdout");
  export_command->add_option("--conversation", export_options.conversation,
                             "only the one with this ID");
  export_command->callback(
      [&] { command = [&] { return Export(export_options); }; });

  ImportOptions import_options;
  auto* import_command = program.add_subcommand(
      "import", "take in an export, or plain lines of role and text");
  import_command
      ->add_option("--db", import_options.db,
                   "the record, a SQLite file; created when there is none")
      ->required();
  import_command->add_option("FILE", import_options.file,
                             "read this instead of stdin");
  AddPackOptions(*import_command, import_options.pack);
  import_command->callback(
      [&] { command = [&] { return Import(import_options); }; });

  BackupOptions backup;
  auto* backup_command = program.add_subcommand(
      "backup", "a copy of the record, while it is in use");
  backup_command->add_option("--db", backup.db, "the record, a SQLite file");
  backup_command->add_flag("--verify", backup.verify,
                           "read the copy again; without --db, only that");
  backup_command->add_flag("--prune", backup.prune,
                           "take what was erased from the record out of the "
                           "copies in the folder TO, and make none");
  backup_command
      ->add_option("TO", backup.to,
                   "the new file, or a folder for files named by the time")
      ->required();
  backup_command->callback([&] { command = [&] { return Backup(backup); }; });

  RestoreOptions restore;
  auto* restore_command = program.add_subcommand(
      "restore", "make a copy the record; what was erased stays erased");
  restore_command
      ->add_option("--db", restore.db,
                   "the record, a SQLite file; one that is there is kept aside")
      ->required();
  restore_command
      ->add_option("--backups", restore.backups,
                   "other copies, which know what was erased; the folder of "
                   "COPY unless named")
      ->check(CLI::ExistingDirectory);
  restore_command->add_option("COPY", restore.copy, "a backup")
      ->required()
      ->check(CLI::ExistingFile);
  restore_command->callback(
      [&] { command = [&] { return RestoreCommand(restore); }; });

  EraseOptions erase;
  auto* erase_command =
      program.add_subcommand("erase", "erase a conversation for good");
  erase_command->add_option("--db", erase.db, "the record, a SQLite file")
      ->required();
  erase_command
      ->add_option("--backups", erase.backups, "its copies in this folder, too")
      ->check(CLI::ExistingDirectory);
  erase_command->add_option("CONVERSATION", erase.conversation, "its ID")
      ->required();
  erase_command->callback([&] { command = [&] { return Erase(erase); }; });

  RetainOptions retain;
  auto* retain_command = program.add_subcommand(
      "retain", "erase conversations that ended long ago");
  retain_command->add_option("--db", retain.db, "the record, a SQLite file")
      ->required();
  retain_command
      ->add_option("--backups", retain.backups,
                   "the copies in this folder, too; older copies are removed")
      ->check(CLI::ExistingDirectory);
  retain_command
      ->add_option("AGE", retain.retain,
                   "how long to keep them after their last turn, as in 180d")
      ->required();
  retain_command->callback(
      [&] { command = [&] { return RetainCommand(retain); }; });

  UnheardOptions unheard;
  auto* unheard_command = program.add_subcommand(
      "unheard", "what people said that no rule heard, in their words");
  unheard_command->add_option("--db", unheard.db, "the record, a SQLite file")
      ->required();
  unheard_command
      ->add_option("--min", unheard.least, "only what was said so often")
      ->check(CLI::PositiveNumber);
  unheard_command->add_flag("--json", unheard.json, "as JSON lines");
  unheard_command->add_option("--html", unheard.html,
                              "write a page to this new file");
  AddPackOptions(*unheard_command, unheard.pack);
  unheard_command->callback(
      [&] { command = [&] { return ShowUnheard(unheard); }; });

  UsageOptions usage;
  auto* usage_command = program.add_subcommand(
      "usage", "which rules, prompts and dialogs were used, and which never");
  usage_command->add_option("--db", usage.db, "the record, a SQLite file")
      ->required();
  usage_command->add_flag("--json", usage.json, "as JSON lines");
  AddPackOptions(*usage_command, usage.pack);
  usage_command->callback([&] { command = [&] { return ShowUsage(usage); }; });

  GraphOptions graph;
  auto* graph_command = program.add_subcommand(
      "graph", "the dialogs, and what leads into them, as a picture");
  graph_command
      ->add_option("--format", graph.format, "dot, mermaid, or html: a page")
      ->check(CLI::IsMember({"dot", "mermaid", "html"}))
      ->capture_default_str();
  graph_command->add_option("--dialog", graph.dialog,
                            "only the one of this ID");
  AddPackOptions(*graph_command, graph.pack);
  graph_command->callback([&] { command = [&] { return ShowGraph(graph); }; });
  ReplayOptions replay;
  auto* replay_command = program.add_subcommand(
      "replay", "what every recorded conversation would say now");
  replay_command->add_option("--db", replay.db, "the record, a SQLite file")
      ->required()
      ->check(CLI::ExistingFile);
  AddPackOptions(*replay_command, replay.pack);
  replay_command
      ->add_flag("--own-packs", replay.own_packs,
                 "by the packs that spoke: finds what cannot be reproduced")
      ->excludes("--rules");
  replay_command->add_flag(
      "--onward", replay.onward,
      "let the state flow on, instead of each turn from the state it had");
  replay_command->add_option("--conversation", replay.conversation,
                             "only this one; alone, plays it back");
  replay_command->add_flag("--play", replay.play,
                           "with --conversation: at the pace of a talk");
  replay_command->add_option("--since", replay.since,
                             "turns from this date on, as in 2026-01-31 or "
                             "2026-01-31T18:00 (UTC)");
  replay_command->add_option("--until", replay.until, "turns before this date");
  replay_command->add_option("--theme", replay.theme,
                             "turns that were or are heard as this theme");
  replay_command->add_option("--rule", replay.rule,
                             "turns that were or are heard by this rule");
  replay_command->add_option("--channel", replay.channel,
                             "conversations of this channel");
  replay_command->add_option("--json", replay.json,
                             "write all that differs to this file, as lines "
                             "of JSON");
  replay_command->add_option("--html", replay.html,
                             "write a page to this file");
  replay_command->add_option("--threads", replay.threads, "unless one a core")
      ->check(CLI::Range(1, 1024));
  replay_command->add_option("--resume", replay.resume,
                             "keep the progress in this file, and go on from "
                             "it when it is there");
  auto* accept = replay_command->add_option(
      "--accept", replay.accept,
      "write this conversation as a test, scrubbed of names and details");
  auto* into = replay_command->add_option("--into", replay.into,
                                          "the folder it is written into");
  accept->needs(into);
  into->needs(accept)->check(CLI::ExistingDirectory);
  replay_command->callback([&] { command = [&] { return Replay(replay); }; });

  WhyOptions why;
  auto* why_command =
      program.add_subcommand("why", "why a turn was answered as it was");
  why_command->add_option("CONVERSATION", why.conversation, "its id")
      ->required();
  why_command->add_option("N", why.n, "the turn's number; the opening is 0")
      ->required()
      ->check(CLI::NonNegativeNumber);
  why_command->add_option("--db", why.db, "the record, a SQLite file")
      ->capture_default_str()
      ->check(CLI::ExistingFile);
  why_command->add_flag("--json", why.json, "as the API gives it");
  why_command->callback([&] { command = [&] { return Why(why); }; });

  CheckOptions check;
  auto* check_command = program.add_subcommand(
      "check", "errors and warnings in rules and dialogs");
  check_command->add_flag("--scores", check.scores,
                          "print each pattern's score");
  check_command->add_flag("--coverage", check.coverage,
                          "print what carries each item of the inventory");
  check_command->add_flag("--safety", check.safety,
                          "audit what is said in danger, and nothing else");
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
