#include "channels/courier.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

#include "channels/desk.h"

namespace nearer::channels {
namespace {

using history::HistoryErrorCode;
using Kind = Outcome::Kind;

// A message that could not be sent for so long is given up.
constexpr history::UnixSeconds kPatience = 24 * 3600;
// An aside that is so late is none any more; nor are so many.
constexpr std::chrono::seconds kAsideFresh{5};
constexpr std::size_t kAsides = 256;

}  // namespace

Courier::Courier(const Channel& channel, history::History& history)
    : channel_(channel), history_(history), dispatch_(channel.pace()) {}

void Courier::Add(history::Outbound message) {
  const std::lock_guard lock(mutex_);
  dispatch_.Add(std::move(message));
}

void Courier::AddAside(const Call& call, Time now) {
  const std::lock_guard lock(mutex_);
  if (asides_.size() < kAsides) asides_.emplace_back(now, call);
}

std::optional<Courier::Errand> Courier::Take(Time now) {
  for (;;) {
    std::optional<history::Outbound> message;
    {
      const std::lock_guard lock(mutex_);
      while (!asides_.empty()) {
        const auto [added, call] = std::move(asides_.front());
        asides_.pop_front();
        if (now - added <= kAsideFresh)
          return Errand{.message = std::nullopt,
                        .request = channel_.Address(call)};
      }
      message = dispatch_.Next(now);
    }
    if (!message) return std::nullopt;
    if (auto errand = Prepare(*std::move(message), now)) return errand;
  }
}

// Nothing when the message is not to be sent any more.
std::optional<Courier::Errand> Courier::Prepare(history::Outbound message,
                                                Time now) {
  const std::string chat = message.to.chat;
  const auto settle = [&](Kind kind) {
    const std::lock_guard lock(mutex_);
    dispatch_.Settle(chat, kind, {}, now);
  };
  // Its conversation may have been deleted since, or the person gone.
  const auto present = history_.ReadOutbox(message.id - 1, 1);
  if (!present) {
    spdlog::warn("{}: {}", channel_.name(), present.error().message);
    settle(Kind::kLater);
    return std::nullopt;
  }
  if (present->empty() || present->front().id != message.id) {
    settle(Kind::kSent);
    return std::nullopt;
  }
  const auto call = Unpack(message.request);
  if (!call) {
    (void)history_.GiveUp(message.id, "it cannot be read");
    ++given_up_;
    settle(Kind::kRefused);
    return std::nullopt;
  }
  HttpRequest request = channel_.Address(*call);
  return Errand{.message = std::move(message), .request = std::move(request)};
}

void Courier::Settle(const Errand& errand, const HttpResponse& response,
                     Time now, history::UnixSeconds wall) {
  if (!errand.message) return;
  const history::Outbound& message = *errand.message;
  Outcome outcome = channel_.Judge(response);
  const bool waits = outcome.kind == Kind::kLater ||
                     outcome.kind == Kind::kLimited ||
                     outcome.kind == Kind::kUnauthorized;
  if (waits && wall - message.at > kPatience) outcome.kind = Kind::kRefused;
  switch (outcome.kind) {
    case Kind::kSent:
      ++sent_;
      Done(message.id);
      break;
    case Kind::kUnreachable:
      // Only this one: they may have come back and written since.
      ++unreachable_;
      Done(message.id);
      NoteGone(message.to);
      break;
    case Kind::kRefused:
      ++given_up_;
      spdlog::error("{}: a message was given up: {}", channel_.name(),
                    outcome.reason);
      (void)history_.GiveUp(message.id, outcome.reason.empty()
                                            ? "it was refused"
                                            : outcome.reason);
      break;
    case Kind::kUnauthorized:
      spdlog::error(
          "{}: our credentials are refused ({}); nothing is sent until they "
          "are right",
          channel_.name(), outcome.reason);
      ++again_;
      break;
    case Kind::kLimited:
    case Kind::kLater:
      ++again_;
      break;
  }
  const std::lock_guard lock(mutex_);
  dispatch_.Settle(message.to.chat, outcome.kind, outcome.wait, now);
}

// Takes a message that was sent out of the outbox.
void Courier::Done(std::int64_t id) {
  const auto removed = history_.RemoveOutbound(id);
  if (removed || removed.error().code == HistoryErrorCode::kNotFound) return;
  spdlog::warn("{}: {}", channel_.name(), removed.error().message);
  const std::lock_guard lock(mutex_);
  unrecorded_.push_back(id);
}

void Courier::Tidy() {
  std::vector<std::int64_t> ids;
  {
    const std::lock_guard lock(mutex_);
    ids.swap(unrecorded_);
  }
  for (const std::int64_t id : ids) Done(id);
}

// Nothing more is begun with who blocked us, until they write.
void Courier::NoteGone(const history::Address& address) {
  const auto contact = history_.FindContact(address);
  if (!contact || contact->conversation.empty()) return;
  Notes notes = ParseNotes(contact->notes);
  notes.gone = true;
  (void)history_.Deliver({.from = address, .notes = ToText(notes)});
}

std::optional<Courier::Time> Courier::NextAt() const {
  const std::lock_guard lock(mutex_);
  if (!asides_.empty()) return asides_.front().first;
  return dispatch_.NextAt();
}

Courier::Counts Courier::counts() const {
  const std::lock_guard lock(mutex_);
  return {.sent = sent_,
          .again = again_,
          .given_up = given_up_,
          .unreachable = unreachable_,
          .waiting = dispatch_.size()};
}

}  // namespace nearer::channels
