#include "portable/record_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/sha256.h"
#include "history/record.h"
#include "history/scratch.h"
#include "history/sqlite_record.h"
#include "portable/base64.h"
#include "portable/read_lines.h"

namespace nearer::portable {
namespace {

using history::Conversation;
using history::Delivery;
using history::History;
using history::Intake;
using history::Open;
using history::Scratch;
using history::Succeeds;
using history::TakenIn;
using history::Turn;
using testing::HasSubstr;
using testing::StartsWith;

std::string Export(const std::string& path, const std::string& only = "") {
  std::string text;
  RecordWriter writer([&](std::string_view line) {
    text += line;
    return true;
  });
  EXPECT_THAT(history::Walk(path, writer, only), Succeeds());
  return text;
}

struct Imported {
  std::string error;  // empty when there was none
  TakenIn taken;
};
Imported Import(const std::string& path, const std::string& text) {
  const auto intake = Intake::Open(path);
  EXPECT_THAT(intake, Succeeds());
  std::istringstream in(text);
  const auto read = ReadLines(
      in, "file", [] { return nullptr; }, **intake);
  if (!read) {
    EXPECT_TRUE((*intake)->Stop().ok());
  }
  return {read ? "" : read.error().message, (*intake)->taken_in()};
}

std::string LineOf(const std::string& text, std::size_t number) {
  std::istringstream in(text);
  std::string line;
  for (std::size_t i = 0; i < number; ++i) std::getline(in, line);
  return line;
}

class RecordLines : public testing::Test {
 protected:
  // What the history's own tests call a record, with something of everything.
  std::string SomeRecord() {
    const std::string path = scratch_ / "some.db";
    const auto history = Open(path);
    history::Begin(*history, "c-1", 2);
    history::Begin(*history, "c-2", 0);
    EXPECT_THAT(history->ArchivePack(Sha256("rules"), "rules"), Succeeds());
    Delivery begins = history::DeliveryFrom("77", 1);
    begins.due = history::Due{.at = 1'700'090'000, .until = 1'700'100'000};
    EXPECT_THAT(history->Begin(history::ConversationOf("c-3"),
                               history::TurnOf(0), &begins),
                Succeeds());
    Delivery notes = history::DeliveryFrom("78", 2);
    notes.notes = "said hello";
    EXPECT_THAT(history->Deliver(notes), Succeeds());
    const auto waiting = history->ReadOutbox(0, 1);
    EXPECT_THAT(history->GiveUp(waiting->front().id, "refused"), Succeeds());
    return path;
  }

  Scratch scratch_;
  const std::string copy_ = scratch_ / "copy.db";
};

TEST_F(RecordLines, ShowOneRecordLikeThis) {
  const std::string text = Export(SomeRecord());
  EXPECT_EQ(LineOf(text, 1), R"({"format":"nearer.record","version":1})");
  EXPECT_EQ(LineOf(text, 2),
            R"({"pack":")" + Sha256("rules") + R"(","bytes":5})");
  EXPECT_EQ(LineOf(text, 3), R"({"part":"cnVsZXM="})");
  EXPECT_EQ(LineOf(text, 4),
            R"({"received":"77/1","channel":"telegram","at":1700000001})");
  EXPECT_EQ(LineOf(text, 6),
            R"({"contact":"78","channel":"telegram","notes":"said hello"})");
  EXPECT_EQ(
      LineOf(text, 7),
      R"({"message":"to 78 2","chat":"78","channel":"telegram","at":1700000002})");
  EXPECT_EQ(LineOf(text, 8),
            R"({"conversation":"c-1","token_hash":")" +
                ToHex(std::string(32, 7)) +
                R"(","channel":"web","began":1700000000,"turns":3})");
  EXPECT_EQ(
      LineOf(text, 10),
      R"({"turn":1,"at":1700000001,"client_turn_id":"turn-1","utterance":"I keep busy.","reply":{"messages":["Busy is one way to be safe."],"n":1},"state":{"stage":"listening"},"trace":{"heard":["distraction"]},"pack":"9f86d081884c7d65"})");
  EXPECT_THAT(
      text,
      HasSubstr(
          R"({"message":"to 77 1","chat":"77","channel":"telegram","at":1700000001,"failure":"refused"})"));
  EXPECT_THAT(text, HasSubstr(R"({"reminder":1700090000,"until":1700100000})"));
  EXPECT_THAT(text, testing::EndsWith(
                        "{\"end\":true,\"conversations\":3,\"turns\":5}\n"));
}

TEST_F(RecordLines, BringNothingBackThatWasErased) {
  const std::string path = SomeRecord();
  const std::string text = Export(path);
  {
    const auto history = Open(path);
    for (const char* id : {"c-1", "c-2"})
      ASSERT_THAT(history->Erase(id, history::kErasedAt), Succeeds());
  }
  const std::string without = Export(path);
  const Imported imported = Import(path, text);
  EXPECT_EQ(imported.error, "");
  EXPECT_EQ(imported.taken.erased, 2);
  EXPECT_EQ(imported.taken.conversations, 0);
  EXPECT_EQ(Export(path), without);
}

TEST_F(RecordLines, GiveAnEqualRecordAndTheSameLinesAgain) {
  const std::string path = SomeRecord();
  const std::string text = Export(path);
  const Imported imported = Import(copy_, text);
  EXPECT_EQ(imported.error, "");
  EXPECT_EQ(imported.taken.conversations, 3);
  EXPECT_EQ(imported.taken.turns, 5);
  EXPECT_EQ(Export(copy_), text);

  const auto one = Open(path), two = Open(copy_);
  for (const char* id : {"c-1", "c-2", "c-3"}) {
    EXPECT_EQ(*one->Find(id), *two->Find(id));
    EXPECT_EQ(AllTurns(*one, id), AllTurns(*two, id));
  }
  EXPECT_EQ(*two->ReadPack(Sha256("rules")), "rules");
  EXPECT_EQ(history::Waiting(*one), history::Waiting(*two));
  EXPECT_EQ(history::DeadLetters(*one), history::DeadLetters(*two));
  EXPECT_EQ(two->FindContact({"telegram", "77"})->conversation, "c-3");
  EXPECT_EQ(two->FindContact({"telegram", "78"})->notes, "said hello");
  EXPECT_TRUE(*two->WasReceived("telegram", "77/1"));
}

// Texts are bytes: anything may stand anywhere.
TEST_F(RecordLines, AreLosslessWhateverTheBytes) {
  std::mt19937 chance(7);
  const std::vector<std::string> odd = {std::string("\0", 1),
                                        "\xff\xfe",
                                        "\xed\xa0\x80",
                                        "\n",
                                        "\r\n",
                                        "\"",
                                        "\\u0000",
                                        "{\"base64\":\"AA==\"}",
                                        "{\"base64\": 1}",
                                        "{}",
                                        "{ \"a\" : [1.50, 1e5] } ",
                                        "{\"a\":1,\"a\":2}",
                                        "{\"n\":1e999}",
                                        "{\"a\":\"\xf0\x9f\x8c\x99\"}",
                                        "\xe2\x80\xa8",
                                        "{\"broken",
                                        "null",
                                        "[]",
                                        "\xef\xbb\xbf{}",
                                        "\x7f",
                                        "{\"a\":\n1}"};
  const auto text = [&] {
    std::string made;
    for (std::size_t i = 0, parts = chance() % 3; i < parts; ++i) {
      if (chance() % 2 == 0) {
        made += odd[chance() % odd.size()];
      } else {
        for (std::size_t k = 0, size = chance() % 20; k < size; ++k)
          made += static_cast<char>(chance());
      }
    }
    return chance() % 3 == 0 ? odd[chance() % odd.size()] : made;
  };
  for (int round = 0; round < 8; ++round) {
    const std::string path = scratch_ / ("odd" + std::to_string(round));
    const auto history = Open(path);
    std::map<std::string, bool> begun;
    for (int c = 0; c < 8; ++c) {
      const Conversation conversation{
          .id = text(),
          .token_hash = text(),
          .channel = text(),
          .began = static_cast<std::int64_t>(chance()) - (1 << 30)};
      Delivery delivery{.from = {text(), text()},
                        .inbound_id = text(),
                        .at = static_cast<std::int64_t>(chance()),
                        .outbound = {text(), text()},
                        .notes = text()};
      Turn turn{.n = 0,
                .at = -5,
                .reply = text(),
                .state = text(),
                .trace = text(),
                .pack = text()};
      const bool contact = chance() % 2 == 0;
      if (!history->Begin(conversation, turn, contact ? &delivery : nullptr))
        continue;  // an id or a chat came twice
      for (turn.n = 1; turn.n < 4; ++turn.n) {
        turn.client_turn_id = chance() % 2 == 0 ? "" : text();
        turn.utterance = text();
        turn.trace = text();
        // A client_turn_id that repeats leaves a number free.
        const auto appended = history->Append(conversation.id, turn);
        ASSERT_THAT(appended, Succeeds());
        if (appended->repeated) break;
      }
    }
    const std::string archive = text() + "x";
    ASSERT_THAT(history->ArchivePack(Sha256(archive), archive), Succeeds());
    const std::string lines = Export(path);
    const std::string copy = path + "-copy";
    ASSERT_EQ(Import(copy, lines).error, "") << lines;
    EXPECT_EQ(Export(copy), lines);
    const auto listed = history->List("", 100);
    const auto other = Open(copy);
    for (const Conversation& conversation : *listed) {
      EXPECT_EQ(*other->Find(conversation.id), conversation);
      EXPECT_EQ(AllTurns(*other, conversation.id),
                AllTurns(*history, conversation.id));
    }
  }
}

TEST_F(RecordLines, CarryAPackOfManyParts) {
  std::mt19937 chance(1);
  std::string archive(1'000'000, '\0');
  for (char& byte : archive) byte = static_cast<char>(chance());
  const std::string hash = Sha256(archive);
  {
    const auto history = Open(scratch_ / "pack.db");
    EXPECT_THAT(history->ArchivePack(hash, archive), Succeeds());
  }
  EXPECT_EQ(Import(copy_, Export(scratch_ / "pack.db")).error, "");
  EXPECT_EQ(*Open(copy_)->ReadPack(hash), archive);
}

TEST_F(RecordLines, ShowOneConversationAlone) {
  const std::string path = SomeRecord();
  EXPECT_EQ(Import(copy_, Export(path, "c-3")).error, "");
  const auto copy = Open(copy_);
  EXPECT_EQ(copy->List("", 10)->size(), 1U);
  EXPECT_EQ(AllTurns(*copy, "c-3"), AllTurns(*Open(path), "c-3"));
  EXPECT_EQ(copy->FindContact({"telegram", "77"})->conversation, "c-3");
  EXPECT_FALSE(copy->FindContact({"telegram", "78"}).ok());
  RecordWriter writer([](std::string_view) { return true; });
  EXPECT_THAT(history::Walk(path, writer, "nobody"),
              history::FailsWith(history::HistoryErrorCode::kNotFound));
}

TEST_F(RecordLines, OfALineMissingOrChangedAreRefusedWithItsNumber) {
  const std::string text = Export(SomeRecord());
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  const auto joined = [](const std::vector<std::string>& all) {
    std::string together;
    for (const std::string& line : all) together += line + "\n";
    return together;
  };
  int round = 0;
  const auto import = [&](const std::string& changed) {
    return Import(scratch_ / ("wrong" + std::to_string(++round)), changed);
  };
  // A contact, message or check-in that does not stand there never was, and so
  // is a delivery.
  const auto may_be_missing = [](const std::string& line) {
    return line.starts_with("{\"contact\"") ||
           line.starts_with("{\"message\"") ||
           line.starts_with("{\"reminder\"") ||
           line.starts_with("{\"received\"");
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto changed = lines;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    if (!may_be_missing(lines[i])) {
      EXPECT_THAT(import(joined(changed)).error, StartsWith("file:"))
          << "without line " << i + 1;
    }
    const std::string here = "file:" + std::to_string(i + 1) + ": ";
    changed = lines;
    changed[i].pop_back();
    EXPECT_THAT(import(joined(changed)).error, StartsWith(here));
    changed = lines;
    changed[i].insert(changed[i].size() - 1, ",\"more\":1");
    EXPECT_THAT(import(joined(changed)).error, StartsWith(here));
  }
}

TEST_F(RecordLines, SayWhatIsWrongInThem) {
  const std::string head = R"({"format":"nearer.record","version":1})"
                           "\n";
  const std::string began =
      R"({"conversation":"c","token_hash":"","channel":"web","began":1,"turns":1})"
      "\n";
  const std::pair<std::string, const char*> cases[] = {
      {"", "file:1: there is nothing in it"},
      {"hello\n", "file:1: expected the first line of an export"},
      {R"({"format":"nearer.record","version":2})",
       "a newer nearer wrote this"},
      {R"({"format":"other","version":1})", "\"nearer.record\""},
      {head, "file:2: the export is cut off"},
      {head +
           R"({"turn":0,"at":0,"utterance":"","reply":{},"state":{},"trace":{},"pack":"p"})",
       "file:2: a turn more than its conversation has"},
      {head + began + R"({"end":true,"conversations":1,"turns":1})",
       "file:3: turns of a conversation are missing"},
      {head + began +
           R"({"turn":1,"at":0,"utterance":"","reply":{},"state":{},"trace":{},"pack":"p"})",
       "expected turn 0 here"},
      {head +
           R"({"conversation":"c","token_hash":"0g","channel":"","began":1,"turns":1})",
       "hexadecimal"},
      {head +
           R"({"conversation":"c","token_hash":"","channel":"","began":1.5,"turns":1})",
       "\"began\" must be a whole number"},
      {head +
           R"({"conversation":{"base64":"A"},"token_hash":"","channel":"","began":1,"turns":1})",
       "is not base64"},
      {head + R"({"pack":"p","bytes":2})"
              "\n"
              R"({"part":"YQ=="})"
              "\n"
              R"({"end":true,"conversations":0,"turns":0})",
       "file:4: parts of a pack are missing"},
      {head + R"({"pack":"p","bytes":1})"
              "\n"
              R"({"part":"YQ=="})",
       "file:3: the pack that ends here is damaged"},
      {head + R"({"pack":"p","bytes":1})"
              "\n"
              R"({"part":"YWE="})",
       "more bytes"},
      {head + R"({"end":true,"conversations":1,"turns":0})",
       "lines are missing"},
      {head + R"({"end":true,"conversations":0,"turns":0})"
              "\n{}",
       "file:3: "},
      {head + R"({"song":1})", "expected a line of an export"},
      {head + R"({"end":true,"end":true,"conversations":0,"turns":0})",
       "a member stands twice"},
  };
  for (const auto& [text, says] : cases)
    EXPECT_THAT(Import(copy_, text).error, HasSubstr(says)) << text;
}

TEST_F(RecordLines, CutOffAnywhereCanBeImportedAgain) {
  const std::string path = SomeRecord();
  const std::string text = Export(path);
  std::size_t end = 0;
  while ((end = text.find('\n', end + 1)) != std::string::npos) {
    const std::string copy = scratch_ / ("cut" + std::to_string(end));
    const Imported cut = Import(copy, text.substr(0, end + 1));
    EXPECT_EQ(cut.error.empty(), end + 1 == text.size());
    {
      // Whole conversations, or nothing of them.
      const auto half = Open(copy);
      const auto listed = half->List("", 10);
      for (const Conversation& conversation : *listed)
        EXPECT_EQ(AllTurns(*half, conversation.id),
                  AllTurns(*Open(path), conversation.id));
    }
    const Imported again = Import(copy, text);
    EXPECT_EQ(again.error, "");
    EXPECT_EQ(again.taken.equal, cut.taken.conversations);
    EXPECT_EQ(again.taken.conversations + again.taken.equal, 3);
    EXPECT_EQ(Export(copy), text);
  }
}

TEST_F(RecordLines, ChangeNothingThatIsThere) {
  const std::string text = Export(SomeRecord());
  {
    const auto there = Open(copy_);
    history::Begin(*there, "c-1", 3);  // went on since
    history::Begin(*there, "c-2", 0);  // the same
    const Delivery other = history::DeliveryFrom("77", 9);
    // The person of c-3 has another conversation here.
    EXPECT_THAT(there->Begin(history::ConversationOf("c-9"), history::TurnOf(0),
                             &other),
                Succeeds());
  }
  const Imported imported = Import(copy_, text);
  EXPECT_EQ(imported.error, "");
  EXPECT_EQ(imported.taken.conversations, 0);
  EXPECT_EQ(imported.taken.equal, 1);
  EXPECT_THAT(imported.taken.different, testing::ElementsAre("c-1", "c-3"));
  const auto there = Open(copy_);
  EXPECT_EQ(AllTurns(*there, "c-1").size(), 4U);
  EXPECT_FALSE(there->Find("c-3").ok());
  EXPECT_EQ(there->FindContact({"telegram", "77"})->conversation, "c-9");
  // What belongs to no conversation comes once, however often it is imported.
  EXPECT_THAT(history::Waiting(*there),
              testing::UnorderedElementsAre("to 77 9", "to 78 2"));
  Import(copy_, text);
  EXPECT_EQ(history::Waiting(*there).size(), 2U);
}

// Whoever adds a table says here what becomes of it, and adds it to Walk,
// Intake and FORMAT.md when it belongs to the record.
TEST_F(RecordLines, LeaveOutNoTable) {
  const auto history = Open(copy_);
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(copy_.c_str(), &db), SQLITE_OK);
  std::set<std::string> tables;
  sqlite3_exec(
      db, "SELECT name FROM sqlite_schema WHERE type = 'table'",
      [](void* to, int, char** columns, char**) {
        static_cast<std::set<std::string>*>(to)->insert(columns[0]);
        return 0;
      },
      &tables, nullptr);
  sqlite3_close(db);
  const std::set<std::string> carried = {"packs",    "conversations", "turns",
                                         "contacts", "received",      "outbox",
                                         "reminders"};
  const std::set<std::string> of_the_file = {
      "migrations", "erasures", "erased", "sqlite_sequence", "codes", "leases"};
  std::set<std::string> known = carried;
  known.insert(of_the_file.begin(), of_the_file.end());
  EXPECT_EQ(tables, known);
}

}  // namespace
}  // namespace nearer::portable
