#ifndef NEARER_CONTENT_YAML_TREE_H_
#define NEARER_CONTENT_YAML_TREE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "content/source_text.h"
#include "core/authored.h"
#include "core/problem.h"

namespace nearer::content {

// A value in a YAML file, with its place. Scalars stay text: what is a number
// or `true` is for the reader of a field to say.
struct YamlNode {
  enum class Kind { kNothing, kText, kList, kMap };
  enum class Style { kPlain, kQuoted, kBlock };
  Kind kind = Kind::kNothing;
  Style style = Style::kPlain;  // of kText
  int line = 0;                 // 1-based
  std::size_t byte = 0;         // 0-based, in its line
  std::string text{};           // of kText
  // Of kList its items; of kMap key, value, key, value in the order written.
  std::vector<YamlNode> items{};
};

// The documents in `source`. Reports syntax errors, and what is left out here
// on purpose: anchors, aliases, tags, folded blocks (`>`), text that runs over
// several lines without a `|`, maps whose keys are not text, duplicate keys.
// Gives no documents when the syntax is broken: half a file would only cause
// more errors. Never throws.
std::vector<YamlNode> ReadYaml(const SourceText& source,
                               std::vector<Problem>& problems);

// The lines of a text node, trimmed, blank ones left out, each at its place.
std::vector<Line> LinesOf(const YamlNode& node, const SourceText& source);

}  // namespace nearer::content

#endif  // NEARER_CONTENT_YAML_TREE_H_
