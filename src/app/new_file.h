#ifndef NEARER_APP_NEW_FILE_H_
#define NEARER_APP_NEW_FILE_H_

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

// Files in which people's words stand.
namespace nearer::app {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// A file to be written that did not exist, for this user only.
Result<File> NewFile(const std::string& path);

// Writes the whole of a new file, or leaves none.
Result<Done> WriteNewFile(const std::string& path, std::string_view bytes);

}  // namespace nearer::app

#endif  // NEARER_APP_NEW_FILE_H_
