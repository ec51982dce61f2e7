#include "http/survey.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>
#include <utility>

#include "insights/calendar.h"

namespace nearer::http {
namespace {

using Json = nlohmann::ordered_json;

bool Same(const authoring::UnheardQuestion& a,
          const authoring::UnheardQuestion& b) {
  return a.since == b.since && a.until == b.until && a.least == b.least;
}

Json WeeksOf(const authoring::UnheardGroup& group) {
  Json weeks = Json::array();
  for (const auto& [monday, times] : group.weeks)
    weeks.push_back({{"week", insights::IsoDate(monday)}, {"times", times}});
  return weeks;
}

// People's words are bytes; what is no UTF-8 shows as U+FFFD.
std::string TextOf(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

// One question being answered. Its thread writes `found` before `status` says
// so; everything but `read` and `stop` is guarded by `mutex`.
struct Survey::Job {
  enum class Status : std::uint8_t { kRunning, kDone, kFailed };

  ~Job() {
    stop = true;
    if (thread.joinable()) thread.join();
  }

  // `former` is ended, and waited for, by the new one's thread, not by whoever
  // asked.
  void Start(const history::History& history, std::shared_ptr<Job> former) {
    if (former) former->stop = true;
    thread =
        std::thread([this, &history, former = std::move(former)]() mutable {
          former.reset();
          auto result = authoring::FindUnheard(history, *pack, question,
                                               [this](std::int64_t turns) {
                                                 read = turns;
                                                 return !stop;
                                               });
          const std::lock_guard lock(mutex);
          if (result) {
            found = std::move(*result);
            status = Status::kDone;
            return;
          }
          status = Status::kFailed;
          if (!stop) spdlog::error("unheard: {}", result.error().message);
        });
  }

  authoring::UnheardQuestion question;
  std::int64_t made = 0;
  std::shared_ptr<const coach::Pack> pack;
  std::atomic<std::int64_t> read = 0;  // turns
  std::atomic<bool> stop = false;

  std::mutex mutex;
  Status status = Status::kRunning;
  authoring::Unheard found;

  std::thread thread;  // last: it uses all of the above
};

Survey::Survey(const history::History& history, const chat::PackShelf& shelf)
    : history_(history), shelf_(shelf) {}

Survey::~Survey() = default;

bool Survey::IsErased(const std::string& conversation) const {
  const auto found = history_.Find(conversation);
  return !found && found.error().code == history::HistoryErrorCode::kNotFound;
}

std::shared_ptr<Survey::Job> Survey::JobFor(
    const authoring::UnheardQuestion& question, std::int64_t now,
    bool first_page) {
  const auto pack = shelf_.current();
  const std::lock_guard lock(mutex_);
  if (job_ && Same(job_->question, question) &&
      job_->pack->hash() == pack->hash()) {
    if (!first_page || now < job_->made + kFresh) return job_;
    const std::lock_guard at_job(job_->mutex);
    if (job_->status == Job::Status::kRunning) return job_;
  }
  auto former = std::exchange(job_, std::make_shared<Job>());
  job_->question = question;
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  job_->question.threads = std::max(1, cores / 2);
  job_->made = now;
  job_->pack = pack;
  job_->Start(history_, std::move(former));
  return job_;
}

Answer Survey::Read(const authoring::UnheardQuestion& question,
                    std::int64_t now, std::int64_t after, int limit) {
  const auto job = JobFor(question, now, after == 0);
  const std::lock_guard lock(job->mutex);
  constexpr std::string_view kStatus[] = {"running", "done", "failed"};
  const authoring::Unheard& found = job->found;
  const auto count = static_cast<std::int64_t>(found.groups.size());
  const std::int64_t end = std::min(count, after + limit);
  Json groups = Json::array();
  for (std::int64_t i = after; i < end; ++i) {
    const auto& group = found.groups[static_cast<std::size_t>(i)];
    Json said = Json::array();
    for (std::size_t k = 0; k < group.places.size(); ++k) {
      const authoring::Place& place = group.places[k];
      if (IsErased(place.conversation)) continue;
      said.push_back({{"text", k == 0 ? group.text : group.others[k - 1]},
                      {"conversation", place.conversation},
                      {"n", place.n},
                      {"at", place.at}});
    }
    if (said.empty()) continue;
    groups.push_back({{"times", group.times},
                      {"conversations", group.conversations},
                      {"wordings", group.wordings},
                      {"last", group.last},
                      {"weeks", WeeksOf(group)},
                      {"said", std::move(said)}});
  }
  return {.body = TextOf(
              {{"status", kStatus[static_cast<std::size_t>(job->status)]},
               {"made", job->made},
               {"pack", job->pack->hash()},
               {"read", job->read.load()},
               {"turns", found.turns},
               {"heard_now", found.heard_now},
               {"withheld", found.withheld},
               {"left_out", found.left_out},
               {"most_texts", authoring::kMostTexts},
               {"count", count},
               {"groups", std::move(groups)},
               {"next", end < count ? Json(end) : Json()}}),
          .headers = {}};
}

}  // namespace nearer::http
