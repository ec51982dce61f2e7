#ifndef NEARER_APP_WORLD_H_
#define NEARER_APP_WORLD_H_

#include "chat/chat.h"

namespace nearer::app {

// The system's clock and OpenSSL's random bytes. Ends the program when there
// are none: tokens that can be guessed are worse than none.
chat::Chat::World RealWorld();

}  // namespace nearer::app

#endif  // NEARER_APP_WORLD_H_
