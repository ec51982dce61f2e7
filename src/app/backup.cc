// nearer backup.
#include "history/backup.h"

#include <cstdio>
#include <filesystem>

#include "app/commands.h"
#include "app/world.h"
#include "core/sha256.h"
#include "history/copies.h"

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
    if (!options.verify)
      return Fail("name the record with --db, or verify a copy with --verify",
                  kWrongUse);
    return folder ? VerifyAll(options.to) : Verify(options.to);
  }
  if (!fs::exists(options.db, ignored))
    return Fail(options.db + " does not exist; name the record with --db");
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

}  // namespace nearer::app
