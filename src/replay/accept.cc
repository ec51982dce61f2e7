#include "replay/accept.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "core/coach/coach.h"
#include "core/sha256.h"
#include "replay/outcome.h"
#include "replay/scrub.h"

namespace nearer::replay {
namespace {

constexpr int kTurnsAtOnce = 256;
// What the tests of transcripts call people, and how they let time pass.
constexpr int kReaders = 6;
constexpr std::int64_t kBegin = 1767603600;
constexpr std::int64_t kBetweenTurns = 30;

struct Utterance {
  std::string original, scrubbed;
  std::int64_t pause = 0;  // as the transcript tells it
  coach::Reply recorded;
};

struct Pause {
  std::string told;  // "7d"; empty for the usual one
  std::int64_t seconds = kBetweenTurns;
};

// A transcript needs no seconds.
Pause PauseOf(std::int64_t seconds) {
  constexpr std::int64_t kMinute = 60, kHour = 3600, kDay = 86400;
  if (seconds < 5 * kMinute) return {};
  if (seconds < kHour)
    return {std::to_string(seconds / kMinute) + 'm',
            seconds / kMinute * kMinute};
  if (seconds < 2 * kDay)
    return {std::to_string(seconds / kHour) + 'h', seconds / kHour * kHour};
  return {std::to_string(seconds / kDay) + 'd', seconds / kDay * kDay};
}

// A transcript has one line for an utterance.
std::string OnALine(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return text;
}

Result<std::vector<history::Turn>> ReadAll(const history::History& history,
                                           const std::string& id) {
  std::vector<history::Turn> all;
  for (;;) {
    auto turns =
        history.ReadTurns(id, all.empty() ? -1 : all.back().n, kTurnsAtOnce);
    if (!turns)
      return Error{turns.error().code == history::HistoryErrorCode::kNotFound
                       ? "there is no conversation with that id"
                       : turns.error().message};
    if (turns->empty()) return all;
    for (history::Turn& turn : *turns) all.push_back(std::move(turn));
  }
}

std::string RiskOf(const coach::Reply& reply) {
  return reply.risk ? std::string(Name(reply.risk->category)) + ' ' +
                          std::string(Name(reply.risk->level))
                    : "none";
}

std::string HeardIn(const coach::Reply& reply) {
  return reply.theme + " (" + (reply.rule.empty() ? "no rule" : reply.rule) +
         "), risk " + RiskOf(reply);
}

// What all readers are told alike; empty where they are not.
struct Expected {
  std::string theme, risk, dialog, stage;
};

// `told` by reader, then by turn.
Expected Common(const std::vector<std::vector<coach::Reply>>& told,
                std::size_t turn) {
  const auto common = [&](const auto& part) {
    const std::string first = part(told.front()[turn]);
    for (const auto& replies : told)
      if (part(replies[turn]) != first) return std::string();
    return first;
  };
  return {
      .theme = common([](const coach::Reply& r) { return r.theme; }),
      .risk = common(RiskOf),
      .dialog = common([](const coach::Reply& r) {
        return r.dialog.empty() ? std::string("none") : r.dialog;
      }),
      .stage = common([](const coach::Reply& r) { return r.stage; }),
  };
}

std::vector<coach::Reply> TellTo(const std::string& reader,
                                 const coach::Pack& pack,
                                 const std::vector<Utterance>& utterances) {
  std::vector<coach::Reply> told;
  coach::Moment moment{.at = kBegin, .conversation = reader};
  coach::Answer answer = coach::Open(pack, moment);
  for (const Utterance& utterance : utterances) {
    moment.at += utterance.pause;
    ++moment.n;
    answer = coach::Respond(pack, answer.state, utterance.scrubbed, moment);
    told.push_back(answer.reply);
  }
  return told;
}

}  // namespace

Result<Accepted> Accept(const history::History& history,
                        const std::string& conversation,
                        const coach::Pack& pack) {
  auto turns = ReadAll(history, conversation);
  if (!turns) return turns.error();

  Scrub scrub(pack);
  if (!turns->empty())
    if (const auto last = coach::ParseState(turns->back().state))
      for (const coach::Person& person : last->people)
        if (!person.name.empty()) scrub.Know(person.name);
  for (const history::Turn& turn : *turns) scrub.Learn(turn.utterance);

  std::vector<Utterance> utterances;
  std::vector<std::string> pauses;
  for (std::size_t i = 1; i < turns->size(); ++i) {
    const history::Turn& turn = (*turns)[i];
    const Pause pause = PauseOf(turn.at - (*turns)[i - 1].at);
    auto reply = ParseReply(turn.reply);
    if (!reply)
      return Error{"turn " + std::to_string(turn.n) + ": " +
                   reply.error().message};
    utterances.push_back({.original = turn.utterance,
                          .scrubbed = OnALine(scrub.Scrubbed(turn.utterance)),
                          .pause = pause.seconds,
                          .recorded = std::move(reply).value()});
    pauses.push_back(pause.told);
  }

  std::vector<std::vector<coach::Reply>> told;
  for (int reader = 0; reader < kReaders; ++reader)
    told.push_back(
        TellTo("reader-" + std::to_string(reader), pack, utterances));

  Accepted accepted{
      .name = "replayed-" + Sha256(conversation).substr(0, 12) + ".txt",
      .transcript =
          "# A conversation from the record. Names and details are "
          "not the person's.\n",
      .differences = {}};
  for (std::size_t i = 0; i < utterances.size(); ++i) {
    const Utterance& utterance = utterances[i];
    const std::string turn = "turn " + std::to_string(i + 1) + ": ";
    const coach::Recognized was = coach::Recognize(pack, utterance.original);
    const coach::Recognized is = coach::Recognize(pack, utterance.scrubbed);
    if (was.theme != is.theme || was.rule != is.rule || was.risk != is.risk)
      accepted.differences.push_back(turn + "scrubbed it is heard as " +
                                     is.theme + ", before as " + was.theme);
    const coach::Reply& now = told.front()[i];
    if (now.theme != utterance.recorded.theme ||
        now.rule != utterance.recorded.rule ||
        now.risk != utterance.recorded.risk)
      accepted.differences.push_back(turn + "on record " +
                                     HeardIn(utterance.recorded) + "; now " +
                                     HeardIn(now));
    std::string& transcript = accepted.transcript;
    if (!pauses[i].empty()) transcript += "after: " + pauses[i] + '\n';
    transcript += "> " + utterance.scrubbed + '\n';
    const Expected expected = Common(told, i);
    const auto expect = [&](const char* key, const std::string& value) {
      if (!value.empty()) transcript += key + (": " + value) + '\n';
    };
    expect("theme", expected.theme);
    if (expected.risk != "none") expect("risk", expected.risk);
    expect("dialog", expected.dialog);
    expect("stage", expected.stage);
  }
  return accepted;
}

Result<std::string> WriteInto(const std::string& folder,
                              const Accepted& accepted) {
  const std::string path = folder + '/' + accepted.name;
  const auto failed = [&] {
    return Error{path + ": cannot be written (" +
                 std::system_category().message(errno) + ")"};
  };
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    if (errno == EEXIST)
      return Error{path + ": exists already; move it away first"};
    return failed();
  }
  const std::string& text = accepted.transcript;
  const ssize_t wrote = write(file, text.data(), text.size());
  const bool whole = wrote == static_cast<ssize_t>(text.size());
  if (close(file) != 0 || !whole) return failed();
  return path;
}

}  // namespace nearer::replay
