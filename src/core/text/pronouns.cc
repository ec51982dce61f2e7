#include "core/text/pronouns.h"

#include <utf8proc.h>

#include <algorithm>
#include <vector>

#include "core/text/among.h"

namespace nearer::text {
namespace {

// A word of the stretch: letters with apostrophes inside.
struct Word {
  std::size_t begin, end;
  std::string plain;  // lower case, every apostrophe '
};

// Length of the apostrophe that begins at `at`; 0 if none does.
std::size_t Apostrophe(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '\'') return 1;
  const std::string_view three = text.substr(std::min(at, text.size()), 3);
  return three == "\u2019" || three == "\u2018" ? 3 : 0;
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::vector<Word> Words(std::string_view said) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < said.size();) {
    if (Apostrophe(said, i) != 0 || !IsLetter(said[i])) {
      i += std::max<std::size_t>(Apostrophe(said, i), 1);
      continue;
    }
    Word word{i, i, {}};
    while (i < said.size()) {
      if (const std::size_t size = Apostrophe(said, i); size != 0) {
        if (i + size >= said.size() || !IsLetter(said[i + size])) break;
        word.plain.push_back('\'');
        i += size;
      } else if (IsLetter(said[i])) {
        word.plain.push_back(Lower(said[i++]));
      } else {
        break;
      }
    }
    word.end = i;
    words.push_back(std::move(word));
  }
  return words;
}

// What the word becomes; empty if it stays. "You" serves one and many.
std::string_view Turned(std::string_view word) {
  static constexpr std::pair<std::string_view, std::string_view> kTurned[] = {
      {"i", "you"},
      {"me", "you"},
      {"my", "your"},
      {"mine", "yours"},
      {"myself", "yourself"},
      {"am", "are"},
      {"i'm", "you're"},
      {"im", "you're"},
      {"i've", "you've"},
      {"ive", "you've"},
      {"i'd", "you'd"},
      {"i'll", "you'll"},
      {"i'd've", "you'd've"},
      {"we", "you"},
      {"us", "you"},
      {"our", "your"},
      {"ours", "yours"},
      {"ourselves", "yourselves"},
      {"we're", "you're"},
      {"we've", "you've"},
      {"we'll", "you'll"},
      {"we'd", "you'd"},
      {"dont", "don't"},
      {"didnt", "didn't"},
      {"doesnt", "doesn't"},
      {"cant", "can't"},
      {"couldnt", "couldn't"},
      {"wouldnt", "wouldn't"},
      {"isnt", "isn't"},
      {"arent", "aren't"},
      {"wasnt", "wasn't"},
      {"werent", "weren't"},
      {"havent", "haven't"},
      {"hasnt", "hasn't"},
      {"hadnt", "hadn't"},
      {"wont", "won't"},
      {"thats", "that's"},
      {"hes", "he's"},
      {"shes", "she's"},
      {"theyre", "they're"},
  };
  for (const auto& [from, to] : kTurned)
    if (from == word) return to;
  return {};
}

// "I was" and "I always was" are about me; in "the thing I said was" it is not
// known who was.
bool MayStandBetween(std::string_view word) {
  return Among(word, {"always", "never", "just", "really", "still", "also",
                      "only", "often", "usually", "sometimes", "once", "so",
                      "honestly", "actually", "probably", "even"});
}

// "Id" is "I'd" only before what may follow that.
bool MayFollowId(std::string_view word) {
  return Among(word, {"rather", "have", "like", "love", "be", "say", "been",
                      "never", "just", "go", "want", "tell", "prefer", "still",
                      "do", "probably", "done"});
}

std::string_view TurnedWas(std::string_view word) {
  if (word == "was") return "were";
  if (word == "wasn't" || word == "wasnt") return "weren't";
  return {};
}

bool IsValid(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t size = utf8proc_iterate(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + i,
        static_cast<utf8proc_ssize_t>(text.size() - i), &c);
    if (size <= 0 || c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 ||
        c == 0x2029)
      return false;
    i += static_cast<std::size_t>(size);
  }
  return true;
}

// Without white space around it and punctuation that closes it.
std::string_view Core(std::string_view said) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  bool more = true;
  while (more) {
    more = false;
    while (!said.empty() && kSpace.find(said.front()) != said.npos)
      said.remove_prefix(1);
    for (const std::string_view closing :
         {" ", "\t", "\r", "\n", "\f", "\v", ".", ",", "!", "?", ";", ":", "-",
          "\u2026", "\u2013", "\u2014"}) {
      if (!said.ends_with(closing)) continue;
      said.remove_suffix(closing.size());
      more = true;
    }
  }
  return said;
}

std::size_t CountWords(std::string_view said) {
  std::size_t count = 0;
  bool inside = false;
  for (const char c : said) {
    if (c != ' ' && !inside) ++count;
    inside = c != ' ';
  }
  return count;
}

bool Holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

struct Stretch {
  std::size_t begin, end;
};

// What stands between quotation marks; nothing when one has no fellow.
std::optional<std::vector<Stretch>> Quotations(std::string_view said) {
  std::vector<Stretch> quotations;
  std::string_view closing;  // of the one that is open
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (!closing.empty()) {
      if (!said.substr(i).starts_with(closing)) continue;
      quotations.back().end = i;
      closing = {};
    } else if (said[i] == '"') {
      quotations.push_back({i, said.size()});
      closing = "\"";
    } else if (said.substr(i).starts_with("\u201C")) {
      quotations.push_back({i, said.size()});
      closing = "\u201D";
    } else if (said.substr(i).starts_with("\u201D")) {
      return std::nullopt;
    }
  }
  if (!closing.empty()) return std::nullopt;
  return quotations;
}

bool InOneOf(const std::vector<Stretch>& stretches, std::size_t at) {
  return std::any_of(
      stretches.begin(), stretches.end(),
      [&](const Stretch& one) { return one.begin <= at && at < one.end; });
}

}  // namespace

std::optional<std::string> TurnToYou(std::string_view said, int max_words) {
  said = Core(said);
  if (said.empty() || !IsValid(said) ||
      CountWords(said) > static_cast<std::size_t>(std::max(max_words, 0)))
    return std::nullopt;
  for (const std::string_view sign :
       {"\u201E", "\u00AB", "\u00BB", "@", "://", "www."})
    if (Holds(said, sign)) return std::nullopt;
  const auto quotations = Quotations(said);
  if (!quotations) return std::nullopt;

  const std::vector<Word> words = Words(said);
  const bool shouted =
      std::none_of(said.begin(), said.end(),
                   [](char c) { return c >= 'a' && c <= 'z'; }) &&
      said.size() > 1;
  std::string turned;
  std::size_t copied = 0;
  bool i_before = false;  // "I", and at most such adverbs since
  for (std::size_t w = 0; w < words.size(); ++w) {
    const Word& word = words[w];
    if (InOneOf(*quotations, word.begin)) {
      i_before = false;
      continue;
    }
    if (Among(word.plain,
              {"you", "your", "yours", "yourself", "yourselves", "u", "ur",
               "urself", "ya", "yall", "y'all", "youre", "youve", "youll"}) ||
        word.plain.starts_with("you'"))
      return std::nullopt;
    std::string_view to = Turned(word.plain);
    if (const std::string_view were = TurnedWas(word.plain); !were.empty()) {
      const bool i_after = w + 1 < words.size() && words[w + 1].plain == "i";
      if (i_before || i_after) to = were;
    }
    if (word.plain == "id" && w + 1 < words.size() &&
        MayFollowId(words[w + 1].plain))
      to = "you'd";
    i_before = word.plain == "i" || (i_before && MayStandBetween(word.plain));
    if (to.empty()) continue;
    turned.append(said.substr(copied, word.begin - copied));
    for (const char c : to)
      turned.push_back(shouted && c >= 'a' && c <= 'z'
                           ? static_cast<char>(c - 'a' + 'A')
                           : c);
    copied = word.end;
  }
  turned.append(said.substr(copied));
  return turned;
}

}  // namespace nearer::text
