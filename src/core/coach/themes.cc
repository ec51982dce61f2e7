#include "core/coach/themes.h"

#include <algorithm>
#include <array>

namespace nearer::coach {
namespace {

constexpr std::array<std::string_view, 8> kRequests = {
    "ask_definition", "ask_origin", "ask_signs",        "ask_types",
    "ask_change",     "ask_action", "ask_professional", "ask_partner_help"};
constexpr std::array<std::string_view, 8> kActs = {
    "greeting", "thanks", "goodbye",         "affirm",
    "deny",     "unsure", "ask_about_coach", "data_request"};

}  // namespace

bool IsRequest(std::string_view theme) {
  return std::find(kRequests.begin(), kRequests.end(), theme) !=
         kRequests.end();
}

bool IsAct(std::string_view theme) {
  return std::find(kActs.begin(), kActs.end(), theme) != kActs.end();
}

}  // namespace nearer::coach
