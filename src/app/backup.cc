// nearer backup and nearer restore.
#include "history/backup.h"

#include <cstdio>
#include <filesystem>

#include "app/commands.h"
#include "app/world.h"
#include "core/sha256.h"
#include "history/copies.h"
#include "history/prune.h"

namespace nearer::app {
namespace {

namespace fs = std::filesystem;

int Verify(const std::string& path) {
  const auto findings = history::Verify(path, Sha256);
  if (!findings) return Fail(findings.error().message);
  for (const std::string& wrong : findings->wrong) Fail(path + ": " + wrong);
  const history::Contents& contents = findings->contents;
  std::printf(
      "%s: %s; %lld conversations, %lld turns, %lld packs, %lld bytes, version "
      "%lld of the tables\n",
      path.c_str(), findings->wrong.empty() ? "sound" : "NOT SOUND",
      static_cast<long long>(contents.conversations),
      static_cast<long long>(contents.turns),
      static_cast<long long>(contents.packs),
      static_cast<long long>(contents.bytes),
      static_cast<long long>(contents.version));
  return findings->wrong.empty() ? kDone : kFoundWrong;
}

int VerifyAll(const std::string& folder) {
  const auto copies = history::CopiesIn(folder);
  if (!copies) return Fail(copies.error().message);
  if (copies->empty()) return Fail("there are no copies in " + folder);
  int worst = kDone;
  for (const history::Copy& copy : *copies)
    if (Verify(copy.path) != kDone) worst = kFoundWrong;
  return worst;
}

}  // namespace

int Backup(const BackupOptions& options) {
  std::error_code ignored;
  const bool folder = fs::is_directory(options.to, ignored);
  if (options.db.empty()) {
    if (!options.verify || options.prune)
      return Fail("name the record with --db, or verify a copy with --verify",
                  kWrongUse);
    return folder ? VerifyAll(options.to) : Verify(options.to);
  }
  if (!fs::exists(options.db, ignored))
    return Fail(options.db + " does not exist; name the record with --db");
  if (options.prune) {
    if (!folder)
      return Fail(options.to + " is no folder of copies; name one", kWrongUse);
    return PruneCommand(options);
  }
  const std::string to =
      folder ? (fs::path(options.to) / history::CopyName(RealWorld().now()))
                   .string()
             : options.to;
  const auto copied = history::BackUp(options.db, to);
  if (!copied) return Fail(copied.error().message);
  if (options.verify) return Verify(to);
  std::printf("%s: made\n", to.c_str());
  return kDone;
}

int RestoreCommand(const RestoreOptions& options) {
  std::error_code ignored;
  const std::string folder =
      !options.backups.empty()
          ? options.backups
          : fs::absolute(options.copy, ignored).parent_path().string();
  const auto copies = history::CopiesIn(folder);
  if (!copies) return Fail(copies.error().message);
  history::ErasedIds erased;
  for (const history::Copy& copy : *copies) {
    // The one that is damaged must not keep a sound one from being restored.
    if (const auto added = history::AddErasedInCopy(copy.path, erased); !added)
      Fail("what it knows to be erased is not heeded: " +
           added.error().message);
  }
  const auto restored = history::Restore(options.copy, options.db, erased,
                                         RealWorld().now(), Sha256);
  if (!restored) return Fail(restored.error().message);
  std::printf(
      "%s: restored, %lld conversations; %lld were erased since and "
      "stay erased\n",
      options.db.c_str(), static_cast<long long>(restored->conversations),
      static_cast<long long>(restored->erased));
  if (!restored->former.empty())
    std::printf(
        "%s: the record that stood there; remove it when it has served\n",
        restored->former.c_str());
  return kDone;
}

}  // namespace nearer::app
