#ifndef NEARER_CONTENT_TRAIN_H_
#define NEARER_CONTENT_TRAIN_H_

#include <string>

#include "core/coach/pack.h"

namespace nearer::content {

// A model as NearMiss::Serialize writes it, and the hash of what it was taught
// (Authored::lessons). Both empty when there was nothing to learn from.
struct Taught {
  std::string lessons;
  std::string model;
};

// Trains the near-miss model on the bank and the examples of all rules, as the
// pack reads them. One logistic regression a class against the rest (LIBLINEAR,
// L2). Deterministic: equal packs give equal bytes. Takes minutes for the
// shipped bank; but when `before` was taught the same, its model is taken,
// which takes a second. `before` may be null.
Taught TrainNearMiss(const coach::Pack& pack, const coach::Pack* before);

// Trains the model that tells scenes from each other on their examples, in the
// same way; its classes are the scenes, in their order. Nothing when there are
// fewer than two.
Taught TrainScenes(const coach::Pack& pack, const coach::Pack* before);

}  // namespace nearer::content

#endif  // NEARER_CONTENT_TRAIN_H_
