#include "http/replays.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "http/json_body.h"
#include "insights/shown.h"
#include "replay/findings.h"
#include "replay/replay.h"
#include "replay/report.h"

namespace nearer::http {
namespace {

using Json = nlohmann::ordered_json;

// Of what a replay finds, so much is kept of each outcome.
constexpr std::int64_t kMostKept = 64 << 20;

Answer NotFound() {
  return Problem(404, "not_found",
                 "There is no such replay. Only the last one is kept.");
}

Answer BadField(const std::string& what) {
  return Problem(422, "bad_field", what);
}

// Reads what is to be replayed, but for the pack.
Result<replay::Options, Answer> ReadQuestion(const Fields& fields) {
  const auto field = [&](std::string_view name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
  };
  replay::Options options;
  const std::string mode = field("mode");
  if (mode == replay::Name(replay::Mode::kOnward)) {
    options.mode = replay::Mode::kOnward;
  } else if (mode != replay::Name(replay::Mode::kInPlace)) {
    return BadField("The field \"mode\" must be \"in_place\" or \"onward\".");
  }
  const auto date = [&](const char* name,
                        std::optional<history::UnixSeconds>& at) {
    const std::string text = field(name);
    if (text.empty()) return true;
    at = replay::ParseDate(text);
    return at.has_value();
  };
  if (!date("since", options.filter.since) ||
      !date("until", options.filter.until))
    return BadField(
        "The fields \"since\" and \"until\" must be dates, as in "
        "\"2026-01-31\" or \"2026-01-31T18:00\".");
  options.filter.theme = field("theme");
  options.filter.rule = field("rule");
  options.filter.channel = field("channel");
  options.filter.conversation = field("conversation");
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  options.threads = std::max(1, cores / 2);
  return options;
}

}  // namespace

// One replay. Its thread passes what is found on to `findings`; everybody else
// keeps to `mutex`, and to `findings` only when it is over.
struct Replays::Job final : replay::Listener {
  enum class Status : std::uint8_t { kRunning, kDone, kStopped, kFailed };

  Job(std::int64_t number, replay::Options asked,
      std::unique_ptr<replay::Findings> found)
      : id(std::to_string(number)),
        options(std::move(asked)),
        findings(std::move(found)) {}
  ~Job() override {
    stop = true;
    if (thread.joinable()) thread.join();
  }

  void Start(const history::History& history, replay::Packs& packs) {
    thread = std::thread([this, &history, &packs] {
      const auto end = replay::Replay(history, packs, options, {}, *this, stop);
      const std::lock_guard lock(mutex);
      if (end) {
        status = end->done ? Status::kDone : Status::kStopped;
      } else {
        status = Status::kFailed;
        spdlog::error("replay {}: {}", id, end.error().message);
      }
    });
  }

  Result<Done> Changed(replay::Outcome outcome,
                       std::string_view line) override {
    return findings->Changed(outcome, line);
  }
  Result<Done> Reached(const replay::Progress& reached) override {
    {
      const std::lock_guard lock(mutex);
      progress = reached;
    }
    return findings->Reached(reached);
  }

  std::string_view NameOfStatus() const {
    switch (status) {
      case Status::kRunning:
        return "running";
      case Status::kDone:
        return "done";
      case Status::kStopped:
        return "stopped";
      case Status::kFailed:
        return "failed";
    }
    std::abort();  // not a Status
  }

  const std::string id;
  const replay::Options options;
  const std::unique_ptr<replay::Findings> findings;
  std::atomic<bool> stop = false;

  std::mutex mutex;
  Status status = Status::kRunning;
  replay::Progress progress;

  std::thread thread;  // last: it uses all of the above
};

Replays::Replays(const history::History& history, const chat::PackShelf& shelf,
                 replay::Packs& packs, const when::Zones* zones)
    : history_(history), shelf_(shelf), packs_(packs), zones_(zones) {}

Replays::~Replays() = default;

Answer Replays::Begin(std::string_view body) {
  static constexpr std::array<std::string_view, 1> kRequired = {"mode"};
  static constexpr std::array<std::string_view, 7> kMore = {
      "against", "since", "until", "theme", "rule", "channel", "conversation"};
  const auto fields = ReadFields(body, kRequired, kMore);
  if (!fields) return fields.error();
  auto options = ReadQuestion(*fields);
  if (!options) return options.error();
  const auto against = fields->find("against");
  const bool own = against != fields->end() && against->second == "own";
  if (against != fields->end() && !own && against->second != "served")
    return BadField("The field \"against\" must be \"served\" or \"own\".");
  if (!own) options->pack = shelf_.current();
  options->zones = zones_;

  const std::lock_guard lock(mutex_);
  if (job_) {
    const std::lock_guard at_job(job_->mutex);
    if (job_->status == Job::Status::kRunning)
      return Problem(409, "replay_running",
                     "Replay " + job_->id +
                         " is under way; wait for it, or end it with DELETE.");
  }
  auto findings = replay::Findings::Temporary(kMostKept);
  if (!findings) {
    spdlog::error("replay: {}", findings.error().message);
    return Problem(500, "broken",
                   "Something is broken here; it has been noted for the "
                   "operator.");
  }
  job_ = std::make_shared<Job>(++begun_, std::move(options).value(),
                               std::move(findings).value());
  job_->Start(history_, packs_);
  return {.status = 202,
          .body = Json({{"id", job_->id}, {"status", "running"}}).dump(),
          .headers = {{"Location", "/v1/replays/" + job_->id}}};
}

bool Replays::IsErased(const std::string& line) const {
  const auto found = history_.Find(
      Json::parse(line).at("conversation").get_ref<const std::string&>());
  return !found && found.error().code == history::HistoryErrorCode::kNotFound;
}

std::shared_ptr<Replays::Job> Replays::Find(std::string_view id) {
  const std::lock_guard lock(mutex_);
  return job_ && job_->id == id ? job_ : nullptr;
}

Answer Replays::Read(std::string_view id, std::int64_t after, int limit) {
  const auto job = Find(id);
  if (!job) return NotFound();
  const std::lock_guard lock(job->mutex);
  const bool done = job->status == Job::Status::kDone;
  std::string body =
      insights::Join({{"id", job->id},
                      {"status", job->NameOfStatus()},
                      {"read", job->progress.read},
                      {"left_out", done ? job->findings->left_out() : 0}},
                     replay::Summary(job->options, job->progress.counts));
  body.pop_back();
  if (!done)
    return {.body = body + R"(,"changed":[],"next":null})", .headers = {}};
  const auto page = job->findings->ReadPage(after, limit);
  if (!page)
    return Problem(400, "bad_parameter",
                   "The parameter \"after\" must be the \"next\" of a page.");
  body += R"(,"changed":[)";
  for (const std::string& line : page->lines) {
    if (IsErased(line)) continue;
    if (body.back() == '}') body += ',';
    body += line;
  }
  body += R"(],"next":)" +
          (page->next < 0 ? "null" : std::to_string(page->next)) + '}';
  return {.body = std::move(body), .headers = {}};
}

Answer Replays::End(std::string_view id) {
  std::shared_ptr<Job> ended;
  {
    const std::lock_guard lock(mutex_);
    if (!job_ || job_->id != id) return NotFound();
    ended = std::exchange(job_, nullptr);
  }
  ended->stop = true;
  return {.status = 204, .body = {}, .headers = {}};
}

}  // namespace nearer::http
