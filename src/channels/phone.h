#ifndef NEARER_CHANNELS_PHONE_H_
#define NEARER_CHANNELS_PHONE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace nearer::channels {

// So many seconds after somebody's last words WhatsApp takes a message that no
// template holds. A few minutes less, for the way there.
inline constexpr std::int64_t kWhatsAppWindow = 24 * 3600 - 600;

// The time zone where a telephone number ("+49170…", with or without the '+')
// is from; empty for countries with several, for what is no number and for the
// smaller countries: it is only a guess to be confirmed.
std::string ZoneOfNumber(std::string_view number);

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_PHONE_H_
