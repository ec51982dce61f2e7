#include "tests/fuzz/kept_corpus.h"

namespace nearer::text {
namespace {

TEST(LexiconFuzzTest, ReadsTheKeptCorpus) { ReadKeptCorpus("lexicon"); }

}  // namespace
}  // namespace nearer::text
