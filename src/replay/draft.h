#ifndef NEARER_REPLAY_DRAFT_H_
#define NEARER_REPLAY_DRAFT_H_

#include <string>
#include <string_view>

#include "core/result.h"

namespace nearer::replay {

// A file that is written beside the one it will replace, for this user only,
// and takes its place in one step: whatever happens, either the old or the
// whole new file stands there. Goes with the object unless it was finished.
class Draft {
 public:
  static Result<Draft> At(const std::string& path);

  Draft(Draft&& other) noexcept;
  Draft& operator=(Draft&&) = delete;
  ~Draft();

  Result<Done> Write(std::string_view bytes);
  Result<Done> Finish();  // to disk, and to its place

 private:
  Draft(int file, std::string path) : file_(file), path_(std::move(path)) {}
  std::string Name() const { return path_ + ".new"; }
  Result<Done> Flush();

  int file_;
  std::string path_, waiting_;
};

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_DRAFT_H_
