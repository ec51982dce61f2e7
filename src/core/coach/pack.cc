#include "core/coach/pack.h"

#include <algorithm>
#include <future>
#include <unordered_set>
#include <utility>

namespace nearer::coach {
namespace {

// Every word of patterns and concepts, for the lexicon to mend typos towards.
// Signs, capture names and concept names go too where they happen to be words;
// that costs nothing.
void AddWords(const Line& line, std::unordered_set<std::string>& words) {
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.insert(word);
    word.clear();
  };
  bool name = false;  // inside @name
  for (const char c : line.text) {
    const bool letter = (c >= 'a' && c <= 'z') || c == '\'' ||
                        static_cast<unsigned char>(c) >= 0x80;
    if (c == '@') {
      finish();
      name = true;
    } else if (letter) {
      if (!name) word += c;
    } else if (c != '_' && !(c >= '0' && c <= '9')) {
      finish();
      name = false;
    }
  }
  finish();
}

std::vector<std::string> RuleWords(const Authored& authored,
                                   const std::vector<Line>& extra) {
  std::unordered_set<std::string> words;  // the same ones again and again
  for (const Concept& item : authored.concepts)
    for (const Line& member : item.members) AddWords(member, words);
  for (const Rule& rule : authored.rules) {
    for (const Line& line : rule.when) AddWords(line, words);
    for (const Line& line : rule.unless) AddWords(line, words);
  }
  for (const Line& line : extra) AddWords(line, words);
  std::vector<std::string> sorted(words.begin(), words.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

dialog::PatternRange Append(const std::vector<Line>& lines,
                            std::vector<Line>& all) {
  const std::size_t begin = all.size();
  all.insert(all.end(), lines.begin(), lines.end());
  return {begin, all.size()};
}

// Whether the classes of a model are the scenes, or there is no model.
bool AreScenes(const std::vector<std::string>& classes,
               const std::vector<Scene>& scenes) {
  return classes.empty() ||
         std::equal(classes.begin(), classes.end(), scenes.begin(),
                    scenes.end(),
                    [](const std::string& name, const Scene& scene) {
                      return name == scene.id;
                    });
}

}  // namespace

Result<std::shared_ptr<const Pack>, std::vector<Problem>> Pack::Compile(
    Authored authored, std::string hash) {
  // Megabytes, and wanted in one form only.
  const std::string model = std::exchange(authored.model, {});
  const std::string scene_model = std::exchange(authored.scene_model, {});
  return Compile(std::move(authored), Models{model, scene_model},
                 std::move(hash));
}

Result<std::shared_ptr<const Pack>, std::vector<Problem>> Pack::Compile(
    Authored authored, const Models& models, std::string hash) {
  // Megabytes to be copied, and nothing else waits for them.
  auto parsing = std::async(match::NearMiss::Parse, models.near_miss);
  std::shared_ptr<Pack> pack(new Pack);
  pack->authored_ = std::make_unique<const Authored>(std::move(authored));
  const Authored& all = *pack->authored_;
  pack->hash_ = std::move(hash);

  std::vector<Line> extra;
  for (std::size_t d = 0; d < all.dialogs.size(); ++d) {
    const Dialog& dialog = all.dialogs[d];
    dialog::Patterns& patterns = pack->dialog_patterns_.emplace_back();
    patterns.ask = Append(dialog.ask, extra);
    for (const DialogReply& reply : dialog.volunteered)
      patterns.volunteered.push_back(Append(reply.when, extra));
    for (const DialogNode& node : dialog.nodes) {
      auto& replies = patterns.replies.emplace_back();
      for (const DialogReply& reply : node.replies)
        replies.push_back(Append(reply.when, extra));
    }
    pack->dialog_ids_.emplace(dialog.id, d);
  }
  for (std::size_t d = 0; d < all.dialogs.size(); ++d)
    for (const std::string& old : all.dialogs[d].replaces)
      pack->dialog_ids_.emplace(old, d);
  for (const Role& role : all.words.roles)
    pack->roles_.emplace(role.word, role.setting);

  pack->lexicon_ = std::make_unique<const text::Lexicon>(
      text::Lexicon::Build(all.words, RuleWords(all, extra)));
  auto matcher =
      match::Matcher::Compile(all.concepts, all.rules, extra, *pack->lexicon_);
  if (!matcher) return matcher.error();
  pack->matcher_ = std::move(matcher).value();
  auto near_miss = parsing.get();
  auto scenes = match::NearMiss::Parse(models.scenes);
  for (const auto* parsed : {&near_miss, &scenes})
    if (!*parsed) {
      Problem problem;
      problem.message = parsed->error().message;
      return std::vector<Problem>{problem};
    }
  if (!AreScenes(scenes->classes(), all.scenes)) {
    Problem problem;
    problem.message =
        "the model of scenes belongs to other scenes; make the pack again";
    return std::vector<Problem>{problem};
  }
  pack->near_miss_ = std::move(near_miss).value();
  pack->scene_model_ = std::move(scenes).value();
  pack->wordings_ = std::make_unique<const WordingIndex>(all);
  return std::shared_ptr<const Pack>(std::move(pack));
}

std::optional<std::size_t> Pack::FindDialog(std::string_view id) const {
  const auto found = dialog_ids_.find(id);
  if (found == dialog_ids_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::size_t> Pack::FindNode(const Dialog& dialog,
                                          std::string_view id) {
  for (std::size_t i = 0; i < dialog.nodes.size(); ++i)
    if (dialog.nodes[i].id == id) return i;
  for (std::size_t i = 0; i < dialog.nodes.size(); ++i) {
    const auto& old = dialog.nodes[i].replaces;
    if (std::find(old.begin(), old.end(), id) != old.end()) return i;
  }
  return std::nullopt;
}

std::optional<Setting> Pack::SettingOf(std::string_view role) const {
  const auto found = roles_.find(role);
  if (found == roles_.end()) return std::nullopt;
  return found->second;
}

}  // namespace nearer::coach
