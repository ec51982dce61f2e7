#ifndef NEARER_CHANNELS_COMMANDS_H_
#define NEARER_CHANNELS_COMMANDS_H_

#include <optional>
#include <string>
#include <string_view>

namespace nearer::channels {

// "/name@bot argument", as people type it in messengers.
struct Command {
  std::string name, bot;  // in lower case; `bot` may be empty
  std::string argument;   // as typed, without the blanks around it
};

// Nothing for what is no command: `sign` and then letters, digits and '_'.
std::optional<Command> ReadCommand(std::string_view text, char sign = '/');

// ASCII letters in lower case, everything else as it is.
std::string Lower(std::string_view text);

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_COMMANDS_H_
