#include "authoring/graph.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "content/dialog_reach.h"

namespace nearer::authoring {
namespace {

using Kind = Box::Kind;

constexpr std::size_t kRulesShown = 8;

std::string FirstOf(const std::vector<Line>& lines) {
  if (lines.empty()) return {};
  if (lines.size() == 1) return lines.front().text;
  return lines.front().text + " (or " + std::to_string(lines.size() - 1) +
         " more)";
}

std::string LabelOf(const DialogReply& reply) {
  switch (reply.on) {
    case DialogReply::On::kWhen:
      return FirstOf(reply.when);
    case DialogReply::On::kChoice:
      return "choice: " + reply.choice;
    case DialogReply::On::kNumber:
      return std::to_string(reply.low) + " to " + std::to_string(reply.high);
    case DialogReply::On::kElse:
      return "anything else";
  }
  return {};
}

class Drawer {
 public:
  Drawer(const Authored& authored, const Dialog& dialog)
      : authored_(authored), dialog_(dialog) {
    graph_.dialog = dialog.id;
    graph_.title = dialog.title;
  }

  Graph Draw() && {
    // The nodes come first, so that ways into them can be drawn.
    AddNodes();
    AddEntries();
    return std::move(graph_);
  }

 private:
  std::optional<std::size_t> BoxOf(const std::string& node) const {
    const auto found = box_of_.find(node);
    if (found == box_of_.end()) return std::nullopt;
    return found->second;
  }

  std::size_t Add(Box box) {
    graph_.boxes.push_back(std::move(box));
    return graph_.boxes.size() - 1;
  }

  void AddWays(const std::vector<DialogReply>& replies, Box& box) {
    for (const DialogReply& reply : replies)
      box.ways.push_back({LabelOf(reply), BoxOf(reply.to)});
  }

  void AddNodes() {
    const content::DialogReach reach = content::ReachOf(dialog_);
    for (std::size_t i = 0; i < dialog_.nodes.size(); ++i) {
      const DialogNode& node = dialog_.nodes[i];
      box_of_.emplace(node.id, i);
      Add({.kind = node.end ? Kind::kEnd : Kind::kNode,
           .id = node.id,
           .text = FirstOf(node.say),
           .unreachable = !reach.reached[i],
           .dead_end = !reach.ends[i]});
    }
    for (std::size_t i = 0; i < dialog_.nodes.size(); ++i)
      AddWays(dialog_.nodes[i].replies, graph_.boxes[i]);
  }

  void AddEntries() {
    const auto start = BoxOf(dialog_.start);
    Add({.kind = Kind::kEntry,
         .id = "(asked for)",
         .text = "by its title" +
                 (dialog_.ask.empty() ? "" : ", or: " + FirstOf(dialog_.ask)),
         .ways = {{"asked for", start}}});
    if (const auto suggests = BoxOf(dialog_.suggests))
      Add({.kind = Kind::kEntry,
           .id = "(with an act)",
           .text = "asked for or accepted while a theme is in talk that has "
                   "prompts of kind try",
           .ways = {{"proposes one", suggests}}});
    std::optional<std::size_t> offer;
    if (!dialog_.invite.empty()) {
      offer = Add({.kind = Kind::kEntry,
                   .id = "(offered)",
                   .text = FirstOf(dialog_.invite),
                   .ways = {{"accepted", start},
                            {"refused: not again in this session", {}}}});
    }
    for (const std::string& theme : dialog_.about) AddTheme(theme, offer);
    if (!dialog_.volunteered.empty()) {
      Box box{.kind = Kind::kEntry,
              .id = "(volunteered)",
              .text = "said while no dialog is open"};
      AddWays(dialog_.volunteered, box);
      Add(std::move(box));
    }
    const std::size_t aside =
        Add({.kind = Kind::kAside,
             .id = "(put aside)",
             .text = "“back” goes one step back",
             .ways = {{"resumed, where it stood", start}}});
    if (start)
      graph_.boxes[*start].ways.push_back({"“stop”, at any step", aside});
  }

  void AddTheme(const std::string& theme, std::optional<std::size_t> offer) {
    Box box{.kind = Kind::kTheme, .id = "(" + theme + ")"};
    std::size_t rules = 0;
    for (const Rule& rule : authored_.rules) {
      if (rule.theme != theme) continue;
      if (++rules <= kRulesShown) box.ways.push_back({rule.id, offer});
    }
    if (rules > kRulesShown)
      box.ways.push_back(
          {"and " + std::to_string(rules - kRulesShown) + " more", offer});
    box.text = std::to_string(rules) + (rules == 1 ? " rule" : " rules");
    box.unreachable = rules == 0;
    Add(std::move(box));
  }

  const Authored& authored_;
  const Dialog& dialog_;
  Graph graph_;
  std::unordered_map<std::string, std::size_t> box_of_;
};

std::string NotesOf(const Box& box) {
  std::string notes;
  if (box.unreachable)
    notes += box.kind == Kind::kTheme ? "no rule hears it" : "unreachable";
  if (box.dead_end) notes += notes.empty() ? "dead end" : ", dead end";
  return notes;
}

// ---- Graphviz

std::string DotQuoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + '"';
}

// At most so many bytes, cut between characters.
std::string Cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80)
    --most;
  return std::string(text.substr(0, most)) + "…";
}

const char* DotShape(Kind kind) {
  switch (kind) {
    case Kind::kTheme:
      return "folder";
    case Kind::kEntry:
      return "cds";
    case Kind::kNode:
      return "box";
    case Kind::kEnd:
      return "doubleoctagon";
    case Kind::kAside:
      return "note";
  }
  return "box";
}

// ---- Mermaid

// Quotes and angle brackets would end the text, or begin a tag; '#' an entity.
std::string MermaidText(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    switch (c) {
      case '"':
        plain += "#quot;";
        break;
      case '#':
        plain += "#35;";
        break;
      case '<':
        plain += "#lt;";
        break;
      case '>':
        plain += "#gt;";
        break;
      case '&':
        plain += "#amp;";
        break;
      case '`':
        plain += '\'';
        break;
      case '\n':
        plain += ' ';
        break;
      default:
        plain += c;
    }
  }
  return plain;
}

std::string NameOf(std::size_t graph, std::size_t box) {
  return "d" + std::to_string(graph) + "_" + std::to_string(box);
}

constexpr std::size_t kTextShown = 120, kLabelShown = 60;

// What stands in a box: its id, what is wrong, what is said; of a theme, its
// rules.
std::string LabelOf(const Box& box) {
  const std::string notes = NotesOf(box);
  std::string label = box.id + (notes.empty() ? "" : " [" + notes + "]") +
                      ": " + Cut(box.text, kTextShown);
  if (box.kind == Kind::kTheme)
    for (const Way& way : box.ways) label += ", " + way.label;
  return label;
}

// All rules of a theme lead the same way, which is drawn once.
std::size_t WaysDrawn(const Box& box) {
  return box.kind == Kind::kTheme ? std::min<std::size_t>(box.ways.size(), 1)
                                  : box.ways.size();
}

std::string WayLabel(const Box& box, const Way& way) {
  return box.kind == Kind::kTheme ? "heard" : Cut(way.label, kLabelShown);
}

}  // namespace

std::vector<Graph> GraphsOf(const Authored& authored, const std::string& only) {
  std::vector<Graph> graphs;
  for (const Dialog& dialog : authored.dialogs)
    if (only.empty() || dialog.id == only)
      graphs.push_back(Drawer(authored, dialog).Draw());
  return graphs;
}

std::string ToDot(const std::vector<Graph>& graphs) {
  std::string dot =
      "digraph nearer {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  for (std::size_t g = 0; g < graphs.size(); ++g) {
    const Graph& graph = graphs[g];
    dot += "  subgraph cluster_" + std::to_string(g) + " {\n    label=" +
           DotQuoted(graph.title + " (" + graph.dialog + ")") + ";\n";
    for (std::size_t b = 0; b < graph.boxes.size(); ++b) {
      const Box& box = graph.boxes[b];
      const std::string notes = NotesOf(box);
      dot += "    " + NameOf(g, b) + " [shape=" + DotShape(box.kind) +
             ", label=" + DotQuoted(LabelOf(box));
      if (!notes.empty()) dot += ", color=red, fontcolor=red, penwidth=2";
      dot += "];\n";
    }
    for (std::size_t b = 0; b < graph.boxes.size(); ++b)
      for (std::size_t w = 0; w < WaysDrawn(graph.boxes[b]); ++w)
        if (const Way& way = graph.boxes[b].ways[w]; way.to)
          dot += "    " + NameOf(g, b) + " -> " + NameOf(g, *way.to) +
                 " [label=" + DotQuoted(WayLabel(graph.boxes[b], way)) + "];\n";
    dot += "  }\n";
  }
  return dot + "}\n";
}

std::string ToMermaid(const std::vector<Graph>& graphs) {
  std::string text =
      "flowchart LR\n  classDef wrong stroke:#c00,stroke-width:3px\n";
  for (std::size_t g = 0; g < graphs.size(); ++g) {
    const Graph& graph = graphs[g];
    text += "  subgraph d" + std::to_string(g) + "[\"" +
            MermaidText(graph.title + " (" + graph.dialog + ")") + "\"]\n";
    for (std::size_t b = 0; b < graph.boxes.size(); ++b) {
      const Box& box = graph.boxes[b];
      const std::string notes = NotesOf(box);
      const bool end = box.kind == Kind::kEnd;
      text += "    " + NameOf(g, b) + (end ? "([\"" : "[\"") +
              MermaidText(LabelOf(box)) + (end ? "\"])" : "\"]") +
              (notes.empty() ? "" : ":::wrong") + "\n";
    }
    for (std::size_t b = 0; b < graph.boxes.size(); ++b)
      for (std::size_t w = 0; w < WaysDrawn(graph.boxes[b]); ++w)
        if (const Way& way = graph.boxes[b].ways[w]; way.to)
          text += "    " + NameOf(g, b) + " -->|\"" +
                  MermaidText(WayLabel(graph.boxes[b], way)) + "\"| " +
                  NameOf(g, *way.to) + "\n";
    text += "  end\n";
  }
  return text;
}

}  // namespace nearer::authoring
