#ifndef NEARER_CORE_COACH_PACK_H_
#define NEARER_CORE_COACH_PACK_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/authored.h"
#include "core/coach/wordings.h"
#include "core/dialog/dialog.h"
#include "core/match/matcher.h"
#include "core/match/near_miss.h"
#include "core/problem.h"
#include "core/result.h"
#include "core/text/lexicon.h"

namespace nearer::coach {

// All rules, prompts and dialogs, compiled together. Immutable; shared by all
// threads. Named by the hash of its content.
class Pack {
 public:
  // Compiles every pattern and index. Fails with every bad pattern and broken
  // reference, each where its author wrote it; after this nothing can fail in
  // a conversation. Costs some microseconds a pattern.
  static Result<std::shared_ptr<const Pack>, std::vector<Problem>> Compile(
      Authored authored, std::string hash);

  // Likewise, with models that stand elsewhere, megabytes each, instead of
  // those in `authored`. They are read and not kept.
  struct Models {
    std::string_view near_miss, scenes;
  };
  static Result<std::shared_ptr<const Pack>, std::vector<Problem>> Compile(
      Authored authored, const Models& models, std::string hash);

  // What it was made from, without the models, which near_miss() and
  // scene_model() have.
  const Authored& authored() const { return *authored_; }
  const std::string& hash() const { return hash_; }
  const text::Lexicon& lexicon() const { return *lexicon_; }
  const match::Matcher& matcher() const { return *matcher_; }
  const match::NearMiss& near_miss() const { return near_miss_; }
  // Its classes are the scenes, in their order; empty when there are none.
  const match::NearMiss& scene_model() const { return scene_model_; }
  const WordingIndex& wordings() const { return *wordings_; }
  const dialog::Patterns& patterns_of(std::size_t dialog) const {
    return dialog_patterns_[dialog];
  }

  // Positions in authored().dialogs and in a dialog's nodes; a dialog or node
  // that `replaces` the id counts as it. Nothing when there is none.
  std::optional<std::size_t> FindDialog(std::string_view id) const;
  static std::optional<std::size_t> FindNode(const Dialog& dialog,
                                             std::string_view id);

  // The setting of a role word ("sister"), kAny when it is none.
  std::optional<Setting> SettingOf(std::string_view role) const;

 private:
  Pack() = default;
  std::unique_ptr<const Authored> authored_;
  std::string hash_;
  std::unique_ptr<const text::Lexicon> lexicon_;
  std::unique_ptr<const match::Matcher> matcher_;
  match::NearMiss near_miss_, scene_model_;
  std::unique_ptr<const WordingIndex> wordings_;
  std::vector<dialog::Patterns> dialog_patterns_;
  match::StringMap<std::size_t> dialog_ids_;
  match::StringMap<Setting> roles_;
};

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_PACK_H_
