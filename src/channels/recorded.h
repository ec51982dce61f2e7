#ifndef NEARER_CHANNELS_RECORDED_H_
#define NEARER_CHANNELS_RECORDED_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "channels/channel.h"
#include "history/history.h"

// From what the record holds to what a person sees.
namespace nearer::channels {

// The reply of a recorded turn. The data of its choices names the turn, the
// choice and what it said, so that a button of a conversation that was deleted
// means nothing in the next one.
Reply ReplyOf(const history::Turn& turn);

// The choices of a recorded turn, as words.
std::vector<std::string> ChoicesOf(const history::Turn& turn);

// The choice that `data` stands for, when it is one of `turn`; nothing for that
// of any other turn, or what never was one.
std::optional<std::string> ChosenFrom(const history::Turn& turn,
                                      std::string_view data);

}  // namespace nearer::channels

#endif  // NEARER_CHANNELS_RECORDED_H_
