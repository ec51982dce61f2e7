#ifndef NEARER_APP_CONFIG_FILE_H_
#define NEARER_APP_CONFIG_FILE_H_

#include <string>
#include <vector>

#include "core/result.h"

namespace nearer::app {

// An option that stands in a file instead of on the command line.
struct Setting {
  std::string key;    // "listen"
  std::string value;  // without its quotes
  std::string place;  // "nearer.toml:3", for errors
};

// Reads settings, one a line, in the part of TOML that options need:
//
//     # comment
//     listen = "127.0.0.1:8080"   # "…" without backslash, or '…'
//     limits = true               # or false, or a number of digits
//
// Fails on anything else, on a key that stands there twice and on a file that
// cannot be read, naming file and line. Which keys there are the caller knows.
Result<std::vector<Setting>> ReadConfigFile(const std::string& file);

}  // namespace nearer::app

#endif  // NEARER_APP_CONFIG_FILE_H_
