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
  auto pack = coach::Pack::Compile(std::move(authored), std::move(hash));
  if (!pack) std::abort();
  return *std::move(pack);
}

}  // namespace nearer::chat

#endif  // NEARER_TESTS_CHAT_SMALL_PACK_H_
