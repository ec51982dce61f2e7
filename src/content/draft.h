#ifndef NEARER_CONTENT_DRAFT_H_
#define NEARER_CONTENT_DRAFT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "content/source_text.h"
#include "core/authored.h"
#include "core/problem.h"

// Inside content: what has been read so far, before its references are checked.
namespace nearer::content {

// A line of rules/themes.txt.
struct Theme {
  std::string id;
  std::string kind;  // one of kThemeKinds
  Place at;
};

// Something named in one place and written in another, perhaps another file.
struct Mention {
  enum class Of : std::uint8_t {
    kTheme,        // of a rule or a dialog
    kPromptTheme,  // a theme, its name "topic.…", or a moment "coach.…"
    kMove,         // after `act:`
    kDialog,       // after a scene's `offer:`
    kSource,
  };
  Of of = Of::kTheme;
  std::string name;
  Place at;
};

struct Draft {
  Authored authored;
  std::vector<Problem> problems;
  std::vector<Theme> themes;
  std::vector<Mention> mentions;
  // Some file could not be read at all, so that a name nobody seems to have
  // written may stand there.
  bool incomplete = false;

  void Error(Place at, std::string message) {
    problems.push_back(ErrorAt(std::move(at), std::move(message)));
  }
  void Warn(Place at, std::string message) {
    problems.push_back(ErrorAt(std::move(at), std::move(message)));
    problems.back().weight = Problem::Weight::kWarning;
  }
};

// One function a kind of file; each adds what stands in `source` to `draft`.
void ReadRules(const SourceText& source, Draft& draft);
void ReadSources(const SourceText& source, Draft& draft);
void ReadHelpLines(const SourceText& source, Draft& draft);
void ReadDialogs(const SourceText& source, Draft& draft);
void ReadThemes(const SourceText& source, Draft& draft);
void ReadWords(const SourceText& source, Draft& draft);
void ReadBank(const SourceText& source, Draft& draft);

// What only all files together can tell: ids used twice, names that nobody
// wrote, themes that the coach has no words for.
void CheckReferences(Draft& draft);

}  // namespace nearer::content

#endif  // NEARER_CONTENT_DRAFT_H_
