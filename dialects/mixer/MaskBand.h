// What a mask region says about i - j: bounds on the band it keeps.
#ifndef WEFT_MIXER_MASKBAND_H
#define WEFT_MIXER_MASKBAND_H

#include "dialects/mixer/Matrix.h"

#include "mlir/IR/Block.h"

namespace weft::mixer {

/// The values of i - j for which a condition can hold. `exact` means that it
/// holds for all of them, whatever b, h and i are.
struct ConditionBand {
  Band band;
  bool empty = false;
  bool exact = false;
};

/// The band of a region over (s?, b, h, i, j, data...) that yields a condition, by
/// evaluating its index arithmetic. Whatever is not understood bounds nothing.
ConditionBand bandOfCondition(mlir::Block &region);

/// Whether everything in `structure` lies in the band that `condition` keeps
/// for certain.
bool keepsAllOf(const ConditionBand &condition, const Structure &structure);

/// Whether value `result` that the region yields depends on i and j through
/// i - j alone (an entry that the region gets as an argument aside).
bool dependsOnDifferenceOnly(mlir::Block &region, unsigned result = 0);

} // namespace weft::mixer

#endif // WEFT_MIXER_MASKBAND_H
