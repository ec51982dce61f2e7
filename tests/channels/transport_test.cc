#include "channels/transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <latch>
#include <string>
#include <thread>

namespace nearer::channels {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A platform on loopback.
class TransportTest : public testing::Test {
 protected:
  TransportTest() {
    server_.Post("/bot1:A/echo", [](const auto& request, auto& response) {
      response.set_content(request.get_header_value("Content-Type") + "|" +
                               request.get_header_value("X-Extra") + "|" +
                               request.body,
                           "text/plain");
    });
    server_.Post("/limited", [](const auto&, auto& response) {
      response.status = 429;
      response.set_header("Retry-After", "17");
      response.set_content("slow down", "text/plain");
    });
    server_.Post("/hang", [this](const auto&, auto&) {
      hanging_.count_down();
      released_.wait();
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~TransportTest() override {
    if (!released_.try_wait()) released_.count_down();
    server_.stop();
    thread_.join();
  }
  HttpRequest To(const std::string& path) {
    return {.url = "http://127.0.0.1:" + std::to_string(port_) + path,
            .headers = {{"X-Extra", "extra"}},
            .type = "application/json",
            .body = "{\"a\":1}"};
  }

  httplib::Server server_;
  std::latch hanging_{1}, released_{1};
  int port_ = 0;
  std::thread thread_;
  std::unique_ptr<Transport> transport_ = OpenHttpTransport();
};

TEST_F(TransportTest, PostsAndGivesTheResponse) {
  for (int i = 0; i < 3; ++i) {
    const HttpResponse response =
        transport_->Send(To("/bot1:A/echo"), seconds(10));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "application/json|extra|{\"a\":1}");
  }
  const HttpResponse limited = transport_->Send(To("/limited"), seconds(10));
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.retry_after, "17");
  EXPECT_EQ(limited.body, "slow down");
}

TEST_F(TransportTest, SaysWhyThereIsNoResponseAndNotWhereTo) {
  server_.stop();
  const HttpResponse response =
      transport_->Send(To("/bot1:A/echo"), seconds(10));
  EXPECT_EQ(response.status, 0);
  EXPECT_THAT(response.body,
              AllOf(StartsWith("no response: "), Not(HasSubstr("bot1"))));
}

TEST_F(TransportTest, ClosingEndsWhatIsUnderWayAndWhatComesAfter) {
  HttpResponse response;
  std::thread asking(
      [&] { response = transport_->Send(To("/hang"), std::chrono::hours(1)); });
  hanging_.wait();
  transport_->Close();
  asking.join();
  EXPECT_EQ(response.status, 0);
  EXPECT_EQ(transport_->Send(To("/limited"), seconds(10)).status, 0);
}

}  // namespace
}  // namespace nearer::channels
