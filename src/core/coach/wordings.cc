#include "core/coach/wordings.h"

#include <array>
#include <cctype>
#include <utility>

namespace nearer::coach {
namespace {

constexpr std::size_t kKinds = 9;

std::string TextHash(std::string_view text) {
  std::uint32_t state = 2166136261U;
  for (const char c : text)
    state = (state ^ static_cast<unsigned char>(c)) * 16777619U;
  state ^= state >> 16;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string hex;
  for (int shift = 12; shift >= 0; shift -= 4)
    hex += kHex[(state >> shift) & 15];
  return hex;
}

std::string OpenerOf(std::string_view text) {
  std::string opener;
  int words = 0;
  for (const char c : text) {
    if (c == ' ' && ++words == 2) break;
    opener += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return opener;
}

// Calls `plain(text)` and `slot(name, fallback, has_fallback)` in order.
template <typename Plain, typename Slot>
void Walk(std::string_view text, const Plain& plain, const Slot& slot) {
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = open == text.npos ? text.npos : text.find('}', open);
    if (close == text.npos) {
      plain(text);
      return;
    }
    plain(text.substr(0, open));
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    const auto bar = inside.find('|');
    slot(inside.substr(0, bar),
         bar == inside.npos ? std::string_view() : inside.substr(bar + 1),
         bar != inside.npos);
    text.remove_prefix(close + 1);
  }
}

Wording MakeWording(const std::string& id, const Line& line,
                    const std::vector<std::string>& source, PromptKind kind,
                    Setting setting) {
  return {.id = id + ':' + TextHash(line.text),
          .text = line.text,
          .source = source,
          .kind = kind,
          .setting = setting,
          .opener = OpenerOf(line.text),
          .question = line.text.find('?') != std::string::npos,
          .needs = NeededSlots(line.text)};
}

Wordings MakeWordings(const std::string& id, const std::vector<Line>& lines,
                      const std::vector<std::string>& source, PromptKind kind,
                      Setting setting = Setting::kAny) {
  Wordings wordings;
  for (const Line& line : lines)
    wordings.push_back(MakeWording(id, line, source, kind, setting));
  return wordings;
}

}  // namespace

WordingIndex::WordingIndex(const Authored& authored) {
  for (const Prompt& prompt : authored.prompts) {
    auto& kinds = of_theme_[prompt.theme];
    kinds.resize(kKinds);
    Wordings& wordings = kinds[static_cast<std::size_t>(prompt.kind)];
    for (Wording& wording : MakeWordings(prompt.id, prompt.say, prompt.source,
                                         prompt.kind, prompt.setting))
      wordings.push_back(std::move(wording));
  }
  for (const Rule& rule : authored.rules)
    of_rule_.push_back(
        MakeWordings(rule.id, rule.reflect, rule.source, PromptKind::kSimple));
  for (const Scene& scene : authored.scenes) {
    const std::string id = "scene." + scene.id;
    auto& kinds = of_scene_.emplace_back(kKinds);
    for (const auto& [kind, lines] :
         {std::pair{PromptKind::kSimple, &scene.reflect},
          std::pair{PromptKind::kComplex, &scene.deeper},
          std::pair{PromptKind::kQuestion, &scene.ask}})
      kinds[static_cast<std::size_t>(kind)] =
          MakeWordings(id, *lines, scene.source, kind);
  }
  for (const Dialog& dialog : authored.dialogs) {
    of_invitation_.push_back(MakeWordings(dialog.id, dialog.invite,
                                          dialog.source, PromptKind::kOffer));
    auto& nodes = of_node_.emplace_back();
    for (const DialogNode& node : dialog.nodes)
      nodes.push_back(MakeWordings(dialog.id + '.' + node.id, node.say,
                                   node.source, PromptKind::kSay));
  }
  for (const auto& [theme, kinds] : of_theme_)
    for (const Wordings& wordings : kinds) Remember(wordings);
  for (const Wordings& wordings : of_rule_) Remember(wordings);
  for (const auto& kinds : of_scene_)
    for (const Wordings& wordings : kinds) Remember(wordings);
  for (const Wordings& wordings : of_invitation_) Remember(wordings);
  for (const auto& nodes : of_node_)
    for (const Wordings& wordings : nodes) Remember(wordings);
}

void WordingIndex::Remember(const Wordings& wordings) {
  for (const Wording& wording : wordings) by_id_.emplace(wording.id, &wording);
}

const Wordings& WordingIndex::Of(std::string_view theme,
                                 PromptKind kind) const {
  const auto found = of_theme_.find(theme);
  return found == of_theme_.end()
             ? none_
             : found->second[static_cast<std::size_t>(kind)];
}

const Wording* WordingIndex::Find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

std::string Fill(std::string_view text, const Slots& slots) {
  std::string filled;
  Walk(
      text, [&](std::string_view plain) { filled += plain; },
      [&](std::string_view name, std::string_view fallback, bool) {
        const auto found = slots.find(name);
        std::string value(found == slots.end() || found->second.empty()
                              ? fallback
                              : std::string_view(found->second));
        const auto last = filled.find_last_not_of(' ');
        const bool begins = last == std::string::npos || filled[last] == '.' ||
                            filled[last] == '?' || filled[last] == '\n';
        if (begins && !value.empty())
          value[0] = static_cast<char>(
              std::toupper(static_cast<unsigned char>(value[0])));
        filled += value;
      });
  return filled;
}

std::vector<std::string> NeededSlots(std::string_view text) {
  std::vector<std::string> needed;
  Walk(
      text, [](std::string_view) {},
      [&](std::string_view name, std::string_view, bool has_fallback) {
        if (!has_fallback) needed.emplace_back(name);
      });
  return needed;
}

}  // namespace nearer::coach
