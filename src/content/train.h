#ifndef NEARER_CONTENT_TRAIN_H_
#define NEARER_CONTENT_TRAIN_H_

#include <string>

#include "core/coach/pack.h"

namespace nearer::content {

// Trains the near-miss model on the bank and the examples of all rules, as the
// pack reads them; returns NearMiss::Serialize of it, empty when there is
// nothing to learn from. One logistic regression a class against the rest
// (LIBLINEAR, L2). Deterministic: equal packs give equal bytes. Takes some
// seconds for ten thousand examples.
std::string TrainNearMiss(const coach::Pack& pack);

// Trains the model that tells scenes from each other on their examples, in the
// same way; its classes are the scenes, in their order. Empty when there are
// fewer than two.
std::string TrainScenes(const coach::Pack& pack);

}  // namespace nearer::content

#endif  // NEARER_CONTENT_TRAIN_H_
