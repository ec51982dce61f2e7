#include <algorithm>
#include <array>
#include <utility>

#include "core/coach/memory.h"
#include "core/coach/turn.h"
#include "core/text/among.h"

namespace nearer::coach {
namespace {

// A message longer than this gets one thread answered and the second named.
constexpr std::size_t kLongMessage = 60;  // tokens
constexpr std::size_t kLongestAct = 7;    // tokens
constexpr std::size_t kEnoughToGoOn = 6;  // tokens of a story begun
constexpr std::size_t kFewWords = 6;      // tokens of an answer
constexpr std::size_t kSaysMuch = 16;     // tokens of a message
// After as many turns what was not understood is more of the same talk.
constexpr int kUnderWay = 1;
// A theme of a lower rank is not said to somebody's face: their own words are
// said back instead. Found by reading live talks turn by turn.
constexpr float kSureEnough = -1.2F;
// Where no pattern heard it, what the theme has to say may be beside the point
// below this rank: the person's words are said back.
constexpr float kSureAlone = 1.5F;
// What puts a reading right is answered by another one only above this.
constexpr float kSureInstead = 1.0F;
// A request that has not the form of one must rank as high as this.
constexpr float kSureOfRequest = 0.0F;
constexpr int kVentsBeforeAsking = 3;

// Where the first thing to do is to stay with it: no reframe, no tip.
bool IsHeavy(std::string_view theme) {
  return theme == "low_mood" || theme == "overwhelmed";
}

// Good news: noticed, not worked on.
bool IsBright(std::string_view theme) {
  return theme == "progress" || theme == "secure";
}

bool Contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

std::string Topic(const Turn& turn, std::string_view theme) {
  const Wordings& topic =
      turn.pack.wordings().Of("topic." + std::string(theme), PromptKind::kSay);
  return topic.empty() ? std::string() : std::string(topic.front().text);
}

// ---- what a reply to a theme is made of

bool Reflect(Turn& turn, const HeardTheme& heard, bool first) {
  State& state = turn.state;
  const auto count = [&](PromptKind kind) {
    CountReflection(state, kind);
    return true;
  };
  turn.speaker.NewMessage();
  // What a rule says of just this meaning fits best the first time.
  if (heard.match &&
      turn.speaker.Say(turn.pack.wordings().OfRule(heard.match->rule)))
    return count(PromptKind::kSimple);
  if (ReflectScene(turn)) return true;
  // Of a message that says much the theme knows little.
  if (turn.state.session_turns > kUnderWay &&
      turn.hearing.reading().tokens.size() >= kSaysMuch && SayWordsBack(turn)) {
    turn.trace.note = "theme";
    return true;
  }
  const bool complex =
      !first && 2 * state.complex_reflections <= state.reflections;
  if (complex && turn.speaker.Say(heard.theme, PromptKind::kComplex))
    return count(PromptKind::kComplex);
  if (turn.speaker.Say(heard.theme, PromptKind::kSimple))
    return count(PromptKind::kSimple);
  if (turn.speaker.Say(heard.theme, PromptKind::kComplex))
    return count(PromptKind::kComplex);
  return false;
}

bool Ask(Turn& turn, std::string_view theme) {
  return Ask(turn, turn.pack.wordings().Of(theme, PromptKind::kQuestion));
}

// The parts that may follow a reflection.
enum class Shape {
  kAlone,
  kAsk,
  kTalkOn,  // a statement that leaves room
  kReframe,
  kTeach,
  kAffirm,
  kAffirmAsk,
  kOffer,
};

constexpr int kShapes = 7;  // until they come round again

Shape ShapeOf(const Turn& turn, std::string_view theme, bool painful_first) {
  const State& state = turn.state;
  if (IsBright(theme))
    return state.depth % 3 == 2 ? Shape::kTeach : Shape::kAffirmAsk;
  if (IsHeavy(theme)) {
    if (state.depth % 5 == 3) return Shape::kOffer;
    if (state.depth % 5 == 4) return Shape::kReframe;
    return state.depth % 2 == 0 ? Shape::kAsk : Shape::kAlone;
  }
  if (theme == "ask_partner_help" && state.depth % 2 == 1) return Shape::kTeach;
  if (state.session_turns <= 1) return Shape::kAsk;
  // Never reframe what has only now been said for the first time.
  switch (state.reflections % kShapes) {
    case 0:
    case 2:
      return Shape::kAsk;
    case 1:
      return painful_first ? Shape::kTalkOn : Shape::kAlone;
    case 3:
      return painful_first ? Shape::kAsk : Shape::kReframe;
    case 4:
      return Shape::kOffer;
    case 5:
      return painful_first ? Shape::kAlone : Shape::kAffirm;
    default:
      return painful_first ? Shape::kAsk : Shape::kTeach;
  }
}

void Follow(Turn& turn, const HeardTheme& heard, Shape shape) {
  State& state = turn.state;
  Speaker& speaker = turn.speaker;
  switch (shape) {
    case Shape::kAlone:
      return;
    case Shape::kAsk:
      if (!Ask(turn, heard.theme)) speaker.SayMoment("coach.offer_talk_on");
      return;
    case Shape::kTalkOn:
      speaker.SayMoment("coach.offer_talk_on");
      return;
    case Shape::kReframe:
      if (speaker.Say(heard.theme, PromptKind::kReframe)) {
        state.stage = Stage::kReframe;
      } else {
        Ask(turn, heard.theme);
      }
      return;
    case Shape::kTeach:
      if (!speaker.SayNext(
              turn.pack.wordings().Of(heard.theme, PromptKind::kLesson)))
        Ask(turn, heard.theme);
      return;
    case Shape::kAffirm:
      speaker.Say(heard.theme, PromptKind::kAffirm);
      return;
    case Shape::kAffirmAsk:
      speaker.Say(heard.theme, PromptKind::kAffirm);
      Ask(turn, heard.theme);
      return;
    case Shape::kOffer:
      if (state.ask_step && InviteTo(turn, kCheckIn)) return;
      // By turns the theme's own offer and a dialog.
      if (state.reflections / kShapes % 2 == 0 &&
          speaker.Say(heard.theme, PromptKind::kOffer)) {
        // It is an offer of something to try, where there is something.
        if (speaker.Can(turn.pack.wordings().Of(heard.theme, PromptKind::kTry)))
          state.offered = kSmallStep;
        return;
      }
      if (!InviteToDialog(turn, heard.theme)) Ask(turn, heard.theme);
      return;
  }
}

// The second thread of a long message: named, kept for later.
bool NameSecondThread(Turn& turn, std::string_view first) {
  if (turn.hearing.reading().tokens.size() < kLongMessage) return false;
  for (const HeardTheme& heard : turn.hearing.themes()) {
    if (heard.theme == first || IsAct(heard.theme) || IsRequest(heard.theme))
      continue;
    const std::string topic = Topic(turn, heard.theme);
    if (topic.empty()) continue;
    turn.state.later_theme = heard.theme;
    turn.speaker.slots()["topic"] = topic;
    return turn.speaker.Say("coach.second_thread", PromptKind::kSay);
  }
  return false;
}

void SetCaptureSlots(Turn& turn, const HeardTheme& heard) {
  if (!heard.match) return;
  for (const auto& [name, words] : turn.hearing.Captures(*heard.match))
    turn.speaker.slots()[name] = Turned(words);
}

// ---- quick replies

void OfferMenu(Turn& turn) {
  OfferChips(turn, "coach.chips.menu", kMenuActions);
}

// For who has no words yet.
void OfferWaysIn(Turn& turn) {
  OfferChips(turn, "coach.chips.unsure",
             {"moment:coach.start_where", "moment:coach.start_did",
              "moment:coach.start_else"});
}

// ---- how sure

// "Do you think she knew?" is meant for the coach wherever it stands.
bool AsksWhatItThinks(const Turn& turn) {
  static constexpr std::array<std::string_view, 4> kThinking = {
      "think", "reckon", "suppose", "believe"};
  const auto asking = turn.hearing.AskingSentence();
  const auto& tokens = turn.hearing.reading().tokens;
  for (std::size_t i = 1; asking && i < tokens.size(); ++i)
    if (tokens[i].sentence == *asking && tokens[i - 1].word == "you" &&
        text::Among(tokens[i].word, kThinking))
      return true;
  return false;
}

// A question to the coach for which it has nothing. False when it was none.
bool OwnUp(Turn& turn) {
  if ((!EndsAsking(turn) && !AsksWhatItThinks(turn)) ||
      !turn.speaker.Say("coach.question", PromptKind::kSay))
    return false;
  turn.trace.note = "a question without an answer";
  return true;
}

// Whether it has the form of a question or a request anywhere.
bool HasFormOfQuestion(const Turn& turn) {
  for (std::size_t s = 0; s < turn.hearing.reading().sentences; ++s)
    if (turn.hearing.HasFormOfQuestion(s)) return true;
  return false;
}

// Whether it asks or bids the coach anything.
bool Asks(const Turn& turn) {
  static constexpr std::array<std::string_view, 8> kBids = {
      "tell",  "give", "explain", "show",
      "teach", "help", "suggest", "describe"};
  if (turn.hearing.AskingSentence() ||
      turn.hearing.utterance().find('?') != std::string_view::npos)
    return true;
  const auto& tokens = turn.hearing.reading().tokens;
  return std::any_of(tokens.begin(), tokens.end(), [](const auto& token) {
    return std::find(kBids.begin(), kBids.end(), token.word) != kBids.end();
  });
}

// Whether the theme is sure enough to be answered as such.
bool SureOf(const Turn& turn, const HeardTheme& heard) {
  if (IsAct(heard.theme)) return true;
  if (IsRequest(heard.theme) && heard.theme != "ask_partner_help")
    return heard.rank >= kSureOfRequest ||
           ((heard.match || heard.rank >= kSureEnough) && Asks(turn));
  return heard.rank >= kSureEnough;
}

// ---- requests

void Teach(Turn& turn, std::string_view theme) {
  State& state = turn.state;
  const Wordings& lessons = turn.pack.wordings().Of(theme, PromptKind::kLesson);
  turn.trace.note = "teaching";
  if (!turn.speaker.SayNext(lessons)) turn.speaker.SayMoment("coach.menu");
  if (theme == "ask_action" && !turn.speaker.asked() && !state.step)
    InviteTo(turn, kSmallStep);
  if (state.chips.empty())
    OfferChips(turn, "coach.chips.lesson",
               {"theme:" + std::string(theme), "act:resume"});
}

// ---- acts

// What the session was mostly about; empty when nothing came up twice.
std::string_view MainTheme(const State& state) {
  const ThemeSeen* most = nullptr;
  for (const ThemeSeen& seen : state.themes)
    if (seen.times > 1 && !Contains(state.dropped_themes, seen.theme) &&
        (!most || seen.times > most->times))
      most = &seen;
  return most ? std::string_view(most->theme) : std::string_view();
}

void SayGoodbye(Turn& turn) {
  State& state = turn.state;
  state.stage = Stage::kClose;
  turn.speaker.AllowNoQuestion();
  if (state.step && state.step->state == "chosen" &&
      state.step->session == state.session &&
      turn.speaker.Say("coach.close_step", PromptKind::kSay))
    return;
  const std::string topic = Topic(turn, MainTheme(state));
  if (state.reflections >= 4 && !topic.empty()) {
    turn.speaker.slots()["topic"] = topic;
    if (turn.speaker.Say("coach.summary", PromptKind::kSay)) return;
  }
  turn.speaker.SayMoment("goodbye");
}

// They said yes, or agreed: a bridge, and the talk goes on where it was.
void GoOn(Turn& turn) {
  State& state = turn.state;
  if (state.theme.empty() || IsAct(state.theme)) {
    turn.speaker.SayMoment("affirm");
    return;
  }
  turn.speaker.Say("coach.agree", PromptKind::kSay);
  if (IsRequest(state.theme)) return Teach(turn, state.theme);
  if (!turn.speaker.asked() && !Ask(turn, state.theme)) {
    if (turn.speaker.Say(state.theme, PromptKind::kComplex)) {
      CountReflection(state, PromptKind::kComplex);
    } else {
      turn.speaker.SayMoment("coach.offer_talk_on");
    }
  }
}

// The theme is dropped for good. `took` is said before what they put in its
// place, `otherwise` when they put nothing there.
void DropWhatWasHeard(Turn& turn, std::string_view took,
                      std::string_view otherwise) {
  State& state = turn.state;
  DropTheme(state);
  // What they put in its place may stand in the same message.
  for (const HeardTheme& heard : turn.hearing.themes())
    if (!IsAct(heard.theme) && !IsRequest(heard.theme) && heard.match &&
        heard.rank >= kSureInstead &&
        !Contains(state.dropped_themes, heard.theme)) {
      turn.speaker.SayStatement(took);
      turn.speaker.AllowNoQuestion();
      AnswerTheme(turn, heard);
      return;
    }
  if (!SayWordsBack(turn, took)) turn.speaker.SayMoment(otherwise);
}

// "No, it's her mother who rings": a reading that was wrong is put right. What
// answers a question with "no" puts nothing right.
bool PutsRight(const Turn& turn) {
  return !turn.was_question && SaysNoAndMore(turn);
}

void Vent(Turn& turn) {
  State& state = turn.state;
  if (++state.vents > kVentsBeforeAsking) {
    state.vents = 0;
    turn.speaker.SayMoment("coach.vent_check");
    OfferChips(turn, "coach.chips.vent",
               {"act:vent", "moment:coach.start_piece"});
    return;
  }
  turn.speaker.SayMoment("coach.vent");
}

void TellMemory(Turn& turn) {
  State& state = turn.state;
  std::string people;
  for (const Person& person : state.people) {
    if (!people.empty()) people += ", ";
    people += Called(person);
  }
  turn.speaker.slots()["people"] = people;
  turn.speaker.slots()["topic"] = Topic(turn, state.theme);
  turn.speaker.SayMoment("coach.memory");
}

void Forget(Turn& turn) {
  State& state = turn.state;
  std::erase_if(state.people, [&](const Person& person) {
    return person.turn >= state.turns - 1;
  });
  if (!state.journal.empty() && state.journal.back().at == state.last_at)
    state.journal.pop_back();
  state.theme.clear();
  state.later_theme.clear();
  turn.speaker.SayMoment("coach.forgot");
}

void Resume(Turn& turn) {
  State& state = turn.state;
  if (state.aside) {
    state.dialog = std::move(state.aside);
    state.aside.reset();
    turn.speaker.SayStatement("coach.resumed");
    const auto place = PlaceOf(turn.pack, *state.dialog);
    if (!place) {
      state.dialog.reset();
      turn.speaker.SayMoment("coach.dialog_gone");
      return;
    }
    ShowNode(turn, *place);
    return;
  }
  // After a lesson: back to them, not on to the next piece.
  if (!IsRequest(state.theme)) return GoOn(turn);
  state.theme.clear();
  turn.speaker.SayMoment("coach.back_to_them");
}

void Practise(Turn& turn) {
  if (!turn.state.theme.empty() && InviteToDialog(turn, turn.state.theme))
    return;
  if (!Contains(turn.state.finished, kSmallStep) &&
      BeginDialog(turn, kSmallStep))
    return;
  Teach(turn, "ask_action");
}

void RepeatLast(Turn& turn) {
  const State& state = turn.state;
  const Wording* last = state.said.empty()
                            ? nullptr
                            : turn.pack.wordings().Find(state.said.back());
  if (last) {
    turn.speaker.Say(Wordings{*last}, Speaker::Repeat::kLeastRecent);
  } else {
    turn.speaker.SayMoment("coach.nothing_to_repeat");
  }
}

void Refuse(Turn& turn) {
  if (!turn.offer.empty()) turn.state.refused.push_back(turn.offer);
  turn.speaker.SayMoment("coach.refusal");
}

void Menu(Turn& turn) {
  turn.speaker.SayMoment("coach.menu");
  OfferMenu(turn);
}

void Joke(Turn& turn) {
  turn.speaker.SayMoment("coach.joke");
  for (const HeardTheme& heard : turn.hearing.themes())
    if (!IsAct(heard.theme) && !IsRequest(heard.theme)) {
      turn.speaker.AllowNoQuestion();
      AnswerTheme(turn, heard);
      return;
    }
}

// Whoever comes back is met by what they last spoke of.
void WelcomeBack(Turn& turn) {
  const std::string topic = Topic(turn, turn.state.theme);
  turn.speaker.slots()["topic"] = topic;
  turn.speaker.SayMoment(topic.empty() ? "coach.welcome_back"
                                       : "coach.welcome_back_topic");
}

// ---- themes that are acts

void AnswerConversation(Turn& turn, const HeardTheme& heard) {
  State& state = turn.state;
  if (heard.theme == "goodbye") return SayGoodbye(turn);
  if (heard.theme == "affirm") {
    if (!turn.offer.empty() && BeginDialog(turn, turn.offer)) return;
    return GoOn(turn);
  }
  if (heard.theme == "deny" && !turn.offer.empty()) return Refuse(turn);
  if (heard.theme == "greeting" && state.session > 1 &&
      state.session_turns <= 1)
    return WelcomeBack(turn);
  if (heard.match &&
      turn.speaker.Say(turn.pack.wordings().OfRule(heard.match->rule),
                       Speaker::Repeat::kLeastRecent))
    return;
  turn.speaker.SayMoment(heard.theme);
  if (heard.theme == "unsure") OfferWaysIn(turn);
}

// ---- when nothing was heard

// They are telling something that needs no name yet: heard out, with room for
// more.
bool LetThemGoOn(Turn& turn) {
  State& state = turn.state;
  // One question for two statements.
  if (state.questions_in_row > 0 || state.session_turns % 3 != 0)
    turn.speaker.AllowNoQuestion();
  if (!turn.speaker.Say("coach.go_on", PromptKind::kSay)) return false;
  turn.trace.note = "heard out";
  return true;
}

void MissOnce(Turn& turn) {
  State& state = turn.state;
  const auto& tokens = turn.hearing.reading().tokens;
  const bool about_themselves =
      std::any_of(tokens.begin(), tokens.end(), [](const text::Token& token) {
        return token.word == "i" || token.word == "me" || token.word == "my" ||
               token.word == "we" || token.word == "us";
      });
  const bool in_talk =
      !state.theme.empty() && !IsRequest(state.theme) && !IsAct(state.theme);
  const bool concerns_them = in_talk || about_themselves || turn.was_question ||
                             !turn.hearing.hint().empty();
  if (concerns_them && (OwnUp(turn) || SayBack(turn))) return;
  if (in_talk && turn.was_question && !EndsAsking(turn)) {
    turn.trace.note = "taken as going on";
    turn.speaker.Say("coach.follow", PromptKind::kSay);
    // A few words right after a theme stay with it; more may have left it.
    if (state.misses == 1 && tokens.size() <= kFewWords &&
        turn.speaker.Say(state.theme, PromptKind::kComplex)) {
      CountReflection(state, PromptKind::kComplex);
      return;
    }
    return AskOpenly(turn);
  }
  const Person* person = PersonInTalk(state);
  if (person && person->turn == state.turns &&
      turn.speaker.Say("coach.fallback_person", PromptKind::kSay)) {
    turn.trace.note = "fallback: a person is named";
    return;
  }
  const std::string& hint = turn.hearing.hint();
  if (!hint.empty() && about_themselves && state.misses == 1 && !IsAct(hint) &&
      !IsRequest(hint) && !Contains(state.dropped_themes, hint) &&
      turn.speaker.Say(hint, PromptKind::kSimple)) {
    turn.trace.note = "fallback: a weak theme";
    CountReflection(state, PromptKind::kSimple);
    turn.speaker.SayMoment("coach.offer_talk_on");
    return;
  }
  // Who tells something of others is not off the topic.
  const bool telling =
      !EndsAsking(turn) &&
      (in_talk || state.session_turns > kUnderWay ||
       (!HasFormOfQuestion(turn) &&
        tokens.size() >= (about_themselves ? kEnoughToGoOn : kFewWords)));
  if (telling && LetThemGoOn(turn)) return;
  turn.trace.note = "fallback: not understood";
  turn.speaker.SayMoment(!about_themselves && tokens.size() > 3
                             ? "coach.fallback_off_topic"
                             : "coach.fallback_plain");
  OfferMenu(turn);
}

void NothingHeard(Turn& turn) {
  State& state = turn.state;
  const std::size_t words = turn.hearing.reading().tokens.size();
  if (state.session > 1 && state.session_turns <= 1) {
    // Who brings news is not asked whether it is still about the old.
    if (words > kLongestAct && SayBack(turn)) return;
    return WelcomeBack(turn);
  }
  ++state.misses;
  if (words <= 1 && state.misses <= 1) {
    ++state.short_answers;
    turn.trace.note = "one word";
    turn.speaker.SayMoment("coach.one_word");
    OfferWaysIn(turn);
    return;
  }
  if (state.misses <= 2 || turn.speaker.Can(turn.pack.wordings().Of(
                               "coach.go_on", PromptKind::kSay)))
    return MissOnce(turn);
  turn.trace.note = "fallback: change of approach";
  turn.speaker.SayMoment("coach.fallback_change");
  OfferMenu(turn);
  state.misses = 0;
}

// Whoever comes back is asked about their step, unless they begin with
// something else; who has told how it went already is not asked again.
bool CheckIn(Turn& turn, const HeardTheme* heard) {
  const bool tells = turn.hearing.reading().tokens.size() > kLongestAct;
  if (tells && TakeStart(turn, kCheckIn)) return true;
  if (heard && heard->theme != "greeting" && heard->theme != "affirm")
    return false;
  return BeginDialog(turn, kCheckIn);
}

// A yes, no or thanks that no rule heard and that goes on is more than that.
bool IsMoreThanAnAct(const Turn& turn, const HeardTheme& heard) {
  const bool asks = heard.theme == "data_request" ||
                    heard.theme == "ask_about_coach" ||
                    heard.theme == "goodbye";
  return IsAct(heard.theme) && !asks && !heard.match &&
         turn.hearing.reading().tokens.size() > kLongestAct;
}

// What to answer of all that was heard: the strongest that was not taken back.
const HeardTheme* Strongest(const Turn& turn) {
  for (const HeardTheme& heard : turn.hearing.themes())
    if (!Contains(turn.state.dropped_themes, heard.theme) &&
        !IsMoreThanAnAct(turn, heard))
      return &heard;
  return nullptr;
}

// A death or a parting is met as what it is once in a session; after that the
// talk is about whatever they say of it.
bool IsNews(const Turn& turn, std::string_view act) {
  const Wordings& wordings =
      turn.pack.wordings().Of(MomentOf(act), PromptKind::kSay);
  return std::none_of(wordings.begin(), wordings.end(),
                      [&](const Wording& wording) {
                        return Contains(turn.state.said, wording.id);
                      });
}

// A yes to the dialog that was offered: with little more, or with a please.
bool TakeOffer(Turn& turn) {
  if (turn.offer.empty()) return false;
  const auto& tokens = turn.hearing.reading().tokens;
  const auto affirm = turn.pack.matcher().concepts().Find("affirm");
  if (!affirm || tokens.empty() || tokens.front().marked ||
      !turn.hearing.heard().IsTagged(0, *affirm))
    return false;
  const bool asks_for_it = tokens.size() > 1 && tokens[1].word == "please";
  if (tokens.size() > kLongestAct && !asks_for_it) return false;
  return BeginDialog(turn, turn.offer);
}

// The second thread of a long message, where they were asked which first and
// take that one.
bool TakeSecondThread(Turn& turn) {
  static constexpr std::array<std::string_view, 10> kTaking = {
      "that", "first", "second", "yes", "yeah",
      "ok",   "okay",  "sure",   "now", "take"};
  State& state = turn.state;
  const Wordings& asked =
      turn.pack.wordings().Of("coach.second_thread", PromptKind::kSay);
  if (!turn.was_question || state.later_theme.empty() || state.said.empty() ||
      std::none_of(asked.begin(), asked.end(), [&](const Wording& wording) {
        return wording.id == state.said.back();
      }))
    return false;
  const auto& tokens = turn.hearing.reading().tokens;
  const std::size_t near = std::min(tokens.size(), kFewWords);
  if (std::none_of(tokens.begin(),
                   tokens.begin() + static_cast<std::ptrdiff_t>(near),
                   [](const text::Token& token) {
                     return std::find(kTaking.begin(), kTaking.end(),
                                      token.word) != kTaking.end();
                   }))
    return false;
  const HeardTheme later{.theme = std::exchange(state.later_theme, {})};
  AnswerTheme(turn, later);
  return true;
}

// Whether an act speaks louder than the theme beside it.
bool ActWins(const Turn& turn, const HeardTheme* heard) {
  const match::Match* act = turn.hearing.act();
  if (!act) return false;
  const std::string_view name = turn.hearing.act_name();
  if (name == "loss" || name == "breakup") return IsNews(turn, name);
  if (!heard || !heard->match) return true;
  if (IsAct(heard->theme)) return act->score >= heard->match->score;
  if (name == "correction" || name == "forget_that" || name == "ask_memory")
    return true;
  return turn.hearing.reading().tokens.size() <= 8 ||
         act->score > heard->match->score;
}

}  // namespace

bool EndsAsking(const Turn& turn) {
  const auto asking = turn.hearing.AskingSentence();
  return asking && *asking + 1U == turn.hearing.reading().sentences;
}

bool SaysNoAndMore(const Turn& turn) {
  const auto& tokens = turn.hearing.reading().tokens;
  const auto no = turn.pack.matcher().concepts().Find("no_word");
  return no && tokens.size() > kBareDenial &&
         turn.hearing.heard().IsTagged(0, *no) &&
         tokens[0].clause != tokens[1].clause;
}

void DropTheme(State& state) {
  if (!state.theme.empty() && !Contains(state.dropped_themes, state.theme))
    state.dropped_themes.push_back(state.theme);
  state.theme.clear();
  state.depth = 0;
}

std::vector<Chip> ChipsOf(const Pack& pack, std::string_view moment,
                          std::span<const std::string_view> actions) {
  std::vector<Chip> chips;
  for (const Wording& wording : pack.wordings().Of(moment, PromptKind::kSay)) {
    const std::size_t n = chips.size();
    chips.push_back({std::string(wording.text),
                     std::string(n < actions.size() ? actions[n] : "")});
  }
  return chips;
}

void OfferChips(Turn& turn, std::string_view moment,
                std::span<const std::string_view> actions) {
  for (Chip& chip : ChipsOf(turn.pack, moment, actions))
    turn.state.chips.push_back(std::move(chip));
}

void Explore(State& state) {
  if (state.stage == Stage::kOpen || state.stage == Stage::kSafety ||
      state.stage == Stage::kClose)
    state.stage = Stage::kExplore;
}

bool Ask(Turn& turn, const Wordings& questions) {
  return turn.state.questions_in_row < kQuestionsInRow &&
         turn.speaker.Say(questions);
}

void NoteTheme(State& state, std::string_view theme) {
  auto& themes = state.themes;
  const auto place =
      std::lower_bound(themes.begin(), themes.end(), theme,
                       [](const ThemeSeen& seen, std::string_view id) {
                         return seen.theme < id;
                       });
  if (place != themes.end() && place->theme == theme) {
    ++place->times;
  } else {
    themes.insert(place, {std::string(theme), 1});
  }
  state.depth = state.theme == theme ? state.depth + 1 : 0;
  state.theme = theme;
}

void AnswerTheme(Turn& turn, const HeardTheme& heard) {
  State& state = turn.state;
  if (IsAct(heard.theme)) return AnswerConversation(turn, heard);
  if (!SureOf(turn, heard)) {
    if (!OwnUp(turn) && !SayBack(turn)) NothingHeard(turn);
    return;
  }
  state.misses = 0;
  if (IsRequest(heard.theme) && heard.theme != "ask_partner_help") {
    // Who asks what to do about what was just talked of gets one thing to do.
    if (heard.theme == "ask_action" && BeginWithAct(turn, kSmallStep)) return;
    NoteTheme(state, heard.theme);
    // What a rule knows of just this question, before the next piece.
    turn.trace.note = "teaching";
    if (heard.match &&
        turn.speaker.Say(turn.pack.wordings().OfRule(heard.match->rule)))
      return;
    return Teach(turn, heard.theme);
  }
  if (!heard.match && heard.rank < kSureAlone && !IsRequest(heard.theme) &&
      SayBack(turn))
    return;
  const bool first = state.reflections == 0;
  const bool new_theme = std::none_of(
      state.themes.begin(), state.themes.end(),
      [&](const ThemeSeen& seen) { return seen.theme == heard.theme; });
  NoteTheme(state, heard.theme);
  Explore(state);
  SetCaptureSlots(turn, heard);
  const Shape shape = ShapeOf(turn, heard.theme, new_theme);
  turn.trace.note = heard.match ? "theme" : "near miss";
  if (!Reflect(turn, heard, first)) {
    // Everything there is to reflect has been said.
    turn.speaker.Say("coach.follow", PromptKind::kSay);
    Follow(turn, heard, Shape::kAsk);
    return;
  }
  if (NameSecondThread(turn, heard.theme)) return;
  Follow(turn, heard, shape);
}

void AnswerBriefly(Turn& turn, const HeardTheme& heard) {
  if (IsAct(heard.theme)) {
    AnswerConversation(turn, heard);
    turn.speaker.NewMessage();
    return;
  }
  if (IsRequest(heard.theme)) {
    turn.speaker.SayNext(
        turn.pack.wordings().Of(heard.theme, PromptKind::kLesson));
  } else {
    SetCaptureSlots(turn, heard);
    Reflect(turn, heard, false);
  }
  turn.speaker.NewMessage();
}

std::string MomentOf(std::string_view act) {
  constexpr std::string_view kAsks = "ask_";
  if (act.starts_with(kAsks)) act.remove_prefix(kAsks.size());
  return "coach." + std::string(act);
}

void PerformAct(Turn& turn, std::string_view act) {
  turn.trace.note = "act: " + std::string(act);
  if (act == "correction")
    return DropWhatWasHeard(turn, "coach.correction_took", "coach.correction");
  if (act == "repair")
    return DropWhatWasHeard(turn, "coach.repair", "coach.repair");
  if (act == "ask_verdict" || act == "ask_wording" || act == "loss" ||
      act == "breakup" || act == "insult") {
    turn.speaker.SayMoment(MomentOf(act));
    return;
  }
  if (act == "refusal") return Refuse(turn);
  if (act == "joke") return Joke(turn);
  if (act == "stop") {
    PutAside(turn.state);
    turn.speaker.SayMoment("coach.stopped");
    return;
  }
  if (act == "back" || act == "resume") return Resume(turn);
  if (act == "repeat") return RepeatLast(turn);
  if (act == "ask_memory") return TellMemory(turn);
  if (act == "forget_that") return Forget(turn);
  if (act == "vent") return Vent(turn);
  if (act == "unremind") return EndReminders(turn);
  if (act == "menu") return Menu(turn);
  if (act == "learn") return Teach(turn, "ask_definition");
  if (act == "practise") return Practise(turn);
}

bool Leaves(const Turn& turn) {
  const auto& tokens = turn.hearing.reading().tokens;
  return std::any_of(turn.hearing.matches().begin(),
                     turn.hearing.matches().end(),
                     [&](const match::Match& match) {
                       return turn.hearing.RuleOf(match).theme == "goodbye" &&
                              match.end >= tokens.back().begin;
                     });
}

bool TakeLeave(Turn& turn) {
  if (!Leaves(turn)) return false;
  PutAside(turn.state);
  turn.trace.note = "goodbye";
  SayGoodbye(turn);
  return true;
}

void Talk(Turn& turn) {
  State& state = turn.state;
  // Past and passive danger was answered; the talk goes on as they like.
  if (state.stage == Stage::kSafety && !Holding(state))
    state.stage = Stage::kExplore;
  const HeardTheme* heard = Strongest(turn);
  const bool arriving = state.session > 1 && state.session_turns <= 1;
  if (arriving && state.ask_step && CheckIn(turn, heard)) return;
  if (TakeOffer(turn)) return;
  if (ActWins(turn, heard)) return PerformAct(turn, turn.hearing.act_name());
  // What a pattern heard is sure; what the model alone heard is only a theme,
  // unless they ask what they are talking to.
  const bool of_coach = heard && heard->theme == "ask_about_coach" &&
                        heard->rank >= kSureOfRequest && Asks(turn);
  const bool requests =
      heard && heard->match && IsRequest(heard->theme) && SureOf(turn, *heard);
  if (!of_coach && !requests && AnswerAboutOwnWords(turn)) return;
  if (!of_coach && AnswerToCoach(turn, requests)) return;
  if (TakeSecondThread(turn)) return;
  if (!requests && AsksWhatItThinks(turn) && OwnUp(turn)) return;
  if (PutsRight(turn) &&
      (!heard || !heard->match || heard->rank < kSureInstead) && SayBack(turn))
    return;
  if ((!heard || !heard->match) && !of_coach && AnswerScene(turn)) return;
  if (heard) return AnswerTheme(turn, *heard);
  NothingHeard(turn);
}

}  // namespace nearer::coach
