#include "fuzz/kept_corpus.h"

namespace nearer::http {
namespace {

TEST(HttpFuzzTest, ReadsTheKeptCorpus) { ReadKeptCorpus("http"); }

}  // namespace
}  // namespace nearer::http
