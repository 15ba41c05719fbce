// What happens to the scores and weights of a pairwise form, step by step, as
// data and region of an attend.
#ifndef WEFT_TRANSFORM_ATTENDSTEPS_H
#define WEFT_TRANSFORM_ATTENDSTEPS_H

#include "lib/transform/Classify.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace weft {

/// Whether `op` makes a matrix whose entries are known from their place and
/// from data of their tokens, so that it can be a step: added or multiplied.
bool isStepMatrix(mlir::Operation *op);

/// Whether the region of a map yields f(b, h, i, j, data) · s.
bool isFactor(mixer::MapOp map);

/// Data of columns that a form has, of one or `heads` heads, in the order of
/// the operands of its attend.
struct ColumnData {
  std::string name;
  mlir::Type element;
  int64_t heads;
};
std::vector<ColumnData> columnDataOf(const MatrixForm &form, int64_t heads);

/// The tensors [B, T, H] that the form needs running sums of; each carries its
/// sum so far [B, H] in f64.
llvm::SmallVector<mlir::Value> summedBy(const MatrixForm &form);

struct AttendData {
  llvm::SmallVector<mlir::Value> rows, columns;
  /// Running sums after the last token.
  llvm::SmallVector<mlir::Value> lasts;
};
/// `carries`: running sums before the first token, or empty for none.
AttendData buildAttendData(mlir::ImplicitLocOpBuilder &builder,
                           const MatrixForm &form, int64_t heads,
                           mlir::ValueRange carries);

/// The region of an attend with these data. What the regions of maps and masks
/// capture stays captured. Scores are present where `also` says so of
/// (b, h, i, j), if that is given.
void buildAttendRegion(
    mlir::ImplicitLocOpBuilder &builder, mixer::AttendOp op,
    const MatrixForm &form,
    llvm::function_ref<mlir::Value(mlir::ValueRange)> also = {});

} // namespace weft

#endif // WEFT_TRANSFORM_ATTENDSTEPS_H
