#ifndef NEARER_TESTS_REPLAY_SMALL_PACK_H_
#define NEARER_TESTS_REPLAY_SMALL_PACK_H_

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/authored.h"
#include "core/coach/pack.h"

namespace nearer::replay {

inline Line LineOf(std::string text) {
  return {.text = std::move(text), .at = {}};
}

// A small pack to change in tests: hears "alone" and the danger of "dying".
struct SmallPack {
  std::string hash = "small";
  std::string alone = "alone";  // the rule that hears "alone"
  std::string says = "You are used to it.";
  std::string goes_on = "go_on";  // the prompt for what is not heard
  std::optional<RiskLevel> dying = RiskLevel::kActive;
};

inline std::shared_ptr<const coach::Pack> PackOf(const SmallPack& draft) {
  Authored authored;
  authored.sources.push_back({.id = "S001-05",
                              .article = "The first article",
                              .heading = "Its second heading",
                              .line = 12});
  const auto prompt = [&](std::string id, std::string theme, PromptKind kind,
                          std::string say) {
    Prompt made;
    made.id = std::move(id);
    made.theme = std::move(theme);
    made.kind = kind;
    made.say = {LineOf(std::move(say))};
    made.source = {"S001-05"};
    authored.prompts.push_back(std::move(made));
  };
  const auto rule = [&](std::string id, std::string when) -> Rule& {
    Rule made;
    made.id = std::move(id);
    made.when = {LineOf(std::move(when))};
    made.source = {"S001-05"};
    authored.rules.push_back(std::move(made));
    return authored.rules.back();
  };
  prompt("welcome", "coach.welcome", PromptKind::kSay, "Hello.");
  prompt(draft.goes_on, "coach.offer_talk_on", PromptKind::kSay, "Go on.");
  prompt("alone_simple", "self_reliance", PromptKind::kSimple, draft.says);
  rule(draft.alone, "alone").theme = "self_reliance";
  rule("family", "sister").theme = "family";
  if (draft.dying) {
    prompt("danger", "coach.safety.suicide." + std::string(Name(*draft.dying)),
           PromptKind::kSay, "I am glad that you told me.");
    rule("dying", "dying").risk =
        Risk{RiskCategory::kSuicideSelfHarm, *draft.dying};
  }
  auto pack = coach::Pack::Compile(std::move(authored), draft.hash);
  if (!pack) std::abort();
  return std::move(pack).value();
}

}  // namespace nearer::replay

#endif  // NEARER_TESTS_REPLAY_SMALL_PACK_H_
