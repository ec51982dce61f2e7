// dialogs/*.yaml: guided exercises, one a document.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "content/draft.h"
#include "content/fields.h"
#include "content/keys.h"
#include "content/scan.h"
#include "content/suggest.h"
#include "content/yaml_tree.h"

namespace nearer::content {
namespace {

constexpr std::size_t kMostChoices = 4;

// A node's id named somewhere in the dialog.
struct Step {
  std::string to;
  Place at;
};

// One dialog being read: what its nodes name, to be checked when all are known.
class DialogReader {
 public:
  DialogReader(const SourceText& source, Draft& draft)
      : source_(source), draft_(draft) {}

  void Read(const YamlNode& document);

 private:
  void ReadNode(const YamlNode& name, const YamlNode& body);
  void ReadVolunteered(const YamlNode& replies);
  void ReadReplies(const YamlNode& replies, const std::vector<Line>& choices,
                   DialogNode& node);
  DialogReply ReadReply(const YamlNode& body, const std::vector<Line>& choices);
  void ReadKeep(const YamlNode& keep, DialogReply& reply);
  void CheckKept(std::string_view slot, const Line& value,
                 const DialogReply& reply);
  void CheckChoices(const std::vector<Line>& choices, const DialogNode& node);
  void CheckSteps();
  void CheckSlots();
  std::vector<std::string> Sources(Fields& fields);

  const SourceText& source_;
  Draft& draft_;
  Dialog dialog_;
  std::vector<Step> steps_;
  std::set<std::string, std::less<>> kept_;
  // Slots that values of `keep` name, where they are no captures.
  std::vector<Line> copied_;
};

std::vector<std::string> Texts(std::vector<Line> lines) {
  std::vector<std::string> texts;
  for (Line& line : lines) texts.push_back(std::move(line.text));
  return texts;
}

std::vector<std::string> DialogReader::Sources(Fields& fields) {
  std::vector<Line> sources = fields.List("source");
  for (const Line& line : sources)
    draft_.mentions.push_back({Mention::Of::kSource, line.text, line.at});
  return Texts(std::move(sources));
}

void DialogReader::CheckKept(std::string_view slot, const Line& value,
                             const DialogReply& reply) {
  const auto allowed = [&](std::span<const std::string_view> words) {
    if (std::find(words.begin(), words.end(), value.text) == words.end())
      draft_.Error(value.at, "expected " + Listed(words) + " for '" +
                                 std::string(slot) + "', but '" + value.text +
                                 "' stands here" +
                                 DidYouMean(value.text, words));
  };
  if (slot == "step_state") return allowed(kStepStates);
  if (slot == "practice") return allowed(kPractices);

  std::set<std::string_view> captures = {"utterance"};
  if (reply.on == DialogReply::On::kNumber) captures.insert("number");
  for (const Line& pattern : reply.when)
    for (const Named& capture : CapturesIn(pattern.text))
      captures.insert(capture.name);
  for (const Named& named : SlotsIn(value.text)) {
    if (named.name.empty())
      draft_.Error(PlaceIn(value, named.byte),
                   "this brace belongs to no slot; write {utterance}, or "
                   "{name} for a capture of the 'when'");
    else if (!captures.contains(named.name))
      copied_.push_back({std::string(named.name), PlaceIn(value, named.byte)});
  }
}

void DialogReader::ReadKeep(const YamlNode& keep, DialogReply& reply) {
  if (keep.kind != YamlNode::Kind::kMap) {
    draft_.Error(source_.At(keep.line, keep.byte),
                 "expected slots and what to keep in them, as in {guards: "
                 "\"{utterance}\"}, but " +
                     Stands(keep) + " stands here");
    return;
  }
  for (std::size_t i = 0; i + 1 < keep.items.size(); i += 2) {
    const YamlNode& slot = keep.items[i];
    const YamlNode& value = keep.items[i + 1];
    if (slot.kind != YamlNode::Kind::kText) continue;
    const Place at = source_.At(slot.line, slot.byte);
    if (slot.text.find('.') != std::string::npos &&
        std::find(kRememberedSlots.begin(), kRememberedSlots.end(),
                  slot.text) == kRememberedSlots.end())
      draft_.Error(at, "'" + slot.text + "' is no slot that is remembered" +
                           DidYouMean(slot.text, kRememberedSlots));
    else
      CheckId(slot.text, at, draft_);
    std::vector<Line> lines;
    if (value.kind == YamlNode::Kind::kText) lines = LinesOf(value, source_);
    if (lines.size() != 1) {
      draft_.Error(at, "expected what to keep after '" + slot.text +
                           ":', as in \"{utterance}\" (with the quotes), but " +
                           Stands(value) + " stands there");
      continue;
    }
    CheckKept(slot.text, lines[0], reply);
    kept_.insert(slot.text);
    reply.keep.emplace_back(slot.text, lines[0].text);
  }
}

DialogReply DialogReader::ReadReply(const YamlNode& body,
                                    const std::vector<Line>& choices) {
  Fields fields(body, "a reply", kReplyKeys, source_, draft_);
  DialogReply reply;
  reply.at = fields.At();
  if (body.kind != YamlNode::Kind::kMap) return reply;
  const int ways = int{fields.Has("choice") || fields.Has("when")} +
                   int{fields.Has("number")} + int{fields.Has("else")};
  if (ways != 1)
    draft_.Error(reply.at,
                 ways == 0 ? "a reply needs one of 'when', 'choice', 'number' "
                             "or 'else: true'"
                           : "a reply has one of 'when' or 'choice', 'number' "
                             "and 'else'; split it in two");
  reply.when = fields.Lines("when");
  if (fields.Has("choice")) {
    reply.on = DialogReply::On::kChoice;
    reply.choice = fields.Text("choice");
    std::vector<std::string> texts;
    for (const Line& choice : choices) texts.push_back(choice.text);
    if (!reply.choice.empty() &&
        std::find(texts.begin(), texts.end(), reply.choice) == texts.end())
      draft_.Error(fields.At("choice"),
                   "'" + reply.choice +
                       "' is none of this node's choices; add it to 'choices'" +
                       DidYouMean(reply.choice, texts));
  } else if (fields.Has("when")) {
    reply.on = DialogReply::On::kWhen;
  } else if (const YamlNode* number = fields.Find("number")) {
    reply.on = DialogReply::On::kNumber;
    std::vector<int> bounds;
    for (const Line& bound : fields.List("number"))
      if (const auto value = ParseInt(bound.text)) bounds.push_back(*value);
    if (bounds.size() == 2 && number->items.size() == 2 &&
        bounds[0] <= bounds[1]) {
      reply.low = bounds[0];
      reply.high = bounds[1];
    } else {
      draft_.Error(
          fields.At("number"),
          "expected the smallest and the largest number, as in [0, 6]");
    }
  } else {
    fields.True("else");
  }
  fields.Require("to", "the node that comes next");
  reply.to = fields.Text("to");
  if (!reply.to.empty()) steps_.push_back({reply.to, fields.At("to")});
  if (const YamlNode* keep = fields.Find("keep")) ReadKeep(*keep, reply);
  return reply;
}

void DialogReader::ReadVolunteered(const YamlNode& replies) {
  for (const YamlNode& body :
       ItemsOf(replies, "volunteered", source_, draft_)) {
    DialogReply reply = ReadReply(body, {});
    if (body.kind == YamlNode::Kind::kMap && reply.on != DialogReply::On::kWhen)
      draft_.Error(reply.at,
                   "what is volunteered is known by its words alone; give it "
                   "'when'");
    dialog_.volunteered.push_back(std::move(reply));
  }
}

void DialogReader::ReadReplies(const YamlNode& replies,
                               const std::vector<Line>& choices,
                               DialogNode& node) {
  for (const YamlNode& body : ItemsOf(replies, "replies", source_, draft_))
    node.replies.push_back(ReadReply(body, choices));
  const auto is_else = [](const DialogReply& reply) {
    return reply.on == DialogReply::On::kElse;
  };
  for (std::size_t i = 0; i + 1 < node.replies.size(); ++i)
    if (is_else(node.replies[i]))
      draft_.Error(node.replies[i].at,
                   "'else' takes whatever is said, so nothing after it is ever "
                   "tried; move it to the end");
  if (replies.kind == YamlNode::Kind::kList &&
      (node.replies.empty() || !is_else(node.replies.back())))
    draft_.Error(node.replies.empty() ? node.at : node.replies.back().at,
                 "the last reply must be '- else: true', for whatever else "
                 "they say");
}

void DialogReader::CheckChoices(const std::vector<Line>& choices,
                                const DialogNode& node) {
  if (choices.size() > kMostChoices)
    draft_.Error(choices[kMostChoices].at,
                 "a node has at most four choices; leave out the least "
                 "different one");
  for (std::size_t i = 0; i < choices.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (choices[i].text == choices[j].text)
        draft_.Error(choices[i].at, "the choice '" + choices[i].text +
                                        "' stands here a second time");
  // A chip may be met by its own reply, by an `else` that keeps any answer, or
  // by a pattern, which only the compiled pack could tell.
  const bool may_fall_through = std::any_of(
      node.replies.begin(), node.replies.end(), [](const DialogReply& reply) {
        return reply.on == DialogReply::On::kWhen ||
               reply.on == DialogReply::On::kNumber ||
               (reply.on == DialogReply::On::kElse && !reply.keep.empty());
      });
  if (may_fall_through) return;
  for (const Line& choice : choices) {
    const bool answered = std::any_of(
        node.replies.begin(), node.replies.end(),
        [&](const DialogReply& reply) { return reply.choice == choice.text; });
    if (!answered)
      draft_.Error(choice.at, "no reply takes the choice '" + choice.text +
                                  "'; add '- choice: " + choice.text +
                                  "' with a 'to'");
  }
}

void DialogReader::ReadNode(const YamlNode& name, const YamlNode& body) {
  if (name.kind != YamlNode::Kind::kText) return;
  DialogNode node;
  node.id = name.text;
  node.at = source_.At(name.line, name.byte);
  CheckId(node.id, node.at, draft_);
  Fields fields(body, "a node", kNodeKeys, source_, draft_);
  if (body.kind == YamlNode::Kind::kMap) {
    fields.Require("say", "one alternative a line");
    node.say = fields.Lines("say");
    fields.Require("source",
                   "items of rules/sources.yaml as in [S001-57], or "
                   "[coaching]");
    node.source = Sources(fields);
    node.end = fields.True("end");
    const std::vector<Line> choices = fields.List("choices");
    if (const YamlNode* replies = fields.Find("replies"))
      ReadReplies(*replies, choices, node);
    if (fields.Has("end")) {
      for (const std::string_view key : {"replies", "choices"})
        if (fields.Has(key))
          draft_.Error(fields.At(key),
                       "the node '" + node.id +
                           "' ends the dialog, so nobody can answer it; delete "
                           "'end' or '" +
                           std::string(key) + "'");
    } else if (!fields.Has("replies")) {
      draft_.Error(node.at, "the node '" + node.id +
                                "' needs 'replies', or 'end: true' to close "
                                "the dialog");
    } else {
      CheckChoices(choices, node);
    }
    node.choices = Texts(choices);
    node.replaces = Texts(fields.List("replaces"));
  }
  dialog_.nodes.push_back(std::move(node));
}

void DialogReader::CheckSteps() {
  std::vector<std::string> ids;
  for (const DialogNode& node : dialog_.nodes) ids.push_back(node.id);
  for (const Step& step : steps_)
    if (std::find(ids.begin(), ids.end(), step.to) == ids.end())
      draft_.Error(step.at, "no node of this dialog is called '" + step.to +
                                "'" + DidYouMean(step.to, ids));
}

void DialogReader::CheckSlots() {
  std::vector<std::string_view> known(kept_.begin(), kept_.end());
  known.insert(known.end(), kFilledSlots.begin(), kFilledSlots.end());
  known.insert(known.end(), kRememberedSlots.begin(), kRememberedSlots.end());
  const auto check = [&](std::string_view slot, const Place& at) {
    if (slot.empty())
      draft_.Error(at,
                   "this brace belongs to no slot; write {name} or "
                   "{name|words if it is empty}");
    else if (std::find(known.begin(), known.end(), slot) == known.end())
      draft_.Error(at, "nothing in this dialog keeps {" + std::string(slot) +
                           "}; add it to a 'keep', or mend the name" +
                           DidYouMean(slot, known));
  };
  for (const Line& slot : copied_) check(slot.text, slot.at);
  const auto check_lines = [&](const std::vector<Line>& lines) {
    for (const Line& line : lines)
      for (const Named& slot : SlotsIn(line.text))
        check(slot.name, PlaceIn(line, slot.byte));
  };
  check_lines(dialog_.invite);
  for (const DialogNode& node : dialog_.nodes) check_lines(node.say);
}

void DialogReader::Read(const YamlNode& document) {
  Fields fields(document, "a dialog", kDialogKeys, source_, draft_);
  if (document.kind != YamlNode::Kind::kMap) return;
  dialog_.at = fields.At();
  fields.Require("dialog", "its id");
  dialog_.id = fields.Text("dialog");
  if (!dialog_.id.empty()) CheckId(dialog_.id, fields.At("dialog"), draft_);
  fields.Require("title", "shown when it is offered by name");
  dialog_.title = fields.Text("title");
  fields.Require("about",
                 "the themes after which it may be offered; [] if "
                 "only on request");
  for (Line& theme : fields.List("about")) {
    draft_.mentions.push_back({Mention::Of::kTheme, theme.text, theme.at});
    dialog_.about.push_back(std::move(theme.text));
  }
  dialog_.careful = fields.True("careful");
  dialog_.ask = fields.Lines("ask");
  dialog_.invite = fields.Lines("invite");
  dialog_.source = Sources(fields);
  if (const YamlNode* volunteered = fields.Find("volunteered"))
    ReadVolunteered(*volunteered);
  if (!dialog_.about.empty() && dialog_.invite.empty())
    draft_.Error(fields.At("about"),
                 "a dialog that is offered after a theme "
                 "needs 'invite', the question that offers "
                 "it");
  if (!dialog_.invite.empty() && dialog_.source.empty())
    draft_.Error(fields.At("invite"),
                 "the invitation needs a 'source' beside it, as in [S001-57]");
  dialog_.replaces = Texts(fields.List("replaces"));
  fields.Require("start", "the node it begins with");
  dialog_.start = fields.Text("start");
  if (!dialog_.start.empty())
    steps_.push_back({dialog_.start, fields.At("start")});
  dialog_.suggests = fields.Text("suggests");
  if (!dialog_.suggests.empty())
    steps_.push_back({dialog_.suggests, fields.At("suggests")});
  fields.Require("nodes", "what is said, step by step");
  if (const YamlNode* nodes = fields.Find("nodes")) {
    if (nodes->kind == YamlNode::Kind::kMap) {
      for (std::size_t i = 0; i + 1 < nodes->items.size(); i += 2)
        ReadNode(nodes->items[i], nodes->items[i + 1]);
    } else {
      draft_.Error(fields.At("nodes"),
                   "expected nodes by name, as in 'begin:' with 'say' below "
                   "it, but " +
                       Stands(*nodes) + " stands here");
    }
    CheckSteps();
    CheckSlots();
  }
  draft_.authored.dialogs.push_back(std::move(dialog_));
}

}  // namespace

void ReadDialogs(const SourceText& source, Draft& draft) {
  for (const YamlNode& document : ReadYaml(source, draft.problems))
    DialogReader(source, draft).Read(document);
}

}  // namespace nearer::content
