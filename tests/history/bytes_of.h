#ifndef NEARER_TESTS_HISTORY_BYTES_OF_H_
#define NEARER_TESTS_HISTORY_BYTES_OF_H_

#include <gtest/gtest.h>
#include <stdio.h>

#include <cstdio>
#include <string>
#include <vector>

namespace nearer::history {

// All bytes of the database, its log and its index of the log. Read by another
// process: closing a file here would drop this process's locks on it.
inline std::string BytesOf(const std::string& path) {
  std::string bytes;
  std::FILE* cat = popen(("cat '" + path + "'*").c_str(), "r");
  std::vector<char> buffer(1 << 16);
  for (std::size_t n; (n = fread(buffer.data(), 1, buffer.size(), cat)) > 0;) {
    bytes.append(buffer.data(), n);
  }
  EXPECT_EQ(pclose(cat), 0);
  return bytes;
}

}  // namespace nearer::history

#endif  // NEARER_TESTS_HISTORY_BYTES_OF_H_
