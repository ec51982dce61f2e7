#ifndef NEARER_TESTS_HTTP_OPERATOR_H_
#define NEARER_TESTS_HTTP_OPERATOR_H_

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "history/forwarding.h"
#include "http/client.h"
#include "http/contract.h"
#include "http/world.h"

// What the tests of the operator's routes begin with.
namespace nearer::http {

inline constexpr char kKey[] = "a-key-of-the-operator";

inline Server::Options WithOperator() {
  Server::Options options = World::Unlimited();
  options.operator_key = kKey;
  return options;
}

// A server with an operator, and a client of it that knows what is promised.
class OperatorTest : public testing::Test {
 protected:
  explicit OperatorTest(const Server::Options& options)
      : world_(options),
        client_(world_.port),
        contract_(client_.Ask("GET", "/openapi.json").json()) {}

  // Has a conversation on the web.
  chat::Begun Talk(const std::vector<std::string>& utterances) {
    const auto begun = world_.chat.Begin("web");
    int n = 0;
    for (const std::string& text : utterances)
      EXPECT_TRUE(
          world_.chat.Say(begun->id, begun->token, text, std::to_string(++n))
              .ok());
    return *begun;
  }

  World world_;
  Client client_;
  const Contract contract_;
};

// Listing waits until it is let go.
class Held : public history::Forwarding {
 public:
  history::HistoryResult<std::vector<history::Conversation>> List(
      std::string_view after, int limit) const override {
    released.wait();
    return Forwarding::List(after, limit);
  }
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
};

}  // namespace nearer::http

#endif  // NEARER_TESTS_HTTP_OPERATOR_H_
