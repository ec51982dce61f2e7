// nearer_compile_pack RULES DIALOGS OUT: compiles the content into an archive.
// Run by the build to put the pack into the program. Prints every problem;
// exits 1 when there is an error, 2 on wrong use.
#include <cstdio>
#include <fstream>

#include "content/content.h"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("use: nearer_compile_pack RULES DIALOGS OUT\n", stderr);
    return 2;
  }
  const auto files = nearer::content::ReadFolders(argv[1], argv[2]);
  if (!files) {
    std::fprintf(stderr, "nearer: %s\n", files.error().message.c_str());
    return 1;
  }
  const nearer::content::Parsed parsed = nearer::content::Parse(*files);
  bool failed = false;
  for (const nearer::Problem& problem : parsed.problems) {
    failed |= problem.weight == nearer::Problem::Weight::kError;
    std::fprintf(stderr, "%s\n", Describe(problem).c_str());
  }
  return failed ? 1 : 0;
}
