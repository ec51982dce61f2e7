#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "content/check.h"
#include "content/content.h"
#include "content/source_text.h"
#include "core/coach/help_lines.h"
#include "core/coach/wordings.h"

// The audit of what is said in danger: each answer, filled for each country,
// against what such an answer must and must not hold.
namespace nearer::content {
namespace {

constexpr int kMostWordsInDanger = 90;

using AnyOf = std::vector<std::string_view>;

// What one kind of answer holds: of each list at least one.
struct Must {
  std::string_view theme;       // after "coach.safety."
  std::vector<AnyOf> contain;   // {slots} mean the line itself
  AnyOf not_contain;            // in small letters
  std::string_view first = {};  // stands in the first two sentences
};

const AnyOf kIsAProgram = {"program"};
const AnyOf kCannotCall = {"can't call"};
const AnyOf kChoice = {"choose",
                       "choice",
                       "decide",
                       "decision",
                       "pace",
                       "yours",
                       "you judge",
                       "as long as",
                       "you like",
                       "as you like",
                       "whatever you want",
                       "know best",
                       "whenever you want",
                       "carry on",
                       "go on",
                       "with you",
                       "in your hands",
                       "stay",
                       "wherever you like",
                       "up to you",
                       "safer"};
const AnyOf kNeverOfAbuse = {
    "confront",  "couple",    "avoidant", "attachment", "leave him",
    "leave her", "leave now", "why",      "exercise",   "communicat"};

// The table of the safety reference, section 3.
const std::vector<Must>& Table() {
  static const std::vector<Must> table = {
      {"suicide.imminent",
       {{"{emergency}"},
        {"{crisis}"},
        {"move away", "distance", "leave the place", "step away"},
        {"near another person", "where someone else is", "where people are",
         "near somebody"},
        {"safe"}},
       {"exercise", "attachment", "because"},
       "{emergency}"},
      {"suicide.active",
       {{"thank"},
        {"{crisis}"},
        {"one person you trust", "someone you trust"},
        {"stay"},
        {"doctor", "medical care"}},
       {"promise", "shock"}},
      {"suicide.passive",
       {{"suicide", "ending your life"}, {"{crisis}"}, {"go on", "carry on"}},
       {"mood", "attachment"}},
      {"suicide.past",
       {{"respect", "thank you"},
        {"how is it", "how are things"},
        {"{crisis}"},
        {"go on"}},
       {"how did", "what did you"}},
      {"suicide.again", {{"{crisis}"}, {"{emergency}"}}, {}},
      {"abuse.imminent",
       {{"{emergency}"},
        {"{abuse}"},
        {"safer place", "door", "neighbor", "where others are"},
        {"text or chat"}},
       {"calm him", "calm her", "calm them", "confront", "why"},
       "{emergency}"},
      {"abuse.active",
       {{"believe you"},
        {"your fault", "didn't cause", "blame"},
        {"{abuse}"},
        {"pace", "has to come fast", "without you", "decide anything"},
        {"device", "phone"}},
       kNeverOfAbuse},
      {"abuse.passive",
       {{"believe"},
        {"your fault", "didn't cause"},
        {"{abuse}"},
        {"pace", "slowly"},
        {"device", "phone"}},
       kNeverOfAbuse},
      {"abuse.past",
       {{"believe you", "thank you for saying it"},
        {"your fault", "blame"},
        {"{abuse}"},
        {"device", "phone", "chat"}},
       kNeverOfAbuse},
      {"abuse.again",
       {{"your fault", "on you", "bring it on yourself"}, {"{abuse}"}},
       kNeverOfAbuse},
      {"harm.imminent",
       {{"distance", "away from them", "distance first", "leave the room"},
        {"{emergency}"},
        {"baby"},
        {"step out", "door closed"},
        {"{violence}"}},
       {"lawyer", "court", "police report", "deserve"}},
      {"harm.active",
       {{"right"}, {"stop"}, {"{violence}"}},
       {"shame", "report you", "excuse", "monster"}},
      {"harm.passive",
       {{"right", "thank you"}, {"help"}, {"{violence}"}},
       {"shame", "report you", "excuse", "monster"}},
      {"harm.past",
       {{"right", "thank you", "counts"}, {"help", "change"}, {"{violence}"}},
       {"shame", "report you", "excuse", "monster"}},
      {"harm.again", {{"{violence}"}}, {"shame", "report you"}},
      {"unsure.suicide", {{"{crisis}"}, {"?"}}, {"attachment"}},
      {"unsure.abuse", {{"{abuse}"}, {"fault", "blame"}, {"?"}}, kNeverOfAbuse},
      {"unsure.harm", {{"{violence}"}, {"?"}}, {"shame", "report you"}},
      {"faint", {{"{crisis}"}, {"safe"}, {"?"}}, {"attachment", "leave them"}},
      {"third_person",
       {{"{crisis}"},
        {"{emergency}"},
        {"you yourself", "how are you", "touch you"}},
       {}}};
  return table;
}

// In no answer in danger.
const AnyOf kNever = {"!",
                      "commit suicide",
                      "committed",
                      "promise",
                      "will be fine",
                      "will be all right",
                      "your family would",
                      "diagnos",
                      "secret between",
                      "cheer up"};

std::string Small(std::string_view text) {
  std::string small(text);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return small;
}

// The first two sentences, in which abbreviations do not occur.
std::string_view Beginning(std::string_view text) {
  std::size_t end = 0;
  for (int sentence = 0; sentence < 2; ++sentence) {
    end = text.find(". ", end);
    if (end == text.npos) return text;
    ++end;
  }
  return text.substr(0, end);
}

class SafetyAuditor {
 public:
  SafetyAuditor(const Authored& authored, std::vector<Problem>& problems)
      : authored_(authored), problems_(problems) {}

  void Audit(const Must& must) {
    const std::string theme = "coach.safety." + std::string(must.theme);
    bool said = false;
    for (const Prompt& prompt : authored_.prompts) {
      if (prompt.theme != theme) continue;
      for (const Line& line : prompt.say) {
        said = true;
        for (const HelpLines& lines : authored_.help)
          AuditLine(must, line, lines);
      }
    }
    if (!said)
      Report({"rules/safety/answers.yaml"},
             "nothing is said for " + theme +
                 "; write a prompt with this theme and three wordings");
  }

 private:
  void Report(const Place& at, std::string message) {
    Problem problem = ErrorAt(at, std::move(message));
    // One line can fail alike for every country.
    for (const Problem& known : problems_)
      if (known.at.line == at.line && known.at.file == at.file &&
          known.message == problem.message)
        return;
    problems_.push_back(std::move(problem));
  }

  void AuditLine(const Must& must, const Line& line, const HelpLines& lines) {
    const coach::Slots slots = coach::LineSlots(authored_, lines);
    const std::string text = coach::Fill(line.text, slots);
    const std::string small = Small(text);
    const auto holds = [&](std::string_view of, std::string_view wanted) {
      return of.find(Small(coach::Fill(wanted, slots))) != of.npos;
    };
    const auto one_of = [&](const AnyOf& any) {
      return std::any_of(any.begin(), any.end(), [&](std::string_view wanted) {
        return holds(small, wanted);
      });
    };
    std::vector<AnyOf> all = must.contain;
    all.insert(all.end(), {kIsAProgram, kCannotCall, kChoice});
    for (const AnyOf& any : all)
      if (!one_of(any))
        Report(line.at, "this answer in danger does not hold '" +
                            std::string(any.front()) +
                            "' or words like it; add them");
    if (!must.first.empty() && !holds(Small(Beginning(text)), must.first))
      Report(line.at, "'" + std::string(must.first) +
                          "' comes late; say it in the first two sentences");
    for (const AnyOf* never : {&must.not_contain, &kNever})
      for (const std::string_view word : *never)
        if (holds(small, word))
          Report(line.at, "'" + std::string(word) +
                              "' has no place in an answer in danger");
    if (const int words = Measure(text).words; words > kMostWordsInDanger)
      Report(line.at, std::to_string(words) + " words with the lines of " +
                          lines.name + ", at most " +
                          std::to_string(kMostWordsInDanger) + "; shorten it");
    if (std::count(text.begin(), text.end(), '?') > 1)
      Report(line.at, "more than one question; ask one");
  }

  const Authored& authored_;
  std::vector<Problem>& problems_;
};

}  // namespace

std::vector<Problem> CheckSafety(const Authored& authored) {
  std::vector<Problem> problems;
  SafetyAuditor auditor(authored, problems);
  for (const Must& must : Table()) auditor.Audit(must);
  SortByPlace(problems);
  return problems;
}

std::size_t SafetyAnswers(const Authored& authored) {
  std::size_t answers = 0;
  for (const Prompt& prompt : authored.prompts)
    for (const Must& must : Table())
      if (prompt.theme == "coach.safety." + std::string(must.theme))
        answers += prompt.say.size() * authored.help.size();
  return answers;
}

}  // namespace nearer::content
