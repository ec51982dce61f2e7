#ifndef NEARER_HTTP_SURVEY_H_
#define NEARER_HTTP_SURVEY_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "authoring/unheard.h"
#include "chat/chat.h"
#include "history/history.h"
#include "http/answer.h"

namespace nearer::http {

// What no rule heard, for the operator (/v1/unheard): found in the background,
// on half of the cores, one question at a time. What was found is kept for the
// same question and pack until kFresh has passed and its first page is asked
// for again. Memory is bounded by authoring::kMostTexts. Safe from many
// threads.
class Survey {
 public:
  static constexpr std::int64_t kFresh = 300;  // seconds

  // Both must outlive it.
  Survey(const history::History& history, const chat::PackShelf& shelf);
  ~Survey();  // ends what is under way

  // How far it is, and when it is done a page of groups: at most `limit`, from
  // the place `after` on. Begins when nothing was asked like this before; a
  // question that is under way gives way to another one. What was erased since
  // is not shown. `now` is in Unix seconds.
  Answer Read(const authoring::UnheardQuestion& question, std::int64_t now,
              std::int64_t after, int limit);

 private:
  struct Job;
  // The one that answers; begun when need be.
  std::shared_ptr<Job> JobFor(const authoring::UnheardQuestion& question,
                              std::int64_t now, bool first_page);
  bool IsErased(const std::string& conversation) const;

  const history::History& history_;
  const chat::PackShelf& shelf_;
  std::mutex mutex_;  // guards what follows
  std::shared_ptr<Job> job_;
};

}  // namespace nearer::http

#endif  // NEARER_HTTP_SURVEY_H_
