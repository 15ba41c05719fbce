// What ops that are stated by regions over one token have in common: the
// slices that the regions see, the rules of their shapes, tiles over batch and
// heads.
#ifndef WEFT_MIXER_STEPWISE_H
#define WEFT_MIXER_STEPWISE_H

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/TilingInterface.h"

namespace weft::mixer {

class StepwiseOpInterface;

/// The types of these tensors without their first `leading` axes.
llvm::SmallVector<mlir::Type> sliceTypes(mlir::ValueRange tensors,
                                         int64_t leading);

mlir::LogicalResult verifyStepwise(StepwiseOpInterface op);

/// The block takes values of these types (after the index of the head, with
/// `heads`) and ends in a mixer.yield of values of the types `yielded`.
mlir::LogicalResult verifyTokenRegion(StepwiseOpInterface op,
                                      llvm::StringRef name,
                                      mlir::Region &region,
                                      mlir::TypeRange arguments,
                                      mlir::TypeRange yielded);

//===-- tiles over batch and heads
//-----------------------------------------===//

llvm::SmallVector<mlir::Range> stepwiseDomain(StepwiseOpInterface op,
                                              mlir::OpBuilder &builder);
mlir::TilingResult tileStepwise(StepwiseOpInterface op,
                                mlir::OpBuilder &builder,
                                llvm::ArrayRef<mlir::OpFoldResult> offsets,
                                llvm::ArrayRef<mlir::OpFoldResult> sizes);
void stepwiseResultTile(StepwiseOpInterface op, mlir::OpBuilder &builder,
                        unsigned result,
                        llvm::ArrayRef<mlir::OpFoldResult> offsets,
                        llvm::ArrayRef<mlir::OpFoldResult> sizes,
                        llvm::SmallVector<mlir::OpFoldResult> &resultOffsets,
                        llvm::SmallVector<mlir::OpFoldResult> &resultSizes);

} // namespace weft::mixer

#endif // WEFT_MIXER_STEPWISE_H
