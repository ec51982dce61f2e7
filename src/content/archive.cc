// The archive is CBOR (RFC 8949), a map per value with the keys listed below;
// empty fields are left out. The bytes of the models stand behind it as they
// are.
// What is added to Authored later is simply missing in older archives, so they
// stay readable.
#include <algorithm>
#include <cstdint>
#include <exception>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "content/content.h"

namespace nearer::content {
namespace {

using nlohmann::json;

constexpr int kFormat = 2;

// The fields of each value, once, for writing and for reading. `V` is the
// Writer or the Reader; `Of<V, T>` is T, const for the Writer.
template <typename V, typename T>
using Of = std::conditional_t<V::kWrites, const T, T>;

template <typename V>
void Visit(V& visit, Of<V, Concept>& it) {
  visit("name", it.name);
  visit("members", it.members);
  visit("at", it.at);
}

template <typename V>
void Visit(V& visit, Of<V, Risk>& it) {
  visit("category", it.category);
  visit("level", it.level);
}

template <typename V>
void Visit(V& visit, Of<V, Rule>& it) {
  visit("id", it.id);
  visit("theme", it.theme);
  visit("act", it.act);
  visit("risk", it.risk);
  visit("priority", it.priority);
  visit("any_polarity", it.any_polarity);
  visit("when", it.when);
  visit("unless", it.unless);
  visit("examples", it.examples);
  visit("counterexamples", it.counterexamples);
  visit("reflect", it.reflect);
  visit("source", it.source);
  visit("at", it.at);
}

template <typename V>
void Visit(V& visit, Of<V, Prompt>& it) {
  visit("id", it.id);
  visit("theme", it.theme);
  visit("kind", it.kind);
  visit("setting", it.setting);
  visit("say", it.say);
  visit("source", it.source);
  visit("at", it.at);
}

// The examples of a scene are not told to anybody: the model stands for them.
template <typename V>
void Visit(V& visit, Of<V, Scene>& it) {
  visit("id", it.id);
  visit("about", it.about);
  visit("theme", it.theme);
  visit("offer", it.offer);
  visit("to_coach", it.to_coach);
  visit("corrects", it.corrects);
  visit("reflect", it.reflect);
  visit("deeper", it.deeper);
  visit("ask", it.ask);
  visit("source", it.source);
  visit("at", it.at);
}

template <typename V>
void Visit(V& visit, Of<V, DialogReply>& it) {
  visit("on", it.on);
  visit("when", it.when);
  visit("choice", it.choice);
  visit("low", it.low);
  visit("high", it.high);
  visit("to", it.to);
  visit("keep", it.keep);
  visit("at", it.at);
}

template <typename V>
void Visit(V& visit, Of<V, DialogNode>& it) {
  visit("id", it.id);
  visit("say", it.say);
  visit("source", it.source);
  visit("choices", it.choices);
  visit("replies", it.replies);
  visit("replaces", it.replaces);
  visit("end", it.end);
  visit("at", it.at);
}

template <typename V>
void Visit(V& visit, Of<V, Dialog>& it) {
  visit("id", it.id);
  visit("title", it.title);
  visit("start", it.start);
  visit("suggests", it.suggests);
  visit("about", it.about);
  visit("ask", it.ask);
  visit("invite", it.invite);
  visit("volunteered", it.volunteered);
  visit("source", it.source);
  visit("replaces", it.replaces);
  visit("careful", it.careful);
  visit("nodes", it.nodes);
  visit("at", it.at);
}

template <typename V>
void Visit(V& visit, Of<V, SourceItem>& it) {
  visit("id", it.id);
  visit("article", it.article);
  visit("heading", it.heading);
  visit("line", it.line);
}

template <typename V>
void Visit(V& visit, Of<V, Role>& it) {
  visit("word", it.word);
  visit("setting", it.setting);
}

template <typename V>
void Visit(V& visit, Of<V, HelpEntry>& it) {
  visit("say", it.say);
  visit("confidence", it.confidence);
  visit("checked", it.checked);
  visit("at", it.at);
}

template <typename V>
void Visit(V& visit, Of<V, HelpLines>& it) {
  visit("country", it.country);
  visit("name", it.name);
  visit("called", it.called);
  visit("emergency", it.emergency);
  visit("crisis", it.crisis);
  visit("abuse", it.abuse);
  visit("abuse_men", it.abuse_men);
  visit("violence", it.violence);
  visit("at", it.at);
}

template <typename V>
void Visit(V& visit, Of<V, WordTables>& it) {
  visit("contractions", it.contractions);
  visit("chat", it.chat);
  visit("inflections", it.inflections);
  visit("common", it.common);
  visit("fillers", it.fillers);
  visit("operators", it.operators);
  visit("clause_openers", it.clause_openers);
  visit("abbreviations", it.abbreviations);
  visit("roles", it.roles);
}

// All but the bank, for which the model stands.
template <typename V>
void Visit(V& visit, Of<V, Authored>& it) {
  visit("words", it.words);
  visit("concepts", it.concepts);
  visit("rules", it.rules);
  visit("prompts", it.prompts);
  visit("scenes", it.scenes);
  visit("dialogs", it.dialogs);
  visit("sources", it.sources);
  visit("help", it.help);
}

// The last value of each enumeration, for the Reader to bound it.
constexpr PromptKind Last(PromptKind) { return PromptKind::kTry; }
constexpr Setting Last(Setting) { return Setting::kWork; }
constexpr DialogReply::On Last(DialogReply::On) {
  return DialogReply::On::kElse;
}
constexpr RiskCategory Last(RiskCategory) {
  return RiskCategory::kHarmToOthers;
}
constexpr RiskLevel Last(RiskLevel) { return RiskLevel::kImminent; }

template <typename T>
concept Enumeration = std::is_enum_v<T>;

// The names of files, each written once and meant by its number.
class FileTable {
 public:
  std::size_t NumberOf(const std::string& file) {
    const auto [it, is_new] = numbers_.try_emplace(file, names_.size());
    if (is_new) names_.push_back(file);
    return it->second;
  }
  json TakeNames() { return std::move(names_); }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<std::string> names_;
};

class Writer {
 public:
  static constexpr bool kWrites = true;

  explicit Writer(FileTable& files) : files_(files), map_(json::object()) {}

  template <typename T>
  void operator()(const char* key, const T& value) {
    json written = Write(value);
    if (!IsEmpty(written)) map_[key] = std::move(written);
  }

  json Take() { return std::move(map_); }

 private:
  // Left out, because the reader begins with the same value. Enumerations are
  // kept: their first value is not always what a member begins with.
  static bool IsEmpty(const json& value) {
    if (value.is_string()) return value.get_ref<const std::string&>().empty();
    return value.is_null() || value == false ||
           (value.is_structured() && value.empty());
  }

  json Write(const std::string& text) { return text; }
  json Write(bool value) { return value; }
  json Write(int value) { return value; }
  template <Enumeration T>
  json Write(const T& value) {
    return static_cast<int>(value);
  }
  json Write(const Place& at) {
    return {files_.NumberOf(at.file), at.line, at.column};
  }
  // Word tables have tens of thousands of entries: as one text of lines they
  // are read many times faster than as a list.
  json Write(const std::vector<std::string>& texts) {
    std::string lines;
    for (const std::string& text : texts) {
      if (text.empty() || text.find('\n') != text.npos) return texts;
      lines.append(text).append("\n");
    }
    return lines;
  }
  json Write(const std::map<std::string, std::string>& texts) {
    std::string lines;
    for (const auto& [key, text] : texts) {
      if ((key + text).find_first_of("\n\t") != text.npos) return texts;
      lines.append(key).append("\t").append(text).append("\n");
    }
    return lines;
  }
  json Write(const std::vector<std::pair<std::string, std::string>>& pairs) {
    json flat = json::array();
    for (const auto& [first, second] : pairs) {
      flat.push_back(first);
      flat.push_back(second);
    }
    return flat;
  }
  // text, file, line, column, text, …
  json Write(const std::vector<Line>& lines) {
    json flat = json::array();
    for (const Line& line : lines) {
      flat.push_back(line.text);
      flat.push_back(files_.NumberOf(line.at.file));
      flat.push_back(line.at.line);
      flat.push_back(line.at.column);
    }
    return flat;
  }
  template <typename T>
  json Write(const std::optional<T>& value) {
    return value ? Write(*value) : json();
  }
  template <typename T>
  json Write(const std::vector<T>& values) {
    json list = json::array();
    for (const T& value : values) list.push_back(Write(value));
    return list;
  }
  template <typename T>
  json Write(const T& value) {
    Writer inner(files_);
    Visit(inner, value);
    return inner.Take();
  }

  FileTable& files_;
  json map_;
};

// The lines of a text, without their ends; no empty ones.
template <typename Take>
void ForEachLine(std::string_view text, const Take& take) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (end > 0) take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// Throws json::exception where the value has another shape.
class Reader {
 public:
  static constexpr bool kWrites = false;

  Reader(const std::vector<std::string>& files, const json& map)
      : files_(files), map_(map) {
    (void)map.get_ref<const json::object_t&>();
  }

  template <typename T>
  void operator()(const char* key, T& value) {
    const auto found = map_.find(key);
    if (found != map_.end()) Read(*found, value);
  }

 private:
  void Read(const json& from, std::string& text) {
    text = from.get_ref<const std::string&>();
  }
  void Read(const json& from, bool& value) { value = from.get<bool>(); }
  void Read(const json& from, int& value) {
    const auto number = from.get<std::int64_t>();
    if (number >= std::numeric_limits<int>::min() &&
        number <= std::numeric_limits<int>::max())
      value = static_cast<int>(number);
  }
  template <Enumeration T>
  void Read(const json& from, T& value) {
    int number = -1;
    Read(from, number);
    if (number >= 0 && number <= static_cast<int>(Last(T{})))
      value = static_cast<T>(number);
  }
  void Read(const json& from, Place& at) { ReadPlace(from, 0, at); }
  void Read(const json& from, std::vector<std::string>& texts) {
    if (!from.is_string()) {
      texts = from.get<std::vector<std::string>>();
      return;
    }
    ForEachLine(from.get_ref<const std::string&>(),
                [&](std::string_view line) { texts.emplace_back(line); });
  }
  void Read(const json& from, std::map<std::string, std::string>& texts) {
    if (!from.is_string()) {
      texts = from.get<std::map<std::string, std::string>>();
      return;
    }
    ForEachLine(from.get_ref<const std::string&>(), [&](std::string_view line) {
      const auto tab = std::min(line.find('\t'), line.size() - 1);
      texts.emplace_hint(texts.end(), line.substr(0, tab),
                         line.substr(tab + 1));
    });
  }
  void Read(const json& from,
            std::vector<std::pair<std::string, std::string>>& pairs) {
    for (std::size_t i = 0; i < from.size(); i += 2)
      pairs.emplace_back(from.at(i).get<std::string>(),
                         from.at(i + 1).get<std::string>());
  }
  void Read(const json& from, std::vector<Line>& lines) {
    for (std::size_t i = 0; i < from.size(); i += 4) {
      Line& line = lines.emplace_back();
      Read(from.at(i), line.text);
      ReadPlace(from, i + 1, line.at);
    }
  }
  template <typename T>
  void Read(const json& from, std::optional<T>& value) {
    Read(from, value.emplace());
  }
  template <typename T>
  void Read(const json& from, std::vector<T>& values) {
    for (const json& one : from.get_ref<const json::array_t&>())
      Read(one, values.emplace_back());
  }
  template <typename T>
  void Read(const json& from, T& value) {
    Reader inner(files_, from);
    Visit(inner, value);
  }

  void ReadPlace(const json& from, std::size_t i, Place& at) {
    at.file = files_.at(from.at(i).get<std::size_t>());
    Read(from.at(i + 1), at.line);
    Read(from.at(i + 2), at.column);
  }

  const std::vector<std::string>& files_;
  const json& map_;
};

// The length of the CBOR that `bytes` begin with, of the plain kind that
// WriteArchive makes: definite lengths, no tags, nested a few levels at most.
// nlohmann::json reads all of CBOR recursively and could be led into exhausting
// the stack.
std::optional<std::size_t> PlainCborLength(std::string_view bytes) {
  constexpr std::size_t kDeepest = 16;
  std::vector<std::uint64_t> left = {1};  // values to come, by level
  std::size_t i = 0;
  while (!left.empty()) {
    if (left.back() == 0) {
      left.pop_back();
      continue;
    }
    --left.back();
    if (i >= bytes.size()) return std::nullopt;
    const auto head = static_cast<std::uint8_t>(bytes[i++]);
    const unsigned kind = head >> 5;
    std::uint64_t number = head & 0x1F;
    if (number >= 24) {
      if (number > 27) return std::nullopt;
      const std::size_t size = std::size_t{1} << (number - 24);
      if (bytes.size() - i < size) return std::nullopt;
      number = 0;
      for (std::size_t k = 0; k < size; ++k)
        number = number << 8 | static_cast<std::uint8_t>(bytes[i++]);
    }
    switch (kind) {
      case 0:  // integers
      case 1:
        break;
      case 2:  // bytes and text
      case 3:
        if (bytes.size() - i < number) return std::nullopt;
        i += number;
        break;
      case 4:  // array
      case 5:  // map
        if (number > bytes.size() || left.size() >= kDeepest)
          return std::nullopt;
        left.push_back(kind == 4 ? number : 2 * number);
        break;
      case 7:
        if (head != 0xF4 && head != 0xF5) return std::nullopt;  // false, true
        break;
      default:
        return std::nullopt;
    }
  }
  return i;
}

}  // namespace

std::string WriteArchive(const Authored& authored) {
  FileTable files;
  Writer writer(files);
  Visit(writer, authored);
  json archive = writer.Take();
  archive["format"] = kFormat;
  archive["files"] = files.TakeNames();
  archive["model_bytes"] = authored.model.size();
  if (!authored.lessons.empty()) archive["lessons"] = authored.lessons;
  if (!authored.scene_lessons.empty())
    archive["scene_lessons"] = authored.scene_lessons;
  if (!authored.scene_model.empty())
    archive["scene_model_bytes"] = authored.scene_model.size();
  std::string bytes;
  json::to_cbor(archive, bytes);
  return bytes.append(authored.model).append(authored.scene_model);
}

Result<Authored> ReadArchive(std::string_view archive) {
  coach::Pack::Models models;
  auto authored = ReadArchive(archive, models);
  if (!authored) return authored;
  authored->model = models.near_miss;
  authored->scene_model = models.scenes;
  return authored;
}

Result<Authored> ReadArchive(std::string_view archive,
                             coach::Pack::Models& models) {
  const Error damaged{
      "the archive of a pack cannot be read: it is damaged or no archive; "
      "restore it from a backup"};
  const auto length = PlainCborLength(archive);
  if (!length) return damaged;
  try {
    const json read = json::from_cbor(archive.substr(0, *length));
    if (const int format = read.at("format").get<int>(); format != kFormat)
      return Error{"the archive of a pack has format " +
                   std::to_string(format) + ", this program reads " +
                   std::to_string(kFormat) + "; use a newer program"};
    const auto files = read.at("files").get<std::vector<std::string>>();
    Authored authored;
    Reader reader(files, read);
    Visit(reader, authored);
    const std::string_view behind = archive.substr(*length);
    const auto bytes = read.at("model_bytes").get<std::size_t>();
    const auto bytes_of_scenes =
        read.value("scene_model_bytes", std::size_t{0});
    if (bytes > behind.size() || behind.size() - bytes != bytes_of_scenes)
      return damaged;
    models = {behind.substr(0, bytes), behind.substr(bytes)};
    authored.lessons = read.value("lessons", std::string());
    authored.scene_lessons = read.value("scene_lessons", std::string());
    return authored;
  } catch (const std::exception&) {  // json::exception, out_of_range
    return damaged;
  }
}

}  // namespace nearer::content
