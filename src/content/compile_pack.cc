// nearer_compile_pack RULES DIALOGS OUT: compiles the content into an archive.
// The build runs it to put the pack into the program. What the pack that stands
// at OUT was taught already is not taught again. Prints every error; exits 1
// when there is one, 2 on wrong use.
#include <cstdio>
#include <fstream>
#include <iterator>

#include "content/content.h"

namespace {

using nearer::Problem;

// Prints the errors among `problems`; true if there was one. Warnings are for
// `nearer check`.
bool PrintErrors(const std::vector<Problem>& problems) {
  bool found = false;
  for (const Problem& problem : problems) {
    if (problem.weight != Problem::Weight::kError) continue;
    found = true;
    std::fprintf(stderr, "%s\n", Describe(problem).c_str());
  }
  return found;
}

// The pack that was made before, if it can still be read.
std::shared_ptr<const nearer::coach::Pack> PackAt(const char* path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return nullptr;
  const std::string archive{std::istreambuf_iterator<char>(in), {}};
  auto pack = nearer::content::OpenPack(archive);
  return pack ? *pack : nullptr;
}

int Fail(const std::string& message) {
  std::fprintf(stderr, "nearer: %s\n", message.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("use: nearer_compile_pack RULES DIALOGS OUT\n", stderr);
    return 2;
  }
  const auto files = nearer::content::ReadFolders(argv[1], argv[2]);
  if (!files) return Fail(files.error().message);
  nearer::content::Parsed parsed = nearer::content::Parse(*files);
  if (PrintErrors(parsed.problems)) return 1;
  const auto pack = nearer::content::MakePack(std::move(parsed.authored),
                                              PackAt(argv[3]).get());
  if (!pack) {
    PrintErrors(pack.error());
    return 1;
  }
  const std::string archive = nearer::content::ArchiveOf(**pack);
  std::ofstream out(argv[3], std::ios::binary);
  out.write(archive.data(), static_cast<std::streamsize>(archive.size()));
  out.close();
  if (!out)
    return Fail(std::string(argv[3]) +
                ": cannot be written; is the disk full?");
  return 0;
}
