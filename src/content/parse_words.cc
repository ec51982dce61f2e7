// The plain text files below rules/: word tables, the bank, the list of themes.
#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "content/draft.h"
#include "content/keys.h"
#include "content/suggest.h"

namespace nearer::content {
namespace {

// A line that says something, trimmed, with its number and where it begins.
struct Entry {
  std::string_view text;
  int line = 0;
  std::size_t byte = 0;
};

std::vector<Entry> EntriesOf(const SourceText& source) {
  std::vector<Entry> entries;
  for (int number = 1; number <= source.lines(); ++number) {
    const std::string_view line = source.line(number);
    const std::string_view text = Trim(line);
    if (text.empty() || text.front() == '#') continue;
    entries.push_back(
        {text, number, static_cast<std::size_t>(text.data() - line.data())});
  }
  return entries;
}

std::vector<std::string_view> WordsOf(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t i = text.find_first_not_of(' ');
       i != std::string_view::npos;) {
    std::size_t end = text.find(' ', i);
    if (end == std::string_view::npos) end = text.size();
    words.push_back(text.substr(i, end - i));
    i = text.find_first_not_of(' ', end);
  }
  return words;
}

std::string JoinWords(std::string_view text) {
  std::string joined;
  for (const std::string_view word : WordsOf(text)) {
    if (!joined.empty()) joined += ' ';
    joined += word;
  }
  return joined;
}

// One word table being read: what is common to all of them.
class Table {
 public:
  Table(const SourceText& source, Draft& draft)
      : source_(source), draft_(draft) {}

  void Error(const Entry& entry, std::string_view part, std::string message) {
    const auto offset =
        static_cast<std::size_t>(part.data() - entry.text.data());
    draft_.Error(source_.At(entry.line, entry.byte + offset),
                 std::move(message));
  }

  // Every entry that has no comment behind its words.
  std::vector<Entry> Entries() {
    std::vector<Entry> entries = EntriesOf(source_);
    std::erase_if(entries, [&](const Entry& entry) {
      const std::size_t sign = entry.text.find(" #");
      if (sign == std::string_view::npos) return false;
      Error(entry, entry.text.substr(sign + 1),
            "a comment stands behind an entry; give it a line of its own");
      return true;
    });
    return entries;
  }

  // Reports `key` when it stood in this table before.
  bool IsNew(const Entry& entry, std::string_view part, std::string key) {
    const auto [first, is_new] = lines_.try_emplace(std::move(key), entry.line);
    if (!is_new)
      Error(entry, part,
            "'" + first->first + "' stands here a second time, first in line " +
                std::to_string(first->second) + "; delete one");
    return is_new;
  }

 private:
  const SourceText& source_;
  Draft& draft_;
  std::unordered_map<std::string, int> lines_;
};

// "idk = i do not know"
void ReadOpenings(Table& table, std::map<std::string, std::string>& openings) {
  for (const Entry& entry : table.Entries()) {
    const std::size_t sign = entry.text.find('=');
    const std::string_view left = Trim(entry.text.substr(0, sign));
    const std::string_view right = sign == std::string_view::npos
                                       ? std::string_view()
                                       : Trim(entry.text.substr(sign + 1));
    if (left.empty() || right.empty() || WordsOf(left).size() != 1) {
      table.Error(entry, entry.text,
                  "expected one spelling, '=' and the words it opens to, as in "
                  "'idk = i do not know', but '" +
                      std::string(entry.text) + "' stands here");
      continue;
    }
    if (table.IsNew(entry, left, std::string(left)))
      openings.emplace(left, JoinWords(right));
  }
}

// "pull: pulls pulled pulling"
void ReadInflections(Table& table,
                     std::map<std::string, std::string>& inflections) {
  for (const Entry& entry : table.Entries()) {
    const std::size_t sign = entry.text.find(':');
    const std::string_view lemma = Trim(entry.text.substr(0, sign));
    const std::vector<std::string_view> forms =
        sign == std::string_view::npos ? std::vector<std::string_view>()
                                       : WordsOf(entry.text.substr(sign + 1));
    if (lemma.empty() || forms.empty() || WordsOf(lemma).size() != 1) {
      table.Error(
          entry, entry.text,
          "expected a word, ':' and its other forms, as in 'pull: pulls "
          "pulled pulling', but '" +
              std::string(entry.text) + "' stands here");
      continue;
    }
    for (const std::string_view form : forms) {
      const auto [known, is_new] =
          inflections.emplace(std::string(form), std::string(lemma));
      if (!is_new)
        table.Error(entry, form,
                    "'" + std::string(form) + "' is already a form of '" +
                        known->second +
                        "'; a form has one dictionary word, delete it here or "
                        "there");
    }
  }
}

void ReadList(Table& table, std::size_t most_words,
              std::vector<std::string>& list) {
  for (const Entry& entry : table.Entries()) {
    if (WordsOf(entry.text).size() > most_words) {
      table.Error(entry, entry.text,
                  "expected one word a line, but '" + std::string(entry.text) +
                      "' stands here");
      continue;
    }
    std::string words = JoinWords(entry.text);
    if (table.IsNew(entry, entry.text, words)) list.push_back(std::move(words));
  }
}

// "sister family"
void ReadRoles(Table& table, std::vector<Role>& roles) {
  for (const Entry& entry : table.Entries()) {
    const std::size_t space = entry.text.find_last_of(' ');
    const std::string_view last =
        entry.text.substr(space == std::string_view::npos ? 0 : space + 1);
    const auto setting = std::find(kSettings.begin(), kSettings.end(), last);
    if (space == std::string_view::npos || setting == kSettings.end()) {
      table.Error(entry, last,
                  "expected a word for a person and one of " +
                      Listed(kSettings) + ", as in 'sister family', but '" +
                      std::string(entry.text) + "' stands here" +
                      DidYouMean(last, kSettings));
      continue;
    }
    std::string word = JoinWords(entry.text.substr(0, space));
    if (table.IsNew(entry, entry.text, word))
      roles.push_back(
          {std::move(word), static_cast<Setting>(setting - kSettings.begin())});
  }
}

std::string_view FileName(const SourceText& source) {
  const std::string_view path = source.file();
  return path.substr(path.find_last_of('/') + 1);
}

constexpr std::size_t kAnyNumber = 1000;

}  // namespace

void ReadWords(const SourceText& source, Draft& draft) {
  WordTables& words = draft.authored.words;
  Table table(source, draft);
  const std::array<std::pair<std::string_view, std::function<void()>>, 9>
      readers = {{
          {"contractions.txt",
           [&] { ReadOpenings(table, words.contractions); }},
          {"chat.txt", [&] { ReadOpenings(table, words.chat); }},
          {"inflections.txt",
           [&] { ReadInflections(table, words.inflections); }},
          {"common.txt", [&] { ReadList(table, 1, words.common); }},
          {"fillers.txt", [&] { ReadList(table, kAnyNumber, words.fillers); }},
          {"operators.txt",
           [&] { ReadList(table, kAnyNumber, words.operators); }},
          {"clause_openers.txt",
           [&] { ReadList(table, kAnyNumber, words.clause_openers); }},
          {"abbreviations.txt",
           [&] { ReadList(table, 1, words.abbreviations); }},
          {"people.txt", [&] { ReadRoles(table, words.roles); }},
      }};
  std::vector<std::string_view> names;
  for (const auto& [name, read] : readers) {
    if (name == FileName(source)) return read();
    names.push_back(name);
  }
  draft.Error({source.file()}, "no word table has this name; expected " +
                                   Listed(names) +
                                   DidYouMean(FileName(source), names));
}

// The file's name says what its lines are about: a theme; "none" and "calm", of
// which there may be several ("none_near.txt"); or a risk with its level
// ("risk_abuse.active.txt").
void ReadBank(const SourceText& source, Draft& draft) {
  std::string theme(FileName(source));
  theme.resize(theme.size() - std::string_view(".txt").size());
  for (const std::string_view several : {"none", "calm"})
    if (theme.starts_with(std::string(several) + '_')) theme = several;
  const std::size_t dot = theme.find('.');
  if (ParseRiskCategory(theme.substr(0, dot))) {
    if (!ParseRisk(theme))
      draft.Error({source.file()},
                  "the bank of a risk is named for one of the levels " +
                      Listed(kRiskLevels) +
                      " too, as in 'risk_abuse.active.txt'; rename the file");
  } else if (theme != "none" && theme != "calm") {
    draft.mentions.push_back({Mention::Of::kTheme, theme, {source.file()}});
  }
  for (const Entry& entry : EntriesOf(source))
    draft.authored.bank.push_back(
        {theme, {std::string(entry.text), source.At(entry.line, entry.byte)}});
}

void ReadThemes(const SourceText& source, Draft& draft) {
  Table table(source, draft);
  for (const Entry& entry : EntriesOf(source)) {
    const std::string_view named = entry.text.substr(0, entry.text.find(" - "));
    const std::vector<std::string_view> words = WordsOf(named);
    if (words.size() != 2 || named.size() == entry.text.size()) {
      table.Error(entry, entry.text,
                  "expected an id, its kind and a gloss, as in 'secure self - "
                  "at ease with closeness', but '" +
                      std::string(entry.text) + "' stands here");
      continue;
    }
    if (std::find(kThemeKinds.begin(), kThemeKinds.end(), words[1]) ==
        kThemeKinds.end()) {
      table.Error(entry, words[1],
                  "expected " + Listed(kThemeKinds) + ", but '" +
                      std::string(words[1]) + "' stands here" +
                      DidYouMean(words[1], kThemeKinds));
      continue;
    }
    if (table.IsNew(entry, words[0], std::string(words[0])))
      draft.themes.push_back({std::string(words[0]), std::string(words[1]),
                              source.At(entry.line, entry.byte)});
  }
}

}  // namespace nearer::content
