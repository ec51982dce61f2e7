#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <unordered_map>

#include "content/check.h"
#include "content/keys.h"
#include "content/scan.h"
#include "content/source_text.h"

namespace nearer::content {
namespace {

constexpr int kMostWords = 60;
constexpr int kMostWordsOfLesson = 80;  // and of summaries
constexpr int kMostWordsInDanger = 90;  // see check_safety.cc
constexpr double kHighestGrade = 8;
constexpr int kFewestWordsForGrade = 10;  // below, the formula says little

// What is being said, as far as the checks differ by it.
struct Said {
  bool lesson = false;     // a lesson or a summary: may be longer
  bool statement = false;  // reflections and reframes ask nothing
  bool directive = false;  // safety says plainly what to do, at more length
};

// `text` in small ASCII letters with what stands between quotation marks and
// in slots left out, and a space at both ends.
std::string OwnWords(std::string_view text) {
  std::string own = " ";
  char closes = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const std::string_view rest = text.substr(i);
    if (closes == '\0') {
      if (c == '"') closes = '"';
      if (c == '{') closes = '}';
      if (rest.starts_with("\xE2\x80\x9C")) closes = '\x9D';  // “ … ”
      if (closes != '\0') continue;
      own += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (c == closes &&
               (c != '\x9D' || text.substr(0, i).ends_with("\xE2\x80"))) {
      closes = '\0';
      own += ' ';
    }
  }
  return own + ' ';
}

// Whether `phrase` stands in `own` as whole words.
bool HasWord(std::string_view own, std::string_view phrase) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  for (std::size_t i = own.find(phrase); i != std::string_view::npos;
       i = own.find(phrase, i + 1))
    if (!is_letter(own[i - 1]) && !is_letter(own[i + phrase.size()]))
      return true;
  return false;
}

bool AsksWhy(std::string_view own) {
  for (std::size_t end = own.find('?'); end != std::string_view::npos;
       end = own.find('?', end + 1)) {
    const std::size_t begin = own.substr(0, end).find_last_of(".!?");
    const std::size_t from = begin == std::string_view::npos ? 0 : begin + 1;
    const std::string sentence =
        ' ' + std::string(own.substr(from, end - from)) + ' ';
    if (HasWord(sentence, "why")) return true;
  }
  return false;
}

class TextChecker {
 public:
  explicit TextChecker(std::vector<Problem>& problems) : problems_(problems) {}

  void Check(const std::vector<Line>& lines, const Said& said) {
    for (const Line& line : lines) {
      CheckLength(line, said);
      CheckWords(line, said);
      const auto [first, is_new] = said_before_.try_emplace(line.text, line.at);
      if (!is_new)
        Warn(line, "the same words stand in " + first->second.file + ':' +
                       std::to_string(first->second.line) +
                       "; write another way to say it");
    }
  }

 private:
  void Warn(const Line& line, std::string message) {
    problems_.push_back(ErrorAt(line.at, std::move(message)));
    problems_.back().weight = Problem::Weight::kWarning;
  }

  void CheckLength(const Line& line, const Said& said) {
    const Readability measured = Measure(line.text);
    const int most = said.directive ? kMostWordsInDanger
                     : said.lesson  ? kMostWordsOfLesson
                                    : kMostWords;
    if (measured.words > most)
      Warn(line, std::to_string(measured.words) +
                     " words stand here, at most " + std::to_string(most) +
                     " are read; shorten it or split it in two");
    if (measured.words >= kFewestWordsForGrade &&
        measured.grade > kHighestGrade) {
      char grade[16];
      std::snprintf(grade, sizeof grade, "%.1f", measured.grade);
      Warn(line, std::string("hard to read (school grade ") + grade +
                     ", 8 at most); use shorter sentences and plainer words");
    }
  }

  void CheckWords(const Line& line, const Said& said) {
    const auto questions = std::count(line.text.begin(), line.text.end(), '?');
    if (questions > 1)
      Warn(line, std::to_string(questions) +
                     " questions stand here; ask one, the other another time");
    else if (questions == 1 && said.statement)
      Warn(line,
           "a question stands in a statement; move it to a prompt of "
           "kind 'question'");
    if (line.text.find('!') != std::string::npos)
      Warn(line,
           "an exclamation mark stands here; the coach speaks calmly, "
           "end with a full stop");
    const std::string own = OwnWords(line.text);
    if (AsksWhy(own))
      Warn(line, "'why' sounds like blame; ask what, how or when");
    if (said.directive) return;
    static constexpr std::array<std::string_view, 4> kPushes = {
        "should", "must", "need to", "just"};
    for (const std::string_view word : kPushes)
      if (HasWord(own, word))
        Warn(line, "'" + std::string(word) +
                       "' pushes or belittles; offer instead, or leave it out");
  }

  std::vector<Problem>& problems_;
  std::unordered_map<std::string, Place> said_before_;
};

bool IsRisk(std::string_view theme) { return theme.starts_with("risk_"); }

}  // namespace

void CheckTexts(const Authored& authored, std::vector<Problem>& problems) {
  TextChecker checker(problems);
  for (const Rule& rule : authored.rules)
    checker.Check(rule.reflect,
                  {.statement = true, .directive = rule.risk.has_value()});
  for (const Prompt& prompt : authored.prompts) {
    const bool statement = prompt.kind == PromptKind::kSimple ||
                           prompt.kind == PromptKind::kComplex ||
                           prompt.kind == PromptKind::kReframe ||
                           prompt.kind == PromptKind::kAffirm;
    const bool summary = prompt.theme.find("summary") != std::string::npos;
    checker.Check(prompt.say,
                  {.lesson = prompt.kind == PromptKind::kLesson || summary,
                   .statement = statement,
                   .directive = prompt.theme.starts_with("coach.safety.") ||
                                IsRisk(prompt.theme)});
  }
  for (const Scene& scene : authored.scenes) {
    checker.Check(scene.reflect, {.statement = true});
    checker.Check(scene.deeper, {.statement = true});
    checker.Check(scene.ask, {});
  }
  for (const Dialog& dialog : authored.dialogs) {
    checker.Check(dialog.invite, {});
    for (const DialogNode& node : dialog.nodes) checker.Check(node.say, {});
  }
}

}  // namespace nearer::content
