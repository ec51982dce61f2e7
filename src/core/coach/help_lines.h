#ifndef NEARER_CORE_COACH_HELP_LINES_H_
#define NEARER_CORE_COACH_HELP_LINES_H_

#include <string_view>

#include "core/authored.h"
#include "core/coach/wordings.h"

// Where help is to be had, from rules/safety/lines.yaml.
namespace nearer::coach {

// The lines of a country ("US", "fallback"); null when the pack has none such.
const HelpLines* FindLines(const Authored& authored, std::string_view country);

// What answers in danger fill in: emergency, crisis, abuse, violence and
// country. What a country has no line for comes from the fallback, and a line
// for one's own violence from the crisis line.
Slots LineSlots(const Authored& authored, const HelpLines& lines);

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_HELP_LINES_H_
