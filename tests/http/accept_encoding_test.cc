#include "http/accept_encoding.h"

#include <gtest/gtest.h>

namespace nearer::http {
namespace {

TEST(AcceptEncodingTest, GzipIsTakenWhenItIsNamedOrMeantAndNotRefused) {
  for (const char* header :
       {"gzip", "GZip", "br, gzip", "gzip, deflate, br, zstd", "gzip;q=0.001",
        "deflate;q=0.5 ,\tgzip ; q=1.0", "*", "br;q=0, *;q=0.1", "*;q=0, gzip",
        ",,gzip"})
    EXPECT_TRUE(AcceptsGzip(header)) << header;
}

TEST(AcceptEncodingTest, AnythingElseGetsPlainBytes) {
  for (const char* header :
       {"", "identity", "br", "gzip;q=0", "gzip; q=0.000", "gzip;q=0, *",
        "*;q=0", "x-gzip", "gzipped", "gzip;level=9", "gzip;q=", "gzip;q=-1",
        "gzip;=1", ";", ",", "q=1;gzip"})
    EXPECT_FALSE(AcceptsGzip(header)) << header;
}

}  // namespace
}  // namespace nearer::http
