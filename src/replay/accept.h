#ifndef NEARER_REPLAY_ACCEPT_H_
#define NEARER_REPLAY_ACCEPT_H_

#include <string>
#include <vector>

#include "core/coach/pack.h"
#include "core/result.h"
#include "history/history.h"

namespace nearer::replay {

// A recorded conversation as a transcript of tests/conversations.
struct Accepted {
  std::string name;        // of the file: "replayed-0123456789ab.txt"
  std::string transcript;  // scrubbed, see scrub.h
  // Where `pack` hears something else than is on record, or than it hears in
  // what was not scrubbed: one line each, without what was written.
  std::vector<std::string> differences;
};

// What the transcript expects is what `pack` answers, as far as that does not
// depend on whose conversation it is.
Result<Accepted> Accept(const history::History& history,
                        const std::string& conversation,
                        const coach::Pack& pack);

// Writes the transcript into `folder` under its name; gives the path. Fails
// when there is a file of that name.
Result<std::string> WriteInto(const std::string& folder,
                              const Accepted& accepted);

}  // namespace nearer::replay

#endif  // NEARER_REPLAY_ACCEPT_H_
