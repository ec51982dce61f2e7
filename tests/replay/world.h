#ifndef NEARER_TESTS_REPLAY_WORLD_H_
#define NEARER_TESTS_REPLAY_WORLD_H_

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "chat/chance.h"
#include "chat/chat.h"
#include "chat/zones.h"
#include "history/history.h"
#include "replay/findings.h"
#include "replay/replay.h"
#include "tests/core/coach/scripts.h"

namespace nearer::replay {

// People who talk, and the record of it; time and chance are the test's.
class World {
 public:
  // What arranges check-ins.
  const when::Zones* zones() const { return zones_.get(); }

  World(std::unique_ptr<history::History> record,
        std::shared_ptr<const coach::Pack> pack)
      : history_(std::move(record)),
        shelf_(std::move(pack)),
        chat_(*history_, shelf_,
              {.now = [this] { return now_; },
               .randomness =
                   [this](std::size_t n) { return chat::Chance(++chance_, n); },
               .zones = zones_.get()}) {}

  history::History& history() { return *history_; }
  chat::PackShelf& shelf() { return shelf_; }

  // A whole conversation; gives its id.
  std::string Follow(const coach::Script& script,
                     const std::string& channel = "web") {
    const auto begun = chat_.Begin(channel);
    if (!begun) std::abort();
    auto reply = begun->opening.reply;
    int n = 0;
    for (const coach::Utterance& utterance : script.utterances) {
      now_ += utterance.pause;
      const auto turn =
          chat_.Say(begun->id, begun->token,
                    coach::Sent(utterance.text, ParseReply(reply).value()),
                    std::to_string(++n));
      if (!turn) std::abort();
      reply = turn->reply;
    }
    now_ += 3600;
    return begun->id;
  }
  std::string Talk(const std::vector<std::string>& utterances,
                   const std::string& channel = "web") {
    coach::Script script;
    for (const std::string& text : utterances)
      script.utterances.push_back({text, 45});
    return Follow(script, channel);
  }

  // The same over a messenger, where the coach can write first.
  void Message(const std::vector<std::string>& utterances) {
    const history::Address from{"messenger", "ana"};
    const auto nothing = [](const history::Turn&) {
      return std::vector<std::string>();
    };
    const auto delivery = [&] {
      return history::Delivery{.from = from,
                               .inbound_id = std::to_string(++chance_),
                               .at = now_,
                               .outbound = {},
                               .notes = std::nullopt};
    };
    const auto begun = chat_.BeginWith(from.channel, delivery(), nothing);
    if (!begun) std::abort();
    for (const std::string& text : utterances) {
      now_ += 45;
      if (!chat_.SayWith(begun->id, text, "", delivery(), nothing,
                         {.writes = true, .zone = "Europe/Berlin"}))
        std::abort();
    }
    now_ += 3600;
  }

 private:
  std::int64_t now_ = 1'767'603'600;
  std::uint64_t chance_ = 0;
  const std::unique_ptr<const when::Zones> zones_ = chat::OpenSystemZones();
  std::unique_ptr<history::History> history_;
  chat::PackShelf shelf_;
  chat::Chat chat_;
};

// A finished replay: its counts, and every line as it was told.
struct Told {
  Progress progress;
  std::vector<std::string> lines;  // the gravest outcome first
};

inline Told Ask(const history::History& history, const Options& options) {
  Packs archived(history);
  auto findings = Findings::Temporary().value();
  const std::atomic<bool> stop = false;
  const auto progress = Replay(history, archived, options, {}, *findings, stop);
  EXPECT_TRUE(progress.ok()) << progress.error().message;
  Told told{.progress = progress.ok() ? progress.value() : Progress{},
            .lines = {}};
  EXPECT_TRUE(findings
                  ->ForEach([&](std::string_view line, Findings::Place) {
                    told.lines.emplace_back(line);
                    return true;
                  })
                  .ok());
  return told;
}

}  // namespace nearer::replay

#endif  // NEARER_TESTS_REPLAY_WORLD_H_
