#include "chat/zones.h"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nearer::chat {
namespace {

constexpr char kCountries[] = "/usr/share/zoneinfo/iso3166.tab";
constexpr char kZonesOfCountries[] = "/usr/share/zoneinfo/zone.tab";
constexpr std::size_t kMostWords = 8;
constexpr int kFarthestEast = 14, kFarthestWest = 12;  // hours from UTC

// Names that the database has not, in the form of KeyOf.
constexpr std::pair<std::string_view, std::string_view> kCommon[] = {
    {"utc", "UTC"},
    {"gmt", "UTC"},
    {"zulu", "UTC"},
    {"uk", "Europe/London"},
    {"england", "Europe/London"},
    {"scotland", "Europe/London"},
    {"wales", "Europe/London"},
    {"great britain", "Europe/London"},
    {"united kingdom", "Europe/London"},
    {"british", "Europe/London"},
    {"manchester", "Europe/London"},
    {"birmingham", "Europe/London"},
    {"edinburgh", "Europe/London"},
    {"glasgow", "Europe/London"},
    {"bst", "Europe/London"},
    {"germany", "Europe/Berlin"},
    {"munich", "Europe/Berlin"},
    {"hamburg", "Europe/Berlin"},
    {"cologne", "Europe/Berlin"},
    {"frankfurt", "Europe/Berlin"},
    {"barcelona", "Europe/Madrid"},
    {"milan", "Europe/Rome"},
    {"geneva", "Europe/Zurich"},
    {"cet", "Europe/Paris"},
    {"cest", "Europe/Paris"},
    {"central european", "Europe/Paris"},
    {"eet", "Europe/Athens"},
    {"eest", "Europe/Athens"},
    {"turkey", "Europe/Istanbul"},
    {"eastern", "America/New_York"},
    {"est", "America/New_York"},
    {"edt", "America/New_York"},
    {"et", "America/New_York"},
    {"nyc", "America/New_York"},
    {"boston", "America/New_York"},
    {"washington", "America/New_York"},
    {"washington dc", "America/New_York"},
    {"philadelphia", "America/New_York"},
    {"miami", "America/New_York"},
    {"atlanta", "America/New_York"},
    {"central", "America/Chicago"},
    {"cst", "America/Chicago"},
    {"cdt", "America/Chicago"},
    {"houston", "America/Chicago"},
    {"dallas", "America/Chicago"},
    {"austin", "America/Chicago"},
    {"mountain", "America/Denver"},
    {"mst", "America/Denver"},
    {"mdt", "America/Denver"},
    {"pacific", "America/Los_Angeles"},
    {"pst", "America/Los_Angeles"},
    {"pdt", "America/Los_Angeles"},
    {"pt", "America/Los_Angeles"},
    {"la", "America/Los_Angeles"},
    {"san francisco", "America/Los_Angeles"},
    {"san diego", "America/Los_Angeles"},
    {"seattle", "America/Los_Angeles"},
    {"portland", "America/Los_Angeles"},
    {"las vegas", "America/Los_Angeles"},
    {"montreal", "America/Toronto"},
    {"ottawa", "America/Toronto"},
    {"rio", "America/Sao_Paulo"},
    {"rio de janeiro", "America/Sao_Paulo"},
    {"india", "Asia/Kolkata"},
    {"ist", "Asia/Kolkata"},
    {"delhi", "Asia/Kolkata"},
    {"new delhi", "Asia/Kolkata"},
    {"mumbai", "Asia/Kolkata"},
    {"bangalore", "Asia/Kolkata"},
    {"bengaluru", "Asia/Kolkata"},
    {"chennai", "Asia/Kolkata"},
    {"china", "Asia/Shanghai"},
    {"beijing", "Asia/Shanghai"},
    {"south korea", "Asia/Seoul"},
    {"korea", "Asia/Seoul"},
    {"jst", "Asia/Tokyo"},
    {"osaka", "Asia/Tokyo"},
    {"uae", "Asia/Dubai"},
    {"abu dhabi", "Asia/Dubai"},
    {"vietnam", "Asia/Ho_Chi_Minh"},
    {"tel aviv", "Asia/Jerusalem"},
    {"cape town", "Africa/Johannesburg"},
    {"abuja", "Africa/Lagos"},
    {"canberra", "Australia/Sydney"},
    {"aest", "Australia/Sydney"},
    {"wellington", "Pacific/Auckland"},
    {"new zealand", "Pacific/Auckland"},
};

// What stands around a name: "I'm in the Berlin time zone".
constexpr std::array<std::string_view, 41> kAround = {
    "i",      "am",     "m",    "im",   "in",     "is",   "it",
    "its",    "my",     "the",  "a",    "time",   "zone", "timezone",
    "we",     "are",    "at",   "from", "near",   "on",   "live",
    "living", "here",   "city", "of",   "use",    "s",    "re",
    "to",     "please", "ok",   "set",  "change", "put",  "make",
    "that",   "would",  "be",   "hi",   "right",  "now"};

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Words in lower case; whatever is no letter, digit or sign parts them. Bytes
// beyond ASCII are letters.
std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    const bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      (c >= '0' && c <= '9') || c == '+' || c == '-' ||
                      c == ':' || static_cast<unsigned char>(c) >= 0x80;
    if (part)
      words.back() += Lower(c);
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) {
    if (!joined.empty()) joined += ' ';
    joined += word;
  }
  return joined;
}

// As names are compared: "New_York" and "new york" alike.
std::string KeyOf(std::string_view name) { return Joined(WordsOf(name)); }

std::vector<std::vector<std::string>> ReadTable(const char* path) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::vector<std::string> row;
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, '\t');)
      row.push_back(field);
    rows.push_back(std::move(row));
  }
  return rows;
}

// "utc+2", "gmt-5", "+2", with the words joined.
std::optional<std::string> FromUtc(std::string_view name) {
  std::string words(name);
  std::erase(words, ' ');
  std::string_view rest = words;
  for (const std::string_view lead : {"utc", "gmt"})
    if (rest.starts_with(lead)) rest.remove_prefix(lead.size());
  if (rest.size() < 2 || (rest.front() != '+' && rest.front() != '-'))
    return std::nullopt;
  const bool west = rest.front() == '-';
  rest.remove_prefix(1);
  if (rest.ends_with(":00")) rest.remove_suffix(3);
  int hours = 0;
  const auto [end, wrong] =
      std::from_chars(rest.data(), rest.data() + rest.size(), hours);
  if (wrong != std::errc() || end != rest.data() + rest.size() || hours < 0 ||
      hours > (west ? kFarthestWest : kFarthestEast))
    return std::nullopt;
  if (hours == 0) return "UTC";
  // These are named by the other sign.
  return std::string("Etc/GMT") + (west ? "+" : "-") + std::to_string(hours);
}

class SystemZones final : public when::Zones {
 public:
  // Throws what the library throws.
  SystemZones() {
    for (const date::time_zone& zone : date::get_tzdb().zones)
      zones_.emplace(zone.name(), &zone);
    for (const auto& [name, zone] : zones_) {
      known_.emplace(KeyOf(name), name);
      // Cities; what is no continent's ("Etc/GMT+5", "posix") has none.
      if (const auto slash = name.rfind('/');
          slash != name.npos && !name.starts_with("Etc/"))
        Add(KeyOf(std::string_view(name).substr(slash + 1)), name);
    }
    AddCountries();
    for (const auto& [name, zone] : kCommon)
      if (zones_.contains(zone)) known_[std::string(name)] = zone;
    for (const std::string& name : ambiguous_)
      if (!IsCommon(name)) known_.erase(name);
  }

  std::optional<std::string> Find(std::string_view words) const override {
    std::vector<std::string> parts = WordsOf(words);
    if (parts.size() > kMostWords) return std::nullopt;
    if (auto zone = FindName(Joined(parts))) return zone;
    std::erase_if(parts, [](const std::string& word) {
      return std::ranges::find(kAround, word) != kAround.end();
    });
    return FindName(Joined(parts));
  }

  std::chrono::seconds OffsetAt(std::string_view zone,
                                std::int64_t at) const override {
    const auto found = zones_.find(zone);
    if (found == zones_.end()) return {};
    try {
      return found->second
          ->get_info(date::sys_seconds(std::chrono::seconds(at)))
          .offset;
    } catch (const std::exception&) {
      return {};  // a damaged database; UTC is better than no answer
    }
  }

 private:
  std::optional<std::string> FindName(const std::string& name) const {
    if (name.empty()) return std::nullopt;
    if (const auto known = known_.find(name); known != known_.end())
      return known->second;
    return FromUtc(name);
  }

  // The first of a name stays, unless another means another clock.
  void Add(const std::string& name, const std::string& zone) {
    const auto [at, added] = known_.emplace(name, zone);
    if (!added && !SameClock(at->second, zone)) ambiguous_.insert(name);
  }

  // Whether two zones have shown the same this year and show it now.
  bool SameClock(const std::string& a, const std::string& b) const {
    constexpr std::int64_t kSomeWinter = 1'768'000'000,
                           kSomeSummer = 1'784'000'000;
    return OffsetAt(a, kSomeWinter) == OffsetAt(b, kSomeWinter) &&
           OffsetAt(a, kSomeSummer) == OffsetAt(b, kSomeSummer);
  }

  static bool IsCommon(const std::string& name) {
    return std::ranges::any_of(
        kCommon, [&](const auto& each) { return each.first == name; });
  }

  // Countries in which all clocks show the same.
  void AddCountries() {
    std::map<std::string, std::vector<std::string>> zones_of;
    for (const auto& row : ReadTable(kZonesOfCountries))
      if (row.size() >= 3) zones_of[row[0]].push_back(row[2]);
    for (const auto& row : ReadTable(kCountries)) {
      if (row.size() < 2) continue;
      const auto& zones = zones_of[row[0]];
      if (zones.empty() || !zones_.contains(zones.front())) continue;
      if (std::ranges::all_of(zones, [&](const std::string& zone) {
            return SameClock(zone, zones.front());
          }))
        Add(KeyOf(row[1]), zones.front());
    }
  }

  std::map<std::string, const date::time_zone*, std::less<>> zones_;
  std::map<std::string, std::string, std::less<>> known_;
  std::set<std::string> ambiguous_;
};

}  // namespace

std::unique_ptr<const when::Zones> OpenSystemZones() {
  try {
    return std::make_unique<SystemZones>();
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace nearer::chat
