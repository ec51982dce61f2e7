#include "insights/shown.h"

#include <nlohmann/json.hpp>

namespace nearer::insights {

std::string Join(const nlohmann::ordered_json& first, std::string_view object) {
  // What was taken in from elsewhere need not be UTF-8.
  std::string joined = first.dump(
      -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  joined.pop_back();
  if (object.size() > 2)
    joined.append(",").append(object.substr(1));
  else
    joined.append("}");
  return joined;
}

std::string Shown(const history::Turn& turn) {
  nlohmann::ordered_json head = {{"n", turn.n}, {"at", turn.at}};
  if (turn.n > 0) {
    head["client_turn_id"] = turn.client_turn_id;
    head["text"] = turn.utterance;
  }
  return Join(head, turn.reply);
}

}  // namespace nearer::insights
