#ifndef NEARER_TESTS_APP_PROGRAM_H_
#define NEARER_TESTS_APP_PROGRAM_H_

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace nearer {

namespace fs = std::filesystem;

struct Ran {
  int code = -1;
  std::string out, err;
};

// The built program, in a folder of its own that goes with the test.
class ProgramTest : public testing::Test {
 protected:
  ProgramTest() {
    char name[] = "/tmp/nearer-app-XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~ProgramTest() override { fs::remove_all(folder_); }

  // Runs `nearer ARGUMENTS` with `input` on its standard input.
  Ran Run(const std::string& arguments, const std::string& input = "") {
    Write("in", input);
    const std::string command = "cd '" + folder_.string() +
                                "' && '" NEARER_BINARY "' " + arguments +
                                " <in >out 2>err";
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), Read("out"), Read("err")};
  }

  // Files and folders are named as seen from the folder.
  void Write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  // Rules of a pack whose coach says Hello, and then `sentence` to everything.
  void WriteRules(const std::string& sentence) {
    Write("rules/themes.txt", "");
    Write("rules/sources.yaml",
          "- {id: S001-05, article: An article, heading: Opening, line: 5}\n");
    Write("rules/say.yaml", R"(prompts:
  - {id: hello, theme: coach.welcome, kind: say, source: S001-05, say: Hello.}
  - id: more
    theme: coach.offer_talk_on
    kind: say
    source: S001-05
    say: )" + sentence + "\n");
  }
  std::string Read(const std::string& name) {
    std::ifstream file(folder_ / name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::string Path(const std::string& name) {
    return (folder_ / name).string();
  }

  fs::path folder_;
};

}  // namespace nearer

#endif  // NEARER_TESTS_APP_PROGRAM_H_
