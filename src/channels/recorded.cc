#include "channels/recorded.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "channels/phrases.h"
#include "core/fnv.h"

namespace nearer::channels {
namespace {

using nlohmann::json;

// In the order in which they are shown.
constexpr std::pair<const char*, const char*> kHelp[] = {
    {"emergency", phrases::kEmergency},
    {"crisis", phrases::kCrisis},
    {"abuse", phrases::kAbuse},
    {"violence", phrases::kViolence},
};

std::vector<std::string> Strings(const json& reply, const char* name) {
  std::vector<std::string> strings;
  const auto list = reply.find(name);
  if (list == reply.end() || !list->is_array()) return strings;
  for (const json& each : *list)
    if (each.is_string()) strings.push_back(each.get<std::string>());
  return strings;
}

json ParsedReply(const history::Turn& turn) {
  json reply = json::parse(turn.reply, nullptr, false);
  return reply.is_object() ? std::move(reply) : json::object();
}

// The lines of help that say something new, as text.
std::vector<std::string> HelpOf(const json& reply) {
  std::vector<std::string> lines, said;
  const auto help = reply.find("help");
  if (help == reply.end() || !help->is_object()) return lines;
  const auto add = [&](const std::string& before, const json& line) {
    if (!line.is_string()) return;
    auto say = line.get<std::string>();
    if (std::ranges::find(said, say) != said.end()) return;
    lines.push_back(before + say);
    said.push_back(std::move(say));
  };
  for (const auto& [kind, before] : kHelp)
    if (const auto line = help->find(kind); line != help->end())
      add(before, *line);
  // A kind that is new to us is shown all the same.
  for (const auto& [kind, line] : help->items())
    if (std::ranges::none_of(kHelp, [&kind = kind](const auto& known) {
          return kind == known.first;
        }))
      add("", line);
  return lines;
}

}  // namespace

std::vector<std::string> ChoicesOf(const history::Turn& turn) {
  return Strings(ParsedReply(turn), "choices");
}

Reply ReplyOf(const history::Turn& turn) {
  const json recorded = ParsedReply(turn);
  Reply reply{.messages = Strings(recorded, "messages"),
              .choices = {},
              .help = HelpOf(recorded),
              .file = std::nullopt};
  int index = 0;
  for (std::string& label : Strings(recorded, "choices")) {
    std::string data = std::to_string(turn.n) + ":" + std::to_string(index++) +
                       ":" + std::to_string(Fnv1a(label));
    reply.choices.push_back(
        {.label = std::move(label), .data = std::move(data)});
  }
  return reply;
}

std::optional<std::string> ChosenFrom(const history::Turn& turn,
                                      std::string_view data) {
  for (Choice& choice : ReplyOf(turn).choices)
    if (choice.data == data) return std::move(choice.label);
  return std::nullopt;
}

}  // namespace nearer::channels
