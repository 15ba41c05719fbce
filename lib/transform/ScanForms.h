// Which forms a scan has, and what each costs.
#ifndef WEFT_LIB_TRANSFORM_SCANFORMS_H
#define WEFT_LIB_TRANSFORM_SCANFORMS_H

#include "dialects/mixer/Mixer.h"

namespace weft {

llvm::SmallVector<llvm::StringRef> scanForms(mixer::ScanOp op);

/// A form with its best chunk (0: none), in multiply-adds of a token and head at
/// the rate of a contraction.
struct FormCost {
  llvm::StringRef form;
  int64_t chunk;
  double cost;
};

/// The cheapest first. A tree is never listed: it combines about two elements
/// of the size of the state for each token, where a recurrence updates one
/// state; it is for machines with more lanes than states.
llvm::SmallVector<FormCost> scanCosts(mixer::ScanOp op);

} // namespace weft

#endif // WEFT_LIB_TRANSFORM_SCANFORMS_H
