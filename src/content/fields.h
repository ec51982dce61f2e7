#ifndef NEARER_CONTENT_FIELDS_H_
#define NEARER_CONTENT_FIELDS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "content/draft.h"
#include "content/source_text.h"
#include "content/yaml_tree.h"

namespace nearer::content {

// The fields of one YAML map, read by name. Every function that finds another
// shape than it was asked for reports that, and gives what is given for an
// absent field: nothing. Lives as long as the map, the source and the draft.
class Fields {
 public:
  // `what` as in "a rule". Reports keys that are not among `keys`, and a node
  // that is no map.
  Fields(const YamlNode& node, std::string_view what,
         std::span<const std::string_view> keys, const SourceText& source,
         Draft& draft);

  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  const YamlNode* Find(std::string_view key) const;
  Place At() const { return source_.At(node_.line, node_.byte); }
  // Where the value of `key` stands; the key itself if nothing follows it.
  Place At(std::string_view key) const;

  // Reports the absence of `key`; `why` as in "by which …" is added.
  void Require(std::string_view key, std::string_view why);

  std::string Text(std::string_view key);         // one line
  std::vector<Line> Lines(std::string_view key);  // a `|` block or one line
  std::vector<Line> List(std::string_view key);   // a list of texts, or one
  bool True(std::string_view key);                // `true`; nothing else
  std::optional<int> Number(std::string_view key, int low, int high);
  // The place of the text in `words`, reported when it is none of them.
  std::optional<std::size_t> OneOf(std::string_view key,
                                   std::span<const std::string_view> words);

 private:
  const YamlNode* KeyOf(std::string_view key) const;
  void Expected(std::string_view key, std::string_view what);

  const YamlNode& node_;
  std::string what_;
  const SourceText& source_;
  Draft& draft_;
};

// What stands in `node`, for a message: "'some text'", "a list", "a map",
// "nothing".
std::string Stands(const YamlNode& node);

// A whole number, all of `text`.
std::optional<int> ParseInt(std::string_view text);

// Reports a list when something else stands in `node`; its items.
std::span<const YamlNode> ItemsOf(const YamlNode& node, std::string_view what,
                                  const SourceText& source, Draft& draft);

// The one document of a file that may hold no more. Null if there is none.
const YamlNode* OnlyDocument(const std::vector<YamlNode>& documents,
                             const SourceText& source, Draft& draft);

// An id as authors give them: "alone.handle_it". Reports any other.
bool CheckId(std::string_view id, const Place& at, Draft& draft);

}  // namespace nearer::content

#endif  // NEARER_CONTENT_FIELDS_H_
