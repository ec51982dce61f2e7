#include "core/text/lexicon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace nearer::text {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Small enough to be read at once; the shipped tables have their own test.
WordTables SmallTables() {
  WordTables tables;
  tables.contractions = {
      {"don't", "do not"},   {"dont", "do not"},    {"i'm", "i am"},
      {"im", "i am"},        {"can't", "can not"},  {"cant", "can not"},
      {"cannot", "can not"}, {"won't", "will not"}, {"isn't", "is not"},
      {"he's", "he is"},     {"'cause", "because"}, {"-n't", "not"},
      {"-'ve", "have"},      {"-'ll", "will"}};
  tables.chat = {{"u", "you"},           {"idk", "i do not know"},
                 {"gonna", "going to"},  {"bc", "because"},
                 {"b/c", "because"},     {"w/", "with"},
                 {"kms", "kill myself"}, {"0kms", "kilometers"},
                 {"0yo", "years old"},   {"SO", "partner"},
                 {"kinda", "kind of"},   {"co-worker", "coworker"},
                 {"realise", "realize"}};
  tables.inflections = {
      {"pulls", "pull"},    {"pulled", "pull"},    {"pulling", "pull"},
      {"am", "be"},         {"is", "be"},          {"was", "be"},
      {"are", "be"},        {"were", "be"},        {"stopped", "stop"},
      {"got", "get"},       {"getting", "get"},    {"trusts", "trust"},
      {"trusted", "trust"}, {"handled", "handle"}, {"handles", "handle"},
      {"left", "leave"},    {"leaving", "leave"},  {"loved", "love"}};
  tables.common = {"the",  "a",      "and",    "so",     "good",  "well",
                   "know", "people", "thrust", "anyone", "talk",  "away",
                   "to",   "my",     "he",     "she",    "it",    "feel",
                   "sad",  "die",    "hi",     "no",     "hers",  "lonely",
                   "dog",  "cat",    "close",  "mom",    "house", "said",
                   "me",   "alone",  "want"};
  tables.fillers = {"really", "just", "kind of", "always", "so", "you know"};
  tables.operators = {"not",     "never",      "no longer",    "stop",
                      "used to", "! not only", "! be used to", "! get used to",
                      "| and i", "| why",      "no one"};
  tables.clause_openers = {"but",  "because", "when",   "while",    "if",
                           "so i", "even if", "though", "! a while"};
  tables.abbreviations = {"dr", "etc", "e.g", "p.m"};
  return tables;
}

const Lexicon& Small() {
  static const Lexicon* const lexicon = [] {
    const std::vector<std::string> rule_words = {
        "trust",   "handle",   "alone",        "suicide",    "kill",
        "partner", "coworker", "relationship", "loneliness", "overthink"};
    return new Lexicon(Lexicon::Build(SmallTables(), rule_words));
  }();
  return *lexicon;
}

// The words of what was read, '|' between clauses, '/' between sentences.
std::string Words(const Reading& reading) {
  std::string words;
  for (std::size_t i = 0; i < reading.tokens.size(); ++i) {
    const Token& token = reading.tokens[i];
    if (i > 0) {
      const Token& before = reading.tokens[i - 1];
      words += token.sentence != before.sentence ? " / "
               : token.clause != before.clause   ? " | "
                                                 : " ";
    }
    words += token.word;
  }
  return words;
}

std::string Words(std::string_view said) { return Words(Small().Read(said)); }

// The words that fulfil `which`.
template <typename Which>
std::vector<std::string> Those(std::string_view said, Which which) {
  std::vector<std::string> words;
  for (const Token& token : Small().Read(said).tokens)
    if (token.*which) words.push_back(token.word);
  return words;
}

std::vector<std::string> Marked(std::string_view said) {
  return Those(said, &Token::marked);
}

struct Case {
  std::string_view said, words;
};

void ExpectWords(std::initializer_list<Case> cases) {
  for (const Case& c : cases)
    EXPECT_EQ(Words(c.said), c.words) << "said: " << c.said;
}

TEST(LexiconTest, FoldsCaseWidthMarksAndInvisibleCharacters) {
  ExpectWords({{"HELLO There", "hello there"},
               {"Ｆｕｌｌ ｗｉｄｔｈ", "full width"},
               {"fiancé naïve", "fiance naive"},
               {"fiance\u0301", "fiance"},
               {"al\u200Bone", "alone"},
               {"al\u00ADone", "alone"},
               {"𝓪𝓵𝓸𝓷𝓮", "alone"},
               {"tab\tand\u00A0space", "tab and space"}});
}

TEST(LexiconTest, ReadsEveryApostropheAlike) {
  for (const std::string_view apostrophe :
       {"'", "\u2018", "\u2019", "\u02BC", "\u2032", "`", "\u00B4", "\uFF07"})
    EXPECT_EQ(Words("don" + std::string(apostrophe) + "t"), "do not")
        << apostrophe;
}

TEST(LexiconTest, OpensContractionsWithAndWithoutApostrophe) {
  ExpectWords({{"I'm", "i am"},
               {"im", "i am"},
               {"dont", "do not"},
               {"do'nt", "do not"},
               {"don;t", "do not"},
               {"don t", "do not"},
               {"do nt", "do not"},
               {"i m sad", "i am sad"},
               {"Cannot", "can not"},
               {"'cause he's sad", "because he is sad"},
               {"mightn't", "might not"},
               {"she'll", "she will"},
               {"dooon't", "do not"}});
}

TEST(LexiconTest, LeavesThePossessiveOutAndFindsTheHiddenIs) {
  ExpectWords({{"my mom's house", "my mom house"},
               {"my mom's not close", "my mom is not close"},
               {"my mom's really sad", "my mom is really sad"},
               {"my mom's a dog", "my mom is a dog"},
               {"my parents' house", "my parents house"},
               {"O'Brien", "obrien"}});
}

TEST(LexiconTest, OpensChatSpellings) {
  ExpectWords({{"idk", "i do not know"},
               {"u kinda", "you kind of"},
               {"b/c", "because"},
               {"w/ u", "with you"},
               {"me & u", "me and you"},
               {"co-worker", "coworker"}});
}

TEST(LexiconTest, ReadsSomeChatSpellingsOtherwiseAfterANumber) {
  ExpectWords({{"kms", "kill myself"},
               {"500 kms", "500 kilometers"},
               {"500kms", "500 kilometers"},
               {"25yo", "25 years old"},
               {"5am 5th", "5am 5th"}});
}

TEST(LexiconTest, OpensSomeChatSpellingsOnlyWhenWrittenInCapitals) {
  ExpectWords({{"my SO said", "my partner said"},
               {"my so said", "my so said"},
               {"MY SO SAID", "my so said"}});
}

TEST(LexiconTest, GivesContractionsTheBytesTheyWereWrittenWith) {
  const Reading reading = Small().Read("Oh, I’m sad");
  ASSERT_EQ(reading.tokens.size(), 4u);
  EXPECT_EQ(reading.tokens[1].word, "i");
  EXPECT_EQ(reading.tokens[2].word, "am");
  for (const int i : {1, 2}) {
    EXPECT_EQ(reading.tokens[i].begin, 4u);
    EXPECT_EQ(reading.tokens[i].end, 9u);  // ’ has three bytes
  }
  EXPECT_EQ(reading.tokens[3].begin, 10u);
}

TEST(LexiconTest, LeadsBackToTheOriginalThroughFolding) {
  const std::string_view said = "😀 Ｍy ﬁance\u0301 al\u200Bone…";
  std::vector<std::string> bytes;
  for (const Token& token : Small().Read(said).tokens)
    bytes.emplace_back(said.substr(token.begin, token.end - token.begin));
  EXPECT_THAT(bytes, ElementsAre("Ｍy", "ﬁance\u0301", "al\u200Bone"));
}

TEST(LexiconTest, FoldsInflectionsByTable) {
  const Reading reading = Small().Read("I'm pulling, he left");
  std::vector<std::string> lemmas;
  for (const Token& token : reading.tokens) lemmas.push_back(token.lemma);
  EXPECT_THAT(lemmas, ElementsAre("i", "be", "pull", "he", "leave"));
  EXPECT_EQ(Small().Lemma("pulled"), "pull");
  EXPECT_EQ(Small().Lemma("zebra"), "zebra");
}

TEST(LexiconTest, ShortensStretchedLettersTowardsKnownWords) {
  ExpectWords({{"sooooo", "so"},
               {"gooooood", "good"},
               {"weeelll", "well"},
               {"looooved", "loved"},
               {"HIIIIII", "hi"},
               {"xxxx", "xx"}});
}

TEST(LexiconTest, MendsTyposTowardsRuleWords) {
  ExpectWords({{"trsut", "trust"},
               {"handel it", "handle it"},
               {"rtust", "trust"},
               {"relatoinshp", "relationship"},
               {"trustd", "trusted"}});
  EXPECT_THAT(Those("I trsut him", &Token::corrected), ElementsAre("trust"));
  EXPECT_THAT(Those("I trust him", &Token::corrected), IsEmpty());
}

TEST(LexiconTest, LeavesCommonWordsShortWordsAndNamesAsTheyAre) {
  ExpectWords({{"thrust", "thrust"},  // common
               {"kil", "kil"},        // too short
               {"he met Trist", "he met trist"},
               {"drust", "drust"},  // another first letter
               {"alon", "alon"}});
}

TEST(LexiconTest, MendsNothingBetweenEquallyNearWords) {
  WordTables tables;
  const std::vector<std::string> words = {"stare", "stale"};
  const Lexicon lexicon = Lexicon::Build(tables, words);
  EXPECT_EQ(Words(lexicon.Read("stave")), "stave");
  EXPECT_EQ(Words(lexicon.Read("starre")), "stare");
}

TEST(LexiconTest, ReadsReplacedLettersTowardsKnownWords) {
  ExpectWords({{"su1c1de", "suicide"},
               {"k!ll", "kill"},
               {"@lone", "alone"},
               {"su*cide", "suicide"},
               {"kіll", "kill"},  // Cyrillic і
               {"d1e", "die"},
               {"wow!alone", "wow / alone"},
               {"5ad 1st 50", "5ad 1st 50"},
               {"*sad*", "sad"},
               {"hello!", "hello"}});
  EXPECT_THAT(Those("k!ll", &Token::corrected), ElementsAre("kill"));
}

TEST(LexiconTest, JoinsLettersThatStandApart) {
  ExpectWords({{"k i l l", "kill"},
               {"k-i-l-l", "kill"},
               {"I want to d.i.e. so", "i want to die so"},
               {"i w a n t t o d i e", "i want to die"},
               {"a b c", "a b c"},
               {"P.T.S.D. and e.g. me at 3 p.m. alone",
                "ptsd and e.g me at 3 p.m alone"}});
}

TEST(LexiconTest, JoinsHyphenatedWordsThatAreKnownAsOne) {
  ExpectWords({{"over-think", "overthink"},
               {"self-reliant", "self reliant"},
               {"mother-in-law", "mother in law"}});
}

TEST(LexiconTest, EndsSentencesAtStopsAndLineBreaks) {
  ExpectWords({{"hi. hi! hi? hi… hi\nhi", "hi / hi / hi / hi / hi / hi"},
               {"so sad.he said", "so sad / he said"},
               {"3.5 and 10,000 at 7:30", "3.5 and 10,000 at 7:30"},
               {"Dr. Smith said", "dr smith said"},
               {"J. Smith said", "j smith said"},
               {"so do I. He said", "so do i / he said"},
               {"on amazon.com he", "on amazon com he"},
               {"see https://x.org/a.b?c now", "see now"},
               {"me@home.org said", "said"}});
}

TEST(LexiconTest, EndsClausesAtPunctuationAndBeforeOpeners) {
  ExpectWords({{"sad, alone; so: (hi) me - well – well",
                "sad | alone | so | hi | me | well | well"},
               {"self-made", "self made"},
               {"i talk when he talk", "i talk | when he talk"},
               {"but when he talk", "but when he talk"},
               {"hi, but even if he talk", "hi | but even if he talk"},
               {"i feel so alone", "i feel so alone"},
               {"he said hi so i talk", "he said hi | so i talk"},
               {"he is sad though", "he is sad though"},
               {"i talk for a while", "i talk for a while"}});
}

TEST(LexiconTest, CountsSentencesAndClausesAndKnowsQuestions) {
  const Reading reading = Small().Read("I feel sad, but ok. Do you?! 😀");
  EXPECT_EQ(reading.sentences, 2);
  EXPECT_EQ(reading.clauses, 3);
  EXPECT_TRUE(reading.question);
  EXPECT_FALSE(Small().Read("Do you? I do").question);
  EXPECT_FALSE(Small().Read("").question);
  EXPECT_EQ(Small().Read("...").sentences, 0);
}

TEST(LexiconTest, FindsFillersAndPhrasesThatAreFillers) {
  EXPECT_THAT(Those("I just kind of love it, kinda", &Token::is_filler),
              ElementsAre("just", "kind", "of", "kind", "of"));
  EXPECT_THAT(Those("of a kind", &Token::is_filler), IsEmpty());
}

TEST(LexiconTest, MarksWhatStandsUnderAnOperator) {
  EXPECT_THAT(Marked("I don't trust anyone"), ElementsAre("trust", "anyone"));
  EXPECT_THAT(Marked("I stopped talking"), ElementsAre("talking"));
  EXPECT_THAT(Marked("I no longer trust"), ElementsAre("trust"));
  EXPECT_THAT(Marked("I never said, I trust"), ElementsAre("said"));
  EXPECT_THAT(Those("I no longer trust", &Token::is_operator),
              ElementsAre("no", "longer"));
}

TEST(LexiconTest, MarksFiveWordsNotCountingFillers) {
  EXPECT_THAT(Marked("not a really b c just d e f g"),
              ElementsAre("a", "really", "b", "c", "just", "d", "e"));
}

TEST(LexiconTest, FlipsUnderTwoOperators) {
  EXPECT_THAT(Marked("I can not stop pulling away"), ElementsAre("stop"));
}

TEST(LexiconTest, ReleasesMarkedWordsWhereATableSaysSo) {
  EXPECT_THAT(Marked("I don't trust him and I feel alone"),
              ElementsAre("trust", "him"));
  EXPECT_THAT(Marked("idk why I pull away"), ElementsAre("know"));
}

TEST(LexiconTest, FindsNoOperatorInExceptions) {
  EXPECT_THAT(Marked("not only trust"), IsEmpty());
  EXPECT_THAT(Marked("I used to trust"), ElementsAre("trust"));
  EXPECT_THAT(Marked("I'm used to trust"), IsEmpty());
  EXPECT_THAT(Marked("I was just so used to trust"), IsEmpty());
  EXPECT_THAT(Marked("I got really used to trust"), IsEmpty());
}

TEST(LexiconTest, KnowsOperatorsOfOneWord) {
  EXPECT_TRUE(Small().IsOperatorLemma("never"));
  EXPECT_TRUE(Small().IsOperatorLemma("stop"));
  EXPECT_FALSE(Small().IsOperatorLemma("trust"));
}

TEST(LexiconTest, KeepsCapitalsThatAreNotAtASentenceStart) {
  EXPECT_THAT(
      Those("Anna said hi. Maybe Élodie or John's dog", &Token::capital),
      ElementsAre("elodie", "john"));
  EXPECT_THAT(Those("HE LEFT ANNA", &Token::capital), IsEmpty());
}

TEST(LexiconTest, SetsApartWhatIsQuoted) {
  EXPECT_THAT(Those("he said “you left me” and left", &Token::quoted),
              ElementsAre("you", "left", "me"));
  EXPECT_THAT(Those("he said 'you left' and left", &Token::quoted),
              ElementsAre("you", "left"));
  EXPECT_THAT(Those("\"I left him\"", &Token::quoted), IsEmpty());
  EXPECT_THAT(Those("he said \"I left", &Token::quoted), IsEmpty());
}

TEST(LexiconTest, TakesAuthorsByTheLetter) {
  const Reading reading = Small().ReadAuthored("I don't trsut k i l l");
  EXPECT_EQ(Words(reading), "i do not trsut k i l l");
  for (const Token& token : reading.tokens) EXPECT_FALSE(token.marked);
  EXPECT_TRUE(reading.tokens[2].is_operator);
}

TEST(LexiconTest, ReadsNothingFromNothing) {
  for (const std::string_view said : {"", " ", "\n", "...", "😀", "\xFF\xFE"})
    EXPECT_THAT(Small().Read(said).tokens, IsEmpty()) << said;
}

TEST(LexiconTest, SeparatesWordsAtWhatIsNoLetterNorUtf8) {
  ExpectWords({{"sad\xFFhi\xC3", "sad hi"},
               {"sad½hi", "sad hi"},
               {"sad+hi=me", "sad hi me"}});
}

}  // namespace
}  // namespace nearer::text
