#include <algorithm>

#include "core/coach/turn.h"

// What a message tells, narrower than its theme: answered where no pattern is
// sure of what it means.
namespace nearer::coach {
namespace {

// A scene is answered when its log-odds and what it has before the next one,
// added up, come to this; and it has so much before the next one. Found by
// reading talks that its writers had not seen.
constexpr float kSureOfScene = 0.4F;
constexpr float kBeforeNext = 0.5F;
// One word may mean anything.
constexpr std::size_t kFewestWords = 2;

const Scene& SceneOf(const Turn& turn, const HeardScene& heard) {
  return turn.pack.authored().scenes[heard.scene];
}

// The scene, if it is sure and was not taken back.
std::optional<HeardScene> SureScene(const Turn& turn) {
  const auto heard = turn.hearing.LikeliestScene();
  if (!heard || heard->log_odds + heard->margin < kSureOfScene ||
      heard->margin < kBeforeNext ||
      turn.hearing.reading().tokens.size() < kFewestWords)
    return std::nullopt;
  const auto& dropped = turn.state.dropped_themes;
  const std::string& theme = SceneOf(turn, *heard).theme;
  if (std::find(dropped.begin(), dropped.end(), theme) != dropped.end())
    return std::nullopt;
  return heard;
}

bool Reflect(Turn& turn, const HeardScene& heard) {
  State& state = turn.state;
  const WordingIndex& wordings = turn.pack.wordings();
  turn.speaker.NewMessage();
  const auto say = [&](PromptKind kind) {
    return turn.speaker.Say(wordings.OfScene(heard.scene, kind));
  };
  const bool deeper_first = 2 * state.complex_reflections <= state.reflections;
  const PromptKind first =
      deeper_first ? PromptKind::kComplex : PromptKind::kSimple;
  const PromptKind second =
      deeper_first ? PromptKind::kSimple : PromptKind::kComplex;
  const bool said_first = say(first);
  if (!said_first && !say(second)) return false;
  ++state.reflections;
  if ((said_first ? first : second) == PromptKind::kComplex)
    ++state.complex_reflections;
  turn.trace.note = "scene";
  turn.trace.scene = turn.hearing.ClaimOf(heard);
  return true;
}

}  // namespace

bool ReflectScene(Turn& turn) {
  const auto heard = SureScene(turn);
  return heard && Reflect(turn, *heard);
}

bool AnswerScene(Turn& turn) {
  State& state = turn.state;
  const auto heard = SureScene(turn);
  if (!heard) return false;
  const Scene& scene = SceneOf(turn, *heard);
  if (!scene.offer.empty() && BeginWithAct(turn, scene.offer)) {
    turn.trace.scene = turn.hearing.ClaimOf(*heard);
    return true;
  }
  if (!Reflect(turn, *heard)) return false;
  state.misses = 0;
  if (!scene.theme.empty() && !IsAct(scene.theme) && !IsRequest(scene.theme))
    NoteTheme(state, scene.theme);
  Explore(state);
  if (!scene.offer.empty() && InviteTo(turn, scene.offer)) return true;
  Ask(turn, turn.pack.wordings().OfScene(heard->scene, PromptKind::kQuestion));
  return true;
}

}  // namespace nearer::coach
