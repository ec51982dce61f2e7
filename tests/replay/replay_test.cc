#include "replay/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "history/scratch.h"
#include "history/sqlite_history.h"
#include "replay/report.h"
#include "replay/small_pack.h"
#include "replay/world.h"

namespace nearer::replay {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int kPeople = 60;

// Many people who say what the small pack hears, in different orders.
class ReplayTest : public testing::Test {
 protected:
  ReplayTest() : world_(history::OpenMemory(), PackOf({})) {}

  void TalkAll() {
    const std::vector<std::string> said = {
        "I am alone",        "well", "my sister came",
        "I feel like dying", "hm",   "still alone"};
    for (std::size_t i = 0; i < kPeople; ++i) {
      std::vector<std::string> talk;
      for (std::size_t n = 0; n < 3 + i % 5; ++n)
        talk.push_back(said[(i * 7 + n * (i % 3 + 1)) % said.size()]);
      world_.Talk(talk, i % 4 == 0 ? "telegram" : "web");
    }
  }

  Told Against(const SmallPack& draft, Options options = {}) {
    options.pack = PackOf(draft);
    return Ask(world_.history(), options);
  }

  World world_;
};

std::vector<std::string> Outcomes(const Told& told) {
  std::vector<std::string> outcomes;
  for (const std::string& line : told.lines)
    outcomes.push_back(json::parse(line).at("outcome"));
  return outcomes;
}

TEST_F(ReplayTest, ThePackThatSpokeChangesNothing) {
  TalkAll();
  const Told told = Against({});
  EXPECT_THAT(told.lines, ElementsAre());
  EXPECT_EQ(told.progress.counts.conversations, kPeople);
  EXPECT_EQ(told.progress.counts.of(Outcome::kSame), told.progress.read);
  EXPECT_TRUE(told.progress.done);
}

TEST_F(ReplayTest, TellsWhatBecameOfEachTurn) {
  const std::string id =
      world_.Talk({"I am alone", "well", "my sister came", "I am dying"});
  struct Case {
    const char* change;
    SmallPack draft;
    std::int64_t n;
    const char *outcome, *from, *to;
  };
  for (const Case& c : {
           Case{"no rule hears danger",
                {.dying = std::nullopt},
                4,
                "risk_lost",
                "dying",
                "none"},
           Case{"danger counts for less",
                {.dying = RiskLevel::kPassive},
                4,
                "risk_lost",
                "dying",
                "dying"},
           Case{"danger counts for more",
                {.dying = RiskLevel::kImminent},
                4,
                "risk_heard",
                "dying",
                "dying"},
           Case{"another rule hears",
                {.alone = "solitude"},
                1,
                "other_rule",
                "alone",
                "solitude"},
           Case{"the rule says something else",
                {.says = "You are strong."},
                1,
                "other_words",
                "alone",
                "alone"},
           Case{"a prompt has another name",
                {.goes_on = "on"},
                2,
                "state_diverged",
                "none",
                "none"},
       }) {
    const Told told = Against(c.draft);
    const auto line = std::ranges::find_if(told.lines, [&](const auto& each) {
      return json::parse(each).at("n") == c.n;
    });
    ASSERT_NE(line, told.lines.end()) << c.change;
    const json found = json::parse(*line);
    EXPECT_EQ(found.at("outcome"), c.outcome) << c.change << found;
    EXPECT_EQ(found.at("from"), c.from) << c.change;
    EXPECT_EQ(found.at("to"), c.to) << c.change;
    EXPECT_EQ(found.at("conversation"), id);
    EXPECT_EQ(found.at("differs_since"), nullptr);
  }
}

TEST_F(ReplayTest, HearsOfADangerThatWasNotHeard) {
  World before(history::OpenMemory(), PackOf({.dying = std::nullopt}));
  before.Talk({"I am dying"});
  const Told told = Ask(before.history(), {.pack = PackOf({})});
  ASSERT_THAT(Outcomes(told), ElementsAre("risk_heard"));
  const json line = json::parse(told.lines[0]);
  EXPECT_EQ(line.at("before").at("risk"), nullptr);
  EXPECT_EQ(line.at("after").at("risk").at("level"), "active");
  EXPECT_EQ(line.at("why_after").at("words"), "dying");
  EXPECT_EQ(line.at("why_after").at("pattern"), "dying");
}

TEST_F(ReplayTest, PutsLostRisksFirstWhereverTheyStand) {
  TalkAll();
  const Told told = Against(
      {.alone = "solitude", .says = "You are strong.", .dying = std::nullopt});
  const auto outcomes = Outcomes(told);
  const auto lost = told.progress.counts.of(Outcome::kRiskLost);
  ASSERT_GT(lost, 10);
  EXPECT_EQ(std::ranges::count(outcomes, "risk_lost"), lost);
  EXPECT_TRUE(std::all_of(outcomes.begin(), outcomes.begin() + lost,
                          [](const auto& o) { return o == "risk_lost"; }));
  EXPECT_TRUE(IsWrong({.pack = PackOf({})}, told.progress.counts));
}

TEST_F(ReplayTest, OnlyLostRisksAreWrongUnlessThePacksAreTheOwn) {
  world_.Talk({"I am alone"});
  const Told words = Against({.says = "You are strong."});
  ASSERT_EQ(words.progress.counts.of(Outcome::kOtherWords), 1);
  EXPECT_FALSE(IsWrong({.pack = PackOf({})}, words.progress.counts));
  EXPECT_TRUE(IsWrong({.pack = nullptr}, words.progress.counts));
}

TEST_F(ReplayTest, InPlaceTurnsDoNotFollowFromOneAnotherAndOnwardTheyDo) {
  // With the danger gone, the talk that it held goes on.
  world_.Talk({"I feel like dying", "I am alone", "hm"});
  const auto since = [](const Told& told) {
    std::vector<json> all;
    for (const std::string& line : told.lines)
      all.push_back(json::parse(line).at("differs_since"));
    return all;
  };
  const SmallPack draft{.dying = std::nullopt};
  const Told in_place = Against(draft);
  EXPECT_EQ(in_place.progress.counts.of(Outcome::kSame), 3);
  EXPECT_THAT(since(in_place), ElementsAre(nullptr));
  const Told onward = Against(draft, {.mode = Mode::kOnward});
  EXPECT_EQ(onward.progress.counts.of(Outcome::kSame), 1);
  EXPECT_THAT(since(onward), testing::Each(1));
}

TEST_F(ReplayTest, ComparesOnlyWhatPassesTheFilter) {
  TalkAll();
  const SmallPack draft{.alone = "solitude", .dying = std::nullopt};
  const auto compared = [&](const Filter& filter) {
    return Against(draft, {.filter = filter}).progress.counts.compared();
  };
  const std::int64_t all = compared({});
  std::int64_t alone = 0, telegram = 0, late = 0, one = 0;
  const std::int64_t late_from = 1'767'603'600 + 20 * 3600;
  std::string id;
  const auto conversations = world_.history().List("", 1000);
  for (const auto& conversation : *conversations) {
    id = conversation.id;
    one = conversation.version + 1;
    const auto turns = world_.history().ReadTurns(id, -1, 100);
    for (const auto& turn : *turns) {
      alone += turn.utterance.find("alone") != std::string::npos ? 1 : 0;
      telegram += conversation.channel == "telegram" ? 1 : 0;
      late += turn.at >= late_from ? 1 : 0;
    }
  }
  ASSERT_GT(late, 0);
  EXPECT_EQ(compared({.channel = "telegram"}), telegram);
  EXPECT_EQ(compared({.since = late_from}), late);
  EXPECT_EQ(compared({.until = late_from}), all - late);
  EXPECT_EQ(compared({.conversation = id}), one);
  // Heard then, or heard now.
  EXPECT_EQ(compared({.theme = "self_reliance"}), alone);
  EXPECT_EQ(compared({.rule = "alone"}), alone);
  EXPECT_EQ(compared({.rule = "solitude"}), alone);
  EXPECT_EQ(compared({.rule = "nothing"}), 0);
}

TEST_F(ReplayTest, FailsWhenThereIsNoConversationOfThatId) {
  Packs archived(world_.history());
  auto findings = Findings::Temporary().value();
  const std::atomic<bool> stop = false;
  const auto progress =
      Replay(world_.history(), archived,
             {.pack = PackOf({}), .filter = {.conversation = "nobody"}}, {},
             *findings, stop);
  ASSERT_FALSE(progress.ok());
  EXPECT_THAT(progress.error().message, HasSubstr("no conversation"));
}

TEST_F(ReplayTest, WhatCannotBeReadIsToldAndDoesNotEndIt) {
  const std::string id = world_.Talk({"I am alone"});
  history::Turn turn{.n = 2,
                     .at = 1'767'700'000,
                     .utterance = "hm",
                     .reply = "{",
                     .state = "{}",
                     .trace = "",
                     .pack = "nobody's"};
  ASSERT_TRUE(world_.history().Append(id, turn).ok());
  turn.n = 3;
  turn.reply = R"({"messages":["Go on."]})";
  ASSERT_TRUE(world_.history().Append(id, turn).ok());
  const Told told = Against({});
  EXPECT_EQ(told.progress.counts.of(Outcome::kSame), 2);
  EXPECT_THAT(Outcomes(told), ElementsAre("unreadable", "unreadable"));
  EXPECT_THAT(told.lines[0], HasSubstr("reply"));
  EXPECT_THAT(told.lines[1], HasSubstr("state"));
  const Told own = Ask(world_.history(), {.pack = nullptr});
  EXPECT_THAT(own.lines.at(0), HasSubstr("archive"));
}

// ---- Reports that do not depend on how they came about.

std::string Bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(file) << path;
  return text.str();
}

struct Reports {
  std::string lines, html;
  friend bool operator==(const Reports&, const Reports&) = default;
};

Reports Written(const history::Scratch& scratch, const Options& options,
                Findings& findings) {
  EXPECT_TRUE(WriteJsonLines(scratch / "report.jsonl", options, findings).ok());
  EXPECT_TRUE(WriteHtml(scratch / "report.html", options, findings).ok());
  return {Bytes(scratch / "report.jsonl"), Bytes(scratch / "report.html")};
}

const SmallPack kMuchChanged{.alone = "solitude",
                             .says = "You are strong.",
                             .goes_on = "on",
                             .dying = std::nullopt};

class ReportTest : public ReplayTest {
 protected:
  ReportTest() { TalkAll(); }

  Reports WithThreads(int threads) {
    const Options options{.pack = pack_, .threads = threads};
    Packs archived(world_.history());
    auto findings = Findings::Temporary().value();
    const std::atomic<bool> stop = false;
    EXPECT_TRUE(
        Replay(world_.history(), archived, options, {}, *findings, stop).ok());
    return Written(scratch_, options, *findings);
  }

  const std::shared_ptr<const coach::Pack> pack_ = PackOf(kMuchChanged);
  const history::Scratch scratch_;
};

TEST_F(ReportTest, IsTheSameWhateverTheNumberOfThreads) {
  const Reports one = WithThreads(1);
  EXPECT_GT(std::ranges::count(one.lines, '\n'), kPeople);
  for (const int threads : {2, 5})
    EXPECT_EQ(WithThreads(threads), one) << threads;
}

// Asks for an end when so many turns were told.
class Impatient final : public Listener {
 public:
  Impatient(Listener& listener, std::atomic<bool>& stop, int turns)
      : listener_(listener), stop_(stop), left_(turns) {}
  Result<Done> Changed(Outcome outcome, std::string_view line) override {
    if (--left_ <= 0) stop_ = true;
    return listener_.Changed(outcome, line);
  }
  Result<Done> Reached(const Progress& progress) override {
    return listener_.Reached(progress);
  }

 private:
  Listener& listener_;
  std::atomic<bool>& stop_;
  int left_;
};

TEST_F(ReportTest, IsTheSameHoweverOftenItWasInterruptedAndResumed) {
  const Reports whole = WithThreads(1);
  for (const int threads : {1, 3}) {
    const Options options{.pack = pack_, .threads = threads};
    int interruptions = 0;
    for (bool done = false; !done; ++interruptions) {
      ASSERT_LT(interruptions, 1000);
      Packs archived(world_.history());
      auto findings = Findings::Resumable(scratch_ / "progress", "?").value();
      std::atomic<bool> stop = false;
      Impatient impatient(*findings, stop, 1 + 10 * interruptions);
      const auto progress = Replay(world_.history(), archived, options,
                                   findings->progress(), impatient, stop);
      ASSERT_TRUE(progress.ok());
      done = progress->done;
      if (!done) {
        ASSERT_TRUE(findings->Save().ok());
        continue;
      }
      EXPECT_EQ(Written(scratch_, options, *findings), whole);
      findings->Remove();
    }
    // How far the other threads come before they see the stop is their own.
    EXPECT_GT(interruptions, threads == 1 ? 2 : 1);
    EXPECT_FALSE(std::filesystem::exists(scratch_ / "progress"));
    EXPECT_FALSE(std::filesystem::exists(scratch_ / "progress.risk_lost"));
  }
}

TEST_F(ReportTest, IsNotGoneOnWithForAnotherQuestionOrFromDamagedProgress) {
  const std::string path = scratch_ / "progress";
  ASSERT_TRUE(Findings::Resumable(path, "one").value()->Save().ok());
  const auto other = Findings::Resumable(path, "another");
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().message, HasSubstr("of another replay"));
  std::ofstream(path) << "{}";
  EXPECT_FALSE(Findings::Resumable(path, "one").ok());
}

TEST_F(ReportTest, GoesOnWhenAFindingsFileWasCutShortNotAtAll) {
  const std::string path = scratch_ / "progress";
  {
    auto findings = Findings::Resumable(path, "?").value();
    ASSERT_TRUE(findings->Changed(Outcome::kRiskLost, "{}").ok());
    ASSERT_TRUE(findings->Reached({.after = "a", .done = true}).ok());
  }
  std::filesystem::resize_file(path + ".risk_lost", 1);
  const auto findings = Findings::Resumable(path, "?");
  ASSERT_FALSE(findings.ok());
  EXPECT_THAT(findings.error().message, HasSubstr("cut short"));
}

TEST_F(ReportTest, IsReadPageByPage) {
  const Options options{.pack = pack_};
  Packs archived(world_.history());
  auto findings = Findings::Temporary().value();
  const std::atomic<bool> stop = false;
  ASSERT_TRUE(
      Replay(world_.history(), archived, options, {}, *findings, stop).ok());
  std::vector<std::string> all, paged;
  ASSERT_TRUE(findings
                  ->ForEach([&](std::string_view line, Findings::Place) {
                    all.emplace_back(line);
                    return true;
                  })
                  .ok());
  int pages = 0;
  for (std::int64_t from = 0; from >= 0; ++pages) {
    const auto page = findings->ReadPage(from, 7);
    ASSERT_TRUE(page.ok());
    ASSERT_LE(page->lines.size(), 7U);
    paged.insert(paged.end(), page->lines.begin(), page->lines.end());
    from = page->next;
  }
  EXPECT_EQ(paged, all);
  EXPECT_EQ(pages, (static_cast<int>(all.size()) + 6) / 7);
  EXPECT_FALSE(findings->ReadPage(1, 7).ok());
  EXPECT_FALSE(findings->ReadPage(-1, 7).ok());
  EXPECT_TRUE(findings->ReadPage(1 << 30, 7).value().lines.empty());
}

TEST_F(ReportTest, OfWhatIsTooMuchTheRestIsCounted) {
  Packs archived(world_.history());
  auto findings = Findings::Temporary(1500).value();
  const std::atomic<bool> stop = false;
  const auto progress =
      Replay(world_.history(), archived, {.pack = pack_}, {}, *findings, stop);
  ASSERT_TRUE(progress.ok());
  const auto page = findings->ReadPage(0, 1000).value();
  EXPECT_GE(page.lines.size(), 3U);
  EXPECT_EQ(
      progress->counts.compared() - progress->counts.of(Outcome::kSame),
      static_cast<std::int64_t>(page.lines.size()) + findings->left_out());
}

TEST(HtmlReportTest, EscapesWhatPeopleWroteAndNeedsNothingFromOutside) {
  World world(history::OpenMemory(), PackOf({}));
  world.Talk({"<script>alert('alone')</script> & \"dying\""},
             "<img src=http://evil.example/x>");
  const history::Scratch scratch;
  const Options options{.pack = PackOf(kMuchChanged)};
  Packs archived(world.history());
  auto findings = Findings::Temporary().value();
  const std::atomic<bool> stop = false;
  ASSERT_TRUE(
      Replay(world.history(), archived, options, {}, *findings, stop).ok());
  const std::string html = Written(scratch, options, *findings).html;
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(&#39;alone&#39;)&lt;/script"
                              "&gt; &amp; &quot;dying&quot;"));
  EXPECT_THAT(html, HasSubstr("Risk no longer heard"));
  for (const char* never : {"<script", "<img", "<link", "@import", "url("})
    EXPECT_THAT(html, testing::Not(HasSubstr(never)));
}

TEST(OnOneLineTest, LetsNoControlCharacterReachATerminal) {
  EXPECT_EQ(OnOneLine("a\x1b[2Jb\nc\x7f\xc2\x9b"
                      "d\xc3\xa9",
                      100),
            "a [2Jb c  d\xc3\xa9");
  EXPECT_EQ(OnOneLine("\xc3\xa9\xc3\xa9\xc3\xa9", 2), "\xc3\xa9\xc3\xa9…");
}

TEST(CompareTest, LosesARiskThatIsLesserOrAnother) {
  const auto reply = [](std::optional<Risk> risk) {
    return coach::Reply{.messages = {"m"}, .risk = risk};
  };
  constexpr auto kSuicide = RiskCategory::kSuicideSelfHarm;
  constexpr auto kAbuse = RiskCategory::kAbuse;
  const Risk active{kSuicide, RiskLevel::kActive};
  EXPECT_EQ(Compare(reply(active), reply({})), Outcome::kRiskLost);
  EXPECT_EQ(Compare(reply(active), reply(Risk{kSuicide, RiskLevel::kPassive})),
            Outcome::kRiskLost);
  EXPECT_EQ(Compare(reply(active), reply(Risk{kAbuse, RiskLevel::kImminent})),
            Outcome::kRiskLost);
  EXPECT_EQ(Compare(reply(active), reply(Risk{kSuicide, RiskLevel::kImminent})),
            Outcome::kRiskHeard);
  EXPECT_EQ(Compare(reply({}), reply(active)), Outcome::kRiskHeard);
  EXPECT_EQ(Compare(reply(active), reply(active)), Outcome::kSame);
}

}  // namespace
}  // namespace nearer::replay
