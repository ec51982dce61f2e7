#include "replay/scrub.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/text/lexicon.h"

namespace nearer::replay {
namespace {

// Names that are given to anybody, and words of no rule.
constexpr std::array<std::string_view, 16> kNames = {
    "Alex",   "Robin",   "Jamie",  "Casey", "Jordan", "Morgan",
    "Riley",  "Avery",   "Quinn",  "Rowan", "Taylor", "Drew",
    "Skyler", "Emerson", "Finley", "Hayden"};
constexpr std::array<std::string_view, 6> kPlaces = {
    "Springfield", "Riverton", "Lakewood", "Fairview", "Ashford", "Milltown"};

// Written with a capital, and tell nobody's name.
constexpr std::array kCapitalized = {
    "monday",   "tuesday",   "wednesday", "thursday",  "friday",  "saturday",
    "sunday",   "january",   "february",  "march",     "april",   "may",
    "june",     "july",      "august",    "september", "october", "november",
    "december", "christmas", "easter",    "god",       "english", "i",
    "mum",      "mom",       "dad",       "mama",      "papa",    "ok"};

template <std::size_t N>
std::string Nth(const std::array<std::string_view, N>& list, std::size_t n) {
  std::string one(list[n % N]);
  if (n >= N) one += std::string(1 + n / N, 'e');  // none is used twice
  return one;
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

std::string Lower(std::string_view word) {
  std::string lower(word);
  for (char& c : lower)
    if (IsCapital(c)) c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

// Calls `each(word, begin)` with every run of letters.
template <typename Each>
void ForEachWord(std::string_view text, const Each& each) {
  for (std::size_t at = 0; at < text.size();) {
    if (!IsLetter(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && IsLetter(text[end])) ++end;
    each(text.substr(at, end - at), at);
    at = end;
  }
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether a run of digits and what parts them tells more than "5 or 10" does.
bool Tells(std::string_view number) {
  std::size_t all = 0, run = 0, longest = 0;
  for (const char c : number) {
    run = IsDigit(c) ? run + 1 : 0;
    all += IsDigit(c) ? 1 : 0;
    longest = std::max(longest, run);
  }
  return longest >= 3 || all >= 7;
}

// "Anna called": whoever begins a sentence and does this is somebody.
constexpr std::array<std::string_view, 32> kDoneByPeople = {
    "said",   "says",   "told",    "tells",  "called",  "calls",   "asked",
    "asks",   "wants",  "wanted",  "thinks", "thought", "left",    "hates",
    "loves",  "loved",  "knows",   "knew",   "came",    "texted",  "texts",
    "wrote",  "writes", "replied", "cried",  "cries",   "laughed", "hugged",
    "kissed", "hit",    "broke",   "died"};

bool LeadsToAPlace(std::string_view word) {
  return word == "in" || word == "from" || word == "to" || word == "at" ||
         word == "near";
}

}  // namespace

Scrub::Scrub(const coach::Pack& pack)
    : pack_(pack), capitalized_(kCapitalized.begin(), kCapitalized.end()) {
  const auto add = [&](std::string_view text) {
    ForEachWord(text, [&](std::string_view word, std::size_t) {
      // A capital inside what authors wrote is as likely a name.
      if (std::ranges::none_of(word, IsCapital)) ordinary_.emplace(word);
    });
  };
  const Authored& authored = pack.authored();
  for (const auto* table : {&authored.words.contractions, &authored.words.chat,
                            &authored.words.inflections})
    for (const auto& [word, stands_for] : *table) {
      add(word);
      add(stands_for);
    }
  for (const auto* list :
       {&authored.words.fillers, &authored.words.operators,
        &authored.words.clause_openers, &authored.words.abbreviations})
    for (const std::string& word : *list) add(word);
  for (const Concept& concept_ : authored.concepts)
    for (const Line& member : concept_.members) add(member.text);
  for (const Rule& rule : authored.rules)
    for (const auto* lines : {&rule.when, &rule.unless})
      for (const Line& line : *lines) add(line.text);
  common_.insert(authored.words.common.begin(), authored.words.common.end());
  for (const Role& role : authored.words.roles) capitalized_.insert(role.word);
}

bool Scrub::IsOrdinary(const std::string& lower) const {
  return ordinary_.contains(lower) ||
         ordinary_.contains(pack_.lexicon().Lemma(lower));
}

void Scrub::Add(const std::string& lower, bool place) {
  if (stands_for_.contains(lower)) return;
  stands_for_[lower] = place ? Nth(kPlaces, places_++) : Nth(kNames, names_++);
}

void Scrub::Know(std::string_view name) {
  ForEachWord(name, [&](std::string_view word, std::size_t) {
    Add(Lower(word), false);
  });
}

void Scrub::Learn(std::string_view utterance) {
  // Who writes all in capitals gives no name away by them.
  if (std::ranges::none_of(utterance,
                           [](char c) { return c >= 'a' && c <= 'z'; }))
    return;
  std::set<std::size_t> inside;  // where a capital stands inside a sentence
  for (const text::Token& token : pack_.lexicon().Read(utterance).tokens)
    if (token.capital) inside.insert(token.begin);
  std::string before, first;  // `first`: "anna", with a capital and no verb yet
  ForEachWord(utterance, [&](std::string_view word, std::size_t at) {
    const std::string lower = Lower(word);
    if (!first.empty() &&
        std::ranges::find(kDoneByPeople, lower) != kDoneByPeople.end())
      Add(first, false);
    first.clear();
    const bool shouted = std::ranges::all_of(word, IsCapital);
    const bool known = IsOrdinary(lower) || common_.contains(lower);
    if (word.size() > 1 && IsCapital(word[0]) &&
        !capitalized_.contains(lower)) {
      if (!known || (inside.contains(at) && !shouted)) {
        Add(lower, LeadsToAPlace(before));
      } else if (!IsOrdinary(lower)) {
        first = lower;
      }
    }
    before = lower;
  });
}

std::string Scrub::Scrubbed(std::string_view utterance) const {
  // Addresses first: a name in one goes with it.
  static const RE2 kMail(R"([\w.+\-]+@[\w\-]+(\.[\w\-]+)+)");
  static const RE2 kPage(R"((?i)\b(https?://|www\.)\S+)");
  static const RE2 kHandle(R"(\B@\w{2,})");
  static const RE2 kNumber(R"((\d(?:[\d .()/\-]*\d)?))");
  std::string text(utterance);
  RE2::GlobalReplace(&text, kMail, "someone@example.org");
  RE2::GlobalReplace(&text, kPage, "https://example.org");
  RE2::GlobalReplace(&text, kHandle, "@someone");

  std::string scrubbed;
  std::size_t told = 0;
  ForEachWord(text, [&](std::string_view word, std::size_t at) {
    const std::string lower = Lower(word);
    const auto found = stands_for_.find(lower);
    if (found == stands_for_.end()) return;
    // "will" is a name only when it is written as one.
    if (!IsCapital(word[0]) && IsOrdinary(lower)) return;
    scrubbed.append(text, told, at - told).append(found->second);
    told = at + word.size();
  });
  scrubbed.append(text, told);

  re2::StringPiece rest(scrubbed), number;
  while (RE2::FindAndConsume(&rest, kNumber, &number)) {
    if (!Tells({number.data(), number.size()})) continue;
    const auto begin = scrubbed.begin() + (number.data() - scrubbed.data());
    std::replace_if(begin, begin + static_cast<std::ptrdiff_t>(number.size()),
                    IsDigit, '1');
  }
  return scrubbed;
}

}  // namespace nearer::replay
