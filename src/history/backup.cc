#include "history/backup.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "history/copy_file.h"
#include "history/migrations.h"
#include "history/sqlite_connection.h"

namespace nearer::history {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPatience{5000};

class Verifier {
 public:
  Verifier(Connection& db, Findings& findings) : db_(db), findings_(findings) {}

  HistoryResult<Done> Verify(
      const std::function<std::string(std::string_view)>& digest) {
    const auto version = Inspect(db_);
    if (!version) return version.error();
    findings_.contents.version = *version;
    if (*version == 0) {
      Wrong("it is empty");
      return Done{};
    }
    Tell("PRAGMA integrity_check(20)", [&](const Query& row) {
      if (row.Text(0) != "ok") Wrong(row.Text(0));
    });
    Tell("PRAGMA foreign_key_check", [&](const Query& row) {
      Wrong("a row of " + row.Text(0) + " refers to one of " + row.Text(2) +
            " that is not there");
    });
    Tell("SELECT count(*) FROM conversations", [&](const Query& row) {
      findings_.contents.conversations = row.Integer(0);
    });
    Tell("SELECT count(*) FROM turns",
         [&](const Query& row) { findings_.contents.turns = row.Integer(0); });
    // A conversation without turns has none, so that they are counted, too.
    Tell(
        "SELECT count(*) FROM (SELECT c.key FROM conversations AS c "
        "LEFT JOIN turns AS t ON t.conversation = c.key GROUP BY c.key "
        "HAVING min(t.n) IS NOT 0 OR count(t.n) != max(t.n) + 1)",
        [&](const Query& row) {
          if (row.Integer(0) > 0) {
            Wrong("turns are missing in " + std::to_string(row.Integer(0)) +
                  " conversations");
          }
        });
    Tell("SELECT hash, archive FROM packs WHERE archive IS NOT NULL",
         [&](const Query& row) {
           ++findings_.contents.packs;
           if (digest(row.Text(1)) != row.Text(0)) {
             Wrong("the archive of the pack " + row.Text(0).substr(0, 12) +
                   " is not the one its hash names");
           }
         });
    return Done{};
  }

 private:
  // Gives each row to `take`. What cannot be read is a finding.
  template <typename Take>
  void Tell(std::string_view sql, const Take& take) {
    Query query(db_, sql);
    while (query.Row()) take(query);
    if (!query.ok()) Wrong(db_.Failed("read on", query.rc()).message);
  }

  void Wrong(std::string what) {
    if (findings_.wrong.size() < kMostFindings) {
      findings_.wrong.push_back(std::move(what));
    }
  }

  Connection& db_;
  Findings& findings_;
};

}  // namespace

HistoryResult<Done> BackUp(const std::string& from, const std::string& to) {
  std::error_code failed;
  const std::string source = fs::absolute(from, failed).string();
  const std::string target = fs::absolute(to, failed).string();
  if (fs::exists(target, failed)) {
    return Cannot("make a backup", target, "it exists; name a new file");
  }
  auto record = Connection::Open(source, kPatience);
  if (!record) return record.error();
  const auto version = Inspect(**record);
  if (!version) return version.error();

  const auto part = Part::Create(target);
  if (!part) return part.error();
  {
    const auto copy = (*part)->Open();
    if (!copy) return copy.error();
    const auto copied = CopyPages(**record, **copy);
    if (!copied) return copied;
  }
  return (*part)->TakeName();
}

HistoryResult<Findings> Verify(
    const std::string& path,
    const std::function<std::string(std::string_view)>& digest) {
  std::error_code failed;
  const std::string file = fs::absolute(path, failed).string();
  Findings findings;
  const auto bytes = fs::file_size(file, failed);
  if (failed) return Cannot("verify a copy", file, failed.message());
  findings.contents.bytes = static_cast<std::int64_t>(bytes);
  const auto db = OpenCopy(file, "verify a copy");
  if (!db) return db.error();
  const auto verified = Verifier(**db, findings).Verify(digest);
  if (!verified) return verified.error();
  return findings;
}

std::vector<std::string> RemoveAbandoned(const std::string& folder) {
  std::vector<std::string> removed;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() != kPart || !entry.is_regular_file(failed)) {
      continue;
    }
    const int file = open(entry.path().c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) continue;
    if (flock(file, LOCK_EX | LOCK_NB) == 0 &&
        unlink(entry.path().c_str()) == 0) {
      removed.push_back(entry.path().filename().string());
    }
    close(file);
  }
  return removed;
}

}  // namespace nearer::history
