#include "channels/phone.h"

#include <utility>

namespace nearer::channels {
namespace {

// Calling codes (ITU-T E.164) of countries with one time zone. No code is the
// beginning of another.
constexpr std::pair<std::string_view, std::string_view> kZones[] = {
    {"20", "Africa/Cairo"},       {"27", "Africa/Johannesburg"},
    {"30", "Europe/Athens"},      {"31", "Europe/Amsterdam"},
    {"32", "Europe/Brussels"},    {"33", "Europe/Paris"},
    {"353", "Europe/Dublin"},     {"358", "Europe/Helsinki"},
    {"36", "Europe/Budapest"},    {"380", "Europe/Kyiv"},
    {"385", "Europe/Zagreb"},     {"386", "Europe/Ljubljana"},
    {"39", "Europe/Rome"},        {"40", "Europe/Bucharest"},
    {"41", "Europe/Zurich"},      {"420", "Europe/Prague"},
    {"421", "Europe/Bratislava"}, {"43", "Europe/Vienna"},
    {"44", "Europe/London"},      {"45", "Europe/Copenhagen"},
    {"46", "Europe/Stockholm"},   {"47", "Europe/Oslo"},
    {"48", "Europe/Warsaw"},      {"49", "Europe/Berlin"},
    {"51", "America/Lima"},       {"57", "America/Bogota"},
    {"60", "Asia/Kuala_Lumpur"},  {"63", "Asia/Manila"},
    {"65", "Asia/Singapore"},     {"66", "Asia/Bangkok"},
    {"81", "Asia/Tokyo"},         {"82", "Asia/Seoul"},
    {"84", "Asia/Ho_Chi_Minh"},   {"86", "Asia/Shanghai"},
    {"880", "Asia/Dhaka"},        {"90", "Europe/Istanbul"},
    {"91", "Asia/Kolkata"},       {"92", "Asia/Karachi"},
    {"94", "Asia/Colombo"},       {"233", "Africa/Accra"},
    {"234", "Africa/Lagos"},      {"254", "Africa/Nairobi"},
    {"256", "Africa/Kampala"},    {"961", "Asia/Beirut"},
    {"962", "Asia/Amman"},        {"966", "Asia/Riyadh"},
    {"971", "Asia/Dubai"},        {"972", "Asia/Jerusalem"},
};
constexpr std::size_t kShortestNumber = 8;

}  // namespace

std::string ZoneOfNumber(std::string_view number) {
  if (number.starts_with('+')) number.remove_prefix(1);
  // Twilio's chats name our number behind theirs.
  number = number.substr(0, number.find('|'));
  if (number.size() < kShortestNumber ||
      number.find_first_not_of("0123456789") != number.npos)
    return {};
  for (const auto& [code, zone] : kZones)
    if (number.starts_with(code)) return std::string(zone);
  return {};
}

}  // namespace nearer::channels
