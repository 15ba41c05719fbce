// The walk that follows the time axis: a method for each kind of op, those of
// matrices in a file of their own.
#ifndef WEFT_TRANSFORM_TIMEFOLLOWER_H
#define WEFT_TRANSFORM_TIMEFOLLOWER_H

#include "lib/transform/TimeAxis.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace weft {

class TimeFollower {
public:
  mlir::LogicalResult visit(mlir::func::FuncOp func,
                            llvm::ArrayRef<int64_t> times);
  TimedFunctions take() { return std::move(done); }

private:
  mlir::LogicalResult visitOp(mlir::Operation *op);
  mlir::LogicalResult linalgOp(mlir::linalg::LinalgOp op);
  mlir::LogicalResult linalgLoop(mlir::linalg::LinalgOp op,
                                 std::optional<unsigned> &loop);
  mlir::LogicalResult linalgBody(mlir::linalg::LinalgOp op,
                                 std::optional<unsigned> loop);
  mlir::LogicalResult elementwise(mlir::Operation *op);
  mlir::LogicalResult dim(mlir::tensor::DimOp op);
  mlir::LogicalResult empty(mlir::tensor::EmptyOp op);
  mlir::LogicalResult cast(mlir::tensor::CastOp op);
  mlir::LogicalResult reshape(mlir::Operation *op, mlir::Value source,
                              mlir::Value result,
                              llvm::ArrayRef<mlir::ReassociationIndices> groups,
                              bool expands);
  mlir::LogicalResult extractSlice(mlir::tensor::ExtractSliceOp op);
  mlir::LogicalResult insertSlice(mlir::tensor::InsertSliceOp op);
  mlir::LogicalResult concat(mlir::tensor::ConcatOp op);
  mlir::LogicalResult matrix(mixer::MatrixOpInterface op);
  mlir::FailureOr<bool> hasFixedColumns(mixer::MatrixOpInterface op);
  mlir::LogicalResult matrixOperands(mixer::MatrixOpInterface op, bool fixed);
  mlir::LogicalResult capturedData(mixer::MatrixOpInterface op, bool fixed);
  mlir::LogicalResult apply(mixer::ApplyOp op);
  mlir::LogicalResult stepwise(mixer::StepwiseOpInterface op);
  mlir::LogicalResult regionsAreTimeless(mlir::Operation *op);
  mlir::LogicalResult positions(mixer::PositionsOp op);
  mlir::LogicalResult call(mlir::func::CallOp op);
  mlir::LogicalResult checkCounts(mlir::Operation *op);
  mlir::LogicalResult followRows(mlir::Operation *op);

  bool isTimed(mlir::Value value) { return now->isTimed(value); }
  std::optional<int64_t> axisOf(mlir::Value value) {
    return now->axisOf(value);
  }
  bool isCount(mlir::OpFoldResult size) {
    auto value = mlir::dyn_cast<mlir::Value>(size);
    return value && now->counts.contains(value);
  }
  void setAxis(mlir::Value value, int64_t axis, int64_t rows = 1) {
    now->axis[value] = axis;
    if (rows > 1)
      now->severalRows[value] = rows;
  }

  TimedFunctions done;
  llvm::DenseMap<mlir::Operation *, ArgumentTimes> given;
  TimedFunction *now = nullptr;
};

} // namespace weft

#endif // WEFT_TRANSFORM_TIMEFOLLOWER_H
