#include "authoring/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "talk.h"

namespace nearer::authoring {
namespace {

using testing::HasSubstr;
using testing::Not;
using Kind = Box::Kind;

const Box& BoxOf(const Graph& graph, const std::string& id) {
  for (const Box& box : graph.boxes)
    if (box.id == id) return box;
  ADD_FAILURE() << "there is no box " << id;
  return graph.boxes.front();
}

// "choice: Yes -> next", in the order of its answers.
std::vector<std::string> WaysOf(const Graph& graph, const std::string& id) {
  std::vector<std::string> ways;
  for (const Way& way : BoxOf(graph, id).ways)
    ways.push_back(way.label + " -> " +
                   (way.to ? graph.boxes[*way.to].id : "out"));
  return ways;
}

DialogNode Node(const std::string& id, const std::vector<std::string>& to) {
  DialogNode node;
  node.id = id;
  node.say = {{.text = "Say \"" + id + "\" <now>.", .at = {}}};
  for (const std::string& next : to) {
    DialogReply reply;
    reply.to = next;
    node.replies.push_back(reply);
  }
  node.end = to.empty();
  return node;
}

Authored OneDialog(std::vector<DialogNode> nodes) {
  Authored authored;
  Dialog dialog;
  dialog.id = "one";
  dialog.title = "The one";
  dialog.start = nodes.front().id;
  dialog.about = {"nobody"};
  dialog.nodes = std::move(nodes);
  authored.dialogs.push_back(std::move(dialog));
  return authored;
}

// Its node `island` cannot be come to; from `left` and `right` nothing leads
// out again.
std::vector<Graph> Wrong() {
  return GraphsOf(OneDialog({Node("start", {"end", "left"}),
                             Node("left", {"right"}), Node("right", {"left"}),
                             Node("end", {}), Node("island", {"end"})}));
}

TEST(GraphTest, ShowsWhatLeadsInAndWhereEachAnswerLeads) {
  const std::vector<Graph> graphs = GraphsOf(SmallPack()->authored());
  ASSERT_EQ(graphs.size(), 1U);
  const Graph& graph = graphs.front();
  EXPECT_EQ(graph.title, "Thank the protector");
  EXPECT_THAT(WaysOf(graph, "notice"),
              testing::ElementsAre("{who: @partner} -> rate",
                                   "choice: Something else -> notice",
                                   "anything else -> rate",
                                   "“stop”, at any step -> (put aside)"));
  EXPECT_THAT(
      WaysOf(graph, "rate"),
      testing::ElementsAre("0 to 6 -> thank", "anything else -> thank"));
  EXPECT_EQ(BoxOf(graph, "thank").kind, Kind::kEnd);
  EXPECT_THAT(WaysOf(graph, "(self_reliance)"),
              testing::ElementsAre("alone.handle_it -> (offered)"));
  EXPECT_THAT(
      WaysOf(graph, "(offered)"),
      testing::ElementsAre("accepted -> notice",
                           "refused: not again in this session -> out"));
  EXPECT_THAT(WaysOf(graph, "(asked for)"),
              testing::ElementsAre("asked for -> notice"));
  EXPECT_THAT(BoxOf(graph, "(asked for)").text,
              HasSubstr("protector exercise"));
  EXPECT_THAT(WaysOf(graph, "(volunteered)"),
              testing::ElementsAre("it guards {what: @partner} -> rate"));
  EXPECT_THAT(WaysOf(graph, "(put aside)"),
              testing::ElementsAre("resumed, where it stood -> notice"));
  for (const Box& box : graph.boxes)
    EXPECT_FALSE(box.unreachable || box.dead_end) << box.id;
  EXPECT_TRUE(GraphsOf(SmallPack()->authored(), "none").empty());
}

TEST(GraphTest, MarksWhatCannotBeReachedAndWhatLeadsNowhere) {
  const Graph graph = Wrong().front();
  for (const Box& box : graph.boxes) {
    EXPECT_EQ(box.unreachable, box.id == "island" || box.id == "(nobody)")
        << box.id;
    EXPECT_EQ(box.dead_end, box.id == "left" || box.id == "right") << box.id;
  }
  EXPECT_THAT(ToDot({graph}), HasSubstr("island [unreachable]"));
  EXPECT_THAT(ToDot({graph}), HasSubstr("left [dead end]"));
  EXPECT_THAT(ToMermaid({graph}), HasSubstr("island [unreachable]"));
  EXPECT_THAT(ToHtml({graph}), HasSubstr("island – unreachable"));
  EXPECT_THAT(ToHtml({graph}), HasSubstr("4 boxes are unreachable"));
}

TEST(GraphTest, QuotesWhatAuthorsWrite) {
  EXPECT_THAT(ToDot(Wrong()), HasSubstr(R"(Say \"end\" <now>.)"));
  EXPECT_THAT(ToMermaid(Wrong()), HasSubstr("Say #quot;end#quot; #lt;now#gt;"));
  EXPECT_THAT(ToHtml(Wrong()), HasSubstr("Say &quot;end&quot; &lt;now&gt;."));
  EXPECT_THAT(ToHtml(Wrong()), Not(HasSubstr("<now>")));
}

TEST(GraphTest, PlacesBoxesApartAndAnswersToTheRight) {
  const Graph graph = Wrong().front();
  const std::vector<Placed> placed = Layout(graph);
  ASSERT_EQ(placed.size(), graph.boxes.size());
  for (std::size_t a = 0; a < placed.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      EXPECT_TRUE(placed[a].x + placed[a].width <= placed[b].x ||
                  placed[b].x + placed[b].width <= placed[a].x ||
                  placed[a].y + placed[a].height <= placed[b].y ||
                  placed[b].y + placed[b].height <= placed[a].y)
          << graph.boxes[a].id << " and " << graph.boxes[b].id;
  const auto x = [&](const std::string& id) {
    return placed[static_cast<std::size_t>(&BoxOf(graph, id) -
                                           graph.boxes.data())]
        .x;
  };
  EXPECT_LT(x("(asked for)"), x("start"));
  EXPECT_LT(x("start"), x("left"));
  EXPECT_LT(x("left"), x("right"));
  EXPECT_LT(x("island"), x("end"));
}

// A dialog of many nodes takes no stack.
TEST(GraphTest, LaysOutALongDialog) {
  std::vector<DialogNode> nodes;
  for (int i = 0; i < 2000; ++i)
    nodes.push_back(
        Node("n" + std::to_string(i), {"n" + std::to_string(i + 1)}));
  nodes.push_back(Node("n2000", {}));
  const Graph graph = GraphsOf(OneDialog(std::move(nodes))).front();
  const std::vector<Placed> placed = Layout(graph);
  EXPECT_GT(placed[2000].x, placed[1999].x);
}

}  // namespace
}  // namespace nearer::authoring
