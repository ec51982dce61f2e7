#include "core/when/wish.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace nearer::when {
namespace {

using std::chrono::minutes;
using Part = Wish::Part;

constexpr int kNoonHour = 12, kHours = 24, kMinutes = 60;
constexpr int kDaysOfMonth = 30;  // of "in a month"
constexpr int kMost = 1000;       // of anything counted

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

// Words and numbers in lower case: "7:30", "pm", "o'clock" is "oclock". A
// number and the letters behind it are two: "7pm", "3rd".
std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto end = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool in_number = !word.empty() && IsDigit(word.back());
    if (IsDigit(c)) {
      if (!word.empty() && IsLetter(word.back())) end();
      word += c;
    } else if (IsLetter(c)) {
      if (in_number) end();
      word += c;
    } else if ((c == ':' || c == '.') && in_number &&
               word.find(':') == word.npos && i + 1 < text.size() &&
               IsDigit(text[i + 1])) {
      word += ':';
    } else if (c == '\'') {
      if (in_number) end();
    } else {
      end();
    }
  }
  end();
  return words;
}

template <typename T, std::size_t N>
std::optional<T> Lookup(
    const std::array<std::pair<std::string_view, T>, N>& table,
    std::string_view word) {
  for (const auto& [name, value] : table)
    if (name == word) return value;
  return std::nullopt;
}

constexpr auto kNumbers =
    std::to_array<std::pair<std::string_view, int>>({{"a", 1},
                                                     {"an", 1},
                                                     {"one", 1},
                                                     {"two", 2},
                                                     {"couple", 2},
                                                     {"three", 3},
                                                     {"few", 3},
                                                     {"four", 4},
                                                     {"five", 5},
                                                     {"six", 6},
                                                     {"seven", 7},
                                                     {"eight", 8},
                                                     {"nine", 9},
                                                     {"ten", 10},
                                                     {"eleven", 11},
                                                     {"twelve", 12},
                                                     {"fifteen", 15},
                                                     {"twenty", 20},
                                                     {"thirty", 30}});

constexpr auto kWeekdays =
    std::to_array<std::pair<std::string_view, unsigned>>({{"sunday", 0},
                                                          {"sundays", 0},
                                                          {"monday", 1},
                                                          {"mondays", 1},
                                                          {"tuesday", 2},
                                                          {"tuesdays", 2},
                                                          {"tues", 2},
                                                          {"wednesday", 3},
                                                          {"wednesdays", 3},
                                                          {"thursday", 4},
                                                          {"thursdays", 4},
                                                          {"thurs", 4},
                                                          {"friday", 5},
                                                          {"fridays", 5},
                                                          {"saturday", 6},
                                                          {"saturdays", 6},
                                                          {"weekend", 6}});
// Only where a day is due: they mean other things as well.
constexpr auto kShortWeekdays =
    std::to_array<std::pair<std::string_view, unsigned>>({{"sun", 0},
                                                          {"mon", 1},
                                                          {"tue", 2},
                                                          {"wed", 3},
                                                          {"thu", 4},
                                                          {"thur", 4},
                                                          {"fri", 5},
                                                          {"sat", 6}});
constexpr std::array<std::string_view, 5> kBeforeDay = {"on", "next", "this",
                                                        "every", "by"};

constexpr auto kMonths = std::to_array<std::pair<std::string_view, int>>(
    {{"january", 1},   {"jan", 1},       {"february", 2}, {"feb", 2},
     {"april", 4},     {"apr", 4},       {"june", 6},     {"jun", 6},
     {"july", 7},      {"jul", 7},       {"august", 8},   {"aug", 8},
     {"september", 9}, {"sep", 9},       {"sept", 9},     {"october", 10},
     {"oct", 10},      {"november", 11}, {"nov", 11},     {"december", 12},
     {"dec", 12}});
// Words of other meanings too: beside a day's number only.
constexpr auto kShyMonths = std::to_array<std::pair<std::string_view, int>>(
    {{"march", 3}, {"mar", 3}, {"may", 5}});

constexpr auto kParts = std::to_array<std::pair<std::string_view, Part>>(
    {{"morning", Part::kMorning},
     {"noon", Part::kNoon},
     {"midday", Part::kNoon},
     {"lunchtime", Part::kNoon},
     {"afternoon", Part::kAfternoon},
     {"evening", Part::kEvening},
     {"night", Part::kNight},
     {"bedtime", Part::kNight},
     {"midnight", Part::kMidnight}});

constexpr std::array<std::string_view, 7> kBeforeHour = {
    "at", "around", "about", "by", "after", "past", "to"};

// Reads one text.
class Reader {
 public:
  explicit Reader(std::string_view text) : words_(WordsOf(text)) {}

  Wish Read() {
    while (at_ < words_.size()) {
      if (!(ReadRepetition() || ReadDistance() || ReadDay() || ReadDate() ||
            ReadHour() || ReadPart()))
        ++at_;
    }
    return wish_;
  }

 private:
  std::string_view Word(std::size_t ahead = 0) const {
    return at_ + ahead < words_.size() ? std::string_view(words_[at_ + ahead])
                                       : std::string_view();
  }
  std::string_view Before() const {
    return at_ > 0 ? std::string_view(words_[at_ - 1]) : std::string_view();
  }
  bool Took(std::size_t words) {
    at_ += words;
    return true;
  }
  template <typename T, typename U>
  static void Keep(std::optional<T>& place, U value) {
    if (!place) place = value;
  }

  static std::optional<int> Digits(std::string_view word) {
    int number = 0;
    const auto [end, wrong] =
        std::from_chars(word.data(), word.data() + word.size(), number);
    if (word.empty() || wrong != std::errc() ||
        end != word.data() + word.size() || number > kMost)
      return std::nullopt;
    return number;
  }
  static std::optional<int> Number(std::string_view word) {
    if (const auto digits = Digits(word)) return digits;
    return Lookup(kNumbers, word);
  }

  bool ReadRepetition() {
    if (Word() == "daily" || Word() == "weekly") {
      wish_.repeated = true;
      return Took(1);
    }
    if (Word() != "every" && Word() != "each") return false;
    wish_.repeated = true;
    ++at_;
    if (Word() == "day") return Took(1);
    if (Word() == "week") {
      Keep(wish_.days, 7);
      return Took(1);
    }
    return true;  // what comes says of what
  }

  // "in two days", "half an hour from now", "next week".
  bool ReadDistance() {
    if (Word() == "next" && (Word(1) == "week" || Word(1) == "month")) {
      Keep(wish_.days, Word(1) == "week" ? 7 : kDaysOfMonth);
      return Took(2);
    }
    const bool in = Word() == "in" || Word() == "within" || Word() == "after";
    std::size_t i = in ? 1 : 0;
    bool half = false;
    if (Word(i) == "half") {
      half = true;
      ++i;
      if (Word(i) == "an" || Word(i) == "a") ++i;
    }
    const auto number = half ? std::optional(1) : Number(Word(i));
    if (!number) return false;
    if (!half) ++i;
    // "a couple of", "a few"
    if (!half && *number == 1)
      if (const auto more = Lookup(kNumbers, Word(i)); more && *more > 1)
        return ReadUnits(*more, false, i + 1, in);
    return ReadUnits(*number, half, i, in);
  }

  bool ReadUnits(int number, bool half, std::size_t i, bool in) {
    if (Word(i) == "of" || Word(i) == "more") ++i;
    std::string_view unit = Word(i++);
    if (unit.ends_with('s')) unit.remove_suffix(1);
    const bool from_now =
        (Word(i) == "from" && (Word(i + 1) == "now" || Word(i + 1) == "today"));
    if (from_now) i += 2;
    if (!from_now && !in && Word(i) != "later") return false;
    if (unit == "minute" || unit == "min") {
      Keep(wish_.in, minutes(half ? 0 : number));
    } else if (unit == "hour" || unit == "hr") {
      Keep(wish_.in, half ? minutes(30) : minutes(kMinutes * number));
    } else if (unit == "day") {
      Keep(wish_.days, number);
    } else if (unit == "week") {
      Keep(wish_.days, 7 * number);
    } else if (unit == "month") {
      Keep(wish_.days, kDaysOfMonth * number);
    } else {
      return false;
    }
    return Took(i);
  }

  bool ReadDay() {
    if (Word() == "day" && Word(1) == "after" && Word(2) == "tomorrow") {
      Keep(wish_.days, 2);
      return Took(3);
    }
    if (Word() == "tomorrow" || Word() == "tmrw" || Word() == "tomorow") {
      Keep(wish_.days, 1);
      return Took(1);
    }
    if (Word() == "today" || Word() == "tonight") {
      Keep(wish_.days, 0);
      if (Word() == "tonight" && wish_.part == Part::kNone)
        wish_.part = Part::kEvening;
      return Took(1);
    }
    auto weekday = Lookup(kWeekdays, Word());
    if (!weekday && std::ranges::find(kBeforeDay, Before()) != kBeforeDay.end())
      weekday = Lookup(kShortWeekdays, Word());
    if (!weekday) return false;
    Keep(wish_.weekday, std::chrono::weekday(*weekday));
    return Took(1);
  }

  static bool IsOrdinal(std::string_view word) {
    return word == "st" || word == "nd" || word == "rd" || word == "th";
  }
  std::optional<int> DayNumber(std::string_view word) const {
    const auto number = Digits(word);
    if (!number || *number < 1 || *number > 31) return std::nullopt;
    return number;
  }
  std::optional<int> MonthAt(std::size_t ahead) const {
    if (const auto month = Lookup(kMonths, Word(ahead))) return month;
    return Lookup(kShyMonths, Word(ahead));
  }

  // "3 December", "the 3rd of December", "December 3rd", "on the 3rd".
  bool ReadDate() {
    if (const auto month = MonthAt(0)) {
      const auto day = DayNumber(Word(1));
      if (!day) return false;
      Keep(wish_.month, *month);
      Keep(wish_.day_of_month, *day);
      return Took(IsOrdinal(Word(2)) ? 3 : 2);
    }
    const auto day = DayNumber(Word());
    if (!day) return false;
    std::size_t i = 1;
    const bool ordinal = IsOrdinal(Word(i));
    if (ordinal) ++i;
    if (ordinal && Word(i) == "of") ++i;
    if (const auto month = MonthAt(i)) {
      Keep(wish_.month, *month);
      Keep(wish_.day_of_month, *day);
      return Took(i + 1);
    }
    if (!ordinal) return false;
    Keep(wish_.day_of_month, *day);
    return Took(2);
  }

  // "7:30" and "19" are hours and minutes; nothing for what is no time.
  static std::optional<std::pair<int, int>> Clock(std::string_view word) {
    const auto colon = word.find(':');
    const auto hour = Digits(word.substr(0, colon));
    const auto minute =
        colon == word.npos ? std::optional(0) : Digits(word.substr(colon + 1));
    if (!hour || !minute || *hour > kHours || *minute >= kMinutes)
      return std::nullopt;
    return std::pair(*hour % kHours, *minute);
  }

  bool ReadHour() {
    int shift = 0;
    std::size_t i = 0;
    if ((Word() == "half" || Word() == "quarter") &&
        (Word(1) == "past" || Word(1) == "to")) {
      shift = Word() == "half" ? 30 : 15;
      if (Word(1) == "to") shift = -shift;
      i = 2;
    }
    auto clock = Clock(Word(i));
    if (!clock && (i > 0 || IsBeforeHour()))
      if (const auto number = Lookup(kNumbers, Word(i));
          number && *number <= kNoonHour && Word(i).size() > 2)
        clock = std::pair(*number, 0);
    if (!clock) return false;
    const bool with_minutes = Word(i).find(':') != std::string_view::npos;
    const bool due = i > 0 || with_minutes || IsBeforeHour();
    const bool on_the_hour = TakeOClock(++i);
    const std::string_view half = TakeHalf(i);
    if (!due && !on_the_hour && half.empty()) return false;
    TakeClock(clock->first, clock->second + shift, half);
    return Took(i);
  }

  // "o'clock" at `i`, which goes behind it.
  bool TakeOClock(std::size_t& i) const {
    if (Word(i) == "oclock") {
      ++i;
      return true;
    }
    if (Word(i) != "o" || Word(i + 1) != "clock") return false;
    i += 2;
    return true;
  }

  // "am", "pm", "p.m." at `i`, which goes behind it; empty when it is neither.
  std::string_view TakeHalf(std::size_t& i) const {
    if (Word(i) == "am" || Word(i) == "pm") return Word(i++);
    if ((Word(i) != "a" && Word(i) != "p") || Word(i + 1) != "m") return {};
    i += 2;
    return Word(i - 2) == "a" ? "am" : "pm";
  }

  bool IsBeforeHour() const {
    return std::ranges::find(kBeforeHour, Before()) != kBeforeHour.end();
  }

  void TakeClock(int hour, int minute, std::string_view half) {
    if (wish_.minute) return;
    if (half == "pm" && hour < kNoonHour) hour += kNoonHour;
    if (half == "am" && hour == kNoonHour) hour = 0;
    wish_.either_half = half.empty() && hour >= 1 && hour <= kNoonHour;
    wish_.minute =
        (hour * kMinutes + minute + kHours * kMinutes) % (kHours * kMinutes);
  }

  bool ReadPart() {
    const auto part = Lookup(kParts, Word());
    if (!part) return false;
    if (wish_.part == Part::kNone) wish_.part = *part;
    // "this evening" is today's
    if (Before() == "this") Keep(wish_.days, 0);
    return Took(1);
  }

  const std::vector<std::string> words_;
  std::size_t at_ = 0;
  Wish wish_;
};

}  // namespace

Wish ParseWish(std::string_view text) { return Reader(text).Read(); }

}  // namespace nearer::when
