#ifndef NEARER_CORE_COACH_STATE_H_
#define NEARER_CORE_COACH_STATE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/authored.h"
#include "core/result.h"
#include "core/risk.h"

namespace nearer::coach {

// Where a session stands; see reference/coaching: open, last step, explore,
// reframe, one small step, close. kSafety outranks and interrupts them all.
enum class Stage : std::uint8_t {
  kOpen,
  kLastStep,
  kExplore,
  kReframe,
  kStep,
  kClose,
  kSafety,
};
std::string_view Name(Stage stage);  // "open", "last_step", …

// Somebody the person spoke of.
struct Person {
  std::string
      role;  // dictionary form: "sister"; empty when only a name is known
  std::string name;  // as written: "Anna"; may be empty
  Setting setting = Setting::kAny;
  std::int64_t turn = 0;  // when last spoken of, counted over the conversation
  friend bool operator==(const Person&, const Person&) = default;
};

// The small thing the person chose to try.
struct Step {
  std::string what;     // in their words, not yet turned
  std::string when;     // the "if" of their if-then; may be empty
  std::string state;    // "chosen", "done", "partly", "missed", "dropped"
  int confidence = -1;  // 0 to 10; -1 when never asked
  std::int64_t chosen_at = 0;
  int session = 0;  // the session it was chosen in
  friend bool operator==(const Step&, const Step&) = default;
};

// A journal entry: a moment, in their words.
struct Entry {
  std::int64_t at = 0;
  std::map<std::string, std::string> parts;  // trigger, urge, did, guarded
  friend bool operator==(const Entry&, const Entry&) = default;
};

// A dialog that is under way, or was put aside.
struct OpenDialog {
  std::string id, node;
  std::map<std::string, std::string> kept;
  std::vector<std::string> path;  // nodes gone through, for "back"
  int digressions = 0;            // in a row, at this node
  friend bool operator==(const OpenDialog&, const OpenDialog&) = default;
};

// A quick reply that was offered, and what it does: "dialog:ID", "theme:ID",
// "act:ID", "moment:coach.…", or empty for mere words.
struct Chip {
  std::string text, action;
  friend bool operator==(const Chip&, const Chip&) = default;
};

// Danger that was heard. Never erased by a denial.
struct Danger {
  Risk risk;
  int session = 0;        // when last heard
  std::int64_t turn = 0;  // of the conversation
  bool holding = false;   // coaching pauses until the person chooses
  bool doubtful = false;  // heard by the model alone, and not surely
  int answers = 0;        // safety answers given
  friend bool operator==(const Danger&, const Danger&) = default;
};

struct ThemeSeen {
  std::string theme;
  int times = 0;  // in this session
  friend bool operator==(const ThemeSeen&, const ThemeSeen&) = default;
};

// What the coach knows of one conversation between two turns. A value: small,
// versioned; equal states are equal bytes of JSON. Refers to rules, prompts,
// nodes and dialogs only by the ids their authors gave.
struct State {
  std::int64_t last_at = 0;  // Unix seconds of the last turn
  std::int64_t turns = 0;    // of the conversation, the opening not counted
  int session = 1;
  int session_turns = 0;
  Stage stage = Stage::kOpen;

  std::string theme;        // what the talk is about now; may be empty
  int depth = 0;            // turns spent on it
  std::string rule;         // that heard the last theme
  std::string later_theme;  // a second thread, kept for later
  std::vector<ThemeSeen> themes;
  std::vector<std::string> dropped_themes;  // corrected: not heard again now

  std::vector<std::string> said;         // wordings of this session, in order
  std::vector<std::string> said_before;  // of earlier ones, the latest last
  int questions_in_row = 0;
  int reflections = 0, complex_reflections = 0;  // of this session
  int misses = 0;         // turns in a row in which nothing was heard
  int short_answers = 0;  // one-word turns in a row
  int vents = 0;

  std::optional<OpenDialog> dialog, aside;
  std::string offered;  // a dialog whose invitation was the last word
  std::vector<std::string> refused;   // dialogs refused in this session
  std::vector<std::string> finished;  // dialogs finished in this session
  std::vector<Chip> chips;

  std::vector<Person> people;
  std::optional<Step> step;
  bool ask_step = false;  // the step is still to be asked about this session
  std::vector<Entry> journal;
  std::string practice;

  std::vector<Danger> dangers;  // one a category
  std::string country;          // "US"; empty until told
  bool asked_country = false;
  std::int64_t disclosed_at = 0;

  // The check-in that they asked for: from when on and until when it may come,
  // in Unix seconds, 0 when there is none; and the words that asked for it.
  std::int64_t reminder_at = 0, reminder_until = 0;
  std::int64_t reminder_turn = 0;  // that arranged it
  std::string reminder_words;
  std::string reminder_asks;     // what was asked about it last: "when", "zone"
  std::int64_t reminded_at = 0;  // when the last one was due
  std::string zone;              // "Europe/Berlin"; empty until told

  friend bool operator==(const State&, const State&) = default;
};

// Version 1. Members with empty values are left out.
std::string ToJson(const State& state);
// Likewise, at the end of `json`.
void AppendJson(const State& state, std::string& json);
// Fails on anything that ToJson did not write, a newer version included.
Result<State> ParseState(std::string_view json);

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_STATE_H_
