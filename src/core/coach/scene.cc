#include <algorithm>

#include "core/coach/turn.h"

// What a message tells, narrower than its theme: answered where no pattern is
// sure of what it means; and what it asks of the coach itself.
namespace nearer::coach {
namespace {

// A scene is answered when its log-odds and what it has before the next one,
// added up, come to this; and it has so much before the next one. Found by
// reading talks that its writers had not seen.
constexpr float kSureOfScene = 0.4F;
constexpr float kBeforeNext = 0.5F;
// Of what is asked of the coach less will do, told from its question alone: to
// pass over a question is worse than to answer its neighbour.
constexpr float kSureOfAsked = -3.5F;
constexpr float kAskedBeforeNext = 0.35F;
constexpr std::size_t kFewestAsking = 3;  // tokens of a question
// Of what is said to it without a question; what puts a reading right sooner.
constexpr float kSureOfSaid = 0.0F;
constexpr float kSureOfCorrection = -1.2F;
constexpr float kSureBesideRequest = -1.0F;
// One word may mean anything.
constexpr std::size_t kFewestWords = 2;

const LikeliestScenes& ScenesOf(Turn& turn) {
  if (!turn.scenes) turn.scenes = turn.hearing.Scenes();
  return *turn.scenes;
}

const Scene& SceneOf(const Turn& turn, const HeardScene& heard) {
  return turn.pack.authored().scenes[heard.scene];
}

bool TooShort(const Turn& turn) {
  return turn.hearing.reading().tokens.size() < kFewestWords;
}

// The scene, if it is sure and was not taken back.
std::optional<HeardScene> SureScene(Turn& turn) {
  const auto& heard = ScenesOf(turn).of_all;
  if (!heard || heard->log_odds + heard->margin < kSureOfScene ||
      heard->margin < kBeforeNext || TooShort(turn))
    return std::nullopt;
  const auto& dropped = turn.state.dropped_themes;
  const std::string& theme = SceneOf(turn, *heard).theme;
  if (std::find(dropped.begin(), dropped.end(), theme) != dropped.end())
    return std::nullopt;
  return heard;
}

std::size_t TokensOf(const Turn& turn, std::size_t sentence) {
  const auto& tokens = turn.hearing.reading().tokens;
  return static_cast<std::size_t>(std::count_if(
      tokens.begin(), tokens.end(),
      [&](const text::Token& token) { return token.sentence == sentence; }));
}

// What is asked of or said to the coach, if that is sure.
std::optional<HeardScene> SureToCoach(Turn& turn) {
  const LikeliestScenes& scenes = ScenesOf(turn);
  if (!scenes.to_coach || TooShort(turn)) return std::nullopt;
  const auto asking = turn.hearing.AskingSentence();
  if (scenes.asked && asking && TokensOf(turn, *asking) >= kFewestAsking &&
      scenes.asked->log_odds >= kSureOfAsked &&
      scenes.asked->margin >= kAskedBeforeNext)
    return scenes.asked;
  const float least = SceneOf(turn, *scenes.to_coach).corrects
                          ? kSureOfCorrection
                          : kSureOfSaid;
  if (scenes.to_coach->log_odds >= least &&
      scenes.of_all->scene == scenes.to_coach->scene &&
      scenes.of_all->margin >= kBeforeNext)
    return scenes.to_coach;
  return std::nullopt;
}

bool Reflect(Turn& turn, const HeardScene& heard) {
  State& state = turn.state;
  const WordingIndex& wordings = turn.pack.wordings();
  turn.speaker.NewMessage();
  const auto say = [&](PromptKind kind) {
    return turn.speaker.Say(wordings.OfScene(heard.scene, kind));
  };
  // A question is answered first, and gone into deeper when it comes again.
  const bool to_coach = SceneOf(turn, heard).to_coach;
  const bool deeper_first =
      !to_coach && 2 * state.complex_reflections <= state.reflections;
  const PromptKind first =
      deeper_first ? PromptKind::kComplex : PromptKind::kSimple;
  const PromptKind second =
      deeper_first ? PromptKind::kSimple : PromptKind::kComplex;
  const bool said_first = say(first);
  if (!said_first && !say(second)) return false;
  turn.trace.note = "scene";
  turn.trace.scene = turn.hearing.ClaimOf(heard);
  if (to_coach) return true;  // an answer is no reflection
  CountReflection(state, said_first ? first : second);
  return true;
}

// The scene's dialog, question, or their own words after a correction.
void FollowScene(Turn& turn, const HeardScene& heard) {
  const Scene& scene = SceneOf(turn, heard);
  if (scene.corrects) {
    DropTheme(turn.state);
    SayWordsBack(turn);
    turn.trace.note = "scene";
    return;
  }
  if (!scene.offer.empty() && InviteTo(turn, scene.offer)) return;
  Ask(turn, turn.pack.wordings().OfScene(heard.scene, PromptKind::kQuestion));
}

bool AnswerWith(Turn& turn, const HeardScene& heard) {
  State& state = turn.state;
  const Scene& scene = SceneOf(turn, heard);
  if (!scene.offer.empty() && BeginWithAct(turn, scene.offer)) {
    turn.trace.scene = turn.hearing.ClaimOf(heard);
    return true;
  }
  if (!Reflect(turn, heard)) return false;
  state.misses = 0;
  if (!scene.theme.empty() && !IsAct(scene.theme) && !IsRequest(scene.theme))
    NoteTheme(state, scene.theme);
  Explore(state);
  FollowScene(turn, heard);
  return true;
}

}  // namespace

bool ReflectScene(Turn& turn) {
  const auto heard = SureScene(turn);
  return heard && !SceneOf(turn, *heard).to_coach && Reflect(turn, *heard);
}

bool AnswerScene(Turn& turn) {
  const auto heard = SureScene(turn);
  return heard && AnswerWith(turn, *heard);
}

bool AnswerToCoachAlone(Turn& turn) {
  const auto heard = SureToCoach(turn);
  return heard && Reflect(turn, *heard);
}

bool AnswerToCoach(Turn& turn, bool beside_request) {
  const auto heard = SureToCoach(turn);
  return heard && (!beside_request || heard->log_odds >= kSureBesideRequest) &&
         AnswerWith(turn, *heard);
}

}  // namespace nearer::coach
