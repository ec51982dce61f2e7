#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "http/client.h"
#include "http/contract.h"
#include "http/world.h"
#include "web/assets.h"

namespace nearer::http {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr char kJson[] = "Content-Type: application/json";
constexpr char kConversations[] = "/v1/conversations";
constexpr char kConversation[] = "/v1/conversations/{id}";
constexpr char kTurns[] = "/v1/conversations/{id}/turns";
constexpr char kInsights[] = "/v1/conversations/{id}/insights";
constexpr char kExport[] = "/v1/conversations/{id}/export";
constexpr char kWhy[] = "/v1/conversations/{id}/turns/{n}/why";

std::string Bearer(const std::string& token) {
  return "Authorization: Bearer " + token;
}

std::string Utterance(const std::string& text, const std::string& turn_id) {
  return json{{"text", text}, {"client_turn_id", turn_id}}.dump();
}

class ServerTest : public testing::Test {
 protected:
  ServerTest() : client_(world_.port) {
    const Response begun = client_.Ask("POST", kConversations);
    begun_ = begun.json();
    id_ = begun_.at("id");
    token_ = begun_.at("token");
    path_ = std::string(kConversations) + "/" + id_;
  }

  Response Say(const std::string& text, const std::string& turn_id) {
    return client_.Ask("POST", path_ + "/turns", {Bearer(token_), kJson},
                       Utterance(text, turn_id));
  }

  Response Read(const std::string& query = "") {
    return client_.Ask("GET", path_ + query, {Bearer(token_)});
  }

  std::int64_t Recorded() { return Read().json().at("last"); }

  void ExpectDescribed(std::string_view method, std::string_view route,
                       const Response& response) {
    static const Contract contract(
        Client(world_.port).Ask("GET", "/openapi.json").json());
    EXPECT_EQ(contract.Violation(method, route, response), "")
        << method << " " << route << " " << response.status;
  }

  void ExpectProblem(const Response& response, int status,
                     const std::string& code) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.header("content-type"), "application/problem+json");
    if (response.body.empty()) return;
    EXPECT_EQ(response.json().at("code"), code);
    EXPECT_EQ(response.json().at("status"), status);
  }

  World world_;
  Client client_;
  json begun_;
  std::string id_, token_, path_;
};

TEST_F(ServerTest, AConversationIsBegunSpokenReadExplainedAndErased) {
  const Response begun = client_.Ask("POST", kConversations);
  EXPECT_EQ(begun.status, 201);
  ExpectDescribed("POST", kConversations, begun);
  EXPECT_EQ(id_.size(), 22u);
  EXPECT_EQ(token_.size(), 43u);
  EXPECT_EQ(begun.header("location"),
            "/v1/conversations/" + begun.json().at("id").get<std::string>());

  const Response said = Say("I pull away.", "a");
  EXPECT_EQ(said.status, 200);
  ExpectDescribed("POST", kTurns, said);
  EXPECT_EQ(said.json().at("n"), 1);

  const Response read = Read();
  EXPECT_EQ(read.status, 200);
  ExpectDescribed("GET", kConversation, read);
  const json turns = read.json().at("turns");
  ASSERT_EQ(turns.size(), 2u);
  EXPECT_EQ(turns[0].at("messages"), begun_.at("messages"));
  EXPECT_FALSE(turns[0].contains("text"));
  EXPECT_EQ(turns[1].at("text"), "I pull away.");
  EXPECT_EQ(turns[1].at("client_turn_id"), "a");
  EXPECT_EQ(turns[1].at("messages"), said.json().at("messages"));

  for (const char* n : {"0", "1"}) {
    const Response why =
        client_.Ask("GET", path_ + "/turns/" + n + "/why", {Bearer(token_)});
    EXPECT_EQ(why.status, 200);
    ExpectDescribed("GET", kWhy, why);
    EXPECT_EQ(why.json().at("pack"), "pack-1");
  }

  const Response erased = client_.Ask("DELETE", path_, {Bearer(token_)});
  EXPECT_EQ(erased.status, 204);
  ExpectDescribed("DELETE", kConversation, erased);
  EXPECT_EQ(erased.header("content-length"), "");
  ExpectProblem(Read(), 404, "not_found");
  ExpectProblem(Say("Still there?", "b"), 404, "not_found");
}

TEST_F(ServerTest, WhyNamesTheArticleAndHeadingOfWhatWasSaid) {
  const Response why =
      client_.Ask("GET", path_ + "/turns/0/why", {Bearer(token_)});
  const json prompts = why.json().at("prompts");
  ASSERT_FALSE(prompts.empty());
  EXPECT_EQ(prompts[0].at("sources"),
            json({{{"item", "S001-05"},
                   {"article", "The first article"},
                   {"heading", "Its second heading"}}}));
}

TEST_F(ServerTest, WhyIsAnsweredByThePackThatSpokeEvenWhenAnotherSpeaksNow) {
  const json before =
      client_.Ask("GET", path_ + "/turns/0/why", {Bearer(token_)}).json();
  world_.shelf.Replace(chat::SmallPack("pack-2"));
  const Response after =
      client_.Ask("GET", path_ + "/turns/0/why", {Bearer(token_)});
  EXPECT_EQ(after.status, 200);
  EXPECT_EQ(after.json(), before);
  Say("And now?", "a");
  EXPECT_EQ(client_.Ask("GET", path_ + "/turns/1/why", {Bearer(token_)})
                .json()
                .at("pack"),
            "pack-2");
}

TEST_F(ServerTest, TheTranscriptCanBeReadInParts) {
  for (int i = 1; i <= 5; ++i) Say("Well.", std::to_string(i));
  const auto numbers = [&](const std::string& query) {
    std::vector<int> ns;
    const json page = Read(query).json();
    for (const json& turn : page.at("turns")) ns.push_back(turn.at("n"));
    return ns;
  };
  EXPECT_EQ(numbers(""), (std::vector{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(numbers("?after=3"), (std::vector{4, 5}));
  EXPECT_EQ(numbers("?after=1&limit=2"), (std::vector{2, 3}));
  EXPECT_EQ(numbers("?after=99"), (std::vector<int>{}));
  EXPECT_EQ(Read("?after=99").json().at("last"), 5);
  for (const char* query : {"?after=x", "?after=-2", "?after=1.5", "?limit=0",
                            "?limit=501", "?limit=99999999999999999999"})
    ExpectProblem(Read(query), 400, "bad_parameter");
}

TEST_F(ServerTest, AConversationCanBeLookedBackOver) {
  world_.now = 1'780'304'400;  // Monday, 2026-06-01 09:00 UTC
  Say("Well.", "a");
  world_.now = 1'780'304'400 + 7 * 86'400 - 10 * 3600;  // Sunday, 23:00
  Say("Well.", "b");
  const auto look = [&](const std::string& query) {
    const Response response =
        client_.Ask("GET", path_ + "/insights" + query, {Bearer(token_)});
    EXPECT_EQ(response.status, 200) << response.body;
    ExpectDescribed("GET", kInsights, response);
    EXPECT_EQ(response.header("cache-control"), "no-store");
    std::vector<std::string> begins;
    const json insights = response.json();
    for (const json& period : insights.at("themes").at("periods"))
      begins.push_back(period.at("begins"));
    return begins;
  };
  using Days = std::vector<std::string>;
  EXPECT_EQ(look(""), (Days{"2026-06-01"}));
  EXPECT_EQ(look("?by=week&utc_offset=60"), (Days{"2026-06-01", "2026-06-08"}));
  EXPECT_EQ(look("?by=day&utc_offset=-1080"),
            (Days{"2026-05-31", "2026-06-07"}));
}

TEST_F(ServerTest, EntriesStepsAndMomentsAreShownAndTakenAlong) {
  coach::State state;
  state.journal = {{.at = 1'780'304'400,
                    .parts = {{"trigger", "A *fight*"}, {"urge", "Leave"}}}};
  state.step = coach::Step{.what = "call <Anna>", .state = "chosen"};
  state.step->chosen_at = 1'780'304'400;
  state.people = {{.role = "sister", .name = "Anna", .turn = 1}};
  state.turns = 1;
  ASSERT_TRUE(world_.history
                  ->Append(id_, {.n = 1,
                                 .at = 1'780'304'400,
                                 .utterance = "I left my sister Anna.",
                                 .reply = R"({"messages":["Go on."],)"
                                          R"("choices":[],"rule":"r",)"
                                          R"("theme":"pulling_away",)"
                                          R"("dialog":null,"stage":"explore",)"
                                          R"("risk":null,"help":null})",
                                 .state = coach::ToJson(state),
                                 .trace = "{}",
                                 .pack = "pack-1"})
                  .ok());
  const Response shown =
      client_.Ask("GET", path_ + "/insights", {Bearer(token_)});
  ExpectDescribed("GET", kInsights, shown);
  const json insights = shown.json();
  EXPECT_EQ(insights.at("themes").at("totals"), (json{{"pulling_away", 1}}));
  const json moments = insights.at("pulling_away").at("moments");
  ASSERT_EQ(moments.size(), 2u);
  EXPECT_EQ(moments[0].at("text"), "I left my sister Anna.");
  EXPECT_EQ(moments[0].at("about"),
            (json{{"role", "sister"}, {"name", "Anna"}}));
  EXPECT_EQ(moments[1].at("from"), "journal");
  EXPECT_EQ(moments[1].at("did"), nullptr);
  EXPECT_EQ(insights.at("steps")[0].at("what"), "call <Anna>");

  const Response file = client_.Ask("GET", path_ + "/export", {Bearer(token_)});
  ExpectDescribed("GET", kExport, file);
  EXPECT_EQ(file.json().at("journal")[0].at("urge"), "Leave");
  EXPECT_EQ(file.json().at("steps"), insights.at("steps"));
  const std::string text =
      client_.Ask("GET", path_ + "/export?format=md", {Bearer(token_)}).body;
  EXPECT_THAT(text, HasSubstr("\n## Journal\n\n### Monday, 1 June 2026, 09:00\n"
                              "\nWhat set it off:\n\n> A \\*fight\\*\n"));
  EXPECT_THAT(text, HasSubstr("\n## Steps\n\n### Monday, 1 June 2026\n"
                              "\n> call \\<Anna\\>\n\nChosen.\n"));
}

TEST_F(ServerTest, ACodeTakesAConversationAndItsTokenElsewhere) {
  Say("I keep busy", "a");
  const Response link = client_.Ask("POST", path_ + "/link", {Bearer(token_)});
  EXPECT_EQ(link.status, 201);
  ExpectDescribed("POST", "/v1/conversations/{id}/link", link);
  EXPECT_EQ(link.json().at("until"), world_.now + 600);
  EXPECT_EQ(link.json().at("telegram"), nullptr);
  ExpectProblem(client_.Ask("POST", path_ + "/link", {Bearer("wrong")}), 404,
                "not_found");
  ExpectProblem(client_.Ask("POST", path_ + "/link"), 401, "unauthorized");

  const auto take = [&](const std::string& code) {
    return client_.Ask("POST", "/v1/links", {kJson},
                       json{{"code", code}}.dump());
  };
  const Response wrong = take("AAAA-AAAA");
  ExpectProblem(wrong, 404, "wrong_code");
  ExpectDescribed("POST", "/v1/links", wrong);
  const Response moved = take(link.json().at("code"));
  EXPECT_EQ(moved.status, 200);
  ExpectDescribed("POST", "/v1/links", moved);
  EXPECT_EQ(moved.json().at("id"), id_);
  ExpectProblem(Say("and alone", "b"), 404, "not_found");
  token_ = moved.json().at("token");
  EXPECT_EQ(Say("and alone", "b").status, 200);
  EXPECT_EQ(Recorded(), 2);

  ExpectProblem(take(link.json().at("code")), 404, "wrong_code");
  ExpectProblem(take("no code"), 404, "wrong_code");
  take("");
  const Response many = take("AAAA-AAAA");
  ExpectProblem(many, 429, "too_many_requests");
  ExpectDescribed("POST", "/v1/links", many);
  EXPECT_EQ(client_.Ask("GET", "/metrics").body.find("AAAA"),
            std::string::npos);
}

TEST_F(ServerTest, AnExportIsShownToWhoHasItsAddress) {
  Say("I keep busy", "a");
  const std::string key = world_.chat.GiveExport(id_).value();
  const Response shown = client_.Ask("GET", "/v1/exports/" + key);
  EXPECT_EQ(shown.status, 200);
  ExpectDescribed("GET", "/v1/exports/{key}", shown);
  EXPECT_EQ(shown.header("cache-control"), "no-store");
  EXPECT_THAT(shown.body, HasSubstr("> I keep busy\n"));
  const Response wrong = client_.Ask("GET", "/v1/exports/" + key + "x");
  ExpectProblem(wrong, 404, "not_found");
  ExpectDescribed("GET", "/v1/exports/{key}", wrong);
  world_.now += 900;
  ExpectProblem(client_.Ask("GET", "/v1/exports/" + key), 404, "not_found");
}

TEST_F(ServerTest, SaysInWhichMessengersATalkCanGoOn) {
  const Response none = client_.Ask("GET", "/v1/links");
  ExpectDescribed("GET", "/v1/links", none);
  EXPECT_EQ(none.json().at("messengers"), json::array());
}

TEST_F(ServerTest, AConversationCanBeTakenAlong) {
  world_.now = 1'780'304'400;
  Say("# Not a heading\n\n<b>nor</b> *this*", "a");
  const Response whole = Read();
  const Response file =
      client_.Ask("GET", path_ + "/export?format=json", {Bearer(token_)});
  EXPECT_EQ(file.status, 200);
  ExpectDescribed("GET", kExport, file);
  EXPECT_EQ(file.header("cache-control"), "no-store");
  EXPECT_EQ(file.header("content-disposition"),
            "attachment; filename=\"nearer-2025-06-15.json\"");
  EXPECT_EQ(file.json().at("turns"), whole.json().at("turns"));
  EXPECT_EQ(client_.Ask("GET", path_ + "/export", {Bearer(token_)}).body,
            file.body);

  const Response text = client_.Ask(
      "GET", path_ + "/export?format=md&utc_offset=120", {Bearer(token_)});
  EXPECT_EQ(text.status, 200);
  ExpectDescribed("GET", kExport, text);
  EXPECT_EQ(text.header("content-type"), "text/markdown; charset=utf-8");
  EXPECT_EQ(text.header("content-disposition"),
            "attachment; filename=\"nearer-2025-06-15.md\"");
  EXPECT_THAT(text.body, HasSubstr("\n## Monday, 1 June 2026\n"
                                   "\n**You**, 11:00\n"
                                   "\n> \\# Not a heading\n"
                                   "> \n"
                                   "> \\<b\\>nor\\</b\\> \\*this\\*\n"
                                   "\n**nearer**, 11:00\n"
                                   "\nGo on.\n"));
}

TEST_F(ServerTest, AParameterThatCannotBeReadIsAProblem) {
  for (const char* query :
       {"/insights?by=month", "/insights?utc_offset=x",
        "/insights?utc_offset=1081", "/insights?utc_offset=-1081",
        "/export?format=pdf", "/export?format=md&utc_offset=1.5",
        "/export?format=JSON", "/export?utc_offset=99999999999999999999"}) {
    const Response response =
        client_.Ask("GET", path_ + query, {Bearer(token_)});
    ExpectProblem(response, 400, "bad_parameter");
    ExpectDescribed("GET",
                    std::string(query).starts_with("/e") ? kExport : kInsights,
                    response);
  }
}

TEST_F(ServerTest, AHeadTellsOfAnExportWithoutGivingIt) {
  client_.Send("HEAD " + path_ + "/export HTTP/1.1\r\n" + Bearer(token_) +
               "\r\n\r\n");
  const auto head = client_.ReceiveHead();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_NE(head->header("content-disposition"), "");
  EXPECT_EQ(client_.Ask("GET", "/healthz").status, 200);
}

TEST_F(ServerTest, TheOperatorsRoutesAnswer) {
  for (const char* path :
       {"/healthz", "/readyz", "/metrics", "/openapi.json"}) {
    const Response response = client_.Ask("GET", path);
    EXPECT_EQ(response.status, 200) << path;
    ExpectDescribed("GET", path, response);
    client_.Send("HEAD " + std::string(path) + " HTTP/1.1\r\n\r\n");
    const auto head = client_.ReceiveHead();
    ASSERT_TRUE(head);
    EXPECT_EQ(head->status, 200) << path;
  }
}

TEST_F(ServerTest, MetricsCountAndTellNothingElse) {
  Say("A secret sentence.", "a");
  ExpectProblem(client_.Ask("GET", "/another-secret"), 404, "not_found");
  const std::string text = client_.Ask("GET", "/metrics").body;
  EXPECT_THAT(text,
              HasSubstr("nearer_http_requests_total{route=\"/v1/"
                        "conversations/{id}/turns\",status=\"200\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("{route=\"none\",status=\"404\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("le=\"+Inf\"} 1\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("secret")));
  EXPECT_THAT(text, testing::Not(HasSubstr(id_)));
}

TEST_F(ServerTest, ThePageComesWithAPolicyAndIsNotSentTwice) {
  const std::pair<const char*, const char*> parts[] = {
      {"/", "text/html; charset=utf-8"},
      {"/page.css", "text/css; charset=utf-8"},
      {"/widget.js", "text/javascript; charset=utf-8"},
      {"/chat.js", "text/javascript; charset=utf-8"},
      {"/icon.svg", "image/svg+xml"},
      {"/history", "text/html; charset=utf-8"},
      {"/history.css", "text/css; charset=utf-8"},
      {"/history.js", "text/javascript; charset=utf-8"},
      {"/licences.txt", "text/plain; charset=utf-8"},
  };
  for (const auto& [path, type] : parts) {
    const Response part = client_.Ask("GET", path);
    EXPECT_EQ(part.status, 200) << path;
    EXPECT_EQ(part.header("content-type"), type);
    EXPECT_FALSE(part.body.empty());
    const std::string policy = part.header("content-security-policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, testing::Not(HasSubstr("unsafe")));
    const Response again =
        client_.Ask("GET", path, {"If-None-Match: " + part.header("etag")});
    EXPECT_EQ(again.status, 304) << path;
    EXPECT_TRUE(again.body.empty());
  }
}

TEST_F(ServerTest, ThePageIsCompressedForWhoTakesThatAndPlainForOthers) {
  for (const web::Asset& asset : web::Assets()) {
    const std::string path(asset.path);
    const Response plain = client_.Ask("GET", path);
    EXPECT_EQ(plain.header("content-encoding"), "") << path;
    EXPECT_EQ(plain.body, asset.bytes) << path;
    EXPECT_EQ(plain.header("vary"), "Accept-Encoding") << path;

    const char* const takes = "Accept-Encoding: br, gzip";
    const Response gzip = client_.Ask("GET", path, {takes});
    EXPECT_EQ(gzip.header("content-encoding"), "gzip") << path;
    EXPECT_EQ(gzip.body, asset.gzip) << path;
    EXPECT_NE(gzip.header("etag"), plain.header("etag")) << path;
    EXPECT_EQ(
        client_
            .Ask("GET", path, {takes, "If-None-Match: " + gzip.header("etag")})
            .status,
        304)
        << path;
  }
}

TEST_F(ServerTest, WhatSomebodyWroteIsNeverCompressed) {
  const Response said = client_.Ask(
      "POST", path_ + "/turns",
      {Bearer(token_), kJson, "Accept-Encoding: gzip"}, Utterance("Hi.", "a"));
  EXPECT_EQ(said.header("content-encoding"), "");
  EXPECT_EQ(said.json().at("n"), 1);
}

TEST_F(ServerTest, EveryResponseCarriesTheHeadersThatKeepItToItself) {
  const Response responses[] = {
      client_.Ask("GET", "/"),
      client_.Ask("GET", "/healthz"),
      client_.Ask("GET", "/nowhere"),
      client_.Ask("POST", kConversations),
      Say("Hello.", "a"),
      Say("", "b"),
      client_.Ask("BREW", "/"),
      Client(world_.port).Ask("GET", "/" + std::string(20'000, 'x')),
  };
  for (const Response& response : responses) {
    EXPECT_EQ(response.header("x-content-type-options"), "nosniff");
    EXPECT_EQ(response.header("referrer-policy"), "no-referrer");
    EXPECT_THAT(response.header("content-security-policy"),
                HasSubstr("default-src 'none'"));
    EXPECT_NE(response.header("cache-control"), "");
  }
  EXPECT_EQ(Say("Hello.", "c").header("cache-control"), "no-store");
}

TEST_F(ServerTest, WithoutATokenNothingIsTold) {
  const std::string missing =
      std::string(kConversations) + "/AAAAAAAAAAAAAAAAAAAAAA";
  const std::vector<std::vector<std::string>> without = {
      {},
      {"Authorization: Basic eDp5"},
      {"Authorization: Bearer "},
      {"Authorization: " + token_}};
  for (const std::string& path : {path_, missing}) {
    for (auto headers : without) {
      ExpectProblem(client_.Ask("GET", path, headers), 401, "unauthorized");
      ExpectProblem(client_.Ask("DELETE", path, headers), 401, "unauthorized");
      for (const char* part : {"/turns/0/why", "/insights", "/export",
                               "/export?format=md", "/insights?by=x"})
        ExpectProblem(client_.Ask("GET", path + part, headers), 401,
                      "unauthorized");
      headers.push_back(kJson);
      const Response said = client_.Ask("POST", path + "/turns", headers,
                                        Utterance("Hello.", "a"));
      ExpectProblem(said, 401, "unauthorized");
      ExpectDescribed("POST", kTurns, said);
    }
  }
  EXPECT_EQ(Recorded(), 0);
}

TEST_F(ServerTest, AWrongTokenAndAMissingConversationLookAlike) {
  const std::string missing =
      std::string(kConversations) + "/AAAAAAAAAAAAAAAAAAAAAA";
  const json other = client_.Ask("POST", kConversations).json();
  const std::string tokens[] = {other.at("token"), "x", token_ + "x",
                                std::string(8000, 'x'),
                                token_.substr(0, token_.size() - 1)};
  for (const std::string& token : tokens) {
    std::set<std::string> answers;
    for (const std::string& path : {path_, missing}) {
      const std::vector<std::string> headers = {Bearer(token), kJson};
      for (const Response& response :
           {client_.Ask("GET", path, headers),
            client_.Ask("DELETE", path, headers),
            client_.Ask("GET", path + "/turns/0/why", headers),
            client_.Ask("GET", path + "/insights", headers),
            client_.Ask("GET", path + "/export?format=md", headers),
            client_.Ask("POST", path + "/turns", headers,
                        Utterance("Hello.", "a"))}) {
        ExpectProblem(response, 404, "not_found");
        answers.insert(response.body);
      }
    }
    EXPECT_EQ(answers.size(), 1u);
  }
  EXPECT_EQ(Recorded(), 0);
}

TEST_F(ServerTest, ABadTurnIsAClearProblemAndNothingIsRecorded) {
  struct Case {
    std::string body;
    int status;
    std::string code;
  };
  const std::string long_text = std::string(4001, 'x');
  const Case cases[] = {
      {"{", 400, "malformed_json"},
      {"{\"text\":\"\xc3\x28\",\"client_turn_id\":\"a\"}", 400,
       "malformed_json"},
      {R"({"text":"x","client_turn_id":"a","text":"y"})", 400,
       "duplicate_field"},
      {R"({"text":"x","client_turn_id":"a","stage":"y"})", 422,
       "unknown_field"},
      {R"({"text":"x"})", 422, "missing_field"},
      {R"({"client_turn_id":"a"})", 422, "missing_field"},
      {R"({"text":7,"client_turn_id":"a"})", 422, "wrong_type"},
      {R"(["x"])", 422, "wrong_type"},
      {Utterance("", "a"), 422, "text_empty"},
      {Utterance(" \n\t\u00a0\u2003\u200b ", "a"), 422, "text_empty"},
      {Utterance(long_text, "a"), 422, "text_too_long"},
      {R"({"text":"a\u0000b","client_turn_id":"a"})", 422, "text_not_utf8"},
      {Utterance("x", ""), 422, "bad_client_turn_id"},
      {Utterance("x", "a b"), 422, "bad_client_turn_id"},
      {Utterance("x", std::string(65, 'a')), 422, "bad_client_turn_id"},
  };
  for (const Case& c : cases) {
    const Response response =
        client_.Ask("POST", path_ + "/turns", {Bearer(token_), kJson}, c.body);
    ExpectProblem(response, c.status, c.code);
    ExpectDescribed("POST", kTurns, response);
    if (c.body.find("xxx") == std::string::npos) continue;
    EXPECT_THAT(response.body, testing::Not(HasSubstr("xxx")));
  }
  EXPECT_EQ(Recorded(), 0);
}

TEST_F(ServerTest, FourThousandCharactersAreCountedAsCharacters) {
  std::string text;
  for (int i = 0; i < 4000; ++i) text += "\u00e9";
  EXPECT_EQ(Say(text, "a").status, 200);
  EXPECT_EQ(Read().json().at("turns")[1].at("text"), text);
  ExpectProblem(Say(text + "e", "b"), 422, "text_too_long");
}

TEST_F(ServerTest, OnlyJsonIsTaken) {
  const std::string body = Utterance("Hello.", "a");
  for (const char* type :
       {"Content-Type: text/plain", "Content-Type: application/jsonp",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: multipart/form-data; boundary=x", "X: y"}) {
    const Response response =
        client_.Ask("POST", path_ + "/turns", {Bearer(token_), type}, body);
    ExpectProblem(response, 415, "unsupported_media_type");
    ExpectDescribed("POST", kTurns, response);
  }
  EXPECT_EQ(Recorded(), 0);
  EXPECT_EQ(client_
                .Ask("POST", path_ + "/turns",
                     {Bearer(token_),
                      "Content-Type: Application/JSON; charset=utf-8"},
                     body)
                .status,
            200);
}

TEST_F(ServerTest, AConversationIsBegunWithAnEmptyBodyOrObjectOnly) {
  EXPECT_EQ(client_.Ask("POST", kConversations, {kJson}, "{}").status, 201);
  ExpectProblem(client_.Ask("POST", kConversations, {kJson}, "[]"), 422,
                "wrong_type");
  ExpectProblem(client_.Ask("POST", kConversations, {kJson}, R"({"id":"x"})"),
                422, "unknown_field");
  ExpectProblem(client_.Ask("POST", kConversations, {}, "{}"), 415,
                "unsupported_media_type");
}

TEST_F(ServerTest, UnknownPathsAndMethodsAreProblemsToo) {
  ExpectProblem(client_.Ask("GET", "/nowhere"), 404, "not_found");
  ExpectProblem(client_.Ask("POST", "/nowhere"), 404, "not_found");
  ExpectProblem(client_.Ask("GET", path_ + "/turns/1/why/", {Bearer(token_)}),
                404, "not_found");
  for (const char* n : {"7", "-1", "x", "99999999999999999999"})
    ExpectProblem(
        client_.Ask("GET", path_ + "/turns/" + n + "/why", {Bearer(token_)}),
        404, "not_found");
  const std::pair<std::string, std::string> cases[] = {
      {"/healthz", "GET, HEAD"},
      {"/", "GET, HEAD"},
      {"/metrics", "GET, HEAD"},
      {kConversations, "POST"},
      {path_, "GET, HEAD, DELETE"},
      {path_ + "/turns", "POST"},
      {path_ + "/turns/1/why", "GET, HEAD"},
      {path_ + "/insights", "GET, HEAD"},
      {path_ + "/export", "GET, HEAD"},
      {path_ + "/link", "POST"},
      {"/v1/links", "GET, HEAD, POST"},
      {"/v1/exports/key", "GET, HEAD"},
  };
  for (const auto& [path, allowed] : cases) {
    for (const char* method : {"PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT"}) {
      const Response response =
          client_.Ask(method, path, {Bearer(token_), kJson}, "{}");
      ExpectProblem(response, 405, "method_not_allowed");
      EXPECT_EQ(response.header("allow"), allowed);
    }
  }
}

TEST_F(ServerTest, WhatIsNoHttpIsAProblemToo) {
  const std::pair<std::string, int> cases[] = {
      {"nonsense\r\n\r\n", 400},
      {"BREW / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/3\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nbroken header\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nRange: bytes=x\r\n\r\n", 416},
      {"GET /?" + std::string(9000, 'x') + " HTTP/1.1\r\n\r\n", 414},
      {"GET / HTTP/1.1\r\nX: " + std::string(17'000, 'x') + "\r\n\r\n", 431},
      {"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400},
      {std::string("\x16\x03\x01\x02\r\n\r\n", 8), 400},
  };
  for (const auto& [request, status] : cases) {
    Client client(world_.port);
    client.Send(request);
    const auto response = client.Receive();
    ASSERT_TRUE(response) << request.substr(0, 40);
    EXPECT_EQ(response->status, status) << request.substr(0, 40);
    EXPECT_EQ(response->header("content-type"), "application/problem+json");
  }
}

TEST_F(ServerTest, ABodyHasABoundHoweverItIsSent) {
  const std::string head = "POST " + path_ + "/turns HTTP/1.1\r\n" +
                           Bearer(token_) + "\r\n" + kJson + "\r\n";
  const std::string large(70'000, ' ');
  const std::string requests[] = {
      head + "Content-Length: 70000\r\n\r\n" + large,
      head + "Content-Length: 9999999999999999999999\r\n\r\n",
      head + "Transfer-Encoding: chunked\r\n\r\n" + "11170\r\n" + large,
      head + "Transfer-Encoding: chunked\r\n\r\n" + "ffffffffffffffff\r\n",
  };
  for (const std::string& request : requests) {
    Client client(world_.port);
    client.Send(request);
    const auto response = client.Receive();
    ASSERT_TRUE(response);
    ExpectProblem(*response, 413, "body_too_large");
    ExpectDescribed("POST", kTurns, *response);
    EXPECT_EQ(response->header("connection"), "close");
    EXPECT_TRUE(client.AtEnd());
  }
  EXPECT_EQ(Recorded(), 0);
}

TEST_F(ServerTest, AnEndlessChunkedBodyEndsAtTheBound) {
  Client client(world_.port);
  client.Send("POST " + path_ + "/turns HTTP/1.1\r\n" + Bearer(token_) +
              "\r\n" + kJson + "\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "400\r\n" + std::string(1024, ' ') + "\r\n";
  for (int i = 0; i < 100; ++i) client.Send(chunk);
  const auto response = client.Receive();
  ASSERT_TRUE(response);
  ExpectProblem(*response, 413, "body_too_large");
}

TEST_F(ServerTest, AChunkedBodyIsABodyLikeAnyOther) {
  const std::string body = Utterance("In two pieces.", "a");
  Client client(world_.port);
  client.Send("POST " + path_ + "/turns HTTP/1.1\r\n" + Bearer(token_) +
              "\r\n" + kJson + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" +
              body.substr(0, 5) + "\r\n");
  char size[8];
  std::snprintf(size, sizeof size, "%zx", body.size() - 5);
  client.Send(std::string(size) + "\r\n" + body.substr(5) + "\r\n0\r\n\r\n");
  const auto response = client.Receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200) << response->body;
  EXPECT_EQ(Read().json().at("turns")[1].at("text"), "In two pieces.");
}

TEST_F(ServerTest, WhoWaitsToBeToldToContinueIsTold) {
  const std::string body = Utterance("Hello.", "a");
  Client client(world_.port);
  client.Send("POST " + path_ + "/turns HTTP/1.1\r\n" + Bearer(token_) +
              "\r\n" + kJson + "\r\nExpect: 100-continue\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n");
  const auto first = client.Receive();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->status, 100);
  client.Send(body);
  const auto second = client.Receive();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->status, 200);
}

TEST_F(ServerTest, ACompressedBodyIsNotOpened) {
  const Response response =
      client_.Ask("POST", path_ + "/turns",
                  {Bearer(token_), kJson, "Content-Encoding: gzip"},
                  std::string("\x1f\x8b\x08\x00", 4));
  ExpectProblem(response, 415, "unsupported_media_type");
}

TEST_F(ServerTest, RequestsSentAtOnceAreAnsweredInOrder) {
  Client client(world_.port);
  std::string all;
  for (int i = 1; i <= 20; ++i) {
    const std::string body = Utterance("Well.", std::to_string(i));
    all += "POST " + path_ + "/turns HTTP/1.1\r\n" + Bearer(token_) + "\r\n" +
           kJson + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  client.Send(all);
  for (int i = 1; i <= 20; ++i) {
    const auto response = client.Receive();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->json().at("n"), i);
  }
}

TEST_F(ServerTest, AConnectionIsKeptUnlessItIsToBeClosed) {
  struct Case {
    std::string request;
    bool kept;
  };
  const Case cases[] = {
      {"GET /healthz HTTP/1.1\r\n\r\n", true},
      {"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", false},
      {"GET /healthz HTTP/1.0\r\n\r\n", false},
      {"GET /healthz HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
      {"GET /nowhere HTTP/1.1\r\n\r\n", true},
  };
  for (const auto& [request, kept] : cases) {
    Client client(world_.port);
    client.Send(request);
    ASSERT_TRUE(client.Receive()) << request;
    if (kept) {
      EXPECT_EQ(client.Ask("GET", "/healthz").status, 200) << request;
    } else {
      EXPECT_TRUE(client.AtEnd()) << request;
    }
  }
}

TEST_F(ServerTest, TheSameClientTurnIdIsOneTurnHoweverOftenItIsSentAtOnce) {
  constexpr int kClients = 32;
  std::vector<std::string> answers(kClients);
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kClients; ++i)
      clients.emplace_back([&, i] {
        Client client(world_.port);
        answers[static_cast<std::size_t>(i)] =
            client
                .Ask("POST", path_ + "/turns", {Bearer(token_), kJson},
                     Utterance("Once.", "the-same"))
                .body;
      });
  }
  EXPECT_EQ(std::set<std::string>(answers.begin(), answers.end()).size(), 1u)
      << answers[0];
  EXPECT_EQ(json::parse(answers[0]).at("n"), 1);
  EXPECT_EQ(Recorded(), 1);
  EXPECT_EQ(Say("Something else, sent under the same id.", "the-same").body,
            answers[0]);
  EXPECT_EQ(Recorded(), 1);
}

TEST_F(ServerTest, ManyWhoSpeakInOneConversationAtOnceAreAllHeard) {
  constexpr int kClients = 32;
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kClients; ++i)
      clients.emplace_back([&, i] {
        Client client(world_.port);
        good += client
                    .Ask("POST", path_ + "/turns", {Bearer(token_), kJson},
                         Utterance("Me.", std::to_string(i)))
                    .status == 200;
      });
  }
  EXPECT_EQ(good, kClients);
  EXPECT_EQ(Recorded(), kClients);
}

TEST_F(ServerTest, NoOtherOriginIsAllowedUnlessItIsNamed) {
  const char* const origin = "Origin: https://example.org";
  const Response read = client_.Ask("GET", path_, {Bearer(token_), origin});
  EXPECT_EQ(read.header("access-control-allow-origin"), "");
  EXPECT_EQ(read.header("vary"), "");
  const Response asked = client_.Ask(
      "OPTIONS", path_, {origin, "Access-Control-Request-Method: GET"});
  ExpectProblem(asked, 405, "method_not_allowed");
  EXPECT_EQ(
      client_.Ask("GET", "/widget.js").header("cross-origin-resource-policy"),
      "same-origin");
}

TEST(ServerOriginsTest, APageOfAnAllowedOriginMayTalkAndAnotherMayNot) {
  auto options = World::Unlimited();
  options.origins = Origins::Parse({"https://example.org"}).value();
  World world(options);
  Client client(world.port);
  const char* const allowed = "Origin: https://example.org";
  const char* const other = "Origin: https://example.com";
  const char* const will_post = "Access-Control-Request-Method: POST";

  const Response asked =
      client.Ask("OPTIONS", kConversations, {allowed, will_post});
  EXPECT_EQ(asked.status, 204);
  EXPECT_EQ(asked.header("access-control-allow-origin"), "https://example.org");
  EXPECT_THAT(asked.header("access-control-allow-methods"),
              HasSubstr("DELETE"));
  EXPECT_THAT(asked.header("access-control-allow-headers"),
              HasSubstr("Authorization"));
  EXPECT_EQ(asked.header("access-control-allow-credentials"), "");
  EXPECT_EQ(asked.header("vary"), "Origin");

  const Response begun = client.Ask("POST", kConversations, {allowed});
  EXPECT_EQ(begun.status, 201);
  EXPECT_EQ(begun.header("access-control-allow-origin"), "https://example.org");
  const Response refused = client.Ask("GET", "/nowhere", {allowed});
  EXPECT_EQ(refused.header("access-control-allow-origin"),
            "https://example.org");

  EXPECT_EQ(client.Ask("OPTIONS", kConversations, {other, will_post}).status,
            405);
  EXPECT_EQ(client.Ask("POST", kConversations, {other})
                .header("access-control-allow-origin"),
            "");

  const Response launcher = client.Ask("GET", "/widget.js");
  EXPECT_EQ(launcher.header("cross-origin-resource-policy"), "cross-origin");
  EXPECT_EQ(launcher.header("vary"), "Accept-Encoding, Origin");
  EXPECT_EQ(client.Ask("GET", "/").header("cross-origin-resource-policy"),
            "same-origin");
}

TEST(ServerLimitsTest, NewConversationsAreLimitedForAnAddress) {
  World world({.connections = {},
               .limits = {.conversations = {.burst = 3, .per_second = 0.01},
                          .turns = {}}});
  Client client(world.port);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(client.Ask("POST", kConversations).status, 201);
  const Response response =
      client.Ask("POST", kConversations,
                 {"X-Forwarded-For: 203.0.113.9", "REMOTE_ADDR: 203.0.113.9"});
  EXPECT_EQ(response.status, 429) << "a header says where it comes from";
  EXPECT_GE(std::stoi(response.header("retry-after")), 1);
  EXPECT_EQ(response.json().at("code"), "too_many_requests");
}

TEST(ServerLimitsTest, LookingBackIsLimitedForAConversation) {
  World world({.connections = {},
               .limits = {.conversations = {},
                          .turns = {},
                          .reviews = {.burst = 2, .per_second = 0.01}}});
  Client client(world.port);
  const auto begin = [&] { return client.Ask("POST", kConversations).json(); };
  const json one = begin(), another = begin();
  const auto ask = [&](const json& begun, const std::string& part) {
    return client.Ask(
        "GET", "/v1/conversations/" + begun.at("id").get<std::string>() + part,
        {Bearer(begun.at("token"))});
  };
  EXPECT_EQ(ask(one, "/insights").status, 200);
  EXPECT_EQ(ask(one, "/export").status, 200);
  const Response third = ask(one, "/insights");
  EXPECT_EQ(third.status, 429);
  EXPECT_GE(std::stoi(third.header("retry-after")), 1);
  EXPECT_EQ(ask(one, "").status, 200)
      << "what was said can be read at any time";
  EXPECT_EQ(ask(another, "/export").status, 200);
}

TEST(ServerLimitsTest, TurnsAreLimitedForAConversationAndNotForAnother) {
  World world({.connections = {},
               .limits = {.conversations = {},
                          .turns = {.burst = 2, .per_second = 0.01}}});
  Client client(world.port);
  for (int round = 0; round < 2; ++round) {
    const json begun = client.Ask("POST", kConversations).json();
    std::vector<int> statuses;
    for (int i = 0; i < 3; ++i)
      statuses.push_back(client
                             .Ask("POST",
                                  "/v1/conversations/" +
                                      begun.at("id").get<std::string>() +
                                      "/turns",
                                  {Bearer(begun.at("token")), kJson},
                                  Utterance("Well.", std::to_string(i)))
                             .status);
    EXPECT_EQ(statuses, (std::vector{200, 200, 429}));
  }
}

}  // namespace
}  // namespace nearer::http
