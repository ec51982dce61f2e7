#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "authoring/graph.h"
#include "authoring/page.h"

namespace nearer::authoring {
namespace {

using Kind = Box::Kind;

// Pixels; those of the style sheet below.
constexpr int kWidth = 260, kBetweenColumns = 110, kBetweenRows = 28;
constexpr int kHead = 30, kTextLine = 18, kWay = 24, kFoot = 8;
constexpr int kMargin = 24;
constexpr std::size_t kLettersInALine = 32;
constexpr int kMostTextLines = 4;

int TextLines(const Box& box) {
  const std::size_t lines =
      (box.text.size() + kLettersInALine - 1) / kLettersInALine;
  return std::min(static_cast<int>(lines), kMostTextLines);
}

int HeightOf(const Box& box) {
  return kHead + TextLines(box) * kTextLine +
         static_cast<int>(box.ways.size()) * kWay + kFoot;
}

// Columns: a box stands right of all that lead to it, ways back left out.
class Columns {
 public:
  explicit Columns(const Graph& graph)
      : graph_(graph),
        state_(graph.boxes.size(), State::kNew),
        column_(graph.boxes.size(), 0) {
    // From where it begins; then what cannot be reached.
    for (const bool entries : {true, false})
      for (std::size_t i = 0; i < graph.boxes.size(); ++i)
        if (IsEntry(graph.boxes[i].kind) == entries) Visit(i);
    // Last come first in `finished_`: each before all it leads to.
    std::reverse(finished_.begin(), finished_.end());
    for (const std::size_t from : finished_)
      for (const Way& way : graph.boxes[from].ways)
        if (way.to && !IsBack(from, *way.to))
          column_[*way.to] = std::max(column_[*way.to], column_[from] + 1);
  }

  int Of(std::size_t box) const { return column_[box]; }
  bool IsBack(std::size_t from, std::size_t to) const {
    return std::find(back_.begin(), back_.end(), std::pair(from, to)) !=
           back_.end();
  }

 private:
  enum class State : std::uint8_t { kNew, kOpen, kDone };

  static bool IsEntry(Kind kind) {
    return kind == Kind::kTheme || kind == Kind::kEntry;
  }

  // Without recursion: a dialog may be as long as its author likes.
  void Visit(std::size_t first) {
    if (state_[first] != State::kNew) return;
    std::vector<std::pair<std::size_t, std::size_t>> path = {{first, 0}};
    state_[first] = State::kOpen;
    while (!path.empty()) {
      auto& [box, next] = path.back();
      const std::vector<Way>& ways = graph_.boxes[box].ways;
      if (next == ways.size()) {
        state_[box] = State::kDone;
        finished_.push_back(box);
        path.pop_back();
        continue;
      }
      const std::optional<std::size_t> to = ways[next++].to;
      if (!to) continue;
      if (state_[*to] == State::kOpen) back_.emplace_back(box, *to);
      if (state_[*to] != State::kNew) continue;
      state_[*to] = State::kOpen;
      path.emplace_back(*to, 0);
    }
  }

  const Graph& graph_;
  std::vector<State> state_;
  std::vector<int> column_;
  std::vector<std::size_t> finished_;
  std::vector<std::pair<std::size_t, std::size_t>> back_;
};

constexpr std::string_view kStyle = R"css(
body{max-width:none}
nav a{display:inline-block;margin:.1rem .6rem .1rem 0;color:var(--mark)}
section{margin:1rem 0}
h2{font-size:1.1rem;margin:.8rem 0 .3rem}
.view{position:relative;height:75vh;overflow:auto;border:1px solid var(--line);border-radius:.5rem;background:var(--card)}
.view.live{overflow:hidden;touch-action:none;cursor:grab}
.sheet{position:absolute;left:0;top:0;transform-origin:0 0}
.sheet svg{position:absolute;left:0;top:0;overflow:visible;pointer-events:none}
.sheet path{fill:none;stroke:var(--soft);stroke-width:1.5}
.sheet path.back{stroke-dasharray:6 4}
.box{position:absolute;width:260px;border:1px solid var(--soft);border-radius:8px;background:var(--page);font-size:13px;line-height:18px;overflow:hidden}
.box b{display:block;height:29px;padding:5px 10px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;border-bottom:1px solid var(--line)}
.box p{margin:0;padding:0 10px;overflow:hidden}
.box i{display:block;height:24px;padding:3px 10px;border-top:1px solid var(--line);font-style:normal;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;color:var(--soft)}
.box i.out::after{content:" ×"}
.theme{border-style:dashed}.entry{border-color:var(--mark)}.end{border-width:3px;border-style:double}.aside{opacity:.8}
.wrong{border:3px solid var(--warn)}.wrong b{color:var(--warn)}
.tools{margin:.3rem 0}.tools button{font:inherit;min-width:2.75rem;min-height:2.75rem;margin-right:.3rem;color:var(--text);background:var(--card);border:1px solid var(--line);border-radius:.4rem}
@media print{.view{height:auto;overflow:visible}.sheet{position:static;transform:none!important}.tools,nav{display:none}}
)css";

constexpr std::string_view kScript = R"js(
for (const view of document.querySelectorAll(".view")) {
  const sheet = view.querySelector(".sheet");
  const width = sheet.offsetWidth, height = sheet.offsetHeight;
  let x = 0, y = 0, zoom = 1;
  const fingers = new Map();
  const show = () => { sheet.style.transform = `translate(${x}px,${y}px) scale(${zoom})`; };
  const zoomAt = (factor, atX, atY) => {
    const next = Math.min(4, Math.max(0.1, zoom * factor));
    x = atX - (atX - x) * next / zoom;
    y = atY - (atY - y) * next / zoom;
    zoom = next;
    show();
  };
  const zoomMiddle = (factor) => zoomAt(factor, view.clientWidth / 2, view.clientHeight / 2);
  const fit = () => {
    zoom = Math.min(1, Math.max(0.1, Math.min(view.clientWidth / width, view.clientHeight / height)));
    x = Math.max(0, (view.clientWidth - width * zoom) / 2);
    y = Math.max(0, (view.clientHeight - height * zoom) / 2);
    show();
  };
  const at = (event) => {
    const box = view.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  view.classList.add("live");
  view.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomAt(Math.exp(-event.deltaY / 500), ...at(event));
  }, {passive: false});
  view.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, at(event));
    view.setPointerCapture(event.pointerId);
  });
  view.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = at(event);
    if (fingers.size === 1) {
      x += now[0] - before[0];
      y += now[1] - before[1];
      show();
    } else {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const apart = (a) => Math.hypot(a[0] - other[0], a[1] - other[1]) || 1;
      zoomAt(apart(now) / apart(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    }
    fingers.set(event.pointerId, now);
  });
  for (const kind of ["pointerup", "pointercancel"])
    view.addEventListener(kind, (event) => fingers.delete(event.pointerId));
  view.addEventListener("keydown", (event) => {
    const moves = {ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60]};
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (moves[event.key]) { x += moves[event.key][0]; y += moves[event.key][1]; show(); }
    else if (event.key === "+" || event.key === "=") zoomMiddle(1.25);
    else if (event.key === "-") zoomMiddle(0.8);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  // A box that the keyboard comes to is moved into view.
  view.addEventListener("focusin", (event) => {
    if (event.target === view) return;
    view.scrollTo(0, 0);
    const box = event.target.getBoundingClientRect(), frame = view.getBoundingClientRect();
    if (box.left < frame.left || box.right > frame.right) x += frame.left + 20 - box.left;
    if (box.top < frame.top || box.bottom > frame.bottom) y += frame.top + 20 - box.top;
    show();
  });
  const tools = view.previousElementSibling;
  tools.hidden = false;
  const [closer, further, whole] = tools.querySelectorAll("button");
  closer.onclick = () => zoomMiddle(1.25);
  further.onclick = () => zoomMiddle(0.8);
  whole.onclick = fit;
  fit();
  // What would be too small to read is begun with, from its left.
  if (zoom < 0.45) { zoom = 0.75; x = y = 0; show(); }
}
)js";

const char* ClassOf(Kind kind) {
  switch (kind) {
    case Kind::kTheme:
      return "theme";
    case Kind::kEntry:
      return "entry";
    case Kind::kNode:
      return "node";
    case Kind::kEnd:
      return "end";
    case Kind::kAside:
      return "aside";
  }
  return "";
}

std::string Px(int pixels) { return std::to_string(pixels) + "px"; }

std::string BoxHtml(const Box& box, const Placed& at) {
  std::string notes;
  if (box.unreachable)
    notes = box.kind == Kind::kTheme ? " – no rule hears it" : " – unreachable";
  if (box.dead_end) notes += " – dead end";
  std::string html = "<div class=\"box " + std::string(ClassOf(box.kind));
  if (!notes.empty()) html += " wrong";
  html += "\" tabindex=\"0\" style=\"left:" + Px(at.x) + ";top:" + Px(at.y) +
          ";height:" + Px(at.height) + "\"><b>" + Escaped(box.id) + notes +
          "</b><p title=\"" + Escaped(box.text) +
          "\" style=\"height:" + Px(TextLines(box) * kTextLine) + "\">" +
          Escaped(box.text) + "</p>";
  for (const Way& way : box.ways)
    html += (way.to ? "<i title=\"" : "<i class=\"out\" title=\"") +
            Escaped(way.label) + "\">" + Escaped(way.label) + "</i>";
  return html + "</div>\n";
}

std::string PathHtml(const Placed& from, int way_y, const Placed& to) {
  const int x1 = from.x + from.width, y1 = way_y;
  const int x2 = to.x, y2 = to.y + kHead / 2;
  const bool back = x2 < x1;
  // A way back swings out on both sides.
  const int bend = back ? kBetweenColumns : std::max(40, (x2 - x1) / 2);
  const auto point = [](int x, int y) {
    return std::to_string(x) + ' ' + std::to_string(y);
  };
  return std::string("<path") + (back ? " class=\"back\"" : "") + " d=\"M" +
         point(x1, y1) + "C" + point(x1 + bend, y1) + ' ' +
         point(x2 - bend, y2) + ' ' + point(x2, y2) +
         "\" marker-end=\"url(#arrow)\"/>";
}

std::string GraphHtml(const Graph& graph) {
  const std::vector<Placed> placed = Layout(graph);
  int width = 0, height = 0;
  std::string boxes, paths;
  for (std::size_t i = 0; i < graph.boxes.size(); ++i) {
    const Placed& at = placed[i];
    width = std::max(width, at.x + at.width + kMargin);
    height = std::max(height, at.y + at.height + kMargin);
    boxes += BoxHtml(graph.boxes[i], at);
    int way_y = at.y + kHead + TextLines(graph.boxes[i]) * kTextLine + kWay / 2;
    for (const Way& way : graph.boxes[i].ways) {
      if (way.to) paths += PathHtml(at, way_y, placed[*way.to]);
      // All rules of a theme lead the same way.
      if (graph.boxes[i].kind == Kind::kTheme) break;
      way_y += kWay;
    }
  }
  const std::string size = "width:" + Px(width) + ";height:" + Px(height);
  return "<section id=\"" + Escaped(graph.dialog) + "\"><h2>" +
         Escaped(graph.title) + " <span class=\"soft\">" +
         Escaped(graph.dialog) +
         "</span></h2>\n<div class=\"tools\" hidden><button "
         "aria-label=\"closer\">+</button><button "
         "aria-label=\"further\">−</button><button>all</button></div>\n"
         "<div class=\"view\" tabindex=\"0\" role=\"group\" aria-label=\"" +
         Escaped(graph.title) +
         "; arrow keys move, plus and minus zoom, 0 shows all\">"
         "<div class=\"sheet\" style=\"" +
         size + "\"><svg aria-hidden=\"true\" style=\"" + size +
         "\"><defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" "
         "refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
         "<path d=\"M0 0L8 4L0 8\"/></marker></defs>" +
         paths + "</svg>\n" + boxes + "</div></div></section>\n";
}

}  // namespace

std::vector<Placed> Layout(const Graph& graph) {
  const Columns columns(graph);
  std::vector<std::vector<std::size_t>> in_column;
  for (std::size_t i = 0; i < graph.boxes.size(); ++i) {
    const auto column = static_cast<std::size_t>(columns.Of(i));
    if (in_column.size() <= column) in_column.resize(column + 1);
    in_column[column].push_back(i);
  }
  std::vector<Placed> placed(graph.boxes.size());
  const auto stack = [&](std::size_t column) {
    int y = kMargin;
    for (const std::size_t box : in_column[column]) {
      placed[box] = {
          .x = kMargin + static_cast<int>(column) * (kWidth + kBetweenColumns),
          .y = y,
          .width = kWidth,
          .height = HeightOf(graph.boxes[box])};
      y += placed[box].height + kBetweenRows;
    }
  };
  for (std::size_t column = 0; column < in_column.size(); ++column) {
    // Near the middle of what leads to it, so that ways cross less.
    std::vector<std::pair<int, std::size_t>> order;
    for (const std::size_t box : in_column[column]) {
      int sum = 0, count = 0;
      for (std::size_t from = 0; from < graph.boxes.size(); ++from)
        for (std::size_t w = 0; w < graph.boxes[from].ways.size(); ++w)
          if (graph.boxes[from].ways[w].to == box &&
              columns.Of(from) < static_cast<int>(column)) {
            sum += placed[from].y + kHead + static_cast<int>(w) * kWay;
            ++count;
          }
      order.emplace_back(count > 0 ? sum / count : 0, box);
    }
    std::stable_sort(
        order.begin(), order.end(),
        [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < order.size(); ++i)
      in_column[column][i] = order[i].second;
    stack(column);
  }
  return placed;
}

std::string ToHtml(const std::vector<Graph>& graphs) {
  std::string body = "<nav>";
  int wrong = 0;
  for (const Graph& graph : graphs) {
    body += "<a href=\"#" + Escaped(graph.dialog) + "\">" +
            Escaped(graph.title) + "</a>";
    for (const Box& box : graph.boxes)
      wrong += box.unreachable || box.dead_end ? 1 : 0;
  }
  body += "</nav>\n<p class=\"soft\">" + std::to_string(wrong) +
          " boxes are unreachable, or dead ends; they are marked.</p>\n";
  for (const Graph& graph : graphs) body += GraphHtml(graph);
  return Page("Dialogs", body, kStyle, kScript);
}

}  // namespace nearer::authoring
