#ifndef NEARER_REPLAY_STEPPER_H_
#define NEARER_REPLAY_STEPPER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/coach/coach.h"
#include "core/coach/hearing.h"
#include "core/lru.h"
#include "history/history.h"
#include "replay/replay.h"

// One conversation at a time, said again turn by turn. Internal to the replay.
namespace nearer::replay {

// Remembers what was heard in the utterances of late. What is heard depends on
// the pack and the utterance alone: Hearing's constructor takes nothing else,
// and the core has no state of its own; so a hearing that is kept is the one
// that would be made. Not for several threads.
class Hearings {
 public:
  explicit Hearings(std::size_t kept) : kept_(kept) {}

  // Valid until the next call.
  const coach::Hearing& Of(const std::shared_ptr<const coach::Pack>& pack,
                           std::string_view utterance);

 private:
  struct Kept {
    Kept(std::shared_ptr<const coach::Pack> by, std::string_view utterance)
        : pack(std::move(by)), text(utterance), hearing(*pack, text) {}
    const std::shared_ptr<const coach::Pack> pack;
    const std::string text;  // which the hearing points into
    const coach::Hearing hearing;
  };

  Lru<std::string, std::unique_ptr<Kept>> kept_;
  std::unique_ptr<Kept> passing_;  // too long to be kept
};

class Stepper {
 public:
  // What a turn became; nothing when it was filtered out.
  struct Step {
    Outcome outcome = Outcome::kSame;
    std::string line;  // empty for kSame; see Listener
  };

  // All must outlive it. `hearings` is how many it may keep.
  Stepper(const Options& options, Packs& archived, std::size_t hearings)
      : options_(options), archived_(archived), hearings_(hearings) {}

  void Begin(const history::Conversation& conversation);

  // The turns of the conversation in order, the opening first.
  std::optional<Step> Take(history::Turn turn);

 private:
  // The state a turn is answered from.
  Result<coach::State> StateBefore();
  Packs::Found PackFor(const history::Turn& turn);
  std::optional<Step> Answer(const history::Turn& turn);
  std::optional<Step> Judge(const history::Turn& turn, coach::Answer answer);
  // Keeps what the next turn may begin from.
  void Remember(const history::Turn& turn, coach::State state);
  bool SameState(const history::Turn& turn) const;
  Step Unreadable(const history::Turn& turn, std::string_view reason) const;
  // What every line begins with, and how one goes on that tells a difference.
  std::string LineOf(Outcome outcome, std::string_view from,
                     std::string_view to, const history::Turn& turn) const;
  std::string Difference(const history::Turn& turn, const coach::Reply& before,
                         const coach::Answer& answer) const;
  bool Passes(const std::string& theme, const std::string& rule) const;

  const Options& options_;
  Packs& archived_;
  Hearings hearings_;
  std::shared_ptr<const coach::Pack> last_;  // the archived pack used last

  history::Conversation conversation_;
  // Of the turn before: what is on record, and what was made of it. The latter
  // stands for the former when both are the same bytes, since a state is what
  // it reads back as.
  std::string recorded_;
  std::optional<coach::State> made_;
  bool made_is_recorded_ = false;
  std::int64_t differs_since_ = -1;  // the turn after which the state differs

  std::string reply_, state_;  // as text; kept for their room
};

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_STEPPER_H_
