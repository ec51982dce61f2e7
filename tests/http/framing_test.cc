#include "http/framing.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

namespace nearer::http {
namespace {

using Status = Framing::Status;

std::pair<Status, Framing> Scanned(std::string_view bytes) {
  Framing framing({.head = 200, .body = 100});
  const Status status = framing.Scan(bytes);
  return {status, framing};
}

TEST(FramingTest, ARequestEndsWithItsBody) {
  const std::string_view get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string_view post =
      "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello";
  const std::string_view chunked =
      "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "3;name=value\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: x\r\n\r\n";
  const std::pair<std::string_view, std::string_view> cases[] = {
      {get, ""}, {post, "hello"}, {chunked, "hello"}};
  for (const auto& [request, body] : cases) {
    const auto [status, framing] = Scanned(std::string(request) + "GET /next");
    EXPECT_EQ(status, Status::kWhole) << request;
    EXPECT_EQ(framing.body(), body) << request;
    EXPECT_EQ(framing.size(), request.size()) << request;
    for (std::size_t n = 0; n < request.size(); ++n)
      EXPECT_EQ(Scanned(request.substr(0, n)).first, Status::kMore)
          << request.substr(0, n);
  }
}

TEST(FramingTest, HowTheBytesArriveMakesNoDifference) {
  const std::string request =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
      "A\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n";
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    Framing framing({});
    std::size_t sent = 0;
    Status status = Status::kMore;
    while (status == Status::kMore && sent < request.size()) {
      sent = std::min<std::size_t>(request.size(), sent + 1 + random() % 9);
      status = framing.Scan(std::string_view(request).substr(0, sent));
    }
    EXPECT_EQ(status, Status::kWhole);
    EXPECT_EQ(framing.body(), "0123456789x");
  }
}

TEST(FramingTest, RefusesWhatHasLetRequestsBeSmuggled) {
  const std::string_view heads[] = {
      "Content-Length: 5\r\nContent-Length: 6",
      "Content-Length: 5\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: gzip, chunked",
      "Transfer-Encoding: xchunked",
      "Content-Length: +5",
      "Content-Length: 5, 5",
      "Content-Length: ",
      "Content-Length : 5",
      " Content-Length: 5",
      "X: a\nContent-Length: 5",
      "X: a\rContent-Length: 5",
      "Content-Length: 0x5",
      "no colon",
      "X\t: a",
  };
  for (const std::string_view head : heads)
    EXPECT_EQ(
        Scanned("POST / HTTP/1.1\r\n" + std::string(head) + "\r\n\r\nhello")
            .first,
        Status::kMalformed)
        << head;
  const std::string_view chunks[] = {
      "x\r\n", "-1\r\n", "\r\n", "5\r\nhelloX\r\n", "5 5\r\n", "0x5\r\nhello",
  };
  for (const std::string_view chunk : chunks)
    EXPECT_EQ(Scanned("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" +
                      std::string(chunk))
                  .first,
              Status::kMalformed)
        << chunk;
}

TEST(FramingTest, TheBodyOfAWebhookMayBeLonger) {
  const auto length = [](const std::string& target, int bytes) {
    Framing framing({.head = 200, .body = 100, .roomy_body = 300});
    return framing.Scan("POST " + target + " HTTP/1.1\r\nContent-Length: " +
                        std::to_string(bytes) + "\r\n\r\n");
  };
  EXPECT_EQ(length("/webhooks/telegram", 300), Status::kMore);
  EXPECT_EQ(length("/webhooks/telegram", 301), Status::kBodyTooLarge);
  EXPECT_EQ(length("/webhooks", 101), Status::kBodyTooLarge);
  EXPECT_EQ(length("/x/webhooks/", 101), Status::kBodyTooLarge);
  EXPECT_EQ(length("/", 101), Status::kBodyTooLarge);
}

TEST(FramingTest, BoundsTheHeadAndTheBodyBeforeTheyAreThere) {
  EXPECT_EQ(Scanned("GET /" + std::string(300, 'x')).first,
            Status::kHeadTooLarge);
  EXPECT_EQ(Scanned("POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n").first,
            Status::kBodyTooLarge);
  EXPECT_EQ(Scanned("POST / HTTP/1.1\r\nContent-Length: "
                    "99999999999999999999999999\r\n\r\n")
                .first,
            Status::kBodyTooLarge);
  const std::string chunked =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(Scanned(chunked + "65\r\n").first, Status::kBodyTooLarge);
  EXPECT_EQ(Scanned(chunked + "ffffffffffffffffffff\r\n").first,
            Status::kBodyTooLarge);
  std::string drops = chunked;
  for (int i = 0; i < 101; ++i) drops += "1\r\nx\r\n";
  EXPECT_EQ(Scanned(drops).first, Status::kBodyTooLarge);
  EXPECT_EQ(Scanned(chunked + "1;" + std::string(300, 'x')).first,
            Status::kMalformed);
}

}  // namespace
}  // namespace nearer::http
