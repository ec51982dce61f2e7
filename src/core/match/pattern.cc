#include "core/match/pattern.h"

#include <optional>

namespace nearer::match {
namespace {

using Kind = PatternNode::Kind;

bool IsSpace(char c) { return c == ' '; }

// A letter, a digit, an apostrophe, or a byte of a longer UTF-8 character.
bool IsWordByte(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '\'' || u >= 0x80;
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

class Reader {
 public:
  explicit Reader(std::string_view line) : line_(line) {}

  Result<Pattern, PatternError> Read() {
    if (line_.size() > kMaxPatternBytes)
      return Fail(
          "a pattern of more than 1000 bytes; split it into several lines");
    Pattern pattern;
    do {
      auto part = Sequence(0);
      if (error_) return *error_;
      if (part.children.empty())
        return Fail("expected a word, '@concept' or '(' here");
      pattern.parts.push_back(std::move(part));
    } while (Take('&'));
    if (at_ < line_.size())
      return Fail(std::string("unexpected '") + line_[at_] +
                  "'; nothing opened it");
    return pattern;
  }

 private:
  PatternError Fail(std::string message) {
    int column = 1;
    for (std::size_t i = 0; i < at_ && i < line_.size(); ++i)
      if ((static_cast<unsigned char>(line_[i]) & 0xC0) != 0x80) ++column;
    if (!error_) error_ = PatternError{column, std::move(message)};
    return *error_;
  }

  void SkipSpace() {
    while (at_ < line_.size() && IsSpace(line_[at_])) ++at_;
  }

  bool Peek(char c) {
    SkipSpace();
    return at_ < line_.size() && line_[at_] == c;
  }

  bool Take(char c) {
    if (!Peek(c)) return false;
    ++at_;
    return true;
  }

  bool AtSequenceEnd() {
    SkipSpace();
    return at_ >= line_.size() ||
           std::string_view("&|)]}").find(line_[at_]) != std::string_view::npos;
  }

  PatternNode Sequence(int depth) {
    PatternNode sequence{.kind = Kind::kSequence, .text = {}, .children = {}};
    if (depth > kMaxPatternDepth) {
      Fail("brackets nested more than 8 deep; use a concept");
      return sequence;
    }
    while (!error_ && !AtSequenceEnd())
      sequence.children.push_back(Element(depth));
    return sequence;
  }

  PatternNode Element(int depth) {
    const char c = line_[at_];
    switch (c) {
      case '(':
        ++at_;
        return Alternatives(')', depth);
      case '[':
        ++at_;
        return Optional(depth);
      case '{':
        ++at_;
        return Capture(depth);
      case '*':
        ++at_;
        return Gap();
      case '<':
        ++at_;
        return {.kind = Kind::kStart, .text = {}, .children = {}};
      case '>':
        ++at_;
        return {.kind = Kind::kEnd, .text = {}, .children = {}};
      case '^':
        ++at_;
        return {.kind = Kind::kClauseStart, .text = {}, .children = {}};
      case '@':
        ++at_;
        return {
            .kind = Kind::kConcept, .text = Name("a concept"), .children = {}};
      case '"':
        ++at_;
        return Exact();
      default:
        return Word();
    }
  }

  PatternNode Alternatives(char close, int depth) {
    PatternNode node{.kind = Kind::kAlternatives, .text = {}, .children = {}};
    do {
      PatternNode branch = Sequence(depth + 1);
      if (error_) return node;
      if (branch.children.empty()) {
        Fail("an empty alternative; use [brackets] for what may be missing");
        return node;
      }
      node.children.push_back(std::move(branch));
    } while (Take('|'));
    if (!Take(close)) Fail(std::string("expected '") + close + "'");
    return node;
  }

  PatternNode Optional(int depth) {
    PatternNode node{.kind = Kind::kOptional, .text = {}, .children = {}};
    node.children.push_back(Alternatives(']', depth));
    return node;
  }

  PatternNode Capture(int depth) {
    PatternNode node{.kind = Kind::kCapture, .text = {}, .children = {}};
    SkipSpace();
    node.text = Name("a capture");
    if (error_) return node;
    if (!Take(':')) {
      Fail("expected ':' after the capture's name");
      return node;
    }
    node.children.push_back(Alternatives('}', depth));
    return node;
  }

  PatternNode Gap() {
    if (at_ < line_.size() && line_[at_] == '*') {
      ++at_;
      return {.kind = Kind::kWideGap, .text = {}, .children = {}};
    }
    PatternNode node{.kind = Kind::kGap, .text = {}, .children = {}};
    if (at_ < line_.size() && line_[at_] >= '0' && line_[at_] <= '9') {
      int limit = 0;
      while (at_ < line_.size() && line_[at_] >= '0' && line_[at_] <= '9' &&
             limit <= kMaxGap)
        limit = limit * 10 + (line_[at_++] - '0');
      if (limit < 1 || limit > kMaxGap)
        Fail("a gap takes 1 to 20 words; write '*' for any number");
      node.limit = limit;
    }
    return node;
  }

  PatternNode Exact() {
    PatternNode node{.kind = Kind::kExact, .text = {}, .children = {}};
    const std::size_t begin = at_;
    while (at_ < line_.size() && line_[at_] != '"') ++at_;
    if (at_ == line_.size()) {
      Fail("expected a closing '\"'");
      return node;
    }
    node.text = line_.substr(begin, at_ - begin);
    ++at_;
    if (node.text.empty()) Fail("an empty word in quotes");
    return node;
  }

  PatternNode Word() {
    PatternNode node{.kind = Kind::kWord, .text = {}, .children = {}};
    const std::size_t begin = at_;
    while (at_ < line_.size() && IsWordByte(line_[at_])) ++at_;
    if (at_ == begin) {
      Fail(std::string("unexpected '") + line_[at_] +
           "'; patterns are words and the signs of rules/README.md");
      return node;
    }
    node.text = line_.substr(begin, at_ - begin);
    return node;
  }

  std::string Name(std::string_view of_what) {
    const std::size_t begin = at_;
    while (at_ < line_.size() && IsNameByte(line_[at_])) ++at_;
    if (at_ == begin)
      Fail("expected the name of " + std::string(of_what) +
           ": lower-case letters, digits and '_'");
    return std::string(line_.substr(begin, at_ - begin));
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::optional<PatternError> error_;
};

}  // namespace

Result<Pattern, PatternError> ParsePattern(std::string_view line) {
  return Reader(line).Read();
}

}  // namespace nearer::match
