#include "http/why.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace nearer::http {
namespace {

using Json = nlohmann::ordered_json;

// "S001-05" with its place; what is in no article ("coaching") by name only.
Json Source(const std::string& id, std::span<const SourceItem> sources) {
  Json source = {{"item", id}, {"article", nullptr}, {"heading", nullptr}};
  const auto item = std::ranges::find(sources, id, &SourceItem::id);
  if (item != sources.end()) {
    source["article"] = item->article;
    source["heading"] = item->heading;
  }
  return source;
}

}  // namespace

Json Why(const history::Turn& turn, const coach::WordingIndex& wordings,
         std::span<const SourceItem> sources) {
  Json why = {{"n", turn.n}, {"text", turn.utterance}, {"pack", turn.pack}};
  const Json trace = Json::parse(turn.trace);
  for (const auto& [name, value] : trace.items())
    if (name != "prompts") why[name] = value;

  Json said = Json::array();
  if (trace.contains("prompts")) {
    for (const Json& id : trace["prompts"]) {
      Json prompt = {{"id", id}, {"sources", Json::array()}};
      if (const auto* wording = wordings.Find(id.get<std::string>()))
        for (const std::string& item : wording->source)
          prompt["sources"].push_back(Source(item, sources));
      said.push_back(std::move(prompt));
    }
  }
  why["prompts"] = std::move(said);
  return why;
}

}  // namespace nearer::http
