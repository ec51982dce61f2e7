#include <string_view>
#include <unordered_map>
#include <vector>

#include "content/check.h"
#include "content/dialog_reach.h"
#include "content/source_text.h"

namespace nearer::content {
namespace {

using NodeIds = std::unordered_map<std::string_view, std::size_t>;

// The nodes that can be reached from `from` along `arrows`.
std::vector<bool> Reach(const std::vector<std::vector<std::size_t>>& arrows,
                        std::vector<std::size_t> from) {
  std::vector<bool> reached(arrows.size(), false);
  for (const std::size_t node : from) reached[node] = true;
  while (!from.empty()) {
    const std::size_t node = from.back();
    from.pop_back();
    for (const std::size_t next : arrows[node])
      if (!reached[next]) {
        reached[next] = true;
        from.push_back(next);
      }
  }
  return reached;
}

}  // namespace

DialogReach ReachOf(const Dialog& dialog) {
  NodeIds ids;
  for (std::size_t i = 0; i < dialog.nodes.size(); ++i)
    ids.emplace(dialog.nodes[i].id, i);
  std::vector<std::vector<std::size_t>> forward(dialog.nodes.size());
  std::vector<std::vector<std::size_t>> back(dialog.nodes.size());
  std::vector<std::size_t> starts, ends;
  for (std::size_t i = 0; i < dialog.nodes.size(); ++i) {
    const DialogNode& node = dialog.nodes[i];
    // A conversation from before a change may stand at what a node replaces.
    if (node.id == dialog.start || node.id == dialog.suggests ||
        !node.replaces.empty())
      starts.push_back(i);
    if (node.end) ends.push_back(i);
    for (const DialogReply& reply : node.replies)
      if (const auto to = ids.find(reply.to); to != ids.end()) {
        forward[i].push_back(to->second);
        back[to->second].push_back(i);
      }
  }
  for (const DialogReply& reply : dialog.volunteered)
    if (const auto to = ids.find(reply.to); to != ids.end())
      starts.push_back(to->second);
  return {.reached = Reach(forward, starts), .ends = Reach(back, ends)};
}

namespace {

void CheckDialog(const Dialog& dialog, std::vector<Problem>& problems) {
  const DialogReach reach = ReachOf(dialog);
  for (std::size_t i = 0; i < dialog.nodes.size(); ++i) {
    const DialogNode& node = dialog.nodes[i];
    if (!reach.ends[i])
      problems.push_back(ErrorAt(
          node.at, "from the node '" + node.id +
                       "' no reply leads to an end; lead one to a node with "
                       "'end: true'"));
    if (!reach.reached[i]) {
      problems.push_back(ErrorAt(node.at, "no reply leads to the node '" +
                                              node.id +
                                              "'; lead one here or delete it"));
      problems.back().weight = Problem::Weight::kWarning;
    }
  }
}

}  // namespace

void CheckDialogs(const Authored& authored, std::vector<Problem>& problems) {
  for (const Dialog& dialog : authored.dialogs) CheckDialog(dialog, problems);
}

}  // namespace nearer::content
