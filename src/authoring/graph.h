#ifndef NEARER_AUTHORING_GRAPH_H_
#define NEARER_AUTHORING_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/authored.h"

// Dialogs as pictures: what leads into them, their nodes, and where each answer
// leads.
namespace nearer::authoring {

// One way out of a box: "choice: Something else".
struct Way {
  std::string label;
  std::optional<std::size_t> to;  // a box; absent: out of the dialog
};

struct Box {
  enum class Kind : std::uint8_t {
    kTheme,  // a theme after which the dialog may be offered; its rules
    kEntry,  // how it begins: asked for, offered, volunteered
    kNode,
    kEnd,    // a node that ends it
    kAside,  // where a dialog waits that was left
  };
  Kind kind = Kind::kNode;
  std::string id;    // of a node; for others a name that no node can have
  std::string text;  // what is said, or heard; the first alternative
  std::vector<Way> ways;
  bool unreachable = false;  // no answer leads here
  bool dead_end = false;     // from here no answer leads to an end
};

struct Graph {
  std::string dialog, title;
  std::vector<Box> boxes;
};

// One graph for each dialog, in the order of `authored`; with an id in `only`,
// that one's, if there is one.
std::vector<Graph> GraphsOf(const Authored& authored,
                            const std::string& only = "");

// For Graphviz; each dialog is a cluster.
std::string ToDot(const std::vector<Graph>& graphs);
// For Mermaid; each dialog is a subgraph.
std::string ToMermaid(const std::vector<Graph>& graphs);
// A page by itself, on which one can move and zoom by mouse, fingers and keys.
std::string ToHtml(const std::vector<Graph>& graphs);

// Where the boxes of a graph stand: columns from left to right, so that answers
// lead to the right wherever there is no way back.
struct Placed {
  int x = 0, y = 0, width = 0, height = 0;  // pixels
};
std::vector<Placed> Layout(const Graph& graph);

}  // namespace nearer::authoring

#endif  // NEARER_AUTHORING_GRAPH_H_
