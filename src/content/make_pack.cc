#include <algorithm>
#include <future>
#include <utility>

#include "content/content.h"
#include "content/train.h"
#include "core/sha256.h"

namespace nearer::content {

Result<std::shared_ptr<const coach::Pack>, std::vector<Problem>> MakePack(
    Authored authored, const coach::Pack* before) {
  const bool teach_themes = authored.model.empty() && !authored.bank.empty();
  const bool teach_scenes =
      std::any_of(authored.scenes.begin(), authored.scenes.end(),
                  [](const Scene& scene) { return !scene.examples.empty(); });
  if (teach_themes || teach_scenes) {
    const auto untrained = coach::Pack::Compile(authored, {});
    if (!untrained) return untrained.error();
    if (teach_themes) {
      Taught taught = TrainNearMiss(**untrained, before);
      authored.model = std::move(taught.model);
      authored.lessons = std::move(taught.lessons);
    }
    if (teach_scenes) {
      Taught taught = TrainScenes(**untrained, before);
      authored.scene_model = std::move(taught.model);
      authored.scene_lessons = std::move(taught.lessons);
    }
  }
  std::string hash = Sha256(WriteArchive(authored));
  return coach::Pack::Compile(std::move(authored), std::move(hash));
}

std::string ArchiveOf(const coach::Pack& pack) {
  Authored authored = pack.authored();
  authored.bank.clear();
  authored.model = pack.near_miss().Serialize();
  authored.scene_model = pack.scene_model().Serialize();
  return WriteArchive(authored);
}

Result<std::shared_ptr<const coach::Pack>, std::vector<Problem>> OpenPack(
    std::string_view archive) {
  // The hash takes half as long as reading does, and needs nothing of it.
  std::future<std::string> hash = std::async(Sha256, archive);
  coach::Pack::Models models;
  Result<Authored> authored = ReadArchive(archive, models);
  if (!authored) {
    Problem problem;
    problem.message = authored.error().message;
    return std::vector<Problem>{problem};
  }
  return coach::Pack::Compile(std::move(authored).value(), models, hash.get());
}

}  // namespace nearer::content
