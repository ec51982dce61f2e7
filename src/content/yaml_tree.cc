#include "content/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace nearer::content {
namespace {

// Builds the tree from yaml-cpp's events. Its own node type is not used: it
// has no way to see anchors and tags, and takes several times the memory.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const SourceText& source, std::vector<Problem>& problems)
      : source_(source), problems_(problems) {}

  std::vector<YamlNode> TakeDocuments() { return std::move(documents_); }

  // yaml-cpp 0.7 gives empty documents for ever where a document begins with
  // ',', ']' or '}'.
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (mark.pos == document_begin_)
      throw YAML::ParserException(mark, "no value can begin here");
    document_begin_ = mark.pos;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    RefuseAnchor(mark, anchor);
    Add(At(mark, YamlNode::Kind::kNothing));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Report(mark, "an alias ('*name') stands here; write the text out instead");
    Add(At(mark, YamlNode::Kind::kNothing));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    RefuseAnchor(mark, anchor);
    const bool tagged = RefuseTag(mark, tag);
    YamlNode node = At(mark, YamlNode::Kind::kText);
    node.text = value;
    if (anchor == 0 && !tagged) SetStyle(mark, node);
    Add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    RefuseAnchor(mark, anchor);
    RefuseTag(mark, tag);
    open_.push_back(At(mark, YamlNode::Kind::kList));
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    RefuseAnchor(mark, anchor);
    RefuseTag(mark, tag);
    open_.push_back(At(mark, YamlNode::Kind::kMap));
  }
  void OnMapEnd() override {
    CheckKeys(open_.back());
    Close();
  }

 private:
  static YamlNode At(const YAML::Mark& mark, YamlNode::Kind kind) {
    return {.kind = kind,
            .line = mark.line + 1,
            .byte = static_cast<std::size_t>(mark.column)};
  }

  void Add(YamlNode node) {
    (open_.empty() ? documents_ : open_.back().items)
        .push_back(std::move(node));
  }

  void Close() {
    YamlNode done = std::move(open_.back());
    open_.pop_back();
    Add(std::move(done));
  }

  void Report(const YAML::Mark& mark, std::string message) {
    problems_.push_back(ErrorAt(
        source_.At(mark.line + 1, static_cast<std::size_t>(mark.column)),
        std::move(message)));
  }

  void RefuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor == 0) return;
    Report(mark,
           "an anchor ('&name') stands here; anchors are not used, delete it");
  }

  // yaml-cpp says "?" for a plain and "!" for a quoted text without a tag.
  bool RefuseTag(const YAML::Mark& mark, const std::string& tag) {
    const bool written = StandsAt(mark).starts_with('!');
    if (tag.empty() || tag == "?" || (tag == "!" && !written)) return false;
    Report(mark,
           "a tag ('!name') stands here; tags are not used, delete it, "
           "or quote the text");
    return true;
  }

  // What stands in the file from `mark` to the end of its line.
  std::string_view StandsAt(const YAML::Mark& mark) const {
    const std::string_view line = source_.line(mark.line + 1);
    const auto byte = static_cast<std::size_t>(mark.column);
    return byte < line.size() ? line.substr(byte) : std::string_view();
  }

  void SetStyle(const YAML::Mark& mark, YamlNode& node) {
    const std::string_view written = StandsAt(mark);
    if (written.starts_with('|')) {
      node.style = YamlNode::Style::kBlock;
    } else if (written.starts_with('>')) {
      node.style = YamlNode::Style::kBlock;
      Report(mark,
             "a folded block ('>') stands here; write '|', where each "
             "line stays a line");
    } else if (written.starts_with('"') || written.starts_with('\'')) {
      node.style = YamlNode::Style::kQuoted;
      if (!ClosesOnItsLine(written))
        Report(mark,
               "the quotation mark that opens here is not closed on its "
               "line; close it, or write the text in a '|' block");
    } else if (!written.starts_with(node.text)) {
      Report(mark,
             "this text runs over several lines; write it in a '|' "
             "block, or indent the next line as its own key");
    }
  }

  static bool ClosesOnItsLine(std::string_view quoted) {
    const char quote = quoted.front();
    for (std::size_t i = 1; i < quoted.size(); ++i) {
      if (quote == '"' && quoted[i] == '\\') {
        ++i;
      } else if (quoted[i] == quote) {
        if (quote == '"' || quoted.substr(i + 1, 1) != "'") return true;
        ++i;  // '' is an apostrophe
      }
    }
    return false;
  }

  void CheckKeys(const YamlNode& map) {
    std::unordered_map<std::string_view, int> line_of;
    for (std::size_t i = 0; i + 1 < map.items.size(); i += 2) {
      const YamlNode& key = map.items[i];
      const Place at = source_.At(key.line, key.byte);
      if (key.kind != YamlNode::Kind::kText ||
          key.style == YamlNode::Style::kBlock) {
        problems_.push_back(ErrorAt(at, "a key must be a word, as in 'id: …'"));
        continue;
      }
      const auto [first, is_new] = line_of.try_emplace(key.text, key.line);
      if (!is_new)
        problems_.push_back(ErrorAt(at, "the key '" + key.text +
                                            "' stands here a second "
                                            "time, first in line " +
                                            std::to_string(first->second) +
                                            "; join the two"));
    }
  }

  const SourceText& source_;
  std::vector<Problem>& problems_;
  int document_begin_ = -1;
  std::vector<YamlNode> open_;
  std::vector<YamlNode> documents_;
};

// What most often causes a syntax error where `written` stands.
std::string Remedy(const std::string& error, std::string_view written) {
  if (error == "illegal map value")
    return "; a text with ': ' in it needs double quotes or a '|' block";
  if (!written.empty() &&
      std::string_view("@`%").find(written[0]) != std::string_view::npos)
    return "; a text that begins with '" + std::string(1, written[0]) +
           "' needs double quotes or a '|' block";
  if (error.starts_with("end of map not found") ||
      error.starts_with("end of sequence not found"))
    return "; look at the indentation, and quote a text that begins with '[', "
           "'{' or '\"' and goes on after it";
  if (error.starts_with("end of map flow") ||
      error.starts_with("end of sequence flow"))
    return "; a '{' or '[' before it is not closed";
  if (error.find("anchor") != std::string::npos)
    return "; aliases are not used, write the text out or quote it";
  return "; look at the indentation and quotes here and in the line above";
}

Problem SyntaxError(const YAML::Exception& error, const SourceText& source) {
  if (error.mark.is_null())
    return ErrorAt(Place{source.file()}, "this is not YAML: " + error.msg);
  const int number = error.mark.line + 1;
  const auto byte = static_cast<std::size_t>(error.mark.column);
  const std::string_view line = source.line(number);
  const std::string_view written =
      byte < line.size() ? line.substr(byte) : std::string_view();
  return ErrorAt(source.At(number, byte),
                 "this cannot be read as YAML (" + error.msg + ") at " +
                     (written.empty() ? "the end of the line"
                                      : "'" + std::string(written) + "'") +
                     Remedy(error.msg, written));
}

}  // namespace

std::vector<YamlNode> ReadYaml(const SourceText& source,
                               std::vector<Problem>& problems) {
  TreeBuilder builder(source, problems);
  try {
    std::istringstream stream(source.text());
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    problems.push_back(SyntaxError(error, source));
    return {};
  } catch (const std::exception& error) {
    problems.push_back(
        ErrorAt(Place{source.file()},
                std::string("this is not YAML: ") + error.what()));
    return {};
  }
  return builder.TakeDocuments();
}

std::vector<Line> LinesOf(const YamlNode& node, const SourceText& source) {
  std::vector<Line> lines;
  if (node.style != YamlNode::Style::kBlock) {
    const std::string_view text = Trim(node.text);
    const std::size_t quote = node.style == YamlNode::Style::kQuoted ? 1 : 0;
    if (!text.empty())
      lines.push_back(
          {std::string(text), source.At(node.line, node.byte + quote)});
    return lines;
  }
  // A `|` block keeps its lines, so line k of the value is line k below the
  // sign; only the indentation is gone.
  std::string_view rest = node.text;
  for (int number = node.line + 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    const std::string_view text = Trim(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (text.empty()) continue;
    const std::size_t byte = source.line(number).find(text);
    lines.push_back(
        {std::string(text),
         source.At(number, byte == std::string_view::npos ? 0 : byte)});
  }
  return lines;
}

}  // namespace nearer::content
