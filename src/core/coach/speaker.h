#ifndef NEARER_CORE_COACH_SPEAKER_H_
#define NEARER_CORE_COACH_SPEAKER_H_

#include <string>
#include <string_view>
#include <vector>

#include "core/coach/coach.h"
#include "core/coach/pack.h"
#include "core/coach/state.h"
#include "core/coach/wordings.h"

namespace nearer::coach {

// Puts a reply together from wordings and sees that nothing is said twice in a
// session, no opener twice in five turns, and no more than one question asked.
class Speaker {
 public:
  // What to do when everything on a list has been said in this session.
  enum class Repeat { kNever, kLeastRecent };

  Speaker(const Pack& pack, State& state, const Moment& moment, Trace& trace);

  // Values for slots; set before saying.
  Slots& slots() { return slots_; }
  // Only wordings of this setting, or of none, are said.
  void set_setting(Setting setting) { setting_ = setting; }
  // From now on no question is asked in this reply.
  void AllowNoQuestion() { may_ask_ = false; }
  void AllowQuestion() { may_ask_ = true; }

  // Says one of `wordings`; false when none is left that may be said. Among
  // those left the choice is by a hash of conversation, turn and wording, so
  // that a line added to a list changes few choices.
  bool Say(const Wordings& wordings, Repeat repeat = Repeat::kNever);
  bool Say(std::string_view theme, PromptKind kind,
           Repeat repeat = Repeat::kNever) {
    return Say(pack_.wordings().Of(theme, kind), repeat);
  }
  // A sentence of the session itself ("coach.welcome"): said even if it must
  // be repeated.
  bool SayMoment(std::string_view moment) {
    return Say(moment, PromptKind::kSay, Repeat::kLeastRecent);
  }
  // Says one without a question, if there is one: what asks comes after it.
  void SayStatement(std::string_view moment);
  // The first one not yet said, in the order written.
  bool SayNext(const Wordings& wordings);

  // Chooses as Say does, and gives the words for another sentence to carry:
  // they count as said. Empty when none is left.
  std::string Choose(const Wordings& wordings);

  // Whether Say would find something.
  bool Can(const Wordings& wordings) const;

  // What follows begins a new message.
  void NewMessage();

  bool asked() const { return asked_; }
  bool silent() const { return messages_.empty(); }
  std::vector<std::string> Take() { return std::move(messages_); }

 private:
  bool Fits(const Wording& wording) const;
  bool SaidNow(const Wording& wording) const;
  // How the last wordings began.
  std::vector<std::string_view> LastOpeners() const;
  std::uint64_t Draw(const Wording& wording) const;
  const Wording* Best(const Wordings& wordings) const;
  void Utter(const Wording& wording);
  void CountAsSaid(const Wording& wording);

  const Pack& pack_;
  State& state_;
  const Moment& moment_;
  Trace& trace_;
  Slots slots_;
  Setting setting_ = Setting::kAny;
  bool may_ask_ = true;
  bool asked_ = false;
  bool begin_message_ = true;
  std::vector<std::string> messages_;
};

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_SPEAKER_H_
