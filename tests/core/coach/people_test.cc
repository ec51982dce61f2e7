// Lets the people of tests/people talk with the shipped pack and measures what
// they are told against reference/coaching.md. Prints every figure, and fails
// when one is worse than it was. No rule may be written for one of their lines.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "content/check.h"
#include "tests/core/coach/conversation.h"
#include "tests/core/coach/scores.h"
#include "tests/core/coach/scripts.h"

namespace nearer::coach {
namespace {

struct Told {
  std::string utterance;  // what it answers; empty for the opening
  std::string said;
  Reply reply;
  Trace trace;
};

// One person's conversation, the opening first.
struct Talk {
  std::string who;
  std::vector<Told> turns;
};

Talk TalkWith(const Script& person) {
  Conversation conversation(person.name);
  Talk talk{person.name, {}};
  const auto note = [&](const std::string& utterance) {
    talk.turns.push_back({utterance, conversation.Said(), conversation.reply(),
                          conversation.trace()});
  };
  note("");
  for (const Utterance& utterance : person.utterances) {
    conversation.Say(utterance.text, utterance.pause);
    note(utterance.text);
  }
  return talk;
}

const std::vector<Talk>& Talks() {
  static const std::vector<Talk> talks = [] {
    std::vector<Talk> all;
    for (const Script& person : People()) all.push_back(TalkWith(person));
    return all;
  }();
  return talks;
}

// Calls `look(told, where)` for each reply; the openings answer nobody.
template <typename Look>
void ForEveryReply(const Look& look) {
  for (const Talk& talk : Talks())
    for (std::size_t n = 1; n < talk.turns.size(); ++n)
      look(talk.turns[n], talk.who + ", turn " + std::to_string(n));
}

bool AnswersDanger(const Told& told) {
  return told.trace.note.starts_with("risk");
}

// Danger that was heard before still holds the coaching.
bool Holds(const Told& told) {
  return told.trace.note == "safety holds" && told.reply.stage == "safety";
}

// What the craft of coaching is measured by; answers to danger have a craft of
// their own.
bool IsCoaching(const Told& told) {
  return !AnswersDanger(told) && !Holds(told);
}

// ---- sentences

// What every answer to danger owes, however often (safety reference, §3): the
// line to help, and that a program cannot call anyone.
bool IsOwedEachTime(const std::string& sentence, const Reply& reply) {
  return sentence.find("can't call") != sentence.npos ||
         std::any_of(reply.help.begin(), reply.help.end(),
                     [&](const auto& help) {
                       return sentence.find(help.second) != sentence.npos;
                     });
}

struct Repeats {
  Share coaching, danger;
  std::string list;
};

// Sentences that stand, word for word, in more than one turn of a session.
Repeats FindRepeats() {
  Repeats repeats;
  for (const Talk& talk : Talks()) {
    std::map<std::string, std::size_t> said;
    for (std::size_t n = 0; n < talk.turns.size(); ++n) {
      const Told& told = talk.turns[n];
      if (told.trace.note == "act: repeat") continue;  // was asked to
      for (const std::string& sentence : SentencesOf(told.said)) {
        if (IsOwedEachTime(sentence, told.reply)) continue;
        const auto [first, is_new] = said.emplace(sentence, n);
        (IsCoaching(told) ? repeats.coaching : repeats.danger).Add(!is_new);
        if (!is_new)
          repeats.list += "\n" + talk.who + ", turns " +
                          std::to_string(first->second) + " and " +
                          std::to_string(n) + ": " + sentence;
      }
    }
  }
  return repeats;
}

TEST(PeopleTest, HardlyASentenceIsSaidTwiceInASession) {
  const Repeats repeats = FindRepeats();
  Print("sentences said twice", repeats.coaching);
  Print("said twice while danger holds", repeats.danger);
  EXPECT_LE(repeats.coaching.percent(), 0.3) << repeats.list;
  EXPECT_LE(repeats.danger.percent(), 20) << repeats.list;
}

TEST(PeopleTest, NoReplyAsksMoreThanOneQuestion) {
  Share asking_twice;
  ForEveryReply([&](const Told& told, const std::string& where) {
    asking_twice.Add(QuestionsIn(told.said) > 1);
    EXPECT_LE(QuestionsIn(told.said), 1) << where << ": " << told.said;
  });
  Print("replies with two questions", asking_twice);
}

TEST(PeopleTest, RepliesStayBelowSixtyWords) {
  Share longer;
  int words = 0;
  ForEveryReply([&](const Told& told, const std::string& where) {
    if (!IsCoaching(told)) return;  // may take 90
    longer.Add(WordsIn(told.said) > 60);
    words += WordsIn(told.said);
    EXPECT_LE(WordsIn(told.said), 60) << where << ": " << told.said;
  });
  Print("replies over 60 words", longer);
  std::printf("  %-34s %5.1f\n", "words a reply", 1.0 * words / longer.whole);
}

TEST(PeopleTest, WhatIsSaidReadsLikeABookForTwelveYearOldsAtMost) {
  std::string all;
  for (const Talk& talk : Talks())
    for (const Told& told : talk.turns) all += told.said + '\n';
  const content::Readability measured = content::Measure(all);
  std::printf("  %-34s %5.1f    (%d words)\n", "reading grade", measured.grade,
              measured.words);
  EXPECT_LE(measured.grade, 6);
}

// ---- reflections and questions

// A reflection says back or adds a careful guess (coaching reference, §1): the
// kinds `simple` and `complex`. Reframes, lessons and affirmations follow one
// and are none themselves. A question is whatever ends in a question mark,
// offers and "what happened?" included.
struct Uttered {
  int simple = 0, complex = 0, questions = 0;
  int reflections() const { return simple + complex; }
  void Count(const Told& told) {
    for (const std::string& id : told.trace.prompts) {
      const Wording* wording = ShippedPackForTests().wordings().Find(id);
      ASSERT_NE(wording, nullptr) << id;
      simple += wording->kind == PromptKind::kSimple ? 1 : 0;
      complex += wording->kind == PromptKind::kComplex ? 1 : 0;
      questions += wording->question ? 1 : 0;
    }
  }
};

double PrintRatio(const std::string& name, const Uttered& uttered) {
  const double ratio = 1.0 * uttered.reflections() / uttered.questions;
  std::printf("  %-34s %5.2f    (%d to %d)\n", name.c_str(), ratio,
              uttered.reflections(), uttered.questions);
  return ratio;
}

TEST(PeopleTest, ReflectsAndDoesNotOnlyAsk) {
  Uttered coaching, everything;
  ForEveryReply([&](const Told& told, const std::string&) {
    everything.Count(told);
    if (IsCoaching(told)) coaching.Count(told);
  });
  const double ratio = PrintRatio("reflections to questions", coaching);
  PrintRatio("the same, danger counted in", everything);
  EXPECT_GE(ratio, 1.3);
}

TEST(PeopleTest, AboutHalfOfTheReflectionsAddAGuess) {
  Uttered uttered;
  ForEveryReply(
      [&](const Told& told, const std::string&) { uttered.Count(told); });
  const Share complex{uttered.complex, uttered.reflections()};
  Print("complex among reflections", complex);
  EXPECT_GE(complex.percent(), 40);
}

// ---- what was heard

TEST(PeopleTest, FallsBackInAMinorityOfReplies) {
  Share of_coaching, of_all;
  std::map<std::string, int> rungs;
  ForEveryReply([&](const Told& told, const std::string&) {
    const bool fallback = told.trace.note.starts_with("fallback");
    if (fallback) ++rungs[told.trace.note];
    of_all.Add(fallback);
    if (IsCoaching(told)) of_coaching.Add(fallback);
  });
  Print("fallback", of_coaching);
  for (const auto& [rung, times] : rungs)
    Print(rung, {times, of_coaching.whole});
  Print("fallback, danger counted in", of_all);
  EXPECT_LE(of_coaching.percent(), 12);
}

// All that is dangerous in what the people say.
bool IsDangerous(const std::string& utterance) {
  return utterance.starts_with(
             "sometimes at night i think they would all be better off") ||
         utterance.starts_with("my ex used to check my phone every night");
}

TEST(PeopleTest, DangerIsHeardWhereItIsAndSeldomWhereItIsNot) {
  Share heard, false_alarms, holds;
  std::string list;
  ForEveryReply([&](const Told& told, const std::string& where) {
    holds.Add(Holds(told));
    (IsDangerous(told.utterance) ? heard : false_alarms)
        .Add(AnswersDanger(told));
    if (AnswersDanger(told))
      list += "\n" + where + ", heard by " +
              (told.reply.rule.empty() ? "the model" : told.reply.rule) + ": " +
              told.utterance;
  });
  Print("danger heard where it is", heard);
  Print("danger heard where there is none", false_alarms);
  Print("replies while danger holds", holds);
  EXPECT_EQ(heard.part, 2) << list;
  EXPECT_LE(false_alarms.percent(), 7) << list;
}

}  // namespace
}  // namespace nearer::coach
