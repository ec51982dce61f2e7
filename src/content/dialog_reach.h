#ifndef NEARER_CONTENT_DIALOG_REACH_H_
#define NEARER_CONTENT_DIALOG_REACH_H_

#include <vector>

#include "core/authored.h"

namespace nearer::content {

// Where the replies of a dialog lead, by node.
struct DialogReach {
  // Can be come to, from the start, from what is volunteered, or because an
  // older conversation may stand there (`replaces`).
  std::vector<bool> reached;
  // An end can be come to from it.
  std::vector<bool> ends;
};
DialogReach ReachOf(const Dialog& dialog);

}  // namespace nearer::content

#endif  // NEARER_CONTENT_DIALOG_REACH_H_
