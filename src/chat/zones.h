#ifndef NEARER_CHAT_ZONES_H_
#define NEARER_CHAT_ZONES_H_

#include <memory>

#include "core/when/zones.h"

namespace nearer::chat {

// The IANA time zones as the system keeps them (/usr/share/zoneinfo), read
// once. Names of cities, countries with one zone, common names ("Pacific time",
// "CET") and distances from UTC are known; whatever else stands in a sentence
// of a few words is not taken for a zone. Null when the system has none. Rules
// that hold beyond 2037 are not: clocks are then as in its winter.
std::unique_ptr<const when::Zones> OpenSystemZones();

}  // namespace nearer::chat

#endif  // NEARER_CHAT_ZONES_H_
