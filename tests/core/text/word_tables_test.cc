// The tables in rules/words: what people really write, and that the tables do
// not contradict each other.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text/lexicon.h"
#include "tests/core/text/shipped_tables.h"

namespace nearer::text {
namespace {

const WordTables& Tables() {
  static const WordTables* const tables = new WordTables(ShippedTables());
  return *tables;
}

const Lexicon& Shipped() {
  static const Lexicon* const lexicon = [] {
    const std::vector<std::string> words = {
        "alone",      "anxious",      "avoid",    "comfort",    "commitment",
        "distant",    "emotion",      "kill",     "loneliness", "overthink",
        "partner",    "relationship", "suicide",  "tired",      "trust",
        "understand", "vulnerable",   "withdraw", "leave",      "feeling"};
    return new Lexicon(Lexicon::Build(Tables(), words));
  }();
  return *lexicon;
}

// '|' between clauses, '/' between sentences, '-' before marked words.
std::string Heard(std::string_view said) {
  std::string heard;
  const Reading reading = Shipped().Read(said);
  for (std::size_t i = 0; i < reading.tokens.size(); ++i) {
    const Token& token = reading.tokens[i];
    if (i > 0) {
      const Token& before = reading.tokens[i - 1];
      heard += token.sentence != before.sentence ? " / "
               : token.clause != before.clause   ? " | "
                                                 : " ";
    }
    if (token.marked) heard += '-';
    heard += token.word;
  }
  return heard;
}

TEST(WordTablesTest, HearWhatPeopleWrite) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"I dont trust ppl and i feel alone",
       "i do not -trust -people and i feel alone"},
      {"idk why i push ppl away", "i do not -know why i push people away"},
      {"Im sooooo tierd of being alone!!!", "i am so tired of being alone"},
      {"she doesnt undrstand me", "she does not -understand -me"},
      {"my husband's always working", "my husband is always working"},
      {"my mom's never been there for me",
       "my mom is never -been -there -for -me"},
      {"my mum’s house", "my mom house"},
      {"I can't stop pushing him away", "i can not -stop pushing him away"},
      {"I used to trust her, but not anymore",
       "i used to -trust -her | but not -anymore"},
      {"I'm just so used to doing it on my own",
       "i am just so used to doing it on my own"},
      {"I can’t help but shut down when she’s upset",
       "i can not help but shut down | when she is upset"},
      {"no i trust her", "no i trust her"},
      {"nobody comforts me", "nobody -comforts -me"},
      {"No one knows me", "no one -knows -me"},
      {"I no longer talk to my sister", "i no longer -talk -to -my -sister"},
      {"I quit my job", "i quit my job"},
      {"i quit trusting ppl", "i quit -trusting -people"},
      {"not only do I avoid him, I ignore him",
       "not only do i avoid him | i ignore him"},
      {"I'm not sure if I love him", "i am not -sure | if i love him"},
      {"I don't know what I feel", "i do not -know what i feel"},
      {"I don't know how to trust", "i do not -know -how -to -trust"},
      {"I don't know I just shut down", "i do not know i just shut down"},
      {"I want to k*ll myself", "i want to kill myself"},
      {"i wanna d i e", "i want to die"},
      {"kms", "kill myself"},
      {"we live 500 kms apart", "we live 500 kilometers apart"},
      {"su1cide is on my mind", "suicide is on my mind"},
      {"he choked me last nite", "he choked me last night"},
      {"she hit me w/ a belt", "she hit me with a belt"},
      {"my bf (25m) left me", "my boyfriend | 25 male | left me"},
      {"I'm 24yo", "i am 24 years old"},
      {"My SO and I broke up", "my partner and i broke up"},
      {"I feel so alone so I leave", "i feel so alone | so i leave"},
      {"when he gets close, i run", "when he gets close | i run"},
      {"he was sad. but even if i try", "he was sad / but even if i try"},
      {"it takes me a while to open up", "it takes me a while to open up"},
      {"I realise my behaviour hurts", "i realize my behavior hurts"},
      {"relatonship problems w my girlfreind",
       "relationship problems w my girlfriend"},
      {"Dr. Smith said I should talk. He's nice",
       "dr smith said i should talk / he is nice"},
      {"I slept at 3 a.m. again", "i slept at 3 a.m again"},
      {"wow!that's crazy", "wow / that is crazy"},
      {"i m fine but don t leave me", "i am fine | but do not -leave -me"},
      {"ive never cried infront of my dad",
       "i have never -cried -in -front -of -my dad"},
      {"he wouldn't've left", "he would not -have -left"},
      {"i'd rather do it all MYSELF", "i would rather do it all myself"},
      {"ngl i push people away", "honestly i push people away"},
      {"feelin lonley rn", "feeling lonely right now"},
      {"alwyas been independant", "always been independent"},
      {"whats wrong with me", "what is wrong with me"},
      {"I dunno... maybe", "i do not -know / maybe"},
      {"my therapist says i'm avoidant", "my therapist says i am avoidant"},
      {"ppl suck, esp. at work", "people suck | esp / at work"},
      {"im gonna be ok tho", "i am going to be ok though"},
      {"gotta go, ttyl", "got to go | talk to you later"},
      {"becuase i wudnt let her", "because i would not -let -her"},
      {"stopped by his house", "stopped by his house"},
      {"I stopped trusting people", "i stopped -trusting -people"},
      {"I'm fine — really", "i am fine | really"},
      {"i just cant rn", "i just can not -right -now"},
      {"he ain't coming back", "he am not -coming -back"},
      {"its not that i dont care", "its not that i do not -care"},
      {"everyone'll leave", "everyone will leave"},
      {"co-worker & room-mate", "coworker and roommate"},
      {"my ex-wife and my step-mum", "my ex wife and my stepmom"},
      {"yeah nah", "yes no"},
      {"my fiancé's parents'", "my fiance parents"},
  };
  for (const auto& [said, heard] : cases)
    EXPECT_EQ(Heard(said), heard) << "said: " << said;
}

TEST(WordTablesTest, KeepApartWhatMeansSomethingElse) {
  for (const auto& [form, lemma] :
       std::vector<std::pair<std::string_view, std::string_view>>{
           {"am", "be"},
           {"has", "have"},
           {"did", "do"},
           {"left", "leave"},
           {"felt", "feel"},
           {"found", "find"},
           {"saw", "see"},
           {"thought", "think"},
           {"feelings", "feeling"},
           {"feeling", "feeling"},
           {"better", "better"},
           {"closed", "closed"},
           {"closer", "close"},
           {"careless", "careless"},
           {"caring", "care"},
           {"stranger", "stranger"},
           {"strangers", "stranger"},
           {"he", "he"},
           {"him", "him"},
           {"his", "his"},
           {"my", "my"},
           {"me", "me"},
           {"hers", "hers"},
           {"kids", "kid"},
           {"kidding", "kidding"},
           {"wives", "wife"},
           {"children", "child"},
           {"women", "woman"},
           {"died", "die"},
           {"dying", "die"},
           {"lying", "lie"},
           {"laid", "lay"},
           {"hung", "hang"},
           {"beaten", "beat"},
           {"needy", "needy"},
           {"needs", "need"},
           {"panicked", "panic"},
           {"travelled", "travel"},
           {"quitting", "quit"},
           {"hoping", "hope"},
           {"hopping", "hop"},
           {"staring", "stare"},
           {"happier", "happy"}})
    EXPECT_EQ(Shipped().Lemma(form), lemma) << form;
}

TEST(WordTablesTest, GiveEachFormOneDictionaryForm) {
  std::map<std::string, std::string> lemma_of;
  int lemmas = 0;
  for (const std::string& line : ShippedLines("inflections")) {
    const auto [lemma, forms] = Split(line, ": ");
    ++lemmas;
    std::istringstream words(forms);
    for (std::string form; words >> form;) {
      EXPECT_NE(form, lemma);
      EXPECT_TRUE(lemma_of.emplace(form, lemma).second) << form;
    }
  }
  EXPECT_GE(lemmas, 2500);
  for (const auto& [form, lemma] : lemma_of)
    EXPECT_EQ(lemma_of.count(lemma), 0u) << form << " of " << lemma;
}

TEST(WordTablesTest, SayNothingTwice) {
  for (const char* const name :
       {"contractions", "chat", "inflections", "common", "fillers", "operators",
        "clause_openers", "abbreviations", "people"}) {
    std::set<std::string> seen;
    for (const std::string& line : ShippedLines(name)) {
      const std::string key = Split(Split(line, " = ").first, ": ").first;
      EXPECT_TRUE(seen.insert(key).second) << name << ": " << key;
    }
  }
}

TEST(WordTablesTest, OpenToWordsThatNeedNoFurtherOpening) {
  for (const auto* table : {&Tables().contractions, &Tables().chat})
    for (const auto& [spelling, opened] : *table) {
      std::istringstream words(opened);
      for (std::string word; words >> word;) {
        if (word == "o'clock") continue;
        EXPECT_EQ(Tables().contractions.count(word), 0u) << spelling;
        EXPECT_EQ(Tables().chat.count(word), 0u) << spelling << ": " << word;
      }
    }
}

TEST(WordTablesTest, LeaveAmbiguousSpellingsAlone) {
  for (const std::string_view word :
       {"ill", "well", "were", "its", "shell", "hell", "wed", "id", "lets"})
    EXPECT_EQ(Heard(word), word);
}

TEST(WordTablesTest, HaveNoNegatorAmongTheFillers) {
  for (const std::string& filler : Tables().fillers)
    for (const Token& token : Shipped().ReadAuthored(filler).tokens)
      EXPECT_FALSE(token.is_operator) << filler;
}

TEST(WordTablesTest, KnowPeopleByWordsThatReadAsThemselves) {
  for (const Role& role : Tables().roles) {
    const Reading reading = Shipped().Read(role.word);
    ASSERT_EQ(reading.tokens.size(), 1u) << role.word;
    EXPECT_EQ(reading.tokens[0].lemma, role.word);
  }
}

TEST(WordTablesTest, AreSmallLetters) {
  for (const std::string& word : Tables().common)
    EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz"),
              std::string::npos)
        << word;
}

}  // namespace
}  // namespace nearer::text
