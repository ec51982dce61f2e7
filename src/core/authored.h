#ifndef NEARER_CORE_AUTHORED_H_
#define NEARER_CORE_AUTHORED_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/risk.h"

// What people wrote in rules/ and dialogs/, read but not yet compiled. Plain
// values; `Pack::Compile` makes a pack of them, `content/archive.h` writes them
// down and reads them back. Texts are UTF-8 as the author wrote them, trimmed.
namespace nearer {

// Where an author wrote something. 1-based; 0 is "the file as a whole".
// Columns count characters, not bytes.
struct Place {
  std::string
      file;  // relative to the project's content, e.g. rules/acts/x.yaml
  int line = 0;
  int column = 0;
};

// One line of a `|` block, with its own place.
struct Line {
  std::string text;
  Place at;
};

// A set of words and phrases. Members are plain words, phrases of plain words,
// or the names of other concepts with their '@'.
struct Concept {
  std::string name;  // without '@'
  std::vector<Line> members;
  Place at;
};

struct Rule {
  std::string id;
  std::string theme;  // an id of themes; empty when `act` or `risk` stands
  std::string act;    // a conversation act without a theme
  std::optional<Risk> risk;
  int priority = 0;
  bool any_polarity = false;
  std::vector<Line> when, unless, examples, counterexamples, reflect;
  std::vector<std::string> source;
  Place at;
};

enum class PromptKind : std::uint8_t {
  kSimple,
  kComplex,
  kReframe,
  kAffirm,
  kQuestion,
  kLesson,
  kOffer,
  kSay,
  kTry,  // a small act, for a step of a dialog to propose
};

// One narrow kind of thing that people tell ("they turned an invitation down
// with an excuse"). No pattern hears it: a model learns it from its examples.
struct Scene {
  std::string id;
  std::string about;      // what it is, for authors and traces
  std::string theme;      // what it belongs to; may be empty
  std::string offer;      // a dialog that may be offered after it; may be empty
  bool to_coach = false;  // said or asked of the coach; its lines answer that
  bool corrects = false;  // takes back what the coach had understood
  std::vector<Line> examples;
  // What gives back what was told, what goes a step deeper, and what may be
  // asked then.
  std::vector<Line> reflect, deeper, ask;
  std::vector<std::string> source;
  Place at;
};

// Who the talk must be about for a prompt to be said; kAny is "whoever".
enum class Setting : std::uint8_t { kAny, kRomantic, kFamily, kFriend, kWork };

// One group of alternatives of one kind.
struct Prompt {
  std::string id;
  std::string theme;  // a theme, or a moment of the session: "coach.…"
  PromptKind kind = PromptKind::kSay;
  Setting setting = Setting::kAny;
  std::vector<Line> say;
  std::vector<std::string> source;  // inventory items, or "coaching"
  Place at;
};

struct DialogReply {
  enum class On : std::uint8_t { kWhen, kChoice, kNumber, kElse };
  On on = On::kElse;
  std::vector<Line> when;  // kWhen; for kChoice its paraphrases
  std::string choice;      // kChoice
  int low = 0, high = 0;   // kNumber, both included
  std::string to;          // id of the next node
  std::vector<std::pair<std::string, std::string>> keep;  // slot, template
  Place at;
};

struct DialogNode {
  std::string id;
  std::vector<Line> say;
  std::vector<std::string> source;
  std::vector<std::string> choices;
  std::vector<DialogReply> replies;  // empty when `end`
  std::vector<std::string> replaces;
  bool end = false;
  Place at;
};

struct Dialog {
  std::string id, title, start;
  // The node that proposes {suggested}, an act that fits what was talked of;
  // empty: it always begins at the start.
  std::string suggests;
  std::vector<std::string> about;  // themes
  std::vector<Line> ask, invite;
  // What somebody may bring of their own accord while no dialog is open, and
  // where it leads; kWhen only.
  std::vector<DialogReply> volunteered;
  std::vector<std::string> source;
  std::vector<std::string> replaces;
  bool careful = false;
  std::vector<DialogNode> nodes;
  Place at;
};

// An item of the inventory: what a prompt may come from.
struct SourceItem {
  std::string id;  // "S001-05"
  std::string article, heading;
  int line = 0;
};

// How a person is named: "sister", the setting she belongs to.
struct Role {
  std::string word;  // lemma
  Setting setting = Setting::kAny;
};

// One way to reach help, as it is said: "call or text 988".
struct HelpEntry {
  std::string say;         // empty: none known
  std::string confidence;  // "A" seen in public sources, "B" not re-checked
  std::string checked;  // date a person confirmed it, 2026-11-22; may be empty
  Place at;
};

// Where help is to be had in one country; rules/safety/lines.yaml.
struct HelpLines {
  std::string country;  // "US"; "fallback" while the country is not known
  std::string name;     // "the United States"
  std::vector<std::string> called;  // how people may name it, plain words
  HelpEntry emergency, crisis, abuse, abuse_men, violence;
  Place at;
};

// Tables by which text is folded; see core/text/lexicon.h for what each means.
struct WordTables {
  // Spelling as written -> words it opens to ("dont" -> "do not").
  std::map<std::string, std::string> contractions;
  std::map<std::string, std::string> chat;
  // Inflected form -> dictionary form ("pulled" -> "pull").
  std::map<std::string, std::string> inflections;
  std::vector<std::string> common;          // never taken for a typo
  std::vector<std::string> fillers;         // words and phrases passed over
  std::vector<std::string> operators;       // negators: words and phrases
  std::vector<std::string> clause_openers;  // words that begin a new clause
  std::vector<std::string> abbreviations;   // "dr", "etc": no sentence end
  std::vector<Role> roles;
};

// One line of a bank file.
struct BankExample {
  std::string theme;  // a theme, a risk's id, "none" or "calm"
  Line text;
};

struct Authored {
  WordTables words;
  std::vector<Concept> concepts;
  std::vector<Rule> rules;
  std::vector<Prompt> prompts;
  std::vector<Scene> scenes;
  std::vector<Dialog> dialogs;
  std::vector<SourceItem> sources;
  std::vector<BankExample> bank;
  std::vector<HelpLines> help;
  // The trained near-miss model, as NearMiss::Serialize wrote it; empty when
  // not trained yet.
  std::string model;
  // The model that hears scenes, likewise.
  std::string scene_model;
  // What each model was taught, as 64 hexadecimal digits: one that was taught
  // the same is the same, and need not be trained again.
  std::string lessons;
  std::string scene_lessons;
};

}  // namespace nearer

#endif  // NEARER_CORE_AUTHORED_H_
