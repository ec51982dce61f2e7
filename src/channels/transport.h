#ifndef NEARER_CHANNELS_TRANSPORT_H_
#define NEARER_CHANNELS_TRANSPORT_H_

#include <chrono>
#include <memory>

#include "channels/channel.h"

namespace nearer::channels {

// How requests get to a platform. Safe from many threads.
class Transport {
 public:
  virtual ~Transport() = default;

  // POSTs and waits for the response, at most `patience`. When there is none
  // its status is 0, and its body says why in words without address or secret.
  virtual HttpResponse Send(const HttpRequest& request,
                            std::chrono::milliseconds patience) = 0;

  // From now on every request fails at once, those under way too.
  virtual void Close() = 0;
};

// HTTP/1.1, over TLS for https, with certificates checked against the system's.
// Connections are kept and used again.
std::unique_ptr<Transport> OpenHttpTransport();

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_TRANSPORT_H_
