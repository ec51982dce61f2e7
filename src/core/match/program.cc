#include "core/match/program.h"

#include <algorithm>

#include "core/match/rendering.h"

namespace nearer::match {
namespace {

using Kind = PatternNode::Kind;

constexpr std::string_view kRest = "[^ ,.]*";  // of a token
constexpr std::string_view kToken = "(?: [^ ,.]*)";
constexpr std::string_view kFillers = "(?: .f[^ ,.]*)*";
// What may stand between the start of a clause and its first word.
constexpr std::string_view kClauseStart =
    "[,.](?: ..(?:and|but|so|because|or|then|well|plus|cause|that)=[^ ,.]*)?";

// Writes an expression. `free` says whether words may be marked: from the start
// with Polarity::kAny, else after the first negator.
class Writer {
 public:
  Writer(const Concepts& concepts, const text::Lexicon& lexicon, bool free)
      : concepts_(concepts), lexicon_(lexicon), free_(free) {}

  Expression Write(const PatternNode& part) {
    bool led = false;
    Node(part, led);
    return std::move(expression_);
  }

 private:
  std::string& out() { return expression_.regex; }

  // Fillers may precede whatever is not the first thing of the pattern.
  void Lead(bool led) {
    if (led) out() += kFillers;
  }

  void TokenHead() { out() += free_ ? " .." : " \\+."; }

  void Words(std::string_view text, bool exact, bool& led) {
    for (const text::Token& token : lexicon_.ReadAuthored(text).tokens) {
      Lead(led);
      TokenHead();
      if (exact) {
        out() += "[^= ]*=";
        AppendPlain(token.word, out());
        out() += '~';
      } else {
        AppendPlain(token.lemma, out());
        out() += '=';
      }
      out() += kRest;
      led = true;
      if (token.is_operator) free_ = true;
    }
  }

  // Words that stand side by side are read together, since some negators are
  // phrases ("used to").
  void Sequence(const PatternNode& node, bool& led) {
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (node.children[i].kind != Kind::kWord) {
        Node(node.children[i], led);
        continue;
      }
      std::string words = node.children[i].text;
      while (i + 1 < node.children.size() &&
             node.children[i + 1].kind == Kind::kWord)
        words += ' ' + node.children[++i].text;
      Words(words, false, led);
    }
  }

  void ConceptNode(const PatternNode& node, bool& led) {
    const auto id = concepts_.Find(node.text);
    if (!id) return;  // it was refused before
    const Concepts::Info& info = concepts_.info(*id);
    const std::string code = "@" + std::to_string(*id);
    Lead(led);
    TokenHead();
    out() += kRest;
    out() += code;
    if (info.longest > 1) {
      // A phrase ends at the token that closes it, no further off than the
      // longest member reaches.
      out() += "(?:;|:" + std::string(kRest) + "(?:" + std::string(kFillers) +
               " .[wo]" + std::string(kRest) + "){0," +
               std::to_string(info.longest - 2) + "}?" + std::string(kFillers) +
               " [^ ,.]*<" + std::to_string(*id) + ";)";
    } else {
      out() += ';';
    }
    out() += kRest;
    led = true;
    if (info.negates) free_ = true;
  }

  void Alternatives(const PatternNode& node, bool& led) {
    const bool free_before = free_;
    const bool led_before = led;
    bool any_free = false;
    // Each branch writes its own leading fillers, since one may be an anchor.
    out() += "(?:";
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) out() += '|';
      free_ = free_before;
      bool branch_led = led_before;
      Node(node.children[i], branch_led);
      any_free = any_free || free_;
      led = true;
    }
    free_ = free_before || any_free;
    out() += ')';
  }

  void Node(const PatternNode& node, bool& led) {
    switch (node.kind) {
      case Kind::kWord:
        return Words(node.text, false, led);
      case Kind::kExact:
        return Words(node.text, true, led);
      case Kind::kConcept:
        return ConceptNode(node, led);
      case Kind::kSequence:
        return Sequence(node, led);
      case Kind::kAlternatives:
        return Alternatives(node, led);
      case Kind::kOptional: {
        out() += "(?:";
        bool inner = led;
        Node(node.children.front(), inner);
        // At the very start the fillers after it belong to it.
        if (!led) out() += kFillers;
        out() += ")?";
        return;
      }
      case Kind::kGap:
        if (node.limit < 0) {
          out() += kToken;
          out() += "*?";
        } else {
          out() += "(?:" + std::string(kFillers) + " .[wo]" +
                   std::string(kRest) + "){0," + std::to_string(node.limit) +
                   "}?";
        }
        led = true;
        return;
      case Kind::kWideGap:
        out() += "(?:[ ,][^ ,.]*)*?";
        led = true;
        return;
      case Kind::kCapture:
        // The fillers before a capture are not captured.
        Lead(led);
        expression_.captures.push_back(node.text);
        out() += '(';
        {
          bool inner = false;
          Node(node.children.front(), inner);
        }
        out() += ')';
        led = true;
        return;
      case Kind::kStart:
        out() += "\\A\\.";
        led = true;
        return;
      case Kind::kEnd:
        out() += kFillers;
        out() += "\\z";
        return;
      case Kind::kClauseStart:
        out() += kClauseStart;
        led = true;
        return;
    }
  }

  const Concepts& concepts_;
  const text::Lexicon& lexicon_;
  bool free_;
  Expression expression_;
};

void CollectUnknown(const PatternNode& node, const Concepts& concepts,
                    std::vector<std::string>& wrong) {
  if (node.kind == Kind::kConcept && !concepts.Find(node.text))
    wrong.push_back("unknown concept '@" + node.text +
                    "'; define it under `concepts:` or mend the name");
  for (const PatternNode& child : node.children)
    CollectUnknown(child, concepts, wrong);
}

}  // namespace

Expression Express(const PatternNode& part, const Concepts& concepts,
                   const text::Lexicon& lexicon, Polarity polarity) {
  return Writer(concepts, lexicon, polarity == Polarity::kAny).Write(part);
}

float Specificity(const PatternNode& node, const Concepts& concepts) {
  float score = 0;
  switch (node.kind) {
    case Kind::kWord:
      return 3;
    case Kind::kExact:
      return 4;
    case Kind::kConcept: {
      const auto id = concepts.Find(node.text);
      return id && concepts.info(*id).members <= 20 ? 2.5F : 2.0F;
    }
    case Kind::kCapture:
      score = 1;
      [[fallthrough]];
    case Kind::kSequence:
      for (const PatternNode& child : node.children)
        score += Specificity(child, concepts);
      return score;
    case Kind::kAlternatives:
      score = Specificity(node.children.front(), concepts);
      for (const PatternNode& child : node.children)
        score = std::min(score, Specificity(child, concepts));
      return score;
    case Kind::kStart:
    case Kind::kEnd:
    case Kind::kClauseStart:
      return 1;
    case Kind::kOptional:
    case Kind::kGap:
    case Kind::kWideGap:
      return 0;
  }
  return score;
}

int LeastWords(const PatternNode& node) {
  switch (node.kind) {
    case Kind::kWord:
    case Kind::kExact:
    case Kind::kConcept:
      return 1;
    case Kind::kAlternatives: {
      int least = LeastWords(node.children.front());
      for (const PatternNode& child : node.children)
        least = std::min(least, LeastWords(child));
      return least;
    }
    case Kind::kSequence:
    case Kind::kCapture: {
      int sum = 0;
      for (const PatternNode& child : node.children) sum += LeastWords(child);
      return sum;
    }
    case Kind::kOptional:
    case Kind::kGap:
    case Kind::kWideGap:
    case Kind::kStart:
    case Kind::kEnd:
    case Kind::kClauseStart:
      return 0;
  }
  return 0;
}

std::vector<std::string> UnknownConcepts(const Pattern& pattern,
                                         const Concepts& concepts) {
  std::vector<std::string> wrong;
  for (const PatternNode& part : pattern.parts)
    CollectUnknown(part, concepts, wrong);
  return wrong;
}

}  // namespace nearer::match
