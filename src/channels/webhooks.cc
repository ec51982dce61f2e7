#include "channels/webhooks.h"

#include <utility>

namespace nearer::channels {

Webhooks::Webhooks(Desk& desk, const Rest* rest,
                   std::vector<const Channel*> channels, Desk::Now now,
                   Aside aside)
    : desk_(desk),
      rest_(rest),
      channels_(std::move(channels)),
      now_(std::move(now)),
      aside_(std::move(aside)) {
  if (rest_ != nullptr) counts_.try_emplace(std::string(Rest::kName));
  for (const Channel* channel : channels_)
    counts_.try_emplace(std::string(channel->name()));
}

WebAnswer Webhooks::Answer(std::string_view channel,
                           const WebRequest& request) {
  if (rest_ != nullptr && channel == Rest::kName) return AnswerRest(request);
  for (const Channel* each : channels_)
    if (each->name() == channel) return AnswerChannel(*each, request);
  return {.status = 404, .body = "This channel is not served here.\n"};
}

WebAnswer Webhooks::AnswerRest(const WebRequest& request) {
  using Verdict = Reception::Verdict;
  Reception reception = rest_->Receive(request);
  if (reception.inbound.empty()) {
    if (reception.verdict == Verdict::kForged) Count(Rest::kName, End::kForged);
    if (reception.verdict == Verdict::kMalformed)
      Count(Rest::kName, End::kMalformed);
    return std::move(reception.answer);
  }
  const Inbound& inbound = reception.inbound.front();
  const auto replies = desk_.Converse(Rest::kName, inbound);
  Count(Rest::kName, replies ? End::kTaken : End::kLater);
  return replies ? rest_->Answer(request, inbound.chat, *replies)
                 : rest_->AnswerBusy(request);
}

WebAnswer Webhooks::AnswerChannel(const Channel& channel,
                                  const WebRequest& request) {
  using Verdict = Reception::Verdict;
  Reception reception = channel.Receive(request, now_());
  if (reception.verdict != Verdict::kAccepted) {
    Count(channel.name(), reception.verdict == Verdict::kForged
                              ? End::kForged
                              : End::kMalformed);
    return std::move(reception.answer);
  }
  for (const Call& call : reception.asides) aside_(channel, call);
  for (const Inbound& inbound : reception.inbound) {
    if (desk_.Take(channel, inbound) == Desk::Taken::kRecorded) continue;
    // What was recorded of the others is known when they come again.
    Count(channel.name(), End::kLater);
    return {.status = 503, .headers = {{"Retry-After", "1"}}};
  }
  Count(channel.name(), End::kTaken);
  return std::move(reception.answer);
}

void Webhooks::Count(std::string_view channel, End end) {
  counts_.find(channel)->second[static_cast<std::size_t>(end)].fetch_add(
      1, std::memory_order_relaxed);
}

std::string Webhooks::MetricsText() const {
  constexpr std::array<const char*, kEnds> kNames = {"taken", "forged",
                                                     "malformed", "later"};
  std::string text =
      "# HELP nearer_webhooks_total Requests of messaging platforms.\n"
      "# TYPE nearer_webhooks_total counter\n";
  for (const auto& [channel, counts] : counts_)
    for (std::size_t end = 0; end < kEnds; ++end)
      text.append("nearer_webhooks_total{channel=\"")
          .append(channel)
          .append("\",end=\"")
          .append(kNames[end])
          .append("\"} ")
          .append(std::to_string(counts[end].load()))
          .append("\n");
  return text;
}

}  // namespace nearer::channels
