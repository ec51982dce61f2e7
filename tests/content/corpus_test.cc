#include "fuzz/kept_corpus.h"

namespace nearer::content {
namespace {

TEST(ContentCorpusTest, EveryKeptInputGivesProblemsNotCrashes) {
  ReadKeptCorpus("content");
}

}  // namespace
}  // namespace nearer::content
