#include "channels/poller.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace nearer::channels {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kHold = 50;  // seconds Telegram holds an answer back
constexpr seconds kPatience{kHold + 10};
constexpr milliseconds kAfterNothing{200};
constexpr milliseconds kAfterBusy{1000};
constexpr milliseconds kLongestWait{60'000};

}  // namespace

Poller::Poller(const Telegram& telegram, Transport& transport, Desk& desk,
               std::function<void()> taken, Aside aside)
    : telegram_(telegram),
      transport_(transport),
      desk_(desk),
      taken_(std::move(taken)),
      aside_(std::move(aside)) {}

Poller::~Poller() { Stop(); }

milliseconds Poller::Step() {
  const HttpResponse response = transport_.Send(
      telegram_.Address(telegram_.AskForUpdates(offset_, kHold)), kPatience);
  const auto updates = telegram_.ReadUpdates(response.body);
  if (response.status != 200 || !updates) return AfterFailure(response);
  failures_ = 0;
  for (const auto& [id, reception] : updates->updates) {
    for (const Call& call : reception.asides) aside_(telegram_, call);
    for (const Inbound& inbound : reception.inbound)
      if (desk_.Take(telegram_, inbound) != Desk::Taken::kRecorded)
        return kAfterBusy;  // it comes again, and those after it
    offset_ = std::max(offset_, id + 1);
    taken_();
  }
  return updates->updates.empty() ? kAfterNothing : milliseconds(0);
}

milliseconds Poller::AfterFailure(const HttpResponse& response) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return kAfterBusy;
  }
  const Outcome outcome = telegram_.Judge(response);
  spdlog::warn("telegram: updates cannot be fetched: {}{}", outcome.reason,
               response.status == 409
                   ? "; another program fetches them, or a webhook is set: "
                     "end that, or call deleteWebhook"
                   : "");
  const int doublings = std::min(failures_++, 10);
  return std::max(outcome.wait,
                  std::min(kAfterBusy * (1 << doublings), kLongestWait));
}

void Poller::Start() {
  thread_ = std::thread([this] {
    for (;;) {
      const milliseconds wait = Step();
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, wait, [&] { return stopping_; });
      if (stopping_) return;
    }
  });
}

void Poller::Stop(const std::function<void()>& cut_off) {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (cut_off) cut_off();
  if (thread_.joinable()) thread_.join();
}

}  // namespace nearer::channels
