#include "fuzz/kept_corpus.h"

namespace nearer::portable {
namespace {

TEST(PortableFuzzTest, ReadsTheKeptCorpus) { ReadKeptCorpus("portable"); }

}  // namespace
}  // namespace nearer::portable
