#include "http/routes.h"

#include <gtest/gtest.h>

namespace nearer::http {
namespace {

TEST(RoutesTest, FindsEachPathAndItsParts) {
  struct Case {
    std::string_view path;
    RouteName name;
    std::string_view id = {}, n = {};
  };
  const Case cases[] = {
      {"/", RouteName::kPage},
      {"/widget.js", RouteName::kPage},
      {"/history", RouteName::kPage},
      {"/history/", RouteName::kNone},
      {"/unheard", RouteName::kPage},
      {"/v1/unheard", RouteName::kUnheard},
      {"/v1/unheard/", RouteName::kNone},
      {"/healthz", RouteName::kHealth},
      {"/readyz", RouteName::kReady},
      {"/metrics", RouteName::kMetrics},
      {"/openapi.json", RouteName::kDescription},
      {"/v1/conversations", RouteName::kConversations},
      {"/v1/conversations/abc", RouteName::kConversation, "abc"},
      {"/v1/conversations/abc/turns", RouteName::kTurns, "abc"},
      {"/v1/replays", RouteName::kReplays},
      {"/v1/replays/3", RouteName::kReplay, "3"},
      {"/v1/replays/", RouteName::kNone},
      {"/v1/replays/3/4", RouteName::kNone},
      {"/v1/replaysx", RouteName::kNone},
      {"/replay", RouteName::kPage},
      {"/replay/", RouteName::kNone},
      {"/v1/record", RouteName::kRecord},
      {"/v1/record/abc", RouteName::kRecorded, "abc"},
      {"/v1/record/abc/turns/12/why", RouteName::kRecordedWhy, "abc", "12"},
      {"/v1/record/", RouteName::kNone},
      {"/v1/recordx", RouteName::kNone},
      {"/v1/record//turns/12/why", RouteName::kNone},
      {"/v1/record/abc/turns/12", RouteName::kNone},
      {"/v1/record/abc/turns/12/why/x", RouteName::kNone},
      {"/v1/record/abc/insights", RouteName::kNone},
      {"/v1/conversations/abc/turns/12/why", RouteName::kWhy, "abc", "12"},
      {"/v1/conversations/abc/insights", RouteName::kInsights, "abc"},
      {"/v1/conversations/abc/export", RouteName::kExport, "abc"},
      {"/v1/conversations/abc/insights/", RouteName::kNone},
      {"/v1/conversations/abc/export/md", RouteName::kNone},
      {"/v1/conversations/abc/exports", RouteName::kNone},
      {"/v1/conversations/abc/link", RouteName::kLink, "abc"},
      {"/v1/conversations/abc/link/x", RouteName::kNone},
      {"/v1/links", RouteName::kLinks},
      {"/v1/links/", RouteName::kNone},
      {"/v1/exports/key", RouteName::kExported, "key"},
      {"/v1/exports/", RouteName::kNone},
      {"/v1/exports/key/x", RouteName::kNone},
      {"/v1/conversations//export", RouteName::kNone},
      {"/webhooks/rest", RouteName::kWebhook, "rest"},
      {"/webhooks/rest/webhook", RouteName::kWebhook, "rest", "/webhook"},
      {"/webhooks/rest/", RouteName::kWebhook, "rest", "/"},
      {"/webhooks", RouteName::kNone},
      {"/webhooks/", RouteName::kNone},
      {"/webhooks//webhook", RouteName::kNone},
      {"", RouteName::kNone},
      {"//", RouteName::kNone},
      {"/healthz/", RouteName::kNone},
      {"/widget.jsx", RouteName::kNone},
      {"/v1/conversationsx", RouteName::kNone},
      {"/v1/conversations/", RouteName::kNone},
      {"/v1/conversations//turns", RouteName::kNone},
      {"/v1/conversations/abc/", RouteName::kNone},
      {"/v1/conversations/abc/turns/", RouteName::kNone},
      {"/v1/conversations/abc/turns/12", RouteName::kNone},
      {"/v1/conversations/abc/turns/12/why/x", RouteName::kNone},
      {"/v1/conversations/abc/why", RouteName::kNone},
  };
  for (const Case& c : cases) {
    const Route route = FindRoute(c.path);
    EXPECT_EQ(route.name, c.name) << c.path;
    EXPECT_EQ(route.id, c.id) << c.path;
    EXPECT_EQ(route.n, c.n) << c.path;
  }
}

}  // namespace
}  // namespace nearer::http
