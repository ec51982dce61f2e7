#ifndef NEARER_TESTS_AUTHORING_TALK_H_
#define NEARER_TESTS_AUTHORING_TALK_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "chat/chat.h"
#include "content/good_pack.h"
#include "core/coach/coach.h"
#include "history/history.h"

namespace nearer::authoring {

inline std::shared_ptr<const coach::Pack> PackOf(const content::Files& files) {
  content::Parsed parsed = content::Parse(files);
  EXPECT_TRUE(parsed.problems.empty()) << content::DescribeAll(parsed.problems);
  parsed.authored.bank.clear();  // no model: it would take time to train
  auto pack = content::MakePack(std::move(parsed.authored));
  EXPECT_TRUE(pack.ok());
  return *pack;
}

// The pack of tests/content/good.
inline std::shared_ptr<const coach::Pack> SmallPack() {
  return PackOf(content::GoodPack());
}

inline constexpr history::UnixSeconds kMonday = 1767603600;  // 2026-01-05
inline constexpr history::UnixSeconds kWeek = 7 * 86400;

// A conversation in which a person says `texts`, a minute apart, from `began`
// on.
inline void Talk(history::History& history, const coach::Pack& pack,
                 const std::string& id, const std::vector<std::string>& texts,
                 history::UnixSeconds began = kMonday) {
  coach::Moment moment{began, id, 0};
  coach::Answer answer = coach::Open(pack, moment);
  ASSERT_TRUE(history
                  .Begin({.id = id, .channel = "web", .began = began},
                         chat::RecordOf(answer, pack, moment))
                  .ok());
  for (const std::string& text : texts) {
    moment.at += 60;
    ++moment.n;
    answer = coach::Respond(pack, answer.state, text, moment);
    history::Turn turn = chat::RecordOf(answer, pack, moment);
    turn.utterance = text;
    ASSERT_TRUE(history.Append(id, turn).ok());
  }
}

}  // namespace nearer::authoring

#endif  // NEARER_TESTS_AUTHORING_TALK_H_
