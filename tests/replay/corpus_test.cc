#include <gtest/gtest.h>

#include "tests/fuzz/kept_corpus.h"

namespace nearer {
namespace {

TEST(ReplayCorpusTest, WhatWasFoundOnceStaysFound) { ReadKeptCorpus("replay"); }

}  // namespace
}  // namespace nearer
