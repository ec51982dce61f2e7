#ifndef NEARER_CORE_COACH_WORDINGS_H_
#define NEARER_CORE_COACH_WORDINGS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/authored.h"
#include "core/match/concepts.h"

namespace nearer::coach {

// Values for the slots of a wording: "person" -> "your sister".
using Slots = std::map<std::string, std::string, std::less<>>;

// One sentence or a few that the coach can say: a line of a prompt, of a rule's
// `reflect` or of a dialog node. Its id is the author's id and four hex digits
// of the text, so that it survives lines being added around it.
struct Wording {
  std::string id;
  std::string_view text;                // lives in the pack's Authored
  std::span<const std::string> source;  // likewise
  PromptKind kind = PromptKind::kSay;
  Setting setting = Setting::kAny;
  std::string opener;  // its first two words, lower case
  bool question = false;
  std::vector<std::string> needs;  // slots without a fallback
};

using Wordings = std::vector<Wording>;

// Everything that can be said, by what it is for. Immutable; views into the
// Authored it was made from.
class WordingIndex {
 public:
  explicit WordingIndex(const Authored& authored);

  // Of a theme or a moment of the session ("coach.welcome"); empty when none.
  const Wordings& Of(std::string_view theme, PromptKind kind) const;
  // A rule's own reflections.
  const Wordings& OfRule(std::size_t rule) const { return of_rule_[rule]; }
  // What is said to a scene, and what may be asked then: kSimple, kComplex,
  // kQuestion.
  const Wordings& OfScene(std::size_t scene, PromptKind kind) const {
    return of_scene_[scene][static_cast<std::size_t>(kind)];
  }
  // What a dialog node says, and a dialog's invitation.
  const Wordings& OfNode(std::size_t dialog, std::size_t node) const {
    return of_node_[dialog][node];
  }
  const Wordings& OfInvitation(std::size_t dialog) const {
    return of_invitation_[dialog];
  }

  // The wording of an id; null when the pack has none such.
  const Wording* Find(std::string_view id) const;

 private:
  void Remember(const Wordings& wordings);
  // By theme, then by kind.
  match::StringMap<std::vector<Wordings>> of_theme_;
  std::vector<Wordings> of_rule_, of_invitation_;
  std::vector<std::vector<Wordings>> of_node_;
  std::vector<std::vector<Wordings>> of_scene_;  // by kind
  match::StringMap<const Wording*> by_id_;
  Wordings none_;
};

// `text` with its slots filled: `{name}` or `{name|fallback}`. A value that
// begins a sentence begins with a capital. A slot without value and fallback
// leaves nothing behind; whoever chose the wording has seen to it.
std::string Fill(std::string_view text, const Slots& slots);

// Slot names in `text` that have no fallback.
std::vector<std::string> NeededSlots(std::string_view text);

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_WORDINGS_H_
