#include "channels/check_ins.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "channels/phrases.h"

namespace nearer::channels {
namespace {

using history::HistoryErrorCode;
using history::UnixSeconds;

constexpr int kReadAtOnce = 100;
// The clock may be set, and another process may arrange something.
constexpr UnixSeconds kLongestSleep = 60;
constexpr UnixSeconds kAfterFailure = 5;

}  // namespace

CheckIns::CheckIns(std::vector<const Channel*> channels, chat::Chat& chat,
                   history::History& history, Desk::Now now,
                   std::function<void()> posted)
    : channels_(std::move(channels)),
      chat_(chat),
      history_(history),
      now_(std::move(now)),
      posted_(std::move(posted)) {}

CheckIns::~CheckIns() { Stop(); }

std::optional<UnixSeconds> CheckIns::SendDue() {
  for (;;) {
    const UnixSeconds now = now_();
    const auto waiting = history_.ReadReminders(1);
    if (!waiting) {
      spdlog::error("check-ins cannot be read: {}", waiting.error().message);
      return now + kAfterFailure;
    }
    if (waiting->empty()) return std::nullopt;
    if (waiting->front().due.at > now) return waiting->front().due.at;
    const auto due = history_.ReadReminders(kReadAtOnce);
    if (!due) continue;
    for (const history::Reminder& reminder : *due)
      if (reminder.due.at <= now && !Finish(reminder, now))
        return now + kAfterFailure;
    posted_();
  }
}

// False when the record refused.
bool CheckIns::Finish(const history::Reminder& reminder, UnixSeconds now) {
  std::vector<std::string> outbound;
  if (now <= reminder.due.until && !ParseNotes(reminder.contact.notes).gone)
    outbound = Render(reminder);
  const auto done = history_.FinishReminder(reminder, outbound, now);
  if (!done) {
    // Another process did it, they changed their mind, or all is deleted.
    if (done.error().code == HistoryErrorCode::kNotFound) return true;
    spdlog::error("a check-in cannot be sent: {}", done.error().message);
    return false;
  }
  ++(outbound.empty() ? dropped_ : sent_);
  return true;
}

// Nothing for who is nowhere, or on a channel that is not served.
std::vector<std::string> CheckIns::Render(
    const history::Reminder& reminder) const {
  const history::Address& to = reminder.contact.address;
  const auto channel = std::ranges::find_if(
      channels_,
      [&](const Channel* each) { return each->name() == to.channel; });
  const std::string text = chat_.CheckInText(reminder);
  if (channel == channels_.end() || text.empty()) return {};
  Reply reply{.messages = {text}};
  // A number would be taken for a choice of the last turn.
  if ((*channel)->numbers_choices())
    reply.messages.push_back(chat_.HowToEndCheckIns());
  else
    reply.choices.push_back(
        {.label = phrases::kStopCheckIns, .data = kStopCheckInsData});
  std::vector<std::string> requests;
  for (const Call& call : (*channel)->Render(to.chat, reply))
    requests.push_back(Pack(call));
  return requests;
}

void CheckIns::Start() {
  thread_ = std::thread([this] { Work(); });
}

void CheckIns::Work() {
  for (;;) {
    const auto next = SendDue();
    const UnixSeconds now = now_();
    const UnixSeconds sleep = std::clamp<UnixSeconds>(
        next.value_or(now + kLongestSleep) - now, 0, kLongestSleep);
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(sleep),
                      [&] { return woken_ || stopping_; });
    if (stopping_) return;
    woken_ = false;
  }
}

void CheckIns::Wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void CheckIns::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::string CheckIns::MetricsText() const {
  return "# HELP nearer_check_ins_total Check-ins that were due.\n"
         "# TYPE nearer_check_ins_total counter\n"
         "nearer_check_ins_total{end=\"sent\"} " +
         std::to_string(sent_.load()) +
         "\nnearer_check_ins_total{end=\"dropped\"} " +
         std::to_string(dropped_.load()) + "\n";
}

}  // namespace nearer::channels
