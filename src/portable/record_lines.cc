#include "portable/record_lines.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/sha256.h"
#include "insights/json_members.h"
#include "portable/base64.h"

namespace nearer::portable {
namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "nearer.record";
constexpr std::string_view kBase64 = "base64";
constexpr std::size_t kPartBytes = 192 * 1024;  // 256 KiB as base64
constexpr std::int64_t kMaxPackBytes = std::int64_t{1} << 30;

std::string Quoted(std::string_view ascii) {
  return '"' + std::string(ascii) + '"';
}

// A string where the bytes are UTF-8, else {"base64":"…"}.
std::string OfBytes(const std::string& bytes) {
  try {
    return json(bytes).dump();
  } catch (const json::type_error&) {
    return "{\"base64\":" + Quoted(ToBase64(bytes)) + '}';
  }
}

// The bytes within {"base64":"…"}; nothing when `value` is no such object.
std::optional<std::string_view> InsideBase64(std::string_view value) {
  const auto members = insights::MembersOf(value);
  if (!members || members->size() != 1 || members->front().first != kBase64)
    return std::nullopt;
  const std::string_view text = members->front().second;
  if (text.size() < 2 || text.front() != '"') return std::nullopt;
  return text.substr(1, text.size() - 2);
}

// What the coach wrote as a JSON object stands as it is, so that other programs
// can look into it; anything else as OfBytes.
std::string OfJson(const std::string& text) {
  if (text.starts_with('{') && text.ends_with('}') &&
      text.find('\n') == std::string::npos && !InsideBase64(text) &&
      json::accept(text))
    return text;
  return OfBytes(text);
}

// Writes {"name":value,…}; values are JSON texts.
class Line {
 public:
  Line& Add(std::string_view name, std::string_view value) {
    text_ += text_.empty() ? '{' : ',';
    text_.append("\"").append(name).append("\":").append(value);
    return *this;
  }
  Line& Add(std::string_view name, std::int64_t value) {
    return Add(name, std::to_string(value));
  }
  std::string Take() { return std::move(text_) + "}\n"; }

 private:
  std::string text_;
};

}  // namespace

// ---- Writing.

RecordWriter::RecordWriter(std::function<bool(std::string_view)> write)
    : write_(std::move(write)) {}

Result<Done> RecordWriter::Write(std::string line) {
  if (!std::exchange(begun_, true)) {
    const auto header = Write(
        Line().Add("format", Quoted(kFormat)).Add("version", kVersion).Take());
    if (!header) return header;
  }
  if (write_(line)) return Done{};
  return Error{"the export could not be written; is the disk full?"};
}

Result<Done> RecordWriter::TakePack(std::string_view hash,
                                    std::string_view archive) {
  auto written =
      Write(Line()
                .Add("pack", OfBytes(std::string(hash)))
                .Add("bytes", static_cast<std::int64_t>(archive.size()))
                .Take());
  for (std::size_t at = 0; written && at < archive.size(); at += kPartBytes)
    written =
        Write(Line()
                  .Add("part", Quoted(ToBase64(archive.substr(at, kPartBytes))))
                  .Take());
  return written;
}

Result<Done> RecordWriter::TakeReceived(const history::Received& received) {
  return Write(Line()
                   .Add("received", OfBytes(received.id))
                   .Add("channel", OfBytes(received.channel))
                   .Add("at", received.at)
                   .Take());
}

Result<Done> RecordWriter::TakeConversation(
    const history::Conversation& conversation) {
  ++conversations_;
  return Write(Line()
                   .Add("conversation", OfBytes(conversation.id))
                   .Add("token_hash", Quoted(ToHex(conversation.token_hash)))
                   .Add("channel", OfBytes(conversation.channel))
                   .Add("began", conversation.began)
                   .Add("turns", conversation.version + 1)
                   .Take());
}

Result<Done> RecordWriter::TakeTurn(const history::Turn& turn) {
  ++turns_;
  Line line;
  line.Add("turn", turn.n).Add("at", turn.at);
  if (!turn.client_turn_id.empty())
    line.Add("client_turn_id", OfBytes(turn.client_turn_id));
  line.Add("utterance", OfBytes(turn.utterance))
      .Add("reply", OfJson(turn.reply))
      .Add("state", OfJson(turn.state))
      .Add("trace", OfJson(turn.trace))
      .Add("pack", OfBytes(turn.pack));
  return Write(line.Take());
}

Result<Done> RecordWriter::TakeContact(const history::Contact& contact) {
  return Write(Line()
                   .Add("contact", OfBytes(contact.address.chat))
                   .Add("channel", OfBytes(contact.address.channel))
                   .Add("notes", OfBytes(contact.notes))
                   .Take());
}

Result<Done> RecordWriter::TakeMessage(const history::Outbound& message) {
  Line line;
  line.Add("message", OfBytes(message.request))
      .Add("chat", OfBytes(message.to.chat))
      .Add("channel", OfBytes(message.to.channel))
      .Add("at", message.at);
  if (!message.failure.empty()) line.Add("failure", OfBytes(message.failure));
  return Write(line.Take());
}

Result<Done> RecordWriter::TakeReminder(const history::Due& due) {
  return Write(Line().Add("reminder", due.at).Add("until", due.until).Take());
}

Result<Done> RecordWriter::TakeEnd() {
  return Write(Line()
                   .Add("end", "true")
                   .Add("conversations", conversations_)
                   .Add("turns", turns_)
                   .Take());
}

// ---- Reading.

// The members of one line. A member that is asked for and is absent or of
// another kind becomes the line's error; what is given then means nothing.
class RecordReader::Object {
 public:
  explicit Object(std::string_view line) {
    // First of all: whatever follows may then trust what it finds.
    if (!json::accept(line)) {
      Fail("this is no JSON; was the file cut, or changed by hand?");
      return;
    }
    auto members = insights::MembersOf(line);
    if (!members || members->empty()) {
      Fail("expected a JSON object with members");
      return;
    }
    members_ = std::move(*members);
    std::set<std::string_view> names;
    for (const auto& [name, value] : members_)
      if (!names.insert(name).second) Fail("a member stands twice");
  }

  // Names the kind of line.
  std::string_view first() const { return members_.front().first; }
  bool Has(std::string_view name) const { return Find(name) != nullptr; }

  std::int64_t Integer(std::string_view name) {
    const std::string_view text = Value(name);
    std::int64_t number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
      Fail(Quoted(name) + " must be a whole number");
    return number;
  }

  std::string Bytes(std::string_view name) {
    const std::string_view text = Value(name);
    if (text.starts_with('"')) return json::parse(text).get<std::string>();
    if (const auto inside = InsideBase64(text)) {
      if (auto bytes = FromBase64(*inside)) return std::move(*bytes);
      Fail(Quoted(name) + " is not base64");
    } else {
      Fail(Quoted(name) + " must be a string, or {\"base64\": …}");
    }
    return {};
  }

  std::string Json(std::string_view name) {
    const std::string_view text = Value(name);
    if (text.starts_with('{') && !InsideBase64(text)) return std::string(text);
    return Bytes(name);
  }

  void Take(std::string_view name) { Value(name); }

  void Fail(std::string message) {
    if (!error_) error_ = Error{std::move(message)};
  }

  // Whether all was there, and nothing else.
  Result<Done> Check() {
    for (const auto& [name, value] : members_)
      if (!taken_.contains(name))
        Fail("there is a member that this version does not know");
    if (error_) return *error_;
    return Done{};
  }
  bool failed() const { return error_.has_value(); }

 private:
  const std::string_view* Find(std::string_view name) const {
    for (const auto& [own, value] : members_)
      if (own == name) return &value;
    return nullptr;
  }
  std::string_view Value(std::string_view name) {
    const std::string_view* value = Find(name);
    if (value == nullptr) {
      Fail(Quoted(name) + " is missing");
      return "";
    }
    taken_.insert(name);
    return *value;
  }

  std::vector<insights::JsonMember> members_;
  std::set<std::string_view> taken_;
  std::optional<Error> error_;
};

Result<Done> RecordReader::Read(std::string_view text) {
  Object line(text);
  if (line.failed()) return line.Check();
  if (ended_) return Error{"the export ended before this line; remove it"};
  const std::string_view kind = line.first();
  if (!begun_) return ReadHeader(line);
  if (kind == "part") return ReadPart(line);
  if (pack_bytes_ > 0)
    return Error{"parts of a pack are missing before this line"};
  if (kind == "turn") return ReadTurn(line);
  if (turns_to_come_ > 0)
    return Error{"turns of a conversation are missing before this line"};
  if (kind == "conversation") return ReadConversation(line);
  if (kind == "contact") return ReadContact(line);
  if (kind == "message") return ReadMessage(line);
  if (kind == "reminder") return ReadReminder(line);
  if (kind == "end") return ReadEnd(line);
  if (kind == "pack" || kind == "received") {
    if (conversations_ > 0)
      return Error{"packs and deliveries stand before all conversations"};
    return kind == "pack" ? ReadPack(line) : ReadReceived(line);
  }
  return Error{
      "expected a line of an export, as its first member says: pack, part, "
      "received, conversation, turn, contact, message, reminder or end"};
}

Result<Done> RecordReader::Finish() {
  if (ended_) return Done{};
  return Error{
      "the export is cut off: its last line, \"end\", is missing; export "
      "again, or fetch the whole file"};
}

Result<Done> RecordReader::ReadHeader(Object& line) {
  if (line.Bytes("format") != kFormat)
    line.Fail("\"format\" must be \"nearer.record\"");
  const std::int64_t version = line.Integer("version");
  if (!line.failed() && version != kVersion)
    line.Fail("a newer nearer wrote this (version " + std::to_string(version) +
              ", this program reads " + std::to_string(kVersion) +
              "); import it with that one");
  begun_ = true;
  return line.Check();
}

Result<Done> RecordReader::ReadPack(Object& line) {
  pack_ = line.Bytes("pack");
  const std::int64_t bytes = line.Integer("bytes");
  if (bytes < 1 || bytes > kMaxPackBytes)
    line.Fail("\"bytes\" must be from 1 to 1073741824");
  if (auto checked = line.Check(); !checked) return checked;
  pack_bytes_ = bytes;
  archive_.clear();
  return Done{};
}

Result<Done> RecordReader::ReadPart(Object& line) {
  if (pack_bytes_ == 0) return Error{"a part without its pack before it"};
  const std::string text = line.Bytes("part");
  if (auto checked = line.Check(); !checked) return checked;
  const auto bytes = FromBase64(text);
  if (!bytes || bytes->empty()) return Error{"\"part\" is not base64"};
  archive_ += *bytes;
  const auto size = static_cast<std::int64_t>(archive_.size());
  if (size < pack_bytes_) return Done{};
  if (size > pack_bytes_) return Error{"the pack has more bytes than it says"};
  if (Sha256(archive_) != pack_)
    return Error{
        "the pack that ends here is damaged: its archive is not the one its "
        "hash names; export again"};
  pack_bytes_ = 0;
  const std::string archive = std::exchange(archive_, {});
  return receiver_.TakePack(pack_, archive);
}

Result<Done> RecordReader::ReadReceived(Object& line) {
  const history::Received received{.channel = line.Bytes("channel"),
                                   .id = line.Bytes("received"),
                                   .at = line.Integer("at")};
  if (auto checked = line.Check(); !checked) return checked;
  return receiver_.TakeReceived(received);
}

Result<Done> RecordReader::ReadConversation(Object& line) {
  history::Conversation conversation{.id = line.Bytes("conversation"),
                                     .channel = line.Bytes("channel"),
                                     .began = line.Integer("began")};
  const auto token_hash = FromHex(line.Bytes("token_hash"));
  if (!token_hash) line.Fail("\"token_hash\" must be hexadecimal digits");
  const std::int64_t turns = line.Integer("turns");
  if (turns < 1) line.Fail("\"turns\" must be 1 or more");
  if (auto checked = line.Check(); !checked) return checked;
  conversation.token_hash = *token_hash;
  conversation.version = turns - 1;
  conversation_ = conversation.id;
  turns_to_come_ = turns;
  next_turn_ = 0;
  ++conversations_;
  return receiver_.TakeConversation(conversation);
}

Result<Done> RecordReader::ReadTurn(Object& line) {
  history::Turn turn;
  turn.n = line.Integer("turn");
  turn.at = line.Integer("at");
  if (line.Has("client_turn_id")) {
    turn.client_turn_id = line.Bytes("client_turn_id");
    if (turn.client_turn_id.empty())
      line.Fail("\"client_turn_id\" must not be empty");
  }
  turn.utterance = line.Bytes("utterance");
  turn.reply = line.Json("reply");
  turn.state = line.Json("state");
  turn.trace = line.Json("trace");
  turn.pack = line.Bytes("pack");
  if (turns_to_come_ == 0) line.Fail("a turn more than its conversation has");
  if (turn.n != next_turn_)
    line.Fail("expected turn " + std::to_string(next_turn_) + " here");
  if (auto checked = line.Check(); !checked) return checked;
  --turns_to_come_;
  ++next_turn_;
  ++turns_;
  return receiver_.TakeTurn(turn);
}

Result<Done> RecordReader::ReadContact(Object& line) {
  const history::Contact contact{.address = {.channel = line.Bytes("channel"),
                                             .chat = line.Bytes("contact")},
                                 .conversation = conversation_,
                                 .notes = line.Bytes("notes")};
  if (auto checked = line.Check(); !checked) return checked;
  return receiver_.TakeContact(contact);
}

Result<Done> RecordReader::ReadMessage(Object& line) {
  history::Outbound message{
      .to = {.channel = line.Bytes("channel"), .chat = line.Bytes("chat")},
      .at = line.Integer("at"),
      .request = line.Bytes("message")};
  if (line.Has("failure")) {
    message.failure = line.Bytes("failure");
    if (message.failure.empty()) line.Fail("\"failure\" must not be empty");
  }
  if (auto checked = line.Check(); !checked) return checked;
  return receiver_.TakeMessage(message);
}

Result<Done> RecordReader::ReadReminder(Object& line) {
  if (conversations_ == 0)
    line.Fail("a reminder stands behind its conversation");
  const history::Due due{.at = line.Integer("reminder"),
                         .until = line.Integer("until")};
  if (auto checked = line.Check(); !checked) return checked;
  return receiver_.TakeReminder(due);
}

Result<Done> RecordReader::ReadEnd(Object& line) {
  line.Take("end");
  const std::int64_t conversations = line.Integer("conversations");
  const std::int64_t turns = line.Integer("turns");
  if (auto checked = line.Check(); !checked) return checked;
  if (conversations != conversations_ || turns != turns_)
    return Error{"the export should hold " + std::to_string(conversations) +
                 " conversations and " + std::to_string(turns) +
                 " turns; lines are missing: export again"};
  ended_ = true;
  return receiver_.TakeEnd();
}

}  // namespace nearer::portable
