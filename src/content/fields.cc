#include "content/fields.h"

#include <algorithm>
#include <charconv>

#include "content/suggest.h"

namespace nearer::content {
namespace {

constexpr std::size_t kShown = 40;  // bytes of what stood there, in a message

std::string Shorten(std::string_view text) {
  if (text.size() <= kShown) return std::string(text);
  std::size_t end = kShown;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace

std::string Stands(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNothing:
      return "nothing";
    case YamlNode::Kind::kText: {
      const std::string_view text = Trim(node.text);
      return text.empty()
                 ? "an empty text"
                 : "'" + Shorten(text.substr(0, text.find('\n'))) + "'";
    }
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map of keys";
  }
  return "";
}

std::optional<int> ParseInt(std::string_view text) {
  int number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

std::span<const YamlNode> ItemsOf(const YamlNode& node, std::string_view what,
                                  const SourceText& source, Draft& draft) {
  if (node.kind == YamlNode::Kind::kList) return node.items;
  draft.Error(source.At(node.line, node.byte),
              "expected a list of " + std::string(what) +
                  ", each beginning with '- ', but " + Stands(node) +
                  " stands here");
  return {};
}

const YamlNode* OnlyDocument(const std::vector<YamlNode>& documents,
                             const SourceText& source, Draft& draft) {
  if (documents.empty()) return nullptr;
  if (documents.size() > 1)
    draft.Error(source.At(documents[1].line, documents[1].byte),
                "a second document begins here ('---'); this file is one, "
                "make it another file");
  return &documents[0];
}

bool CheckId(std::string_view id, const Place& at, Draft& draft) {
  const bool plain = !id.empty() && id.front() != '.' && id.back() != '.' &&
                     std::all_of(id.begin(), id.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') ||
                              (c >= '0' && c <= '9') || c == '_' || c == '.' ||
                              c == '-';
                     });
  if (!plain)
    draft.Error(at, "'" + Shorten(id) +
                        "' is no id; write small letters, digits, '_', '-', "
                        "with '.' between the parts");
  return plain;
}

Fields::Fields(const YamlNode& node, std::string_view what,
               std::span<const std::string_view> keys, const SourceText& source,
               Draft& draft)
    : node_(node), what_(what), source_(source), draft_(draft) {
  if (node.kind != YamlNode::Kind::kMap) {
    draft.Error(At(), "expected " + what_ + " with the keys " + Listed(keys) +
                          ", but " + Stands(node) + " stands here");
    return;
  }
  for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
    const YamlNode& key = node.items[i];
    if (key.kind != YamlNode::Kind::kText ||
        std::find(keys.begin(), keys.end(), key.text) != keys.end())
      continue;
    const std::string hint = DidYouMean(key.text, keys);
    draft.Error(source.At(key.line, key.byte),
                "'" + Shorten(key.text) + "' is no key of " + what_ +
                    (hint.empty() ? "; expected " + Listed(keys) : hint));
  }
}

const YamlNode* Fields::KeyOf(std::string_view key) const {
  if (node_.kind != YamlNode::Kind::kMap) return nullptr;
  for (std::size_t i = 0; i + 1 < node_.items.size(); i += 2)
    if (node_.items[i].kind == YamlNode::Kind::kText &&
        node_.items[i].text == key)
      return &node_.items[i];
  return nullptr;
}

const YamlNode* Fields::Find(std::string_view key) const {
  const YamlNode* found = KeyOf(key);
  return found == nullptr ? nullptr : found + 1;  // the value follows its key
}

Place Fields::At(std::string_view key) const {
  const YamlNode* found = KeyOf(key);
  if (found == nullptr) return At();
  if (found[1].kind != YamlNode::Kind::kNothing) ++found;
  return source_.At(found->line, found->byte);
}

void Fields::Require(std::string_view key, std::string_view why) {
  if (node_.kind != YamlNode::Kind::kMap || Has(key)) return;
  draft_.Error(At(), what_ + " needs '" + std::string(key) + "'" +
                         (why.empty() ? "" : ", " + std::string(why)));
}

void Fields::Expected(std::string_view key, std::string_view what) {
  draft_.Error(At(key), "expected " + std::string(what) + " after '" +
                            std::string(key) + ":', but " + Stands(*Find(key)) +
                            " stands here");
}

std::string Fields::Text(std::string_view key) {
  const YamlNode* node = Find(key);
  if (node == nullptr) return "";
  const std::vector<Line> lines = node->kind == YamlNode::Kind::kText
                                      ? LinesOf(*node, source_)
                                      : std::vector<Line>();
  if (lines.size() != 1) {
    Expected(key, "one line of text");
    return "";
  }
  return lines[0].text;
}

std::vector<Line> Fields::Lines(std::string_view key) {
  const YamlNode* node = Find(key);
  if (node == nullptr) return {};
  std::vector<Line> lines;
  if (node->kind == YamlNode::Kind::kText) lines = LinesOf(*node, source_);
  if (lines.empty())
    Expected(key, "a '|' block with one text a line, or one line of text");
  if (node->style == YamlNode::Style::kBlock)
    for (const Line& line : lines)
      if (line.text.starts_with("# "))
        draft_.Warn(line.at,
                    "'#' begins no comment inside a '|' block; this "
                    "line is read as text, move it out if it is not");
  return lines;
}

std::vector<Line> Fields::List(std::string_view key) {
  const YamlNode* node = Find(key);
  if (node == nullptr) return {};
  if (node->kind == YamlNode::Kind::kText) return Lines(key);
  if (node->kind != YamlNode::Kind::kList) {
    Expected(key, "a list of texts as in [one, two]");
    return {};
  }
  std::vector<Line> list;
  for (const YamlNode& item : node->items) {
    std::vector<Line> lines;
    if (item.kind == YamlNode::Kind::kText) lines = LinesOf(item, source_);
    if (lines.size() == 1)
      list.push_back(std::move(lines[0]));
    else
      draft_.Error(source_.At(item.line, item.byte),
                   "expected one line of text, but " + Stands(item) +
                       " stands here; a text with ',' or ': ' in it needs "
                       "double quotes");
  }
  return list;
}

bool Fields::True(std::string_view key) {
  const YamlNode* node = Find(key);
  if (node == nullptr) return false;
  if (node->kind == YamlNode::Kind::kText && node->text == "true") return true;
  Expected(key, "'true' (leave the key out otherwise)");
  return false;
}

std::optional<int> Fields::Number(std::string_view key, int low, int high) {
  const YamlNode* node = Find(key);
  if (node == nullptr) return std::nullopt;
  std::optional<int> number;
  if (node->kind == YamlNode::Kind::kText) number = ParseInt(node->text);
  if (number && *number >= low && *number <= high) return number;
  Expected(key, "a whole number from " + std::to_string(low) + " to " +
                    std::to_string(high));
  return std::nullopt;
}

std::optional<std::size_t> Fields::OneOf(
    std::string_view key, std::span<const std::string_view> words) {
  const YamlNode* node = Find(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == YamlNode::Kind::kText)
    for (std::size_t i = 0; i < words.size(); ++i)
      if (words[i] == node->text) return i;
  draft_.Error(At(key), "expected " + Listed(words) + " after '" +
                            std::string(key) + ":', but " + Stands(*node) +
                            " stands here" + DidYouMean(node->text, words));
  return std::nullopt;
}

}  // namespace nearer::content
