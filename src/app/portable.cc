// nearer export and nearer import.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

#include "app/commands.h"
#include "app/new_file.h"
#include "history/whole_record.h"
#include "portable/read_lines.h"
#include "portable/record_lines.h"

namespace nearer::app {
namespace {

void PrintDifferent(const history::TakenIn& taken) {
  for (const std::string& id : taken.different)
    Fail("the conversation " + id +
         " was left out: the record has one of that id, or of the same person "
         "on a messenger, with other content");
  const auto named = static_cast<std::int64_t>(taken.different.size());
  if (taken.different_count > named)
    Fail("so were " + std::to_string(taken.different_count - named) + " more");
}

}  // namespace

int Export(const ExportOptions& options) {
  if (!std::filesystem::exists(options.db))
    return Fail(options.db + " does not exist; name the record with --db");
  File file;
  std::FILE* out = stdout;
  if (!options.file.empty()) {
    auto made = NewFile(options.file);
    if (!made) return Fail(made.error().message);
    file = std::move(*made);
    out = file.get();
  }
  portable::RecordWriter writer([&](std::string_view line) {
    return std::fwrite(line.data(), 1, line.size(), out) == line.size();
  });
  const auto walked = history::Walk(options.db, writer, options.conversation);
  const bool written =
      std::fflush(out) == 0 && (out == stdout || fsync(fileno(out)) == 0);
  if (!walked || !written) {
    if (file != nullptr) unlink(options.file.c_str());
    return Fail(walked ? "the export could not be written: " +
                             std::system_category().message(errno)
                       : walked.error().message);
  }
  std::fprintf(stderr, "%lld conversations with %lld turns exported\n",
               static_cast<long long>(writer.conversations()),
               static_cast<long long>(writer.turns()));
  return kDone;
}

int Import(const ImportOptions& options) {
  std::ifstream file;
  if (!options.file.empty()) {
    file.open(options.file, std::ios::binary);
    if (!file || std::filesystem::is_directory(options.file))
      return Fail(options.file + ": cannot be read; name an export");
  }
  const auto intake = history::Intake::Open(options.db);
  if (!intake) return Fail(intake.error().message);
  const auto read = portable::ReadLines(
      options.file.empty() ? std::cin : file,
      options.file.empty() ? "stdin" : options.file,
      [&] { return LoadPack(options.pack); }, **intake);
  // What came whole before the mistake stays.
  const auto stopped = read ? read : (*intake)->Stop();
  const history::TakenIn& taken = (*intake)->taken_in();
  std::printf(
      "%lld conversations with %lld turns imported, %lld were there already\n",
      static_cast<long long>(taken.conversations),
      static_cast<long long>(taken.turns), static_cast<long long>(taken.equal));
  if (taken.erased > 0)
    std::printf("%lld were erased from this record before, and stay erased\n",
                static_cast<long long>(taken.erased));
  PrintDifferent(taken);
  if (!read)
    return Fail(read.error().message +
                "; what stood before is imported: mend this and import the "
                "file again");
  if (!stopped) return Fail(stopped.error().message);
  return taken.different_count > 0 ? kFoundWrong : kDone;
}

}  // namespace nearer::app
