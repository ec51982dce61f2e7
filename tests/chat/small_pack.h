#ifndef NEARER_TESTS_CHAT_SMALL_PACK_H_
#define NEARER_TESTS_CHAT_SMALL_PACK_H_

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "core/authored.h"
#include "core/coach/pack.h"

namespace nearer::chat {

// A pack that can talk, as small as one can be.
inline std::shared_ptr<const coach::Pack> SmallPack(std::string hash) {
  Authored authored;
  authored.sources.push_back({.id = "S001-05",
                              .article = "The first article",
                              .heading = "Its second heading",
                              .line = 12});
  for (const char* moment : {"coach.welcome", "coach.offer_talk_on"}) {
    Prompt prompt;
    prompt.id = prompt.theme = moment;
    prompt.kind = PromptKind::kSay;
    prompt.say = {{.text = "Go on.", .at = {}}};
    prompt.source = {"S001-05"};
    authored.prompts.push_back(std::move(prompt));
  }
  const std::pair<const char*, const char*> acts[] = {
      {"remind", "\"remind\" me"},
      {"unremind", "stop check"},
      {"unremind", "stop reminders"}};
  for (const auto& [act, pattern] : acts) {
    Rule rule;
    rule.id = std::string(act) + "." + pattern;
    rule.act = act;
    rule.when = {{.text = pattern, .at = {}}};
    authored.rules.push_back(std::move(rule));
  }
  const std::pair<const char*, const char*> reminders[] = {
      {"coach.remind.ask_zone", "Which city?"},
      {"coach.remind.confirmed", "On {when}, {zone}."},
      {"coach.remind.not_here", "I only answer."},
      {"coach.remind.too_late_here", "Too late."},
      {"coach.remind.ended", "Ended."},
      {"coach.remind.none", "None."},
      {"coach.remind.message", "Here is your check-in."},
      {"coach.remind.how_to_end", "Write: stop reminders"},
      {"coach.chips.remind", "Stop check-ins"}};
  for (const auto& [moment, say] : reminders) {
    Prompt prompt;
    prompt.id = prompt.theme = moment;
    prompt.kind = PromptKind::kSay;
    prompt.say = {{.text = say, .at = {}}};
    prompt.source = {"S001-05"};
    authored.prompts.push_back(std::move(prompt));
  }
  auto pack = coach::Pack::Compile(std::move(authored), std::move(hash));
  if (!pack) std::abort();
  return *std::move(pack);
}

}  // namespace nearer::chat

#endif  // NEARER_TESTS_CHAT_SMALL_PACK_H_
