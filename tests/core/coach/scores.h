#ifndef NEARER_TESTS_CORE_COACH_SCORES_H_
#define NEARER_TESTS_CORE_COACH_SCORES_H_

#include <cstdio>
#include <string>

namespace nearer::coach {

// How many of those counted had what was counted.
struct Share {
  int part = 0, whole = 0;
  void Add(bool in) {
    ++whole;
    part += in ? 1 : 0;
  }
  double percent() const { return whole == 0 ? 0 : 100.0 * part / whole; }
};

// "  name   83.9 %  (1054 of 1256)", as the test run prints its scores.
inline void Print(const std::string& name, const Share& share) {
  std::printf("  %-34s %5.1f %%  (%d of %d)\n", name.c_str(), share.percent(),
              share.part, share.whole);
}

}  // namespace nearer::coach

#endif  // NEARER_TESTS_CORE_COACH_SCORES_H_
