// nearer unheard, nearer usage and nearer graph.
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/new_file.h"
#include "authoring/graph.h"
#include "authoring/unheard.h"
#include "authoring/usage.h"
#include "history/sqlite_history.h"

namespace nearer::app {
namespace {

// Bytes that are not UTF-8 show as U+FFFD; the record keeps them.
std::string LineOf(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace) +
         '\n';
}

// What was asked for and a pack; null, with the reason said, when one of them
// cannot be had.
struct Opened {
  std::shared_ptr<const coach::Pack> pack;
  std::unique_ptr<history::History> history;
};
Opened Open(const PackSource& source, const std::string& db) {
  if (!std::filesystem::exists(db)) {
    Fail(db + " does not exist; name the record with --db");
    return {};
  }
  auto history = history::OpenSqlite(db);
  if (!history) {
    Fail(history.error().message);
    return {};
  }
  return {LoadPack(source), std::move(*history)};
}

}  // namespace

int ShowUnheard(const UnheardOptions& options) {
  const Opened opened = Open(options.pack, options.db);
  if (opened.pack == nullptr) return kFoundWrong;
  const auto unheard = authoring::FindUnheard(
      *opened.history, *opened.pack,
      {.since = {}, .until = {}, .least = options.least});
  if (!unheard) return Fail(unheard.error().message);
  if (!options.html.empty()) {
    const auto written =
        WriteNewFile(options.html, authoring::ToHtml(*unheard));
    if (!written) return Fail(written.error().message);
  } else if (options.json) {
    for (const authoring::UnheardGroup& group : unheard->groups)
      std::cout << LineOf(authoring::ToJson(group));
  } else {
    std::cout << authoring::ToText(*unheard);
  }
  std::cerr << "These are people's own words, said in confidence: keep them to "
               "those who write the rules.\n";
  return kDone;
}

int ShowUsage(const UsageOptions& options) {
  const Opened opened = Open(options.pack, options.db);
  if (opened.pack == nullptr) return kFoundWrong;
  const auto usage = authoring::FindUsage(*opened.history, *opened.pack);
  if (!usage) return Fail(usage.error().message);
  if (options.json) {
    for (const authoring::Used& used : usage->used)
      std::cout << LineOf(authoring::ToJson(used));
  } else {
    std::cout << authoring::ToText(*usage);
  }
  return kDone;
}

int ShowGraph(const GraphOptions& options) {
  const auto pack = LoadPack(options.pack);
  if (!pack) return kFoundWrong;
  const auto graphs = authoring::GraphsOf(pack->authored(), options.dialog);
  if (graphs.empty())
    return Fail(options.dialog.empty()
                    ? "the pack has no dialogs"
                    : "there is no dialog " + options.dialog + " in the pack");
  std::cout << (options.format == "html"      ? authoring::ToHtml(graphs)
                : options.format == "mermaid" ? authoring::ToMermaid(graphs)
                                              : authoring::ToDot(graphs));
  return kDone;
}

}  // namespace nearer::app
