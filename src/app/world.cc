#include "app/world.h"

#include <openssl/rand.h>

#include <chrono>
#include <cstdlib>

#include "app/commands.h"

namespace nearer::app {

chat::Chat::World RealWorld() {
  return {
      .now =
          [] {
            return std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                .count();
          },
      .randomness =
          [](std::size_t count) {
            std::string bytes(count, '\0');
            if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()),
                           static_cast<int>(count)) != 1) {
              Fail("the system gives no random bytes; look at /dev/urandom");
              std::abort();
            }
            return bytes;
          },
  };
}

}  // namespace nearer::app
