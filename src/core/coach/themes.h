#ifndef NEARER_CORE_COACH_THEMES_H_
#define NEARER_CORE_COACH_THEMES_H_

#include <string_view>

// Kinds of themes, by their ids. A theme that is neither is about the person or
// somebody close to them, a risk, or "none".
namespace nearer::coach {

// Asks for something to know or to do: "ask_origin", "ask_partner_help", …
bool IsRequest(std::string_view theme);

// Keeps the talk going: "greeting", "affirm", "ask_about_coach", …
bool IsAct(std::string_view theme);

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_THEMES_H_
