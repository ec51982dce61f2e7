#ifndef NEARER_CHANNELS_WEBHOOKS_H_
#define NEARER_CHANNELS_WEBHOOKS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "channels/channel.h"
#include "channels/desk.h"
#include "channels/rest.h"

namespace nearer::channels {

// Answers the requests of messaging platforms: has them checked by their
// channel, gives what is in them to the desk, and acknowledges them once it is
// recorded. What was not recorded is answered with 503, so that the platform
// sends it again. Safe from many threads.
class Webhooks {
 public:
  // What is to be sent at once: "typing".
  using Aside = std::function<void(const Channel&, const Call&)>;

  // The desk, and the channels, must outlive it. `rest` may be null.
  Webhooks(Desk& desk, const Rest* rest, std::vector<const Channel*> channels,
           Desk::Now now, Aside aside);

  // 404 for a channel that is not served.
  WebAnswer Answer(std::string_view channel, const WebRequest& request);

  // How the requests to each channel ended, in the Prometheus text format.
  std::string MetricsText() const;

 private:
  enum class End : std::uint8_t { kTaken, kForged, kMalformed, kLater };
  static constexpr std::size_t kEnds = 4;
  using Counts = std::array<std::atomic<std::uint64_t>, kEnds>;

  WebAnswer AnswerRest(const WebRequest& request);
  WebAnswer AnswerChannel(const Channel& channel, const WebRequest& request);
  void Count(std::string_view channel, End end);

  Desk& desk_;
  const Rest* const rest_;
  const std::vector<const Channel*> channels_;
  const Desk::Now now_;
  const Aside aside_;
  std::map<std::string, Counts, std::less<>> counts_;  // none is added later
};

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_WEBHOOKS_H_
