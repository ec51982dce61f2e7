#include "replay/findings.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "replay/draft.h"

namespace nearer::replay {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kKept = kOutcomes - 1;  // of kSame there is no line
constexpr std::chrono::seconds kBetweenSaves{1};

std::string SpillPath(const std::string& path, std::size_t outcome) {
  return path + '.' + std::string(Name(static_cast<Outcome>(outcome)));
}

Result<Mark> ReadMark(const std::string& path, const std::string& question) {
  if (!std::filesystem::exists(path)) return Mark{.question = question};
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return Error{path + ": cannot be read"};
  auto mark = ParseMark(text.str());
  if (!mark) return Error{path + ": " + mark.error().message};
  if (mark->question != question)
    return Error{path +
                 ": is of another replay; give the same options as then, or "
                 "name another file with --resume"};
  return mark;
}

}  // namespace

Result<std::unique_ptr<Findings>> Findings::Temporary(std::int64_t most_bytes) {
  std::vector<Spill> spills;
  for (std::size_t i = 0; i < kKept; ++i) {
    auto spill = Spill::Temporary();
    if (!spill) return spill.error();
    spills.push_back(std::move(spill).value());
  }
  return std::unique_ptr<Findings>(
      new Findings(std::move(spills), "", Mark{}, most_bytes));
}

Result<std::unique_ptr<Findings>> Findings::Resumable(
    const std::string& path, const std::string& question) {
  auto mark = ReadMark(path, question);
  if (!mark) return mark.error();
  std::vector<Spill> spills;
  for (std::size_t i = 0; i < kKept; ++i) {
    auto spill = Spill::At(SpillPath(path, i), mark->sizes[i]);
    if (!spill) return spill.error();
    spills.push_back(std::move(spill).value());
  }
  return std::unique_ptr<Findings>(
      new Findings(std::move(spills), path, std::move(mark).value(),
                   std::numeric_limits<std::int64_t>::max()));
}

Result<Done> Findings::Changed(Outcome outcome, std::string_view line) {
  Spill& spill = spills_[static_cast<std::size_t>(outcome)];
  if (spill.size() > most_bytes_ - static_cast<std::int64_t>(line.size())) {
    ++left_out_;
    return Done{};
  }
  return spill.Append(line);
}

Result<Done> Findings::Reached(const Progress& progress) {
  mark_.progress = progress;
  for (std::size_t i = 0; i < spills_.size(); ++i)
    mark_.sizes[i] = spills_[i].size();
  const auto now = steady_clock::now();
  if (now - saved_ < kBetweenSaves && !progress.done) return Done{};
  saved_ = now;
  return Save();
}

Result<Done> Findings::Save() {
  if (path_.empty()) return Done{};
  // What the mark speaks of must be there before it.
  for (Spill& spill : spills_)
    if (const auto synced = spill.Sync(); !synced) return synced;
  auto draft = Draft::At(path_);
  if (!draft) return draft.error();
  if (const auto wrote = draft->Write(ToJson(mark_)); !wrote) return wrote;
  return draft->Finish();
}

void Findings::Remove() {
  if (path_.empty()) return;
  unlink(path_.c_str());
  for (std::size_t i = 0; i < kKept; ++i) unlink(SpillPath(path_, i).c_str());
}

Result<std::string> Findings::ReadLine(const Place& place) {
  std::string found;
  const auto read = spills_[static_cast<std::size_t>(place.outcome)].ForEach(
      place.begin, [&](std::string_view line, std::int64_t) {
        found = line;
        return false;
      });
  if (!read) return read.error();
  return found;
}

Result<Findings::Page> Findings::ReadPage(std::int64_t from, int limit) {
  Page page;
  std::int64_t before = 0;  // bytes in the spills before this one
  for (Spill& spill : spills_) {
    const std::int64_t begin = from - before;
    if (begin < spill.size()) {
      if (begin < 0) return Error{"there is no such place"};
      if (begin > 0) {
        const auto end = spill.Read(begin - 1, 1);
        if (!end) return end.error();
        if (*end != "\n") return Error{"there is no such place"};
      }
      const auto read =
          spill.ForEach(begin, [&](std::string_view line, std::int64_t at) {
            if (page.lines.size() == static_cast<std::size_t>(limit)) {
              page.next = before + at;
              return false;
            }
            page.lines.emplace_back(line);
            return true;
          });
      if (!read) return read.error();
      if (page.next >= 0) return page;
      from = before + spill.size();
    }
    before += spill.size();
  }
  return page;
}

}  // namespace nearer::replay
