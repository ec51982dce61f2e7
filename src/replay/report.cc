#include "replay/report.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "replay/draft.h"

namespace nearer::replay {
namespace {

using Json = nlohmann::ordered_json;

Json OrNull(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace

std::string Summary(const Options& options, const Counts& counts) {
  const Filter& filter = options.filter;
  Json json = {{"report", "nearer.replay"},
               {"version", 1},
               {"mode", Name(options.mode)},
               {"against", options.pack ? Json(options.pack->hash()) : Json()},
               {"filter",
                {{"since", OrNull(filter.since)},
                 {"until", OrNull(filter.until)},
                 {"theme", OrNull(filter.theme)},
                 {"rule", OrNull(filter.rule)},
                 {"channel", OrNull(filter.channel)},
                 {"conversation", OrNull(filter.conversation)}}},
               {"conversations", counts.conversations},
               {"compared", counts.compared()}};
  for (std::size_t i = 0; i < kOutcomes; ++i)
    json["turns"][std::string(Name(static_cast<Outcome>(i)))] = counts.turns[i];
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool IsWrong(const Options& options, const Counts& counts) {
  return counts.of(Outcome::kRiskLost) > 0 ||
         counts.of(Outcome::kUnreadable) > 0 ||
         (!options.pack && counts.of(Outcome::kSame) < counts.compared());
}

Result<Done> WriteJsonLines(const std::string& path, const Options& options,
                            Findings& findings) {
  auto draft = Draft::At(path);
  if (!draft) return draft.error();
  const auto headed =
      draft->Write(Summary(options, findings.progress().counts) + '\n');
  if (!headed) return headed;
  const auto copied = findings.Copy(
      [&](const std::string& bytes) { return draft->Write(bytes); });
  if (!copied) return copied;
  return draft->Finish();
}

std::string_view Title(Outcome outcome) {
  switch (outcome) {
    case Outcome::kRiskLost:
      return "Risk no longer heard";
    case Outcome::kRiskHeard:
      return "Risk heard that was not";
    case Outcome::kOtherRule:
      return "Another rule";
    case Outcome::kOtherWords:
      return "The same rule, other words";
    case Outcome::kStateDiverged:
      return "The same words, another state";
    case Outcome::kUnreadable:
      return "Cannot be read";
    case Outcome::kSame:
      return "The same";
  }
  std::abort();  // not an Outcome
}

std::string Against(const Options& options) {
  return options.pack ? "the pack " + options.pack->hash().substr(0, 12)
                      : "the packs that spoke";
}

}  // namespace nearer::replay
