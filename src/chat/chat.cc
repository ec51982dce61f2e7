#include "chat/chat.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <utf8proc.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "chat/limiter.h"
#include "content/content.h"
#include "core/lru.h"

namespace nearer::chat {

using history::HistoryError;
using history::HistoryErrorCode;

namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kMaxIdLength = 128;
constexpr std::size_t kMaxTurnIdLength = 64;
constexpr std::size_t kConversationsHeld = 8192;
// Within a process turns of one conversation take turns, so a conflict means
// another process spoke; that many in a row mean something is wrong.
constexpr int kAttempts = 8;

// Codes that people type. No letter is taken for a digit or another letter.
constexpr std::string_view kCodeSigns = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
constexpr std::size_t kCodeLength = 8;
constexpr history::UnixSeconds kLinkLasts = 600, kExportLasts = 900;
// Each who tries may be wrong so often, then once in so many seconds.
constexpr Limiter::Rate kTries{.burst = 5, .per_second = 1.0 / 60};

std::string Base64Url(std::string_view bytes) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned bits = 0;
  int held = 0;
  for (const unsigned char byte : bytes) {
    bits = bits << 8 | byte;
    held += 8;
    for (; held >= 6; held -= 6) text += kDigits[bits >> (held - 6) & 63];
  }
  if (held > 0) text += kDigits[bits << (6 - held) & 63];
  return text;
}

std::string Sha256(std::string_view bytes) {
  std::string hash(32, '\0');
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(),
             reinterpret_cast<unsigned char*>(hash.data()), &length,
             EVP_sha256(), nullptr);
  return hash;
}

// As it was given out, whatever case, spaces and dashes were typed; empty when
// it cannot be a code.
std::string PlainCode(std::string_view typed) {
  std::string code;
  for (char c : typed) {
    if (c == '-' || c == ' ') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (kCodeSigns.find(c) == kCodeSigns.npos || code.size() == kCodeLength)
      return {};
    code += c;
  }
  return code.size() == kCodeLength ? code : std::string();
}

std::string CodeOf(std::string_view random_bytes) {
  std::string code;
  for (const char byte : random_bytes)
    code += kCodeSigns[static_cast<unsigned char>(byte) % kCodeSigns.size()];
  return code;
}

bool Opens(std::string_view token, const std::string& token_hash) {
  const std::string hash = Sha256(token);
  return hash.size() == token_hash.size() &&
         CRYPTO_memcmp(hash.data(), token_hash.data(), hash.size()) == 0;
}

ChatError NotFound() {
  return {ChatErrorCode::kNotFound,
          "There is no such conversation, or this token does not open it.",
          {}};
}

ChatError WrongCode() {
  return {ChatErrorCode::kWrongCode,
          "That code opens nothing, or not any more: it lasts ten minutes and "
          "can be used once. Ask for a new one.",
          {}};
}

ChatError Busy(std::string cause) {
  return {ChatErrorCode::kBusy, "Too much is going on just now; try again.",
          std::move(cause)};
}

ChatError Broken(std::string cause) {
  return {ChatErrorCode::kBroken,
          "Something is broken here; it has been noted for the operator.",
          std::move(cause)};
}

ChatError From(const HistoryError& error) {
  switch (error.code) {
    case HistoryErrorCode::kNotFound:
      return NotFound();
    case HistoryErrorCode::kSeen:
    case HistoryErrorCode::kConflict:
    case HistoryErrorCode::kBusy:
      return Busy(error.message);
    case HistoryErrorCode::kBroken:
      return Broken(error.message);
  }
  std::abort();  // not a HistoryErrorCode
}

// Whether a code point shows nothing: white space, controls, and marks such as
// the zero-width space.
bool IsBlank(utf8proc_int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
      return true;
    default:
      return false;
  }
}

std::optional<ChatError> WrongUtterance(std::string_view text) {
  std::size_t characters = 0;
  bool blank = true;
  while (!text.empty()) {
    utf8proc_int32_t c = 0;
    const auto taken =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &c);
    if (taken <= 0 || c == 0)
      return ChatError{ChatErrorCode::kNotUtf8,
                       "The text must be UTF-8 and have no NUL in it.",
                       {}};
    text.remove_prefix(static_cast<std::size_t>(taken));
    blank = blank && IsBlank(c);
    ++characters;
  }
  if (characters > kMaxCharacters)
    return ChatError{
        ChatErrorCode::kTooLong,
        "The text has " + std::to_string(characters) + " characters; at most " +
            std::to_string(kMaxCharacters) + " fit into one message.",
        {}};
  if (blank)
    return ChatError{
        ChatErrorCode::kEmpty, "There is nothing in the text.", {}};
  return std::nullopt;
}

std::optional<ChatError> WrongTurnId(std::string_view id) {
  const bool right = !id.empty() && id.size() <= kMaxTurnIdLength &&
                     id.find_first_not_of(
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                         "0123456789._:-") == std::string_view::npos;
  if (right) return std::nullopt;
  return ChatError{ChatErrorCode::kBadTurnId,
                   "The client_turn_id must be 1 to " +
                       std::to_string(kMaxTurnIdLength) +
                       " characters of A-Z a-z 0-9 . _ : -",
                   {}};
}

// What comes with a turn over a channel, and how its reply is posted.
struct Letter {
  const history::Delivery& delivery;
  const Chat::Post& post;
  coach::Reach reach = {};
};

history::Due DueOf(const coach::State& state) {
  return {.at = state.reminder_at, .until = state.reminder_until};
}

std::optional<history::Delivery> Sealed(const Letter& letter,
                                        const history::Turn& turn) {
  history::Delivery delivery = letter.delivery;
  for (std::string& request : letter.post(turn))
    delivery.outbound.push_back(std::move(request));
  return delivery;
}

// Whether a check-in was arranged or ended. That of the same time may have been
// arranged anew, after the channel had dropped the first ("/stop").
bool Arranges(const coach::State& before, const coach::State& after) {
  return before.reminder_turn != after.reminder_turn;
}

// A conversation as this process last saw it.
struct Seat {
  std::mutex turn;  // held for the length of one; guards what follows
  bool known = false;
  std::int64_t version = 0;
  coach::State state;
};

}  // namespace

PackShelf::PackShelf(std::shared_ptr<const coach::Pack> pack)
    : pack_(std::move(pack)) {}

std::shared_ptr<const coach::Pack> PackShelf::current() const {
  const std::lock_guard lock(mutex_);
  return pack_;
}

void PackShelf::Replace(std::shared_ptr<const coach::Pack> pack) {
  const std::lock_guard lock(mutex_);
  pack_.swap(pack);  // the old one dies after the lock
}

struct Chat::Desk {
  Desk(history::History& record, PackShelf& packs, World outside)
      : history(record), shelf(packs), world(std::move(outside)) {}

  history::History& history;
  PackShelf& shelf;
  World world;
  Limiter tries{kTries};

  std::mutex seats_mutex;
  Lru<std::string, std::shared_ptr<Seat>> seats{kConversationsHeld};

  // Conversations whose bytes could not all be removed yet, with their token
  // hashes, so that the same request finishes the work.
  std::mutex half_erased_mutex;
  Lru<std::string, std::string> half_erased{kConversationsHeld};

  std::mutex archived_mutex;
  std::set<std::string> archived;  // hashes known to be in the record

  // What speaks must be on record before it speaks.
  ChatResult<std::shared_ptr<const coach::Pack>> PackOnRecord() {
    auto pack = shelf.current();
    const std::lock_guard lock(archived_mutex);
    if (archived.contains(pack->hash())) return pack;
    const auto present = history.HasPack(pack->hash());
    if (!present) return From(present.error());
    if (!*present) {
      const auto kept =
          history.ArchivePack(pack->hash(), content::ArchiveOf(*pack));
      if (!kept) return From(kept.error());
    }
    archived.insert(pack->hash());
    return pack;
  }

  ChatResult<Begun> Begin(std::string_view channel, const Letter* letter) {
    const auto pack = PackOnRecord();
    if (!pack) return pack.error();

    Begun begun{.id = Base64Url(world.randomness(kIdBytes)),
                .token = Base64Url(world.randomness(kTokenBytes)),
                .opening = {}};
    const coach::Moment moment{world.now(), begun.id, 0};
    begun.opening = RecordOf(coach::Open(**pack, moment), **pack, moment);

    const history::Conversation conversation{.id = begun.id,
                                             .token_hash = Sha256(begun.token),
                                             .channel = std::string(channel),
                                             .began = moment.at,
                                             .version = 0};
    const auto delivery =
        letter ? Sealed(*letter, begun.opening) : std::nullopt;
    const auto recorded = history.Begin(conversation, begun.opening,
                                        delivery ? &*delivery : nullptr);
    if (!recorded) return From(recorded.error());
    return begun;
  }

  ChatResult<std::shared_ptr<Seat>> FindSeat(const std::string& id) {
    if (id.empty() || id.size() > kMaxIdLength) return NotFound();
    {
      const std::lock_guard lock(seats_mutex);
      if (const auto* seat = seats.Find(id)) return *seat;
    }
    const auto conversation = history.Find(id);
    if (!conversation) return From(conversation.error());
    const std::lock_guard lock(seats_mutex);
    if (const auto* seat = seats.Find(id)) return *seat;
    return seats.Put(id, std::make_shared<Seat>());
  }

  ChatResult<Link> GiveLink(std::string_view id) {
    const std::string code = CodeOf(world.randomness(kCodeLength));
    Link link{.code = code, .until = world.now() + kLinkLasts};
    link.code.insert(kCodeLength / 2, "-");
    const auto given = history.GiveCode(id, {.purpose = history::Purpose::kMove,
                                             .hash = Sha256(code),
                                             .until = link.until});
    if (!given) return From(given.error());
    return link;
  }

  std::optional<ChatError> TooMany(const std::string& who) {
    const int wait = tries.SecondsToWait(who, std::chrono::steady_clock::now());
    if (wait == 0) return std::nullopt;
    return ChatError{ChatErrorCode::kTooMany,
                     "Too many codes were tried; try again in " +
                         std::to_string(wait) + " s.",
                     {}};
  }

  // Moves the conversation; gives it with its new token.
  ChatResult<Moved> TakeLink(std::string_view typed,
                             const history::Delivery* delivery) {
    Moved moved{.id = {}, .token = Base64Url(world.randomness(kTokenBytes))};
    const std::string code = PlainCode(typed);
    if (code.empty()) return WrongCode();
    const auto done =
        history.Move(Sha256(code), world.now(), Sha256(moved.token), delivery);
    if (!done) {
      if (done.error().code == HistoryErrorCode::kNotFound) return WrongCode();
      if (done.error().code == HistoryErrorCode::kSeen) return moved;
      return From(done.error());
    }
    moved.id = done->id;
    return moved;
  }

  void Forget(const std::string& id) {
    const std::lock_guard lock(seats_mutex);
    seats.Erase(id);
  }

  std::optional<ChatError> Load(const std::string& id, Seat& seat) {
    const auto last = history.ReadTurn(id, -1);
    if (!last) return From(last.error());
    auto state = coach::ParseState(last->state);
    if (!state)
      return Broken("the state of turn " + std::to_string(last->n) +
                    " cannot be read: " + state.error().message);
    seat.version = last->n;
    seat.state = *std::move(state);
    seat.known = true;
    return std::nullopt;
  }

  // Nothing when the delivery was recorded before.
  ChatResult<std::optional<history::Turn>> Speak(
      const std::string& id, Seat& seat, std::string_view text,
      std::string_view client_turn_id, const Letter* letter) {
    const std::lock_guard lock(seat.turn);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      if (!seat.known)
        if (auto error = Load(id, seat)) return *std::move(error);
      auto pack = PackOnRecord();
      if (!pack) return pack.error();

      const coach::Moment moment{
          .at = world.now(),
          .conversation = id,
          .n = seat.version + 1,
          .reach = letter ? letter->reach : coach::Reach{},
          .zones = world.zones};
      coach::Answer answer = coach::Respond(**pack, seat.state, text, moment);
      history::Turn turn = RecordOf(answer, **pack, moment);
      turn.client_turn_id = client_turn_id;
      turn.utterance = text;

      auto delivery = letter ? Sealed(*letter, turn) : std::nullopt;
      if (delivery && Arranges(seat.state, answer.state))
        delivery->due = DueOf(answer.state);
      auto appended = history.Append(id, turn, delivery ? &*delivery : nullptr);
      if (appended) {
        if (!appended->repeated) {
          seat.version = moment.n;
          seat.state = std::move(answer.state);
        } else if (appended->turn.n > seat.version) {
          seat.known = false;  // recorded by another process
        }
        return std::optional(std::move(appended->turn));
      }
      if (appended.error().code == HistoryErrorCode::kSeen)
        return std::optional<history::Turn>();
      seat.known = false;
      if (appended.error().code == HistoryErrorCode::kConflict) continue;
      if (appended.error().code == HistoryErrorCode::kNotFound) Forget(id);
      return From(appended.error());
    }
    return Busy("a turn met a conflict " + std::to_string(kAttempts) +
                " times in a row");
  }
};

history::Turn RecordOf(const coach::Answer& answer, const coach::Pack& pack,
                       const coach::Moment& moment) {
  history::Turn turn;
  turn.n = moment.n;
  turn.at = moment.at;
  turn.reply = coach::ToJson(answer.reply);
  turn.state = coach::ToJson(answer.state);
  turn.trace = coach::ToJson(answer.trace).dump();
  turn.pack = pack.hash();
  return turn;
}

Chat::Chat(history::History& history, PackShelf& shelf, World world)
    : desk_(std::make_unique<Desk>(history, shelf, std::move(world))) {}

Chat::~Chat() = default;

std::int64_t Chat::now() const { return desk_->world.now(); }

const when::Zones* Chat::zones() const { return desk_->world.zones; }

ChatResult<Done> Chat::KeepPack() {
  const auto pack = desk_->PackOnRecord();
  if (!pack) return pack.error();
  return Done{};
}

ChatResult<Begun> Chat::Begin(std::string_view channel) {
  return desk_->Begin(channel, nullptr);
}

ChatResult<Begun> Chat::BeginWith(std::string_view channel,
                                  const history::Delivery& delivery,
                                  const Post& post) {
  const Letter letter{delivery, post};
  return desk_->Begin(channel, &letter);
}

ChatResult<history::Turn> Chat::Say(std::string_view id, std::string_view token,
                                    std::string_view text,
                                    std::string_view client_turn_id) {
  // Always by the record: the conversation may have moved, and its token with
  // it, in another process.
  const auto conversation = Authorize(id, token);
  if (!conversation) return conversation.error();
  const std::string key(id);
  const auto seat = desk_->FindSeat(key);
  if (!seat) return seat.error();
  if (auto error = WrongTurnId(client_turn_id)) return *std::move(error);
  if (auto error = WrongUtterance(text)) return *std::move(error);
  auto turn = desk_->Speak(key, **seat, text, client_turn_id, nullptr);
  if (!turn) return turn.error();
  return **std::move(turn);
}

ChatResult<history::Conversation> Chat::Authorize(
    std::string_view id, std::string_view token) const {
  if (id.empty() || id.size() > kMaxIdLength) return NotFound();
  auto conversation = desk_->history.Find(id);
  if (!conversation) return From(conversation.error());
  if (!Opens(token, conversation->token_hash)) return NotFound();
  return *std::move(conversation);
}

ChatResult<Done> Chat::Erase(std::string_view id, std::string_view token) {
  const std::string key(id);
  std::string token_hash;
  {
    const std::lock_guard lock(desk_->half_erased_mutex);
    if (const std::string* hash = desk_->half_erased.Find(key))
      token_hash = *hash;
  }
  if (token_hash.empty()) {
    const auto conversation = Authorize(id, token);
    if (!conversation) return conversation.error();
    token_hash = conversation->token_hash;
  } else if (!Opens(token, token_hash)) {
    return NotFound();
  }

  const auto erased = desk_->history.Erase(key, desk_->world.now());
  desk_->Forget(key);
  const std::lock_guard lock(desk_->half_erased_mutex);
  if (!erased && erased.error().code == HistoryErrorCode::kBusy) {
    desk_->half_erased.Put(key, std::move(token_hash));
  } else {
    desk_->half_erased.Erase(key);
  }
  if (!erased) return From(erased.error());
  return Done{};
}

ChatResult<std::optional<history::Turn>> Chat::SayWith(
    std::string_view id, std::string_view text, std::string_view client_turn_id,
    const history::Delivery& delivery, const Post& post,
    const coach::Reach& reach) {
  const std::string key(id);
  const auto seat = desk_->FindSeat(key);
  if (!seat) return seat.error();
  if (!client_turn_id.empty())
    if (auto error = WrongTurnId(client_turn_id)) return *std::move(error);
  if (auto error = WrongUtterance(text)) return *std::move(error);
  const Letter letter{delivery, post, reach};
  return desk_->Speak(key, **seat, text, client_turn_id, &letter);
}

ChatResult<Done> Chat::EraseWith(std::string_view id,
                                 const history::Delivery& delivery) {
  const auto erased = desk_->history.Erase(id, desk_->world.now(), &delivery);
  desk_->Forget(std::string(id));
  if (!erased) return From(erased.error());
  return Done{};
}

bool IsLinkCode(std::string_view text) { return !PlainCode(text).empty(); }

ChatResult<Link> Chat::GiveLink(std::string_view id, std::string_view token) {
  const auto conversation = Authorize(id, token);
  if (!conversation) return conversation.error();
  return desk_->GiveLink(id);
}

ChatResult<Link> Chat::GiveLinkWith(std::string_view id) {
  return desk_->GiveLink(id);
}

ChatResult<Moved> Chat::TakeLink(std::string_view code,
                                 const std::string& who) {
  if (auto error = desk_->TooMany(who)) return *std::move(error);
  return desk_->TakeLink(code, nullptr);
}

ChatResult<Done> Chat::TakeLinkWith(std::string_view code,
                                    const std::string& who,
                                    const history::Delivery& delivery) {
  if (auto error = desk_->TooMany(who)) return *std::move(error);
  const auto moved = desk_->TakeLink(code, &delivery);
  if (!moved) return moved.error();
  return Done{};
}

ChatResult<Done> Chat::TryLink(std::string_view code, const std::string& who) {
  if (auto error = desk_->TooMany(who)) return *std::move(error);
  const auto found = desk_->history.FindByCode(
      history::Purpose::kMove, Sha256(PlainCode(code)), desk_->world.now());
  if (found) return Done{};
  if (found.error().code == HistoryErrorCode::kNotFound) return WrongCode();
  return From(found.error());
}

ChatResult<std::string> Chat::GiveExport(std::string_view id) {
  std::string key = Base64Url(desk_->world.randomness(kTokenBytes));
  const auto given =
      desk_->history.GiveCode(id, {.purpose = history::Purpose::kExport,
                                   .hash = Sha256(key),
                                   .until = desk_->world.now() + kExportLasts});
  if (!given) return From(given.error());
  return key;
}

ChatResult<history::Conversation> Chat::FindExport(std::string_view key) const {
  auto found = desk_->history.FindByCode(history::Purpose::kExport, Sha256(key),
                                         desk_->world.now());
  if (found) return *std::move(found);
  if (found.error().code == HistoryErrorCode::kNotFound) return WrongCode();
  return From(found.error());
}

std::string Chat::CheckInText(const history::Reminder& reminder) const {
  return coach::ReminderText(
      *desk_->shelf.current(),
      {.at = reminder.due.at, .conversation = reminder.conversation});
}

std::string Chat::HowToEndCheckIns() const {
  return coach::HowToEndReminders(*desk_->shelf.current());
}

}  // namespace nearer::chat
