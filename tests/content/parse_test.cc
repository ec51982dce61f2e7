#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "good_pack.h"

namespace nearer::content {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Texts(const std::vector<Line>& lines) {
  std::vector<std::string> texts;
  for (const Line& line : lines) texts.push_back(line.text);
  return texts;
}

std::string At(const Place& at) {
  return at.file + ':' + std::to_string(at.line) + ':' +
         std::to_string(at.column);
}

// The first rule of a file that holds `yaml`.
Rule RuleIn(const std::string& yaml) {
  return Parse({{"rules/x.yaml", yaml}}).authored.rules.at(0);
}

TEST(ParseTest, FindsNothingWrongWithAGoodPack) {
  EXPECT_EQ(DescribeAll(Parse(GoodPack()).problems), "");
}

TEST(ParseTest, ReadsARuleWithAllItsFields) {
  const Rule rule = Parse(GoodPack()).authored.rules.at(2);
  EXPECT_EQ(rule.id, "abuse.hit");
  EXPECT_EQ(rule.risk, (Risk{RiskCategory::kAbuse, RiskLevel::kActive}));
  EXPECT_TRUE(rule.theme.empty());
  EXPECT_TRUE(rule.any_polarity) << "safety rules hear through negation";

  const Rule handle = Parse(GoodPack()).authored.rules.at(3);
  EXPECT_EQ(handle.id, "alone.handle_it");
  EXPECT_EQ(handle.theme, "self_reliance");
  EXPECT_EQ(handle.priority, 1);
  EXPECT_FALSE(handle.any_polarity);
  EXPECT_THAT(
      Texts(handle.when),
      ElementsAre(
          "i *2 (handle|manage|carry) {what: (it|this|everything)} *2 @alone",
          "i do not need @anyone"));
  EXPECT_THAT(Texts(handle.unless), ElementsAre("i used to"));
  EXPECT_THAT(Texts(handle.reflect),
              ElementsAre("Handling {what|it} alone is how it has been for a "
                          "long time."));
  EXPECT_THAT(handle.source, ElementsAre("S001-05"));
  EXPECT_THAT(Texts(handle.counterexamples),
              ElementsAre("My son handles it on his own"));
}

TEST(ParseTest, ARulesOwnThemeOrActGoesBeforeTheFiles) {
  const Authored authored = Parse(GoodPack()).authored;
  EXPECT_EQ(authored.rules.at(1).id, "act.correction");
  EXPECT_EQ(authored.rules.at(1).act, "correction");
  EXPECT_EQ(authored.rules.at(1).theme, "");
  EXPECT_EQ(authored.rules.at(4).id, "action.ask");
  EXPECT_EQ(authored.rules.at(4).theme, "ask_action");
  EXPECT_TRUE(authored.rules.at(4).any_polarity);
}

TEST(ParseTest, ReadsPromptsConceptsAndSources) {
  const Authored authored = Parse(GoodPack()).authored;
  ASSERT_EQ(authored.prompts.size(), 8u);
  const Prompt& prompt = authored.prompts.at(3);
  EXPECT_EQ(prompt.id, "self_reliance.complex");
  EXPECT_EQ(prompt.theme, "self_reliance");
  EXPECT_EQ(prompt.kind, PromptKind::kComplex);
  EXPECT_EQ(prompt.setting, Setting::kFamily);
  EXPECT_THAT(prompt.source, ElementsAre("S001-05"));

  ASSERT_EQ(authored.concepts.size(), 3u);
  EXPECT_EQ(authored.concepts[1].name, "anyone");
  EXPECT_THAT(Texts(authored.concepts[1].members),
              ElementsAre("anyone", "anybody", "@partner"));

  ASSERT_EQ(authored.sources.size(), 2u);
  EXPECT_EQ(authored.sources[1].id, "S001-57");
  EXPECT_EQ(authored.sources[1].article, "First article");
  EXPECT_EQ(authored.sources[1].heading, "Protector");
  EXPECT_EQ(authored.sources[1].line, 35);
}

TEST(ParseTest, ReadsADialogWithAllWaysToReply) {
  const Authored authored = Parse(GoodPack()).authored;
  ASSERT_EQ(authored.dialogs.size(), 1u);
  const Dialog& dialog = authored.dialogs[0];
  EXPECT_EQ(dialog.id, "protector");
  EXPECT_EQ(dialog.title, "Thank the protector");
  EXPECT_EQ(dialog.start, "notice");
  EXPECT_TRUE(dialog.careful);
  EXPECT_THAT(dialog.about, ElementsAre("self_reliance"));
  EXPECT_THAT(dialog.replaces, ElementsAre("old_protector"));
  EXPECT_THAT(Texts(dialog.ask), ElementsAre("protector exercise"));

  ASSERT_EQ(dialog.volunteered.size(), 1u);
  EXPECT_EQ(dialog.volunteered[0].on, DialogReply::On::kWhen);
  EXPECT_EQ(dialog.volunteered[0].to, "rate");
  EXPECT_THAT(dialog.volunteered[0].keep,
              ElementsAre(Pair("guards", "{what}")));

  ASSERT_EQ(dialog.nodes.size(), 3u);
  const DialogNode& notice = dialog.nodes[0];
  EXPECT_THAT(notice.choices, ElementsAre("My freedom", "Something else"));
  ASSERT_EQ(notice.replies.size(), 3u);
  EXPECT_EQ(notice.replies[0].on, DialogReply::On::kWhen);
  EXPECT_THAT(notice.replies[0].keep, ElementsAre(Pair("guards", "{who}")));
  EXPECT_EQ(notice.replies[1].on, DialogReply::On::kChoice);
  EXPECT_EQ(notice.replies[1].choice, "Something else");
  EXPECT_THAT(Texts(notice.replies[1].when),
              ElementsAre("(something|anything) else"));
  EXPECT_EQ(notice.replies[2].on, DialogReply::On::kElse);
  EXPECT_EQ(notice.replies[2].to, "rate");

  EXPECT_EQ(dialog.nodes[1].replies[0].on, DialogReply::On::kNumber);
  EXPECT_EQ(dialog.nodes[1].replies[0].low, 0);
  EXPECT_EQ(dialog.nodes[1].replies[0].high, 6);
  EXPECT_TRUE(dialog.nodes[2].end);
  EXPECT_THAT(dialog.nodes[2].replaces, ElementsAre("close"));
}

TEST(ParseTest, AFileMayHoldSeveralDialogs) {
  Files files = GoodPack();
  std::string second = files["dialogs/protector.yaml"];
  second.replace(second.find("dialog: protector"), 17, "dialog: guardian!");
  second.replace(second.find("guardian!"), 9, "guardian");
  files["dialogs/protector.yaml"] += "---\n" + second;
  const Parsed parsed = Parse(files);
  EXPECT_EQ(DescribeAll(parsed.problems), "");
  ASSERT_EQ(parsed.authored.dialogs.size(), 2u);
  EXPECT_EQ(parsed.authored.dialogs[1].id, "guardian");
}

TEST(ParseTest, ReadsTheWordTables) {
  const WordTables words = Parse(GoodPack()).authored.words;
  EXPECT_THAT(words.contractions,
              UnorderedElementsAre(Pair("don't", "do not"), Pair("im", "i am"),
                                   Pair("i'm", "i am")));
  EXPECT_THAT(words.chat, ElementsAre(Pair("idk", "i do not know")));
  EXPECT_EQ(words.inflections.at("pulled"), "pull");
  EXPECT_EQ(words.inflections.size(), 8u);
  EXPECT_THAT(words.fillers, ElementsAre("really", "just", "kind of"));
  EXPECT_THAT(words.operators,
              ElementsAre("not", "never", "used to", "!not only"));
  EXPECT_THAT(words.clause_openers, ElementsAre("but", "because"));
  EXPECT_THAT(words.abbreviations, ElementsAre("dr"));
  ASSERT_EQ(words.roles.size(), 2u);
  EXPECT_EQ(words.roles[0].word, "sister");
  EXPECT_EQ(words.roles[0].setting, Setting::kFamily);
}

TEST(ParseTest, ReadsTheBankByTheNamesOfItsFiles) {
  std::vector<std::string> bank;
  for (const BankExample& example : Parse(GoodPack()).authored.bank)
    bank.push_back(example.theme + ": " + example.text.text);
  EXPECT_THAT(bank,
              ElementsAre("none: lovely weather today",
                          "none: what a fine match that was",
                          "risk_abuse.active: he grabs me when he is angry",
                          "self_reliance: I sort it out by myself",
                          "self_reliance: nobody else carries this"));
}

TEST(ParseTest, ReadsWhereHelpIsToBeHad) {
  const std::vector<HelpLines> help = Parse(GoodPack()).authored.help;
  ASSERT_EQ(help.size(), 2u);
  EXPECT_EQ(help[0].country, "fallback");
  EXPECT_EQ(help[0].violence.say, "findahelpline.com");
  EXPECT_EQ(help[1].name, "the United States");
  EXPECT_THAT(help[1].called, ElementsAre("usa", "the us"));
  EXPECT_EQ(help[1].crisis.say, "call or text 988");
  EXPECT_EQ(help[1].crisis.confidence, "B");
  EXPECT_EQ(help[1].crisis.checked, "2026-06-01");
  EXPECT_EQ(help[1].abuse.say, "") << "none known";
}

TEST(ParseTest, HelpThatNobodyConfirmedFor90DaysIsWarnedAbout) {
  using namespace std::chrono;
  const Authored authored = Parse(GoodPack()).authored;
  const std::vector<Problem> problems =
      CheckHelpLines(authored, 2026y / November / 22);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[1].weight, Problem::Weight::kWarning);
  EXPECT_EQ(At(problems[1].at), "rules/safety/lines.yaml:10:5");
  EXPECT_THAT(problems[1].message, HasSubstr("the United States (crisis);"));
  EXPECT_EQ(CheckHelpLines(authored, 2026y / August / 30).size(), 1u);
}

TEST(ParseTest, EveryLineOfABlockHasItsOwnPlace) {
  const Rule rule = RuleIn(
      "rules:\n"
      "  - id: x\n"
      "    theme: secure\n"
      "    when: |     # a comment after the sign\n"
      "\n"
      "      caf\u00e9 one\n"
      "        # two\n"
      "\n"
      "      three  \n"
      "    unless: \"short\"\n"
      "    examples: plain text\n");
  ASSERT_EQ(rule.when.size(), 3u);
  EXPECT_EQ(rule.when[0].text, "caf\u00e9 one");
  EXPECT_EQ(At(rule.when[0].at), "rules/x.yaml:6:7");
  EXPECT_EQ(rule.when[1].text, "# two") << "no comment inside a block";
  EXPECT_EQ(At(rule.when[1].at), "rules/x.yaml:7:9");
  EXPECT_EQ(rule.when[2].text, "three");
  EXPECT_EQ(At(rule.when[2].at), "rules/x.yaml:9:7");
  EXPECT_EQ(At(rule.unless.at(0).at), "rules/x.yaml:10:14");
  EXPECT_EQ(At(rule.examples.at(0).at), "rules/x.yaml:11:15");
  EXPECT_EQ(At(rule.at), "rules/x.yaml:2:5");
}

TEST(ParseTest, SignsOfYamlInsideABlockAreText) {
  const Rule rule = RuleIn(
      "rules:\n"
      "  - id: x\n"
      "    when: |\n"
      "      @a: [b] {c: *d} & !e \"f\" 'g' | h > # i - j\n");
  ASSERT_EQ(rule.when.size(), 1u);
  EXPECT_EQ(rule.when[0].text, "@a: [b] {c: *d} & !e \"f\" 'g' | h > # i - j");
}

TEST(ParseTest, FilesLargerThanFourMebibytesAreRefused) {
  Files files = GoodPack();
  files["rules/bank/none.txt"] = std::string((4 << 20) + 1, 'a');
  EXPECT_THAT(DescribeAll(Parse(files).problems),
              HasSubstr("rules/bank/none.txt: error: the file is larger than "
                        "4 MiB"));
}

TEST(ParseTest, ABrokenFileCausesNoErrorsInFilesThatNeedIt) {
  Files files = GoodPack();
  files["rules/concepts/people.yaml"] += "\n  - oops: [\n";
  const std::vector<Problem> problems = Parse(files).problems;
  EXPECT_EQ(problems.size(), 1u) << DescribeAll(problems);
}

TEST(ParseTest, WithoutTheListsOfNamesTheyAreNotChecked) {
  Files files = GoodPack();
  files.erase("rules/themes.txt");
  files.erase("rules/sources.yaml");
  for (const Problem& problem : Parse(files).problems)
    EXPECT_EQ(problem.weight, Problem::Weight::kWarning) << Describe(problem);
}

}  // namespace
}  // namespace nearer::content
