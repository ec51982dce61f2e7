#include "replay/why.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text/lexicon.h"
#include "replay/report.h"

namespace nearer::replay {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidth = 200;  // characters of a line that is printed

struct Span {
  std::size_t begin = 0, end = 0;
};

// Where the sentences of `utterance` stand, each with its marks.
std::vector<Span> SentencesOf(const coach::Pack& pack,
                              std::string_view utterance) {
  const text::Reading reading = pack.lexicon().Read(utterance);
  std::vector<Span> sentences;
  for (const text::Token& token : reading.tokens) {
    if (sentences.size() <= token.sentence)
      sentences.push_back({token.begin, token.end});
    sentences.back().end = token.end;
  }
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    Span& sentence = sentences[i];
    const std::size_t next =
        i + 1 < sentences.size() ? sentences[i + 1].begin : utterance.size();
    sentence.end = std::max(sentence.end, next);
    while (sentence.end > sentence.begin &&
           (utterance[sentence.end - 1] == ' ' ||
            utterance[sentence.end - 1] == '\n'))
      --sentence.end;
  }
  return sentences;
}

// The sentence in which [begin, end) begins, with what follows when it goes on.
Json SentenceAround(std::size_t begin, std::size_t end,
                    std::span<const Span> sentences,
                    std::string_view utterance) {
  std::optional<Span> around;
  for (const Span& sentence : sentences)
    if (sentence.begin <= begin || !around) {
      around = sentence;
    } else if (sentence.begin < end) {
      around->end = sentence.end;
    }
  if (!around || around->end > utterance.size()) return nullptr;
  return utterance.substr(around->begin, around->end - around->begin);
}

// "S001-05" with its place; what is in no article ("coaching") by name only.
Json Source(const std::string& id, std::span<const SourceItem> sources) {
  Json source = {{"item", id}, {"article", nullptr}, {"heading", nullptr}};
  const auto item = std::ranges::find(sources, id, &SourceItem::id);
  if (item != sources.end()) {
    source["article"] = item->article;
    source["heading"] = item->heading;
  }
  return source;
}

Json Heard(const Json& trace, const history::Turn& turn,
           const coach::Pack* pack) {
  Json heard = trace.value("heard", Json::array());
  if (heard.empty()) return heard;
  const std::string& utterance = turn.utterance;
  const auto sentences =
      pack ? SentencesOf(*pack, utterance) : std::vector<Span>();
  const Json reply = Json::parse(turn.reply);
  const Json answered = reply.value("rule", Json());
  const auto winner = std::ranges::find_if(
      heard, [&](const Json& each) { return each.at("rule") == answered; });
  const Json best = winner == heard.end() ? Json() : winner->at("score");
  for (Json& each : heard) {
    const auto begin = each.at("begin").get<std::size_t>();
    const auto end = each.at("end").get<std::size_t>();
    if (begin > end || end > utterance.size()) continue;
    each["words"] = utterance.substr(begin, end - begin);
    each["sentence"] = SentenceAround(begin, end, sentences, utterance);
    each["answered"] = each.at("rule") == answered;
    each["behind"] =
        best.is_null()
            ? Json()
            : Json(best.get<float>() - each.at("score").get<float>());
  }
  return heard;
}

Json Prompts(const Json& trace, const coach::Pack* pack) {
  Json said = Json::array();
  for (const Json& id : trace.value("prompts", Json::array())) {
    Json prompt = {
        {"id", id}, {"wording", nullptr}, {"sources", Json::array()}};
    const coach::Wording* wording =
        pack ? pack->wordings().Find(id.get<std::string>()) : nullptr;
    if (wording) {
      prompt["wording"] = wording->text;
      for (const std::string& item : wording->source)
        prompt["sources"].push_back(Source(item, pack->authored().sources));
    }
    said.push_back(std::move(prompt));
  }
  return said;
}

std::string Line(const Json& value) {
  return value.is_string()
             ? OnOneLine(value.get_ref<const std::string&>(), kWidth)
             : "";
}

// A damaged trace may have anything here.
double Number(const Json& value) {
  return value.is_number() ? value.get<double>() : 0;
}

void PrintHeard(std::FILE* out, const Json& heard) {
  for (const Json& each : heard) {
    const bool answered = each.value("answered", false);
    std::fprintf(out, "  %s %s (%s), score %.1f", answered ? "*" : " ",
                 Line(each.value("rule", Json())).c_str(),
                 Line(each.value("theme", Json())).c_str(),
                 Number(each.value("score", Json())));
    const Json behind = each.value("behind", Json());
    if (!answered && behind.is_number()) {
      const double by = behind.get<double>();
      if (by >= 0) {
        std::fprintf(out, ", behind by %.1f", by);
      } else {
        std::fprintf(out, ", outranked though ahead by %.1f", -by);
      }
    }
    std::fprintf(out, "\n      words    \"%s\"\n      pattern  %s\n",
                 Line(each.value("words", Json())).c_str(),
                 Line(each.value("pattern", Json())).c_str());
    if (const auto sentence = Line(each.value("sentence", Json()));
        !sentence.empty())
      std::fprintf(out, "      in       \"%s\"\n", sentence.c_str());
  }
}

}  // namespace

Json Why(const history::Turn& turn, const coach::Pack* pack) {
  Json why = {{"n", turn.n},
              {"text", turn.utterance},
              {"pack", turn.pack},
              {"pack_on_record", pack != nullptr},
              {"heard", Json::array()},
              {"prompts", Json::array()},
              {"stage", {{"before", ""}, {"after", ""}}},
              {"decided_by", ""}};
  try {
    const Json trace = Json::parse(turn.trace);
    for (const auto& [name, value] : trace.items())
      if (name != "prompts" && name != "heard") why[name] = value;
    why["heard"] = Heard(trace, turn, pack);
    why["prompts"] = Prompts(trace, pack);
  } catch (const Json::exception&) {
    why["decided_by"] = "unknown: the trace on record is damaged";
  }
  return why;
}

void PrintWhy(std::FILE* out, const Json& why) {
  if (const auto text = Line(why.value("text", Json())); !text.empty())
    std::fprintf(out, "> %s\n", text.c_str());
  Json stage = why.value("stage", Json::object());
  if (!stage.is_object()) stage = Json::object();
  std::fprintf(out, "turn %lld, stage %s → %s, decided by: %s\n",
               static_cast<long long>(why["n"].get<std::int64_t>()),
               Line(stage.value("before", Json())).c_str(),
               Line(stage.value("after", Json())).c_str(),
               Line(why.value("decided_by", Json())).c_str());
  std::fprintf(out, "spoken by the pack %s%s\n", Line(why["pack"]).c_str(),
               why["pack_on_record"].get<bool>()
                   ? ""
                   : ", which is not on record: sentences, wordings and "
                     "sources are unknown");
  if (!why["heard"].empty()) {
    std::fprintf(out, "heard (* was answered):\n");
    PrintHeard(out, why["heard"]);
  } else if (!why.contains("near_miss")) {
    std::fprintf(out, "no rule heard it\n");
  }
  if (const auto near = why.find("near_miss");
      near != why.end() && near->is_object()) {
    std::string words;
    for (const Json& word : near->value("words", Json::array()))
      words += (words.empty() ? "" : ", ") + Line(word);
    std::fprintf(
        out,
        "no rule answered; close to an example of %s (log-odds %.2f):\n"
        "      example  \"%s\"\n      words    %s\n",
        Line(near->value("heard", Json())).c_str(),
        Number(near->value("log_odds", Json())),
        Line(near->value("example", Json())).c_str(), words.c_str());
  }
  std::fprintf(out, "said:\n");
  for (const Json& prompt : why["prompts"]) {
    std::fprintf(out, "    %s  %s\n", Line(prompt["id"]).c_str(),
                 Line(prompt["wording"]).c_str());
    for (const Json& source : prompt["sources"])
      std::fprintf(out, "      from %s%s%s%s%s\n", Line(source["item"]).c_str(),
                   source["article"].is_null() ? "" : ", ",
                   Line(source["article"]).c_str(),
                   source["heading"].is_null() ? "" : ", under ",
                   Line(source["heading"]).c_str());
  }
}

}  // namespace nearer::replay
