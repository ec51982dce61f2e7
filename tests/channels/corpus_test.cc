#include "fuzz/kept_corpus.h"

namespace nearer::channels {
namespace {

TEST(ChannelsFuzzTest, ReadsTheKeptCorpus) { ReadKeptCorpus("channels"); }

}  // namespace
}  // namespace nearer::channels
