#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "good_pack.h"

namespace nearer::content {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

Authored GoodAuthored() {
  Authored authored = Parse(GoodPack()).authored;
  authored.model = std::string("\x00\xFF not text", 11);
  return authored;
}

TEST(ArchiveTest, GivesBackWhatWasWritten) {
  const Authored authored = GoodAuthored();
  const std::string archive = WriteArchive(authored);
  const Result<Authored> read = ReadArchive(archive);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(WriteArchive(*read), archive);

  EXPECT_EQ(read->words.inflections, authored.words.inflections);
  EXPECT_EQ(read->model, authored.model);
  EXPECT_EQ(read->help.at(1).called, authored.help[1].called);
  EXPECT_EQ(read->help.at(1).crisis.say, "call or text 988");
  ASSERT_EQ(read->rules.size(), authored.rules.size());
  for (std::size_t i = 0; i < authored.rules.size(); ++i) {
    const Rule& rule = read->rules[i];
    const Rule& was = authored.rules[i];
    EXPECT_EQ(rule.id, was.id);
    EXPECT_EQ(rule.theme, was.theme);
    EXPECT_EQ(rule.act, was.act);
    EXPECT_EQ(rule.risk, was.risk);
    EXPECT_EQ(rule.priority, was.priority);
    EXPECT_EQ(rule.any_polarity, was.any_polarity);
    EXPECT_EQ(rule.source, was.source);
    ASSERT_EQ(rule.when.size(), was.when.size());
    for (std::size_t k = 0; k < rule.when.size(); ++k) {
      EXPECT_EQ(rule.when[k].text, was.when[k].text);
      EXPECT_EQ(rule.when[k].at.file, was.when[k].at.file);
      EXPECT_EQ(rule.when[k].at.line, was.when[k].at.line);
      EXPECT_EQ(rule.when[k].at.column, was.when[k].at.column);
    }
  }
  const Dialog& dialog = read->dialogs.at(0);
  EXPECT_EQ(dialog.nodes.at(1).replies.at(0).high, 6);
  EXPECT_EQ(dialog.nodes.at(0).replies.at(2).keep,
            authored.dialogs[0].nodes[0].replies[2].keep);
  EXPECT_TRUE(dialog.nodes.at(2).end);
  EXPECT_EQ(dialog.suggests, "notice");
  EXPECT_EQ(std::count_if(
                read->prompts.begin(), read->prompts.end(),
                [](const Prompt& it) { return it.kind == PromptKind::kTry; }),
            1);
  EXPECT_EQ(read->prompts.at(3).setting, Setting::kFamily);
  EXPECT_TRUE(read->bank.empty()) << "the model stands for it";
  const Scene& scene = read->scenes.at(0);
  EXPECT_EQ(scene.id, "busy");
  EXPECT_EQ(scene.about, "they said they were busy");
  EXPECT_EQ(scene.theme, "self_reliance");
  EXPECT_EQ(scene.offer, authored.scenes[0].offer);
  EXPECT_TRUE(scene.to_coach);
  EXPECT_TRUE(scene.corrects);
  EXPECT_EQ(scene.reflect.at(0).text, authored.scenes[0].reflect.at(0).text);
  EXPECT_EQ(scene.deeper.size(), 1U);
  EXPECT_EQ(scene.ask.size(), 1U);
  EXPECT_EQ(scene.source, authored.scenes[0].source);
  EXPECT_TRUE(scene.examples.empty()) << "the model stands for them";
}

TEST(ArchiveTest, EqualValuesGiveEqualBytes) {
  EXPECT_EQ(WriteArchive(GoodAuthored()), WriteArchive(GoodAuthored()));
}

TEST(ArchiveTest, TheHashOfAPackChangesWithAnyWord) {
  Files files = GoodPack();
  const auto pack = MakePack(Parse(files).authored);
  ASSERT_TRUE(pack.ok());
  EXPECT_THAT((*pack)->hash(), MatchesRegex("[0-9a-f]{64}"));
  const auto again = MakePack(Parse(files).authored);
  EXPECT_EQ((*again)->hash(), (*pack)->hash());
  files["rules/words/common.txt"] += "some\n";
  const auto changed = MakePack(Parse(files).authored);
  EXPECT_NE((*changed)->hash(), (*pack)->hash());
}

TEST(ArchiveTest, APackMadeFromItsArchiveHasTheSameHash) {
  const auto pack = MakePack(Parse(GoodPack()).authored);
  const auto read = ReadArchive(ArchiveOf(**pack));
  const auto again = MakePack(*read);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*again)->hash(), (*pack)->hash());
}

TEST(ArchiveTest, WhatWasTaughtBeforeIsNotTaughtAgain) {
  Files files = GoodPack();
  const auto before = MakePack(Parse(files).authored);
  ASSERT_FALSE((*before)->authored().lessons.empty());
  ASSERT_FALSE((*before)->authored().scene_lessons.empty());
  // One that claims the same lessons and has learnt nothing.
  Authored forgot = ReadArchive(ArchiveOf(**before)).value();
  forgot.model.clear();
  forgot.scene_model.clear();
  const auto idle = coach::Pack::Compile(std::move(forgot), {});
  ASSERT_TRUE(idle.ok());
  const auto made = MakePack(Parse(files).authored, idle->get());
  EXPECT_EQ((*made)->near_miss().Serialize(), (*idle)->near_miss().Serialize());
  EXPECT_EQ((*made)->scene_model().Serialize(),
            (*idle)->scene_model().Serialize());
  EXPECT_EQ((*MakePack(Parse(files).authored, before->get()))->hash(),
            (*before)->hash());
}

TEST(ArchiveTest, OtherLessonsAreTaughtAnew) {
  Files files = GoodPack();
  const auto before = MakePack(Parse(files).authored);
  for (auto& [name, text] : files)
    if (name.starts_with("rules/bank/")) text += "one more line of the bank\n";
  const auto alone = MakePack(Parse(files).authored);
  const auto after = MakePack(Parse(files).authored, before->get());
  EXPECT_NE((*after)->authored().lessons, (*before)->authored().lessons);
  EXPECT_EQ((*after)->hash(), (*alone)->hash());
}

TEST(ArchiveTest, RefusesWhatIsNoArchive) {
  const std::string good = WriteArchive(GoodAuthored());
  const std::string cases[] = {
      "",
      "hello",
      std::string(1'000'000, '\x81'),  // arrays in arrays
      std::string(1'000'000, '\x7F'),  // texts without a length in texts
      std::string("\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 9),
      good.substr(0, good.size() / 2),
      good + "x",
  };
  for (const std::string& bytes : cases) {
    const Result<Authored> read = ReadArchive(bytes);
    ASSERT_FALSE(read.ok()) << bytes.substr(0, 20);
    EXPECT_THAT(read.error().message, HasSubstr("cannot be read"));
  }
}

TEST(ArchiveTest, AnyChangedBytesAreReadOrRefused) {
  const std::string good = WriteArchive(GoodAuthored());
  std::mt19937 chance(1);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = good;
    for (int k = 0; k < 3; ++k)
      bytes[chance() % bytes.size()] = static_cast<char>(chance());
    const Result<Authored> read = ReadArchive(bytes);
    if (read) (void)WriteArchive(*read);
  }
}

}  // namespace
}  // namespace nearer::content
