#ifndef NEARER_CONTENT_KEYS_H_
#define NEARER_CONTENT_KEYS_H_

#include <array>
#include <string_view>

// Every key and fixed value that content files may use, once. The JSON Schemas
// repeat them for editors; a test holds the two together.
namespace nearer::content {

inline constexpr std::array<std::string_view, 5> kRulesFileKeys = {
    "theme", "concepts", "rules", "prompts", "scenes"};
inline constexpr std::array<std::string_view, 12> kRuleKeys = {
    "id",       "theme",           "act",     "risk",
    "polarity", "priority",        "when",    "unless",
    "examples", "counterexamples", "reflect", "source"};
inline constexpr std::array<std::string_view, 2> kRiskKeys = {"category",
                                                              "level"};
inline constexpr std::array<std::string_view, 6> kPromptKeys = {
    "id", "theme", "kind", "setting", "source", "say"};
inline constexpr std::array<std::string_view, 11> kSceneKeys = {
    "id",       "about",   "theme",  "offer", "to_coach", "corrects",
    "examples", "reflect", "deeper", "ask",   "source"};
inline constexpr std::array<std::string_view, 4> kSourceKeys = {
    "id", "article", "heading", "line"};
inline constexpr std::array<std::string_view, 12> kDialogKeys = {
    "dialog", "title",       "about",    "careful", "ask",      "invite",
    "source", "volunteered", "replaces", "start",   "suggests", "nodes"};
inline constexpr std::array<std::string_view, 6> kNodeKeys = {
    "say", "source", "choices", "replies", "replaces", "end"};
inline constexpr std::array<std::string_view, 6> kReplyKeys = {
    "when", "choice", "number", "else", "to", "keep"};

// rules/safety/lines.yaml.
inline constexpr std::array<std::string_view, 1> kHelpFileKeys = {"lines"};
inline constexpr std::array<std::string_view, 8> kHelpLinesKeys = {
    "country", "name",  "called",    "emergency",
    "crisis",  "abuse", "abuse_men", "violence"};
inline constexpr std::array<std::string_view, 3> kHelpEntryKeys = {
    "say", "confidence", "checked"};
inline constexpr std::array<std::string_view, 2> kConfidences = {"A", "B"};

// In the order of PromptKind, Setting, RiskCategory and RiskLevel.
inline constexpr std::array<std::string_view, 9> kPromptKinds = {
    "simple", "complex", "reframe", "affirm", "question",
    "lesson", "offer",   "say",     "try"};
inline constexpr std::array<std::string_view, 5> kSettings = {
    "any", "romantic", "family", "friend", "work"};
inline constexpr std::array<std::string_view, 3> kRiskCategories = {
    "risk_suicide_self_harm", "risk_abuse", "risk_harm_to_others"};
inline constexpr std::array<std::string_view, 4> kRiskLevels = {
    "past", "passive", "active", "imminent"};

// What stands behind a theme's id in rules/themes.txt: about oneself, about a
// partner, a request, an act of conversation, a risk; and `move`, an act that
// has no theme and is named by `act:`.
inline constexpr std::array<std::string_view, 6> kThemeKinds = {
    "self", "partner", "request", "act", "risk", "move"};

// Slots that the coach fills in everywhere, and those that dialogs fill and
// the coach remembers beyond them (dialogs/README.md).
inline constexpr std::array<std::string_view, 3> kFilledSlots = {
    "person", "suggested", "echo"};
inline constexpr std::array<std::string_view, 9> kRememberedSlots = {
    "step",      "step_when",     "confidence", "entry.trigger", "entry.urge",
    "entry.did", "entry.guarded", "step_state", "practice"};
inline constexpr std::array<std::string_view, 4> kStepStates = {
    "done", "partly", "missed", "dropped"};
inline constexpr std::array<std::string_view, 1> kPractices = {"six_weeks"};

}  // namespace nearer::content

#endif  // NEARER_CONTENT_KEYS_H_
