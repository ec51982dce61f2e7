#include "channels/desk.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "channels/commands.h"
#include "channels/phrases.h"
#include "channels/recorded.h"
#include "channels/secrets.h"
#include "chat/choices.h"
#include "insights/export.h"

namespace nearer::channels {

using chat::ChatError;
using chat::ChatErrorCode;
using chat::ChatResult;
using history::HistoryError;
using history::HistoryErrorCode;

namespace {

constexpr char kDeleteData[] = "delete";
constexpr char kKeepData[] = "keep";

ChatError From(const HistoryError& error) {
  const bool later = error.code == HistoryErrorCode::kBusy ||
                     error.code == HistoryErrorCode::kConflict;
  return {later ? ChatErrorCode::kBusy : ChatErrorCode::kBroken,
          "This cannot be recorded just now; try again later.", error.message};
}

// Whether the person, not we, made `error`, so that its message is for them.
bool IsForThePerson(const ChatError& error) {
  switch (error.code) {
    case ChatErrorCode::kTooLong:
    case ChatErrorCode::kEmpty:
    case ChatErrorCode::kNotUtf8:
    case ChatErrorCode::kWrongCode:
    case ChatErrorCode::kTooMany:
      return true;
    case ChatErrorCode::kNotFound:
    case ChatErrorCode::kBadTurnId:
    case ChatErrorCode::kBusy:
    case ChatErrorCode::kBroken:
      return false;
  }
  std::abort();  // not a ChatErrorCode
}

// In lower case and without what stands around the words.
std::string Plain(std::string_view text) {
  constexpr std::string_view kAround = " \t\r\n.!";
  const auto begin = text.find_first_not_of(kAround);
  if (begin == text.npos) return {};
  return Lower(text.substr(begin, text.find_last_not_of(kAround) + 1 - begin));
}

// A code as it was shown, sent without a command: "ABCD-EFGH". "self-help" is
// none.
bool IsPlainCode(const std::string& words) {
  return words.size() == 9 && words[4] == '-' && chat::IsLinkCode(words) &&
         std::ranges::none_of(words,
                              [](char c) { return c >= 'a' && c <= 'z'; });
}

Reply Saying(const char* phrase) { return {.messages = {phrase}}; }

// Commands are written as the channel has them: "!help" for "/help".
void ShowCommands(char sign, std::string& text) {
  for (std::size_t at = text.find('/'); at != text.npos;
       at = text.find('/', at + 1))
    text[at] = sign;
}

Reply AskWhetherToDelete() {
  return {.messages = {phrases::kDeleteAsk},
          .choices = {{.label = phrases::kDeleteYes, .data = kDeleteData},
                      {.label = phrases::kDeleteNo, .data = kKeepData}}};
}

}  // namespace

std::string ToText(const Notes& notes) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  if (notes.gone) json["gone"] = true;
  if (notes.stopped) json["stopped"] = true;
  if (notes.asked_to_delete) json["asked_to_delete"] = true;
  return json.empty() ? "" : json.dump();
}

Notes ParseNotes(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return {};
  const auto is_set = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_boolean() && found->get<bool>();
  };
  return {.gone = is_set("gone"),
          .stopped = is_set("stopped"),
          .asked_to_delete = is_set("asked_to_delete")};
}

// One inbound message, what is known of who sent it, and what will be recorded
// of it.
struct Desk::Letter {
  const Channel* channel;  // by which the answer goes; null:
  const Inbound& inbound;
  std::vector<Reply>* shown;  // it is shown at once
  history::Delivery delivery;
  std::string client_turn_id;
  std::string conversation;  // empty when there is none yet
  Notes notes, notes_before;

  // What the notes have become goes into the record with the rest.
  const history::Delivery& Sealed() {
    if (!(notes == notes_before)) delivery.notes = ToText(notes);
    return delivery;
  }
  // The choice that a number stands for, where there are numbers.
  std::string Unnumbered(std::string_view words,
                         std::span<const std::string> choices) const {
    if (channel == nullptr || !channel->numbers_choices())
      return std::string(words);
    return chat::Chosen(words, choices);
  }
  std::vector<std::string> Render(const Reply& reply) const {
    std::vector<std::string> requests;
    if (channel == nullptr) return requests;
    for (const Call& call : channel->Render(inbound.chat, reply))
      requests.push_back(Pack(call));
    return requests;
  }
  coach::Reach reach() const {
    return channel == nullptr ? coach::Reach{} : channel->ReachOf(inbound.chat);
  }
  void Show(Reply reply) const {
    if (shown != nullptr) shown->push_back(std::move(reply));
  }
  chat::Chat::Post post() const {
    return [this](const history::Turn& turn) { return Render(ReplyOf(turn)); };
  }
};

// Waits for one's turn in a chat.
class Desk::Turn {
 public:
  Turn(Desk& desk, const history::Address& address) : desk_(desk) {
    {
      const std::lock_guard lock(desk_.lines_mutex_);
      at_ = desk_.lines_.try_emplace({address.channel, address.chat}).first;
      ++at_->second.waiting;
    }
    at_->second.mutex.lock();
  }
  ~Turn() {
    at_->second.mutex.unlock();
    const std::lock_guard lock(desk_.lines_mutex_);
    if (--at_->second.waiting == 0) desk_.lines_.erase(at_);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Desk& desk_;
  decltype(lines_)::iterator at_;
};

Desk::Desk(chat::Chat& chat, history::History& history, Now now,
           std::string site)
    : chat_(chat),
      history_(history),
      now_(std::move(now)),
      site_(std::move(site)) {}

Desk::Taken Desk::Take(const Channel& channel, const Inbound& inbound) {
  const history::Address from{std::string(channel.name()), inbound.chat};
  const Turn turn(*this, from);
  const std::string id = Digest(channel.name(), inbound.id);
  Letter letter{.channel = &channel,
                .inbound = inbound,
                .shown = nullptr,
                .delivery = {.from = from, .inbound_id = id, .at = now_()},
                .client_turn_id = id,
                .conversation = {},
                .notes = {},
                .notes_before = {}};
  const auto received =
      history_.WasReceived(from.channel, letter.delivery.inbound_id);
  if (received && *received) return Taken::kRecorded;
  auto answered = Recall(letter);
  if (answered) answered = Answer(letter);
  if (answered) return Taken::kRecorded;
  Log(channel.name(), answered.error());
  return Taken::kLater;
}

// What is known of who sent it.
ChatResult<Done> Desk::Recall(Letter& letter) {
  auto contact = history_.FindContact(letter.delivery.from);
  if (contact) {
    letter.conversation = std::move(contact->conversation);
    letter.notes = letter.notes_before = ParseNotes(contact->notes);
  } else if (contact.error().code != HistoryErrorCode::kNotFound) {
    return From(contact.error());
  }
  return Done{};
}

ChatResult<Done> Desk::Answer(Letter& letter) {
  using Kind = Inbound::Kind;
  const bool confirming = std::exchange(letter.notes.asked_to_delete, false);
  // Whoever writes is there.
  letter.notes.gone = letter.inbound.kind == Kind::kGone;
  switch (letter.inbound.kind) {
    case Kind::kWords:
      letter.notes.asked_to_delete = confirming;
      return Hear(letter);
    case Kind::kPress:
      letter.notes.asked_to_delete = confirming;
      return Press(letter);
    case Kind::kCommand:
      return Obey(letter);
    case Kind::kForwarded:
      return Tell(letter, phrases::kForwarded);
    case Kind::kOther:
      return Tell(letter, phrases::kOnlyWords);
    case Kind::kEdit:
      return Tell(letter, phrases::kEdited);
    case Kind::kGroup:
      return Tell(letter, phrases::kGroup);
    case Kind::kGone: {
      const auto removed = history_.RemoveAllOutbound(letter.delivery.from);
      if (!removed) return From(removed.error());
      // Of somebody who was never here nothing is noted.
      if (letter.conversation.empty()) letter.notes = letter.notes_before;
      letter.delivery.due = history::Due{};
      return Tell(letter, Reply{});
    }
    case Kind::kBack:
      return Tell(letter, Reply{});
  }
  std::abort();  // not a Kind
}

ChatResult<Done> Desk::Obey(Letter& letter) {
  const std::string& command = letter.inbound.text;
  const std::string& argument = letter.inbound.argument;
  if (command == "link" && argument.empty()) return GiveLink(letter);
  if (command == "link" || (command == "start" && chat::IsLinkCode(argument)))
    return TakeLink(letter, argument);
  if (command == "start") {
    letter.notes.stopped = false;
    if (!letter.conversation.empty()) return Tell(letter, phrases::kGoOn);
    const auto begun = chat_.BeginWith(letter.delivery.from.channel,
                                       letter.Sealed(), letter.post());
    if (!begun) return begun.error();
    letter.Show(ReplyOf(begun->opening));
    return Done{};
  }
  if (command == "help")
    return Tell(letter, letter.reach().writes ? phrases::kHelp
                                              : phrases::kHelpToAnswers);
  if (command == "stop") {
    letter.notes.stopped = !letter.conversation.empty();
    letter.delivery.due = history::Due{};
    return Tell(letter, phrases::kStopped);
  }
  if (command == "delete" || command == "export") {
    if (letter.conversation.empty()) return Tell(letter, phrases::kNothingKept);
    if (command == "export") return Export(letter);
    letter.notes.asked_to_delete = true;
    return Tell(letter, AskWhetherToDelete());
  }
  return Tell(letter, phrases::kUnknownCommand);
}

ChatResult<Done> Desk::Press(Letter& letter) {
  const std::string& data = letter.inbound.text;
  const bool confirming = std::exchange(letter.notes.asked_to_delete, false);
  if (data == kDeleteData || data == kKeepData) {
    if (!confirming) return Tell(letter, phrases::kStalePress);
    return data == kDeleteData ? Delete(letter) : Tell(letter, phrases::kKept);
  }
  if (letter.conversation.empty()) return Tell(letter, phrases::kStalePress);
  if (data == kStopCheckInsData) return Say(letter, phrases::kStopCheckIns);
  const auto last = history_.ReadTurn(letter.conversation, history::kLatest);
  if (!last) return From(last.error());
  const auto chosen = ChosenFrom(*last, data);
  if (!chosen) return Tell(letter, phrases::kStalePress);
  return Say(letter, *chosen);
}

ChatResult<Done> Desk::Hear(Letter& letter) {
  const std::string& words = letter.inbound.text;
  if (std::exchange(letter.notes.asked_to_delete, false)) {
    const std::array<std::string, 2> choices = {phrases::kDeleteYes,
                                                phrases::kDeleteNo};
    const std::string plain = Plain(letter.Unnumbered(words, choices));
    if (plain == Plain(phrases::kDeleteYes) || plain == "yes" ||
        plain == "delete")
      return Delete(letter);
    if (plain == Plain(phrases::kDeleteNo) || plain == "no" || plain == "keep")
      return Tell(letter, phrases::kKept);
    // Something else is on their mind; nothing is deleted by mistake.
  }
  if (IsPlainCode(words)) return TakeLink(letter, words);
  if (letter.conversation.empty() || letter.channel == nullptr ||
      !letter.channel->numbers_choices())
    return Say(letter, words);
  const auto last = history_.ReadTurn(letter.conversation, history::kLatest);
  if (!last) return From(last.error());
  return Say(letter, letter.Unnumbered(words, ChoicesOf(*last)));
}

ChatResult<Done> Desk::Say(Letter& letter, std::string_view words) {
  const auto conversation = Opened(letter);
  if (!conversation) return conversation.error();
  const auto turn =
      chat_.SayWith(*conversation, words, letter.client_turn_id,
                    letter.Sealed(), letter.post(), letter.reach());
  if (turn) {
    if (*turn) letter.Show(ReplyOf(**turn));
    return Done{};
  }
  if (IsForThePerson(turn.error()))
    return Tell(letter, turn.error().message.c_str());
  return turn.error();
}

// The conversation, begun if there was none.
ChatResult<std::string> Desk::Opened(Letter& letter) {
  if (!letter.conversation.empty()) return letter.conversation;
  // What the person wrote is recorded with its turn, not with the opening: if
  // we stop in between, it is delivered again and the conversation is there.
  history::Delivery delivery = letter.delivery;
  delivery.inbound_id.clear();
  auto begun = chat_.BeginWith(delivery.from.channel, delivery, letter.post());
  if (!begun) return begun.error();
  letter.Show(ReplyOf(begun->opening));
  letter.conversation = std::move(begun->id);
  return letter.conversation;
}

ChatResult<Done> Desk::Delete(Letter& letter) {
  if (letter.conversation.empty()) return Tell(letter, phrases::kNothingKept);
  history::Delivery goodbye = letter.delivery;
  goodbye.outbound = letter.Render(Saying(phrases::kDeleted));
  const auto erased = chat_.EraseWith(letter.conversation, goodbye);
  if (erased) letter.Show(Saying(phrases::kDeleted));
  return erased;
}

ChatResult<Done> Desk::Export(Letter& letter) {
  if (letter.channel != nullptr && !letter.channel->sends_files()) {
    if (site_.empty()) return Tell(letter, phrases::kNoFiles);
    const auto key = chat_.GiveExport(letter.conversation);
    if (!key) return key.error();
    return Tell(letter, Reply{.messages = {phrases::kExportedAt + site_ +
                                           "/v1/exports/" + *key}});
  }
  const auto conversation = history_.Find(letter.conversation);
  if (!conversation) return From(conversation.error());
  auto page = insights::ExportMarkdown(history_, *conversation, {});
  if (!page) return From(page.error());
  return Tell(letter, Reply{.messages = {phrases::kExported},
                            .choices = {},
                            .help = {},
                            .file = File{.name = "nearer.md",
                                         .type = "text/markdown",
                                         .bytes = *std::move(page)}});
}

ChatResult<Done> Desk::GiveLink(Letter& letter) {
  if (letter.conversation.empty()) return Tell(letter, phrases::kNothingKept);
  const auto link = chat_.GiveLinkWith(letter.conversation);
  if (!link) return link.error();
  return Tell(letter, (phrases::kLinkGiven + link->code).c_str());
}

// Nothing is merged and nothing taken away: who has said something here is told
// how to make room.
ChatResult<Done> Desk::TakeLink(Letter& letter, std::string_view code) {
  const history::Address& from = letter.delivery.from;
  const std::string who = from.channel + " " + from.chat;
  const auto refused = [&](const ChatError& error) -> ChatResult<Done> {
    if (IsForThePerson(error)) return Tell(letter, error.message.c_str());
    return error;
  };
  if (!letter.conversation.empty()) {
    if (const auto tried = chat_.TryLink(code, who); !tried)
      return refused(tried.error());
    const auto last = history_.ReadTurn(letter.conversation, history::kLatest);
    if (!last) return From(last.error());
    if (last->n > 0) return Tell(letter, phrases::kLinkOccupied);
    history::Delivery nothing{.from = from, .at = letter.delivery.at};
    if (const auto erased = chat_.EraseWith(letter.conversation, nothing);
        !erased)
      return erased;
    letter.conversation.clear();
  }
  Reply reply = Saying(phrases::kLinkTaken);
  if (letter.channel != nullptr)
    ShowCommands(letter.channel->command_sign(), reply.messages.front());
  letter.delivery.outbound = letter.Render(reply);
  const auto taken = chat_.TakeLinkWith(code, who, letter.Sealed());
  letter.delivery.outbound.clear();
  if (!taken) return refused(taken.error());
  letter.Show(reply);
  return Done{};
}

ChatResult<Done> Desk::Tell(Letter& letter, Reply reply) {
  letter.delivery.outbound = letter.Render(reply);
  const auto delivered = history_.Deliver(letter.Sealed());
  if (!delivered && delivered.error().code != HistoryErrorCode::kSeen)
    return From(delivered.error());
  letter.Show(std::move(reply));
  return Done{};
}

ChatResult<Done> Desk::Tell(Letter& letter, const char* phrase) {
  Reply reply = Saying(phrase);
  if (letter.channel != nullptr)
    ShowCommands(letter.channel->command_sign(), reply.messages.front());
  return Tell(letter, std::move(reply));
}

void Desk::Log(std::string_view channel, const ChatError& error) const {
  const std::string& what = error.cause.empty() ? error.message : error.cause;
  if (error.code == ChatErrorCode::kBroken)
    spdlog::error("{}: broken: {}", channel, what);
  else
    spdlog::warn("{}: a message must come again: {}", channel, what);
}

ChatResult<std::vector<Reply>> Desk::Converse(std::string_view channel,
                                              const Inbound& inbound) {
  const history::Address from{std::string(channel), inbound.chat};
  const Turn turn(*this, from);
  std::vector<Reply> shown;
  Letter letter{
      .channel = nullptr,
      .inbound = inbound,
      .shown = &shown,
      .delivery = {.from = from, .at = now_()},
      .client_turn_id = inbound.id.empty() ? "" : Digest(channel, inbound.id),
      .conversation = {},
      .notes = {},
      .notes_before = {}};
  auto answered = Recall(letter);
  if (answered) answered = Answer(letter);
  if (answered) return shown;
  Log(channel, answered.error());
  return answered.error();
}

}  // namespace nearer::channels
