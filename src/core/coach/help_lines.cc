#include "core/coach/help_lines.h"

namespace nearer::coach {

const HelpLines* FindLines(const Authored& authored, std::string_view country) {
  for (const HelpLines& lines : authored.help)
    if (lines.country == country) return &lines;
  return nullptr;
}

Slots LineSlots(const Authored& authored, const HelpLines& lines) {
  const HelpLines* fallback = FindLines(authored, "fallback");
  Slots slots;
  const auto fill = [&](const char* slot, const HelpEntry HelpLines::*entry) {
    const std::string& own = (lines.*entry).say;
    slots[slot] = own.empty() && fallback ? (fallback->*entry).say : own;
  };
  fill("emergency", &HelpLines::emergency);
  fill("crisis", &HelpLines::crisis);
  fill("abuse", &HelpLines::abuse);
  fill("violence", &HelpLines::violence);
  if (slots["violence"].empty()) slots["violence"] = slots["crisis"];
  slots["country"] = lines.name;
  return slots;
}

}  // namespace nearer::coach
