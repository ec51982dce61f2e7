#include "history/sqlite_writer.h"

#include <algorithm>
#include <string>

#include "history/erased_ids.h"
#include "history/erasures.h"
#include "history/sqlite_deliveries.h"
#include "history/sqlite_rows.h"

namespace nearer::history {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// While an erasure waits for a reader, other writes get their turn this often;
// and so often it is tried again when nobody waits for it any more.
constexpr milliseconds kErasureNap{10};
constexpr milliseconds kLaterNap{1000};

// Erases the rows, whose bytes are then still in the files. When there are no
// such rows, they may have been erased before and their bytes be left.
HistoryResult<Erased> EraseRows(Connection& db, std::string_view id,
                                UnixSeconds now, const Delivery* delivery) {
  if (const auto fresh = IsNew(db, delivery); !fresh) return fresh.error();
  Query rows(db, "DELETE FROM conversations WHERE id = ?", id);
  if (!rows.Finish()) return db.Failed("erase a conversation", rows.rc());
  if (sqlite3_changes(db.raw()) > 0) {
    const auto asked = NoteAsked(db, 1);
    if (!asked) return asked.error();
    if (const auto noted = NoteErased(db, id, now); !noted) {
      return noted.error();
    }
    if (delivery != nullptr) {
      const auto recorded = RecordWith(db, *delivery, std::nullopt);
      if (!recorded) return recorded.error();
    }
    return Erased{.existed = true, .unfinished = *asked};
  }
  Query count(db, "SELECT asked FROM erasures WHERE asked > finished");
  if (count.Row()) {
    return Erased{.existed = false, .unfinished = count.Integer(0)};
  }
  if (!count.ok()) return db.Failed("erase a conversation", count.rc());
  return NoSuch("conversation");
}

}  // namespace

bool Erasure::Apply(Connection& db) {
  erased_.emplace(EraseRows(db, id_, now_, delivery_));
  return erased_->ok();
}

HistoryResult<Done> Erasure::result() const {
  if (!erased_->ok()) return erased_->error();
  if (!erased_->value().existed) return NoSuch("conversation");
  return Done{};
}

Writer::~Writer() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

void Writer::Do(Write& write) {
  const std::future<void> settled = write.Settled();
  {
    std::lock_guard lock(mutex_);
    if (unsettled_ >= room_) {
      write.Fail(
          {HistoryErrorCode::kBusy, "could not write, " + db_->path() + ": " +
                                        std::to_string(unsettled_) +
                                        " writes wait already; try again"});
      return;
    }
    ++unsettled_;
    waiting_.push_back(&write);
    // Under the lock: from now on the destructor waits for this write, but
    // not for this call.
    arrived_.notify_one();
  }
  settled.wait();
}

void Writer::Work() {
  for (;;) {
    Writes batch;
    bool closing = false;
    {
      std::unique_lock lock(mutex_);
      const auto something = [&] { return closing_ || !waiting_.empty(); };
      if (unfinished_ == 0) {
        arrived_.wait(lock, something);
      } else {
        arrived_.wait_for(lock, owed_.empty() ? kLaterNap : kErasureNap,
                          something);
      }
      batch.swap(waiting_);
      closing = closing_ && batch.empty();
    }
    while (!batch.empty()) Commit(batch);
    if (unfinished_ != 0) FinishErasing();
    if (closing && owed_.empty()) return;
  }
}

void Writer::Commit(Writes& batch) {
  if (const int rc = db_->Run("BEGIN IMMEDIATE"); rc != SQLITE_OK) {
    FailAll(batch, db_->Failed("begin to write", rc));
    batch.clear();
    return;
  }
  Writes applied;
  std::optional<HistoryError> lost;
  while (!batch.empty() && !lost) {
    Write* write = batch.front();
    batch.pop_front();
    applied.push_back(write);
    lost = Apply(*write);
  }
  if (!lost) {
    if (const int rc = db_->Run("COMMIT"); rc != SQLITE_OK) {
      lost = db_->Failed("commit", rc);
    }
  }
  if (lost) {
    db_->Rollback();
    // Even a conflict may have been one with a turn that is now undone.
    FailAll(applied, *lost);
    return;
  }
  const auto until = steady_clock::now() + patience_;
  Writes settled;
  for (Write* write : applied) {
    if (const auto unfinished = write->Unfinished()) {
      unfinished_ = std::max(unfinished_, *unfinished);
      owed_.push_back({write, until});
    } else {
      settled.push_back(write);
    }
  }
  SettleAll(settled);
}

std::optional<HistoryError> Writer::Apply(Write& write) {
  int rc = Step("SAVEPOINT write");
  if (rc != SQLITE_OK) return db_->Failed("begin to write", rc);
  const bool keep = write.Apply(*db_);
  if (!db_->InTransaction()) {
    return db_->Failed("write", sqlite3_extended_errcode(db_->raw()));
  }
  if (!keep) rc = Step("ROLLBACK TO write");
  if (rc == SQLITE_OK) rc = Step("RELEASE write");
  if (rc != SQLITE_OK) return db_->Failed("write", rc);
  return std::nullopt;
}

int Writer::Step(std::string_view sql) {
  Query query(*db_, sql);
  query.Finish();
  return query.rc();
}

void Writer::FinishErasing() {
  db_->SetPatience(kErasureNap);
  const auto emptied = EmptyLog(*db_);
  db_->SetPatience(patience_);
  if (emptied.ok() && *emptied) {
    // The bytes are gone. Should the note of it fail, the next opening
    // empties the log once more.
    (void)NoteFinished(*db_, unfinished_);
    unfinished_ = 0;
    Writes settled;
    for (const Owed& owed : owed_) settled.push_back(owed.write);
    owed_.clear();
    SettleAll(settled);
    return;
  }
  Writes late;
  const auto now = steady_clock::now();
  std::erase_if(owed_, [&](const Owed& owed) {
    if (emptied.ok() && now < owed.until) return false;
    late.push_back(owed.write);
    return true;
  });
  if (late.empty()) return;
  FailAll(late, emptied.ok() ? Unfinished(*db_) : emptied.error());
}

void Writer::FailAll(const Writes& writes, const HistoryError& error) {
  for (Write* write : writes) write->Fail(error);
  SettleAll(writes);
}

void Writer::SettleAll(const Writes& writes) {
  {
    std::lock_guard lock(mutex_);
    unsettled_ -= writes.size();
  }
  for (Write* write : writes) write->Settle();
}

}  // namespace nearer::history
