#ifndef NEARER_INSIGHTS_SHOWN_H_
#define NEARER_INSIGHTS_SHOWN_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "history/history.h"

// What is on record, as the API shows it.
namespace nearer::insights {

// `first`'s members and then those of `object`, the JSON text of an object,
// which is taken as it stands: a recorded reply need not be parsed to be shown.
std::string Join(const nlohmann::ordered_json& first, std::string_view object);

// {"n","at","client_turn_id","text","messages",…}; the opening has neither a
// client_turn_id nor a text.
std::string Shown(const history::Turn& turn);

}  // namespace nearer::insights

#endif  // NEARER_INSIGHTS_SHOWN_H_
