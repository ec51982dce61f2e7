#include "replay/outcome.h"

#include <array>
#include <nlohmann/json.hpp>

namespace nearer::replay {
namespace {

using Json = nlohmann::ordered_json;

// Null and absent are the same as empty.
template <typename T>
void Take(const Json& json, const char* key, T& value) {
  const auto found = json.find(key);
  if (found != json.end() && !found->is_null()) found->get_to(value);
}

coach::Reply Read(const Json& json) {
  coach::Reply reply;
  json.at("messages").get_to(reply.messages);
  Take(json, "choices", reply.choices);
  Take(json, "theme", reply.theme);
  Take(json, "rule", reply.rule);
  Take(json, "dialog", reply.dialog);
  Take(json, "stage", reply.stage);
  if (const auto risk = json.find("risk");
      risk != json.end() && !risk->is_null()) {
    const auto category =
        ParseRiskCategory(risk->at("category").get<std::string>());
    const auto level = ParseRiskLevel(risk->at("level").get<std::string>());
    if (!category || !level)
      throw Json::other_error::create(501, "unknown risk", &*risk);
    reply.risk = {*category, *level};
  }
  if (const auto help = json.find("help");
      help != json.end() && !help->is_null())
    for (const auto& [kind, say] : help->items())
      reply.help.emplace_back(kind, say.get<std::string>());
  return reply;
}

}  // namespace

std::string_view Name(Outcome outcome) {
  static constexpr std::array<std::string_view, kOutcomes> kNames = {
      "risk_lost",      "risk_heard", "other_rule", "other_words",
      "state_diverged", "unreadable", "same"};
  return kNames[static_cast<std::size_t>(outcome)];
}

Result<coach::Reply> ParseReply(std::string_view json) {
  try {
    return Read(Json::parse(json));
  } catch (const Json::exception&) {
    return Error{"the recorded reply cannot be read"};
  }
}

Outcome Compare(const coach::Reply& before, const coach::Reply& after) {
  if (before.risk != after.risk) {
    // Where two dangers change places, the one that is answered no longer may
    // be the graver: somebody should look at it.
    const bool lost =
        before.risk &&
        (!after.risk || after.risk->category != before.risk->category ||
         after.risk->level < before.risk->level);
    return lost ? Outcome::kRiskLost : Outcome::kRiskHeard;
  }
  if (before.rule != after.rule || before.theme != after.theme)
    return Outcome::kOtherRule;
  const bool same = before.messages == after.messages &&
                    before.choices == after.choices &&
                    before.dialog == after.dialog &&
                    before.stage == after.stage && before.help == after.help;
  return same ? Outcome::kSame : Outcome::kOtherWords;
}

}  // namespace nearer::replay
