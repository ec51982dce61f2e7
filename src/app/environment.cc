#include "app/environment.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>

namespace nearer::app {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

}  // namespace

std::string Get(const Environment& environment, const std::string& name) {
  const char* value = environment(name.c_str());
  return value == nullptr ? "" : value;
}

Result<std::string> Secret(const Environment& environment,
                           const std::string& name) {
  std::string secret = Get(environment, name);
  const std::string path = Get(environment, name + "_FILE");
  if (path.empty()) return secret;
  if (!secret.empty())
    return Error{name + " and " + name + "_FILE are both set; unset one"};
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  secret = text.str();
  if (!file || secret.find_first_not_of(kBlanks) == std::string::npos)
    return Error{
        name + "_FILE: " + path +
        (file ? " is empty"
              : " cannot be read (" + std::string(std::strerror(errno)) + ")")};
  // Editors end a file with a line break.
  secret.erase(secret.find_last_not_of(kBlanks) + 1);
  return secret;
}

}  // namespace nearer::app
