#include "http/routes.h"

#include <algorithm>
#include <cstdlib>

#include "web/assets.h"

namespace nearer::http {
namespace {

// Takes the segment before the next '/', and that slash, off `path`.
std::string_view NextSegment(std::string_view& path) {
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), segment.size() + 1));
  return segment;
}

Route FindConversationRoute(std::string_view path) {
  if (path.empty()) return {.name = RouteName::kConversations};
  if (path.front() != '/' || path.back() == '/') return {};
  path.remove_prefix(1);
  const std::string_view id = NextSegment(path);
  if (id.empty()) return {};
  if (path.empty()) return {.name = RouteName::kConversation, .id = id};
  const std::string_view part = NextSegment(path);
  if (part == "insights" && path.empty())
    return {.name = RouteName::kInsights, .id = id};
  if (part == "export" && path.empty())
    return {.name = RouteName::kExport, .id = id};
  if (part == "link" && path.empty())
    return {.name = RouteName::kLink, .id = id};
  if (part != "turns") return {};
  if (path.empty()) return {.name = RouteName::kTurns, .id = id};
  const std::string_view n = NextSegment(path);
  if (path != "why") return {};
  return {.name = RouteName::kWhy, .id = id, .n = n};
}

// What follows "/v1/record".
Route FindRecordRoute(std::string_view path) {
  if (path.empty()) return {.name = RouteName::kRecord};
  if (path.front() != '/' || path.back() == '/') return {};
  path.remove_prefix(1);
  const std::string_view id = NextSegment(path);
  if (id.empty()) return {};
  if (path.empty()) return {.name = RouteName::kRecorded, .id = id};
  if (NextSegment(path) != "turns") return {};
  const std::string_view n = NextSegment(path);
  if (path != "why") return {};
  return {.name = RouteName::kRecordedWhy, .id = id, .n = n};
}

}  // namespace

std::string_view TemplateOf(RouteName route) {
  switch (route) {
    case RouteName::kConversations:
      return "/v1/conversations";
    case RouteName::kConversation:
      return "/v1/conversations/{id}";
    case RouteName::kTurns:
      return "/v1/conversations/{id}/turns";
    case RouteName::kWhy:
      return "/v1/conversations/{id}/turns/{n}/why";
    case RouteName::kInsights:
      return "/v1/conversations/{id}/insights";
    case RouteName::kExport:
      return "/v1/conversations/{id}/export";
    case RouteName::kReplays:
      return "/v1/replays";
    case RouteName::kReplay:
      return "/v1/replays/{id}";
    case RouteName::kRecord:
      return "/v1/record";
    case RouteName::kRecorded:
      return "/v1/record/{id}";
    case RouteName::kRecordedWhy:
      return "/v1/record/{id}/turns/{n}/why";
    case RouteName::kUnheard:
      return "/v1/unheard";
    case RouteName::kLink:
      return "/v1/conversations/{id}/link";
    case RouteName::kLinks:
      return "/v1/links";
    case RouteName::kExported:
      return "/v1/exports/{key}";
    case RouteName::kHealth:
      return "/healthz";
    case RouteName::kReady:
      return "/readyz";
    case RouteName::kMetrics:
      return "/metrics";
    case RouteName::kDescription:
      return "/openapi.json";
    case RouteName::kWebhook:
      return "/webhooks/{channel}";
    case RouteName::kPage:
      return "/";
    case RouteName::kNone:
      return "none";
  }
  std::abort();  // not a RouteName
}

Route FindRoute(std::string_view path) {
  constexpr std::string_view kConversations = "/v1/conversations";
  if (path.starts_with(kConversations))
    return FindConversationRoute(path.substr(kConversations.size()));
  constexpr std::string_view kReplays = "/v1/replays";
  if (path.starts_with(kReplays)) {
    path.remove_prefix(kReplays.size());
    if (path.empty()) return {.name = RouteName::kReplays};
    if (path.front() != '/' || path.size() == 1 ||
        path.find('/', 1) != path.npos)
      return {};
    return {.name = RouteName::kReplay, .id = path.substr(1)};
  }
  constexpr std::string_view kRecord = "/v1/record";
  if (path.starts_with(kRecord))
    return FindRecordRoute(path.substr(kRecord.size()));
  if (path == "/v1/unheard") return {.name = RouteName::kUnheard};
  constexpr std::string_view kWebhooks = "/webhooks/";
  if (path.starts_with(kWebhooks)) {
    path.remove_prefix(kWebhooks.size());
    const std::string_view channel = path.substr(0, path.find('/'));
    if (channel.empty()) return {};
    return {.name = RouteName::kWebhook,
            .id = channel,
            .n = path.substr(channel.size())};
  }
  constexpr std::string_view kExports = "/v1/exports/";
  if (path.starts_with(kExports)) {
    const std::string_view key = path.substr(kExports.size());
    if (key.empty() || key.find('/') != key.npos) return {};
    return {.name = RouteName::kExported, .id = key};
  }
  for (const RouteName name :
       {RouteName::kLinks, RouteName::kHealth, RouteName::kReady,
        RouteName::kMetrics, RouteName::kDescription})
    if (path == TemplateOf(name)) return {.name = name};
  for (const web::Asset& asset : web::Assets())
    if (path == asset.path) return {.name = RouteName::kPage};
  return {};
}

}  // namespace nearer::http
