#ifndef NEARER_TESTS_CONTENT_GOOD_PACK_H_
#define NEARER_TESTS_CONTENT_GOOD_PACK_H_

#include <string>

#include "content/content.h"

namespace nearer::content {

// The files of tests/content/good: a small pack without any mistake.
inline Files GoodPack() {
  const std::string folder = NEARER_SOURCE_DIR "/tests/content/good";
  return ReadFolders(folder + "/rules", folder + "/dialogs").value();
}

// One problem a line, for messages of failing tests.
inline std::string DescribeAll(const std::vector<Problem>& problems) {
  std::string all;
  for (const Problem& problem : problems) all += Describe(problem) + '\n';
  return all;
}

}  // namespace nearer::content

#endif  // NEARER_TESTS_CONTENT_GOOD_PACK_H_
