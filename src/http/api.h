#ifndef NEARER_HTTP_API_H_
#define NEARER_HTTP_API_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/chat.h"
#include "chat/limiter.h"
#include "history/history.h"
#include "http/answer.h"
#include "http/origins.h"
#include "http/replays.h"
#include "http/routes.h"
#include "http/survey.h"
#include "insights/calendar.h"
#include "replay/packs.h"

namespace nearer::http {

// A request as the routes see it. The views live as long as the call.
struct Call {
  std::string_view method;
  std::string_view path;
  Route route;
  std::string_view body;
  std::string_view content_type, content_encoding;
  std::string_view authorization;
  std::string_view origin;
  std::string_view preflight;  // Access-Control-Request-Method
  std::string_view if_none_match;
  std::string_view accept_encoding;
  // Of the query; empty when absent.
  std::string_view after, limit, by, utc_offset, format, since, until, least;
  std::string address;
};

// What each route answers. Parses, asks chat or history, renders; knows no
// sockets. Safe from many threads.
class Api {
 public:
  struct Limits {
    chat::Limiter::Rate conversations{.burst = 60,
                                      .per_second = 0.5};     // an address
    chat::Limiter::Rate turns{.burst = 30, .per_second = 1};  // a conversation
    // Insights and exports read all of a conversation.
    chat::Limiter::Rate reviews{.burst = 20,
                                .per_second = 0.5};  // a conversation
    // Wrong operator keys.
    chat::Limiter::Rate wrong_keys{.burst = 10, .per_second = 0.1};  // address
  };

  // Where a conversation can go on besides the page.
  struct Messengers {
    std::vector<std::string> names;  // "telegram", …; none: it cannot
    // To be followed by a code: "https://t.me/NAME?start="; may be empty.
    std::string telegram;
  };

  // All must outlive the api.
  Api(chat::Chat& chat, history::History& history, chat::PackShelf& shelf,
      Limits limits, Origins origins, std::string_view operator_key,
      Messengers messengers);

  Answer Respond(const Call& call);

 private:
  Answer RespondTo(const Call& call);
  Answer Begin(const Call& call);
  Answer Say(const Call& call);
  Answer Read(const Call& call);
  Answer Why(const Call& call);
  // What its owner and the operator are shown alike, once each is known.
  Answer TurnsOf(const history::Conversation& conversation, std::int64_t after,
                 int limit) const;
  Answer WhyOf(std::string_view id, std::string_view n);
  // The conversation, when the token opens it and it was not looked back over
  // too often just now.
  Result<history::Conversation, Answer> Review(const Call& call);
  Answer LookBack(const Call& call);
  Answer Export(const Call& call);
  Answer GiveLink(const Call& call);
  Answer TakeLink(const Call& call);
  Answer ListMessengers() const;
  Answer Exported(const Call& call);
  Answer ExportOf(const history::Conversation& conversation,
                  const insights::Calendar& calendar, bool markdown);
  Answer Erase(const Call& call);
  // Why whoever calls is not the operator; nothing when they are. Without an
  // operator key the path does not exist.
  std::optional<Answer> NotTheOperator(const Call& call);
  Answer Replays(const Call& call);
  Answer Replay(const Call& call);
  Answer Record(const Call& call);
  Answer Recorded(const Call& call);
  Answer RecordedWhy(const Call& call);
  Answer Unheard(const Call& call);
  Answer Ready() const;

  chat::Chat& chat_;
  history::History& history_;
  chat::PackShelf& shelf_;
  replay::Packs packs_;  // that spoke before
  chat::Limiter conversations_, turns_, reviews_, wrong_keys_;
  const Origins origins_;
  const Messengers messengers_;
  const std::string operator_key_hash_;  // empty: there is no operator
  http::Replays replays_;
  Survey survey_;
};

}  // namespace nearer::http

#endif  // NEARER_HTTP_API_H_
