#include "channels/dispatch.h"

#include <algorithm>
#include <cmath>

namespace nearer::channels {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

constexpr seconds kFirstWait{1};
constexpr seconds kLongestWait{300};
constexpr seconds kLongestProbe{60};
constexpr seconds kUnauthorizedWait{60};
constexpr int kDownAfter = 8;     // failures in a row
constexpr int kLimitedAfter = 3;  // chats in a row that were told to wait
constexpr std::size_t kFewLines = 1024;

// 1 s, 2 s, 4 s, … for the first, second, third failure.
Dispatch::Duration Backoff(int failures, seconds longest) {
  const int doublings = std::min(failures - 1, 20);
  return std::min<Dispatch::Duration>(kFirstWait * (1LL << doublings), longest);
}

}  // namespace

void Dispatch::Bucket::Refill(double burst, double per_second, Time now) {
  const std::chrono::duration<double> passed = now - at;
  level = std::min(burst, level + passed.count() * per_second);
  at = now;
}

Dispatch::Time Dispatch::Bucket::FullAt(double wanted,
                                        double per_second) const {
  if (level >= wanted) return at;
  const std::chrono::duration<double> wait((wanted - level) / per_second);
  // Rounded up: at that time there shall be enough.
  return at + duration_cast<Duration>(wait) + std::chrono::microseconds(1);
}

bool Dispatch::Down() const { return failures_ >= kDownAfter; }

void Dispatch::Add(history::Outbound message) {
  const auto [line, fresh] = lines_.try_emplace(message.to.chat);
  if (fresh) line->second.bucket.level = pace_.chat_burst;
  line->second.waiting.push_back(std::move(message));
  ++size_;
  if (line->second.waiting.size() == 1 && !line->second.under_way)
    ready_.emplace(
        std::max(line->second.not_before,
                 line->second.bucket.FullAt(1, pace_.chat_per_second)),
        line->first);
}

std::optional<history::Outbound> Dispatch::Next(Time now) {
  if (ready_.empty() || now < paused_until_ || (Down() && under_way_ > 0) ||
      now < ready_.begin()->first)
    return std::nullopt;
  if (std::exchange(fresh_, false)) bucket_ = {.level = pace_.burst, .at = now};
  bucket_.Refill(pace_.burst, pace_.per_second, now);
  if (bucket_.level < 1) return std::nullopt;

  const auto at = lines_.find(ready_.begin()->second);
  ready_.erase(ready_.begin());
  Line& line = at->second;
  line.bucket.Refill(pace_.chat_burst, pace_.chat_per_second, now);
  line.bucket.level -= 1;
  line.under_way = true;
  ++under_way_;
  bucket_.level -= 1;
  return line.waiting.front();
}

std::optional<Dispatch::Time> Dispatch::NextAt() const {
  if (ready_.empty() || (Down() && under_way_ > 0)) return std::nullopt;
  return std::max({ready_.begin()->first, paused_until_,
                   fresh_ ? Time() : bucket_.FullAt(1, pace_.per_second)});
}

void Dispatch::Settle(const std::string& chat, Outcome::Kind kind,
                      Duration wait, Time now) {
  using Kind = Outcome::Kind;
  const auto at = lines_.find(chat);
  Line& line = at->second;
  line.under_way = false;
  --under_way_;
  if (kind != Kind::kLater) failures_ = 0;
  if (kind != Kind::kLimited) limits_ = 0;
  switch (kind) {
    case Kind::kSent:
    case Kind::kRefused:
    case Kind::kUnreachable:
      line.waiting.pop_front();
      --size_;
      line.failures = 0;
      break;
    case Kind::kLimited:
      line.not_before = now + wait;
      if (++limits_ >= kLimitedAfter) PauseUntil(now + wait);
      break;
    case Kind::kLater:
      line.not_before = now + Backoff(++line.failures, kLongestWait);
      if (++failures_ >= kDownAfter)
        PauseUntil(now + Backoff(failures_ - kDownAfter + 1, kLongestProbe));
      break;
    case Kind::kUnauthorized:
      PauseUntil(now + kUnauthorizedWait);
      break;
  }
  if (!line.waiting.empty()) Queue(at, now);
  Sweep(now);
}

void Dispatch::Queue(Lines::iterator at, Time now) {
  Line& line = at->second;
  line.bucket.Refill(pace_.chat_burst, pace_.chat_per_second, now);
  ready_.emplace(
      std::max(line.not_before, line.bucket.FullAt(1, pace_.chat_per_second)),
      at->first);
}

void Dispatch::PauseUntil(Time until) {
  paused_until_ = std::max(paused_until_, until);
}

// Forgets lines that are empty and may begin afresh, when there are many more
// than were left the last time.
void Dispatch::Sweep(Time now) {
  if (lines_.size() < 2 * swept_ + kFewLines) return;
  std::erase_if(lines_, [&](const auto& each) {
    const Line& line = each.second;
    return line.waiting.empty() && !line.under_way && now >= line.not_before &&
           now >= line.bucket.FullAt(pace_.chat_burst, pace_.chat_per_second);
  });
  swept_ = lines_.size();
}

}  // namespace nearer::channels
