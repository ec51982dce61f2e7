#ifndef NEARER_CORE_COACH_COACH_H_
#define NEARER_CORE_COACH_COACH_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/coach/pack.h"
#include "core/coach/state.h"
#include "core/risk.h"
#include "core/when/zones.h"

namespace nearer::coach {

// How the coach can write to the person first.
struct Reach {
  bool writes = false;      // whether it can at all
  std::int64_t within = 0;  // only so many seconds after their last words; 0:
                            // whenever
  std::string zone;         // their time zone, likely; may be empty
};

// When and where a turn happens; everything a reply may depend on besides the
// words, the state and the pack.
struct Moment {
  std::int64_t at = 0;            // seconds since 1970-01-01 UTC
  std::string_view conversation;  // its id; decides between equal wordings
  std::int64_t n = 0;             // number of this turn; the opening is 0
  Reach reach = {};
  const when::Zones* zones = nullptr;  // null: nothing can be arranged
};

// What the person is shown.
struct Reply {
  std::vector<std::string> messages;  // UTF-8 plain text, at least one
  std::vector<std::string> choices;   // quick replies; typed text always works
  std::string theme;                  // what was heard, an id of themes; "none"
  std::string rule;    // the rule that heard it; empty when none did
  std::string dialog;  // the dialog that is open after this turn; may be empty
  std::string stage;   // open, last_step, explore, reframe, step, close, safety
  std::optional<Risk> risk;
  // Lines to reach help, by kind ("emergency", "crisis", "abuse", "violence"),
  // after danger was heard in this session; empty otherwise. To be kept in
  // view.
  std::vector<std::pair<std::string, std::string>> help;
};

// Why the model of examples heard what no rule did.
struct NearMissEvidence {
  std::string heard;  // a theme, a risk ("risk_abuse.active"), or a scene
  float log_odds = 0;
  std::string example;             // the authored example most like it
  std::vector<std::string> words;  // of the utterance, that weighed most
};

// Why this reply.
struct Trace {
  struct Candidate {
    std::string rule, theme;
    float score = 0;
    std::uint32_t begin = 0, end = 0;  // bytes of the utterance
    std::string pattern;
  };
  std::vector<Candidate> heard;      // the first is the one that was answered
  std::vector<std::string> prompts;  // ids of what was said, in order
  std::string stage_before, stage_after;
  std::string
      note;  // what decided, in a few words: "dialog reply", "fallback 1"
  std::optional<NearMissEvidence> near_miss;  // when the model alone spoke
  std::optional<NearMissEvidence> scene;      // when a scene was answered
  Reach reach;  // as the moment had it: what a replay needs besides the words
};

struct Answer {
  Reply reply;
  State state;
  Trace trace;
};

// The first words of a conversation (turn 0).
Answer Open(const Pack& pack, const Moment& moment);

// One turn. Pure: equal arguments give equal bytes. `utterance` is what the
// person wrote, any bytes; linear in its length. Never fails.
Answer Respond(const Pack& pack, const State& state, std::string_view utterance,
               const Moment& moment);

// The same, where what is heard in the utterance by `pack` is known already.
// Its trace names what the models heard; by which example and words they did,
// which changes no reply, is left for Explain to add.
class Hearing;
Answer Respond(const Pack& pack, State state, const Hearing& hearing,
               const Moment& moment);
void Explain(const Hearing& hearing, Trace& trace);

// What a check-in says: nothing that tells whoever else reads it what the talk
// is about.
std::string ReminderText(const Pack& pack, const Moment& moment);
// By which words check-ins are ended.
std::string HowToEndReminders(const Pack& pack);

// What `nearer match` prints: one utterance, no state.
struct Recognized {
  std::string theme = "none";  // an id of themes, or of the risk
  std::string rule;  // empty when the model spoke, or nothing was heard
  std::optional<Risk> risk;
};
Recognized Recognize(const Pack& pack, std::string_view utterance);

// As every interface shows them: {"messages","choices","theme","rule",
// "dialog","stage","risk","help"}; absent strings are null.
std::string ToJson(const Reply& reply);
void AppendJson(const Reply& reply, std::string& json);  // at the end of `json`
nlohmann::ordered_json ToJson(const Trace& trace);
// How the person could be reached, as ToJson(Trace) wrote it; not at all where
// `trace` does not say, or is no such text.
Reach ReachIn(std::string_view trace);

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_COACH_H_
