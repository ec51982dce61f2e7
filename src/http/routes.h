#ifndef NEARER_HTTP_ROUTES_H_
#define NEARER_HTTP_ROUTES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nearer::http {

// Every path this server knows.
enum class RouteName : std::uint8_t {
  kConversations,
  kConversation,
  kTurns,
  kWhy,
  kInsights,
  kExport,
  kReplays,
  kReplay,
  kRecord,    // all conversations, for the operator
  kRecorded,  // one of them
  kRecordedWhy,
  kUnheard,
  kLink,      // gives a code that moves a conversation
  kLinks,     // takes one
  kExported,  // an export whose address is its key
  kHealth,
  kReady,
  kMetrics,
  kDescription,
  kWebhook,
  kPage,  // "/" and what it loads
  kNone,  // no path of ours
};
inline constexpr std::size_t kRouteNames =
    static_cast<std::size_t>(RouteName::kNone) + 1;

// As logs and metrics name it: "/v1/conversations/{id}".
std::string_view TemplateOf(RouteName route);

struct Route {
  RouteName name = RouteName::kNone;
  // What stood in {id} (or {key}) and {n}, or of a webhook its channel and what
  // follows that; not checked.
  std::string_view id = {}, n = {};
};

// A few comparisons; `path` is decoded, and the result points into it.
Route FindRoute(std::string_view path);

}  // namespace nearer::http

#endif  // NEARER_HTTP_ROUTES_H_
