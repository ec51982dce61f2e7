#ifndef NEARER_CORE_COACH_PACK_H_
#define NEARER_CORE_COACH_PACK_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/authored.h"
#include "core/match/matcher.h"
#include "core/problem.h"
#include "core/result.h"
#include "core/text/lexicon.h"

namespace nearer::coach {

struct PromptIndex;

// All rules, prompts and dialogs, compiled together. Immutable; shared by all
// threads. Named by the hash of its content.
class Pack {
 public:
  // Compiles every pattern and index. Fails with every bad pattern and broken
  // reference, each where its author wrote it; after this nothing can fail in
  // a conversation. Cost: about 1 µs a word of pattern.
  static Result<std::shared_ptr<const Pack>, std::vector<Problem>> Compile(
      Authored authored, std::string hash);
  ~Pack();

  const Authored& authored() const { return authored_; }
  const std::string& hash() const { return hash_; }
  const text::Lexicon& lexicon() const { return *lexicon_; }
  const match::Matcher& matcher() const { return *matcher_; }
  const PromptIndex& prompts() const { return *prompts_; }

 private:
  Pack();
  Authored authored_;
  std::string hash_;
  std::unique_ptr<text::Lexicon> lexicon_;
  std::unique_ptr<match::Matcher> matcher_;
  std::unique_ptr<PromptIndex> prompts_;
};

}  // namespace nearer::coach

#endif  // NEARER_CORE_COACH_PACK_H_
