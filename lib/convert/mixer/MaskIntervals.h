// What a mask says about a block of entries, by interval arithmetic that
// emits IR: static facts fold, data become loads and comparisons.
#ifndef WEFT_LIB_CONVERT_MIXER_MASKINTERVALS_H
#define WEFT_LIB_CONVERT_MIXER_MASKINTERVALS_H

#include "BlockBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/DenseMap.h"

namespace weft {

/// Closed interval of the values that an index or integer takes over a block;
/// for an i1, `lo` says that it must be true and `hi` that it may be.
struct Interval {
  mlir::Value lo, hi;
  /// Nothing is known (of an i1, must and may say so themselves). A flag and
  /// not extreme bounds: those would wrap in the next sum.
  bool unbounded = false;
  /// Comes from data, so that sums narrower than index may wrap.
  bool loaded = false;

  bool isPoint() const { return lo == hi && !unbounded; }
};

class IntervalEvaluator {
public:
  explicit IntervalEvaluator(BlockBuilder &b) : b(b) {}

  /// Says what a region argument ranges over.
  void set(mlir::BlockArgument argument, Interval interval) {
    body = argument.getOwner();
    known[argument] = interval;
  }
  /// The interval of a value of the region; values from outside are points.
  Interval evaluate(mlir::Value value);
  /// Whether a region argument has not been set: nothing is known of it.
  bool isUnknownArgument(mlir::Value value) const {
    auto argument = mlir::dyn_cast<mlir::BlockArgument>(value);
    return argument && argument.getOwner() == body && !known.contains(value);
  }

private:
  Interval compute(mlir::Operation *op);
  Interval unknown(mlir::Type type);
  Interval rule(mlir::Operation *op, llvm::ArrayRef<Interval> in);
  Interval sum(mlir::Operation *op, const Interval &x, const Interval &y);
  Interval product(mlir::Operation *op, const Interval &x, const Interval &y);
  Interval quotient(mlir::Operation *op, const Interval &x);
  Interval remainder(mlir::Operation *op, const Interval &x);
  Interval absolute(const Interval &x);
  Interval choice(mlir::Operation *op, llvm::ArrayRef<Interval> in);
  Interval logic(mlir::Operation *op, const Interval &x, const Interval &y);
  Interval comparison(mlir::Operation *op, Interval x, Interval y);
  Interval unsignedLess(mlir::arith::CmpIPredicate p, const Interval &x,
                        const Interval &y);
  Interval tableRead(mlir::Operation *op);

  mlir::Value constant(mlir::Type type, int64_t value);
  mlir::Value negate(mlir::Value boolean);
  mlir::Value compare(mlir::arith::CmpIPredicate p, mlir::Value lhs,
                      mlir::Value rhs);
  mlir::Value both(mlir::Value lhs, mlir::Value rhs);
  mlir::Value either(mlir::Value lhs, mlir::Value rhs);
  bool isRegionValue(mlir::Value value);
  bool isNonNegative(mlir::Value value);

  BlockBuilder &b;
  mlir::Block *body = nullptr;
  llvm::DenseMap<mlir::Value, Interval> known;
};

/// Least and greatest of the first `count` elements of a tensor of integers.
Interval rangeOfElements(BlockBuilder &b, mlir::Value tensor,
                         mlir::Value count);

/// Bounds of the columns j that a mask leaves in a block of rows.
struct ColumnBounds {
  /// Null where there is no bound. All columns outside are absent.
  mlir::Value first, last;
  /// Every chunk that meets [first, last] may have present entries: there is
  /// nothing more to ask of the mask.
  bool complete = true;
};

/// Reads bounds of `column` off a conjunction of comparisons; the other region
/// arguments range over what `rows` was told.
ColumnBounds columnBounds(BlockBuilder &b, IntervalEvaluator &rows,
                          mlir::Value present, mlir::Value column);

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_MASKINTERVALS_H
